"""The control interface for tests: see everything, move the clock, order trouble, trade as someone else.

All routes lie under `/control/` and take and give JSON. They are there only where the exchange was started with control.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captui.errors import ConfigError
from captui.simulator import wire
from captui.simulator.auth import Authenticator
from captui.simulator.burst import Burst
from captui.simulator.fault_file import planned
from captui.simulator.fault_plan import Fault, FaultPlan, Operation, PlannedFault
from captui.simulator.faults import Faults, Refusal, Write
from captui.simulator.markets import CURRENCIES, MARKETS
from captui.simulator.money import text
from captui.simulator.orders import Side
from captui.simulator.params import ParameterError, amount, body, word
from captui.simulator.rest import Endpoint, answer
from captui.simulator.stream import Hub
from captui.simulator.venue import BookUpdate
from captui.simulator.wire import Record, Revision
from captui.simulator.world import World

_TOP_LEVELS = 20
_OF_PROXIES = (502, 504)
"""Statuses that come from in front of the exchange, as a page."""
_REFUSALS = {
    Write.CREATE: "market.order.create_error",
    Write.CANCEL: "market.order.cancel_error",
    Write.BENEFICIARY: "account.beneficiary.failed_to_create",
    Write.WITHDRAW: "account.withdraw.create_error",
    Write.REDEEM: "payments.voucher.invalid_pin",
    Write.INVOICE: "account.lightning.create_error",
    Write.PAY: "account.lightning.create_error",
}


class ControlApi:
    """What the control interface does."""

    def __init__(self, world: World, hub: Hub, faults: Faults, authenticator: Authenticator, plan: FaultPlan) -> None:
        self._plan = plan
        self._world = world
        self._venue = world.venue
        self._hub = hub
        self._faults = faults
        self._authenticator = authenticator
        self._bursts = 0
        self._kinds: dict[str, Callable[[Record], Record]] = {
            "clear": self._clear,
            "clock_skew": self._skew_clock,
            "currency_state": self._set_currency_state,
            "delay": self._delay,
            "drop_websockets": self._drop_websockets,
            "freeze_websockets": self._freeze_websockets,
            "lose_reply": self._lose_reply,
            "lose_request": self._lose_request,
            "market_state": self._set_market_state,
            "refuse": self._refuse,
            "reject": self._reject,
            "release_websockets": self._release_websockets,
            "repeat_increment": self._repeat_increment,
            "reply": self._reply,
            "revoke_key": self._revoke_key,
            "skip_sequence": self._skip_sequence,
        }

    def routes(self) -> list[Route]:
        posts: dict[str, Endpoint] = {
            "/control/advance": self.advance,
            "/control/fault": self.fault,
            "/control/plan": self.plan,
            "/control/burst": self.burst,
            "/control/trade": self.trade,
            "/control/deposit": self.deposit,
        }
        return [
            Route("/control/state", self.state, methods=["GET"]),
            Route("/control/plan", self.planned, methods=["GET"]),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in posts.items()),
        ]

    async def state(self, request: Request) -> Response:
        """Everything at one moment. `?full=1` gives whole books instead of the best 20 levels a side."""
        self._world.sync()
        venue = self._venue
        limit = None if request.query_params.get("full") in ("1", "true") else _TOP_LEVELS
        ledger, replay = venue.ledger, self._world.replay
        return answer(
            {
                "now_ms": venue.now_ms,
                "manual_clock": self._world.manual_clock,
                "accounts": {
                    account: {
                        currency: {
                            "available": text(ledger.available(account, currency)),
                            "locked": text(ledger.locked(account, currency)),
                        }
                        for currency in ledger.currencies(account)
                    }
                    for account in ledger.accounts()
                },
                "discrepancies": {currency: text(value) for currency, value in ledger.discrepancies().items()},
                "orders": [wire.order(order, revision=Revision.ATLAS) for order in venue.orders.values()],
                "trades": [wire.own_trade(fill) for fill in venue.fills],
                "books": {
                    market: {
                        "sequence": feed.sequence,
                        "asks": venue.depth(market, Side.SELL, limit),
                        "bids": venue.depth(market, Side.BUY, limit),
                    }
                    for market, feed in venue.feeds.items()
                },
                "disabled_markets": sorted(venue.engine.disabled),
                "websockets": len(self._hub.clients),
                "subscriptions": [list(client.streams) for client in self._hub.clients],
                "frozen": self._hub.frozen,
                "dropped": dict(self._hub.dropped),
                "dropped_count": self._hub.dropped.total(),
                "key_revoked": self._authenticator.revoked,
                "clock_skew_ms": self._faults.clock_skew_ms,
                "replay": None
                if replay is None
                else {
                    "market": replay.recording.market,
                    "frames": replay.recording.frames,
                    "played": replay.frames_played,
                    "finished": replay.finished,
                },
            }
        )

    async def advance(self, request: Request) -> Response:
        """Let `ms` pass on the manual clock."""
        by_ms = _whole(await body(request), "ms")
        if not self._world.manual_clock:
            raise ParameterError("control.clock_is_not_manual")
        await self._world.advance(by_ms)
        return answer({"now_ms": self._venue.now_ms})

    async def fault(self, request: Request) -> Response:
        """Order trouble of one `kind`; the answer repeats what was understood."""
        given = await body(request)
        kind = self._kinds.get(str(given.get("kind")))
        if kind is None:
            raise ParameterError(f"control.kind_is_one_of: {', '.join(sorted(self._kinds))}")
        self._world.sync()
        return answer({"kind": given["kind"], **kind(given)})

    async def plan(self, request: Request) -> Response:
        """Add the entries under `faults` to the fault plan; the answer is the whole plan."""
        listed = (await body(request)).get("faults")
        try:
            self._plan.extend(planned(listed if isinstance(listed, list) else [listed]))
        except ConfigError as error:
            raise ParameterError(f"control.plan: {error.sentence}") from error
        return answer(self._plan.report(), status=201)

    async def planned(self, _request: Request) -> Response:
        """The fault plan, with how often each entry has struck."""
        return answer(self._plan.report())

    async def burst(self, request: Request) -> Response:
        """Start `per_second` book changes a second in `market` for `seconds`; answers at once with how many there will be."""
        given = await body(request)
        market = _market(given)
        per_second, seconds = _amount(given, "per_second"), _amount(given, "seconds")
        self._world.sync()
        self._bursts += 1
        self._world.timeline.actors.append(
            Burst(
                self._venue,
                market,
                per_second=float(per_second),
                seconds=float(seconds),
                start_ms=self._venue.now_ms,
                rng=random.Random(self._bursts),  # noqa: S311 - made-up orders
            )
        )
        return answer({"changes": round(float(per_second) * float(seconds))}, status=201)

    async def trade(self, request: Request) -> Response:
        """Let a participant trade against the book of `market`: `side`, `amount` and, where it has a limit, `price`."""
        given = await body(request)
        market, size, side = _market(given), _amount(given, "amount"), word(given, "side")
        if side not in tuple(Side):
            raise ParameterError("control.side_is_buy_or_sell")
        price = None if given.get("price") in (None, "") else _amount(given, "price")
        self._world.sync()
        executed = self._venue.take(market, Side(side), size, price=price)
        return answer({"executed": text(executed)}, status=201)

    async def deposit(self, request: Request) -> Response:
        """Give the user `amount` of `currency`, to be spent at once."""
        given = await body(request)
        currency = word(given, "currency")
        if currency not in CURRENCIES:
            raise ParameterError("account.currency.doesnt_exist")
        self._world.sync()
        self._world.funding.deposits.credit(currency, _amount(given, "amount"))
        return answer(wire.balance(self._venue.balance(currency)), status=201)

    def _clear(self, _given: Record) -> Record:
        self._faults.clear()
        self._plan.clear()
        self._authenticator.revoked = False
        self._venue.engine.disabled.clear()
        self._world.funding.deposits.closed.clear()
        self._world.funding.withdrawals.closed.clear()
        self._hub.release()
        return {}

    def _skew_clock(self, given: Record) -> Record:
        self._faults.clock_skew_ms = _whole(given, "ms")
        return {"ms": self._faults.clock_skew_ms}

    def _delay(self, given: Record) -> Record:
        ms, path, count = _whole(given, "ms"), str(given.get("path", "/")), _count(given)
        self._plan.extend([PlannedFault(Operation.ANY, Fault.DELAY, path=path, ms=ms, times=count)])
        return {"ms": ms, "path": path, "count": count}

    def _drop_websockets(self, _given: Record) -> Record:
        return {"dropped": self._hub.drop_all("ordered")}

    def _freeze_websockets(self, given: Record) -> Record:
        self._hub.freeze(for_ms=0 if given.get("ms") is None else _whole(given, "ms"))
        return {"frozen": True}

    def _release_websockets(self, _given: Record) -> Record:
        self._hub.release()
        return {"frozen": False}

    def _lose_reply(self, given: Record) -> Record:
        return self._lose(given, Fault.RESET_AFTER)

    def _lose_request(self, given: Record) -> Record:
        return self._lose(given, Fault.RESET_BEFORE)

    def _lose(self, given: Record, fault: Fault) -> Record:
        write, count = _write(given), _count(given)
        if write is Write.CANCEL:
            # One order or all of them: what comes by is lost.
            lost = PlannedFault(Operation.ANY, fault, times=count, method="POST", path="/market/orders/")
        else:
            lost = PlannedFault(write.value, fault, times=count)
        self._plan.extend([lost])
        return {"request": write, "accepted": fault is Fault.RESET_AFTER, "count": count}

    def _refuse(self, given: Record) -> Record:
        write = _write(given)
        refusal = Refusal(write, str(given.get("code") or _REFUSALS[write]), _count(given))
        self._faults.refusals.append(refusal)
        return {"request": refusal.write, "code": refusal.code, "count": refusal.left}

    def _reject(self, given: Record) -> Record:
        self._faults.rejects += _count(given)
        return {"count": self._faults.rejects}

    def _reply(self, given: Record) -> Record:
        status, path, count = _whole(given, "status"), str(given.get("path", "/")), _count(given)
        if not 400 <= status <= 599:
            raise ParameterError("control.status_is_400_to_599")
        reply = PlannedFault(
            Operation.ANY,
            Fault.STATUS,
            times=count,
            path=path,
            method=str(given.get("method") or "").upper(),
            status=status,
            retry_after=None if given.get("retry_after") is None else _whole(given, "retry_after"),
            html=status in _OF_PROXIES,
            processed=given.get("accepted") is True,
        )
        self._plan.extend([reply])
        return {"status": status, "path": path, "count": count, "accepted": reply.processed}

    def _revoke_key(self, given: Record) -> Record:
        self._authenticator.revoked = given.get("revoked", True) is not False
        return {"revoked": self._authenticator.revoked}

    def _set_currency_state(self, given: Record) -> Record:
        """Open or close `deposits` and `withdrawals` of a currency; what is not named stays as it is."""
        currency, funding = word(given, "currency"), self._world.funding
        if currency is None or currency not in CURRENCIES:
            raise ParameterError("account.currency.doesnt_exist")
        for name, closed in (("deposits", funding.deposits.closed), ("withdrawals", funding.withdrawals.closed)):
            if given.get(name) is False:
                closed.add(currency)
            elif given.get(name) is True:
                closed.discard(currency)
        return {
            "currency": currency,
            "deposits": currency not in funding.deposits.closed,
            "withdrawals": currency not in funding.withdrawals.closed,
        }

    def _set_market_state(self, given: Record) -> Record:
        market, state = _market(given), given.get("state")
        if state == "disabled":
            self._venue.engine.disabled.add(market)
        elif state == "enabled":
            self._venue.engine.disabled.discard(market)
        else:
            raise ParameterError("control.state_is_enabled_or_disabled")
        return {"market": market, "state": state}

    def _skip_sequence(self, given: Record) -> Record:
        market = _market(given)
        self._venue.skip_sequence(market)
        return {"market": market, "sequence": self._venue.feeds[market].sequence}

    def _repeat_increment(self, given: Record) -> Record:
        """Send the last increment of a market again; with `changed`, under the same sequence with another amount."""
        market = _market(given)
        last = self._hub.last_update.get(market)
        if last is None:
            raise ParameterError("control.nothing_to_repeat")
        if given.get("changed") is True:
            last = _altered(last)
        self._hub.publish(last)
        return {"market": market, "sequence": last.sequence}


def _altered(update: BookUpdate) -> BookUpdate:
    """The same increment with other amounts, as only a broken server would send."""
    asks, bids = (
        tuple((price, text(Decimal(size or 0) + 1)) for price, size in side) for side in (update.asks, update.bids)
    )
    return replace(update, asks=asks, bids=bids)


def _market(given: Record) -> str:
    market = word(given, "market")
    if market not in MARKETS:
        raise ParameterError("market.market.doesnt_exist")
    return market


def _write(given: Record) -> Write:
    write = word(given, "request")
    if write not in tuple(Write):
        raise ParameterError(f"control.request_is_one_of: {', '.join(Write)}")
    return Write(write)


def _whole(given: Record, name: str) -> int:
    value: Any = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"control.non_integer_{name}")
    return value


def _count(given: Record) -> int:
    """For how many requests the trouble is meant; once where nothing is said."""
    return _whole(given, "count") if "count" in given else 1


def _amount(given: Record, name: str) -> Decimal:
    value = amount(given.get(name))
    if value is None:
        raise ParameterError(f"control.non_positive_{name}")
    return value
