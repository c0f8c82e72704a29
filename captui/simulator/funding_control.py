"""The control interface's part for money coming in and going out, and the log of requests."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captui.simulator import funding_wire
from captui.simulator.funding_records import WithdrawState
from captui.simulator.markets import CURRENCIES
from captui.simulator.params import ParameterError, amount, body, integer, word
from captui.simulator.request_log import RequestLog
from captui.simulator.rest import Endpoint, NotFoundError, answer
from captui.simulator.wire import Record, Revision
from captui.simulator.world import World


class FundingControl:
    """What tests can see and bring about."""

    def __init__(self, world: World, log: RequestLog) -> None:
        self._world = world
        self._funding = world.funding
        self._log = log

    def routes(self) -> list[Route]:
        posts: dict[str, Endpoint] = {
            "/control/incoming": self.incoming,
            "/control/withdrawal": self.withdrawal,
            "/control/lightning/invoice": self.invoice,
            "/control/lightning/pay": self.pay,
        }
        gets: dict[str, Endpoint] = {"/control/requests": self.requests, "/control/funding": self.funding}
        return [
            *(Route(path, endpoint, methods=["GET"]) for path, endpoint in gets.items()),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in posts.items()),
        ]

    async def requests(self, request: Request) -> Response:
        """What arrived, oldest first; with `after`, only what has a higher number."""
        after = integer(request.query_params, "after", scope="control") or 0
        return answer(self._log.entries(after=after))

    async def funding(self, _request: Request) -> Response:
        """Everything about money coming in and going out, in the shapes of the newer revision."""
        self._world.sync()
        made, now_ms = self._funding, self._world.venue.now_ms
        return answer(
            {
                "deposits": [funding_wire.deposit(each) for each in made.deposits.records.values()],
                "addresses": made.deposits.addresses,
                "beneficiaries": [
                    funding_wire.beneficiary(each, revision=Revision.ATLAS)
                    for each in made.beneficiaries.records.values()
                ],
                "withdrawals": [funding_wire.withdrawal(each) for each in made.withdrawals.records.values()],
                "quotes": [funding_wire.quote(each) for each in made.withdrawals.quotes.values()],
                "invoices": [
                    {**funding_wire.lightning_invoice(each, now_ms=now_ms), "order_id": each.order_id}
                    for each in made.lightning.invoices.values()
                ],
            }
        )

    async def incoming(self, request: Request) -> Response:
        """A deposit of `amount` of `currency` is seen on its way in, under `txid` where one is given; time confirms it."""
        given = await body(request)
        currency, size = word(given, "currency"), amount(given.get("amount"))
        if currency is None or currency not in CURRENCIES:
            raise ParameterError("account.currency.doesnt_exist")
        if size is None:
            raise ParameterError("control.non_positive_amount")
        self._world.sync()
        made = self._funding.deposits.arrive(currency, size, txid=word(given, "txid"))
        return answer(funding_wire.deposit(made), status=201)

    async def withdrawal(self, request: Request) -> Response:
        """Let the withdrawal `id` come to nothing: `state` is rejected, canceled or failed."""
        given = await body(request)
        state = word(given, "state")
        if state not in tuple(WithdrawState):
            raise ParameterError("account.withdraw.invalid_state")
        self._world.sync()
        found = self._funding.withdrawals.records.get(_number(given))
        if found is None:
            raise NotFoundError
        self._funding.withdrawals.end(found, WithdrawState(state))
        return answer(funding_wire.withdrawal(found))

    async def invoice(self, request: Request) -> Response:
        """Somebody else's invoice over `amount` sats (any amount without one), for the user to pay."""
        given = await body(request)
        size = None if given.get("amount") is None else amount(given["amount"])
        if given.get("amount") is not None and size is None:
            raise ParameterError("control.non_positive_amount")
        self._world.sync()
        msat = None if size is None else int(size * 1000)
        return answer({"bolt": self._funding.lightning.foreign(msat, word(given, "description") or "")}, status=201)

    async def pay(self, request: Request) -> Response:
        """Let somebody pay the user's invoice `bolt`."""
        bolt = word(await body(request), "bolt") or ""
        self._world.sync()
        paid = self._funding.lightning.receive(bolt)
        return answer(funding_wire.lightning_invoice(paid, now_ms=self._world.venue.now_ms), status=201)


def _number(given: Record) -> int:
    number = given.get("id")
    if isinstance(number, bool) or not isinstance(number, int):
        raise ParameterError("control.non_integer_id")
    return number
