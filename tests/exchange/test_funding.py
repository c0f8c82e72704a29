"""Money in and out: what is made of the answers, what is never sent, and what is never sent twice."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from rich.console import Console
from rich.traceback import Traceback

from captui.core.funding import DepositAddress, WithdrawalState
from captui.core.outcome import Accepted, Refused, Unknown
from captui.core.secret import Secret
from captui.core.types import OrderDraft, OrderType, Side
from captui.errors import ExchangeError, NoConnectionError, RefusedError, UnavailableError
from captui.exchange.rest import RestClient
from captui.exchange.wire import Request
from tests.exchange import records
from tests.exchange.conftest import OpenClient
from tests.exchange.http_server import Drop, HttpServer, Received, Reply, json_reply, until

OTP = Secret("31415926")
VOUCHER_PIN = Secret("2718281828459045")

WRITES: dict[str, Callable[[RestClient], Awaitable[object]]] = {
    "create a beneficiary": lambda client: client.funding.create_beneficiary(
        currency="btc", name="Cold store", data={"address": "bc1qexample"}
    ),
    "activate a beneficiary": lambda client: client.funding.activate_beneficiary(12, OTP),
    "delete a beneficiary": lambda client: client.funding.delete_beneficiary(12),
    "withdraw": lambda client: client.funding.withdraw(
        currency="btc", amount=Decimal("0.5"), beneficiary_id=12, otp=OTP
    ),
    "redeem a voucher": lambda client: client.funding.redeem_voucher("3", Decimal(10), VOUCHER_PIN),
    "make an invoice": lambda client: client.funding.lightning_invoice(Decimal(1000)),
    "pay an invoice": lambda client: client.funding.lightning_pay("lnbc1", Decimal(1000)),
}

every_write = pytest.mark.parametrize("name", WRITES)


@every_write
async def test_a_write_whose_answer_is_lost_is_unknown_and_leaves_once(open_client: OpenClient, name: str) -> None:
    async def handle(received: Received) -> Reply:
        raise Drop

    async with HttpServer(handle) as server, open_client(server.url) as client:
        outcome = await WRITES[name](client)
        assert len(server.received) == 1

    assert isinstance(outcome, Unknown)


@every_write
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_page_says_nothing_of_a_write(open_client: OpenClient, name: str, status: int) -> None:
    async def handle(received: Received) -> Reply:
        return Reply(status, b"<html>", {"Retry-After": "0"})

    async with HttpServer(handle) as server, open_client(server.url) as client:
        outcome = await WRITES[name](client)
        assert len(server.received) == 1

    assert isinstance(outcome, Unknown)


@every_write
async def test_a_refused_write_has_its_reason_in_words(open_client: OpenClient, name: str) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply({"errors": ["account.withdraw.invalid_otp"]}, 422)

    async with HttpServer(handle) as server, open_client(server.url) as client:
        outcome = await WRITES[name](client)
        assert len(server.received) == 1

    assert outcome == Refused(
        "The exchange does not accept this one-time password.", ("account.withdraw.invalid_otp",), 422
    )


@every_write
async def test_without_a_connection_nothing_was_done(open_client: OpenClient, name: str) -> None:
    async with open_client("http://127.0.0.1:1/api") as client:
        outcome = await WRITES[name](client)

    assert isinstance(outcome, Refused)
    assert outcome.status == 0


async def test_a_deleted_beneficiary_leaves_no_body(open_client: OpenClient) -> None:
    async def handle(received: Received) -> Reply:
        return Reply(204)

    async with HttpServer(handle) as server, open_client(server.url) as client:
        assert await client.funding.delete_beneficiary(12) == Accepted(None)
        assert server.paths == ["DELETE account/beneficiaries/12"]


async def test_a_withdrawal_may_be_accepted_without_a_word(open_client: OpenClient) -> None:
    bodies = [Reply(201), json_reply(records.WITHDRAWAL, 201), Reply(201, b"<html>")]

    async def handle(received: Received) -> Reply:
        return bodies[len(server.received) - 1]

    async with HttpServer(handle) as server, open_client(server.url) as client:
        outcomes = [await WRITES["withdraw"](client) for _ in bodies]

    silent, told, strange = outcomes
    assert silent == Accepted(None)
    assert isinstance(told, Accepted)
    assert told.value is not None
    # Accepted, surely; but of what, nobody said.
    assert isinstance(strange, Unknown)


async def test_an_address_that_is_still_being_made_is_empty(open_client: OpenClient) -> None:
    async def handle(received: Received) -> Reply:
        return Reply(200) if len(server.received) == 1 else json_reply(records.DEPOSIT_ADDRESS)

    async with HttpServer(handle) as server, open_client(server.url) as client:
        first = await client.funding.deposit_address("BTC")
        second = await client.funding.deposit_address("BTC")

    assert first == DepositAddress("btc", "", "")
    assert second == DepositAddress("btc", "bc1qexample", "active")


@pytest.mark.parametrize("with_headers", [True, False])
async def test_histories_are_read_to_their_end(open_client: OpenClient, with_headers: bool) -> None:
    withdrawals = [records.WITHDRAWAL | {"id": number + 1} for number in range(230)]
    deposits = [records.DEPOSIT | {"id": number + 1, "txid": f"tx{number}"} for number in range(230)]

    async def handle(received: Received) -> Reply:
        every = withdrawals if received.path == "account/withdraws" else deposits
        page, limit = int(received.query["page"]), int(received.query["limit"])
        headers = {"Page": str(page), "Per-Page": str(limit), "Total": "230"} if with_headers else {}
        return json_reply(every[(page - 1) * limit : page * limit], headers=headers)

    async with HttpServer(handle) as server, open_client(server.url) as client:
        sent = await client.funding.all_withdrawals(currency="btc", state=WithdrawalState.SUCCEED, rid="bc1qexample")
        came = await client.funding.all_deposits(currency="btc", state="accepted", txid="f00d")
        some = await client.funding.all_deposits(max_pages=2)

    assert [each.id for each in sent.items] == [each.id for each in came.items] == list(range(1, 231))
    assert not sent.has_more
    assert not came.has_more
    assert some.has_more
    assert len(some.items) == 200
    assert [received.query["page"] for received in server.received] == ["1", "2", "3", "1", "2", "3", "1", "2"]
    assert server.received[2].query == {
        "currency": "btc",
        "state": "succeed",
        "rid": "bc1qexample",
        "page": "3",
        "limit": "100",
    }


async def test_reads_are_tried_again_and_say_what_is_wrong(open_client: OpenClient) -> None:
    replies = [Reply(502, b"<html>"), json_reply([records.PAYMENT_METHOD])]

    async def handle(received: Received) -> Reply:
        return replies[min(len(server.received), 2) - 1] if received.path == "payments/methods" else Reply(200, b"{")

    async with HttpServer(handle) as server, open_client(server.url) as client:
        (method,) = await client.funding.payment_methods()
        assert method.id == "3"
        with pytest.raises(ExchangeError, match="answer for a deposit cannot be read"):
            await client.funding.deposit("f00d")


@pytest.mark.parametrize("status", [404, 405])
async def test_a_revision_without_quotes_says_so(open_client: OpenClient, status: int) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply({"errors": ["record.not_found"]}, status)

    async with HttpServer(handle) as server, open_client(server.url) as client:
        with pytest.raises(RefusedError) as caught:
            await client.funding.withdrawal_quote("btc")
        assert len(server.received) == 1

    assert caught.value.status == status


async def test_what_cannot_be_meant_is_never_sent(open_client: OpenClient) -> None:
    """An empty id would make the path of another endpoint; nothing of this is for the exchange to judge."""

    async def handle(received: Received) -> Reply:
        return json_reply({})

    async with HttpServer(handle) as server, open_client(server.url) as client:
        funding = client.funding
        good = {"currency": "btc", "amount": Decimal(1), "beneficiary_id": 1, "otp": OTP}
        for call in (
            lambda: funding.beneficiary(0),
            lambda: funding.delete_beneficiary(0),
            lambda: funding.activate_beneficiary(-1, OTP),
            lambda: funding.activate_beneficiary(1, Secret("")),
            lambda: funding.activate_beneficiary(1, Secret("12 34")),
            lambda: funding.create_beneficiary(currency="", name="n", data={"address": "a"}),
            lambda: funding.create_beneficiary(currency="btc", name="", data={"address": "a"}),
            lambda: funding.create_beneficiary(currency="btc", name="n", data={}),
            lambda: funding.withdraw(**good | {"currency": ""}),  # type: ignore[arg-type]
            lambda: funding.withdraw(**good | {"amount": Decimal(0)}),  # type: ignore[arg-type]
            lambda: funding.withdraw(**good | {"amount": Decimal(-1)}),  # type: ignore[arg-type]
            lambda: funding.withdraw(**good | {"amount": Decimal("NaN")}),  # type: ignore[arg-type]
            lambda: funding.withdraw(**good | {"beneficiary_id": 0}),  # type: ignore[arg-type]
            lambda: funding.withdraw(**good | {"otp": Secret("")}),  # type: ignore[arg-type]
            lambda: funding.withdrawal_quote(""),
            lambda: funding.deposit(""),
            lambda: funding.deposit(".."),
            lambda: funding.deposit_address(""),
            lambda: funding.redeem_voucher("", Decimal(1), VOUCHER_PIN),
            lambda: funding.redeem_voucher("3", Decimal(1), Secret("")),
            lambda: funding.redeem_voucher("3", Decimal(0), VOUCHER_PIN),
            lambda: funding.lightning_invoice(Decimal(0)),
            lambda: funding.lightning_invoice(Decimal(1), conversion_percent=Decimal(50)),
            lambda: funding.lightning_invoice(Decimal(1), conversion_percent=Decimal("NaN")),
            lambda: funding.lightning_pay("", Decimal(1)),
            lambda: funding.lightning_pay("lnbc1", Decimal("Infinity")),
        ):
            with pytest.raises(ValueError, match=r".") as caught:
                await call()
            assert OTP.reveal() not in str(caught.value)
        assert server.received == []


async def test_no_order_waits_for_a_payment(open_client: OpenClient) -> None:
    answer = asyncio.Event()

    async def handle(received: Received) -> Reply:
        if received.path == "market/orders":
            return json_reply(records.ORDER, 201)
        await answer.wait()
        return json_reply([records.LIGHTNING_PAYMENT], 201)

    draft = OrderDraft("btczar", Side.SELL, OrderType.LIMIT, Decimal("800000.00"), Decimal("0.00001"))
    async with HttpServer(handle) as server, open_client(server.url) as client:
        paying = asyncio.create_task(client.funding.lightning_pay("lnbc1", Decimal(1000)), name="paying")
        second = asyncio.create_task(client.funding.lightning_pay("lnbc2", Decimal(1000)), name="second")
        await until(lambda: len(server.received) == 1)
        assert isinstance(await client.create_order(draft, str(records.ORDER["custom_order_id"])), Accepted)
        assert server.paths == ["POST account/lightning/pays", "POST market/orders"], "payments leave one at a time"
        answer.set()
        assert isinstance(await paying, Accepted)
        assert isinstance(await second, Accepted)


async def test_pins_and_one_time_passwords_keep_to_themselves(
    open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    """In no outcome, no request that is printed, no log of captui's at its lowest level, no traceback with local variables."""
    caplog.set_level(logging.DEBUG, logger="captui")

    async def handle(received: Received) -> Reply:
        raise Drop

    async with HttpServer(handle) as server, open_client(server.url) as client:
        names = ("activate a beneficiary", "withdraw", "redeem a voucher")
        texts = [repr(await WRITES[name](client)) for name in names]
        assert server.received[0].form()["pin"] == server.received[1].form()["otp"] == OTP.reveal()
        assert server.received[2].query["voucher_pin"] == VOUCHER_PIN.reveal()
    texts.append(await traceback_of(lambda: client.funding.redeem_voucher("", Decimal(1), VOUCHER_PIN)))
    texts.append(
        await traceback_of(lambda: client.funding.withdraw(currency="", amount=Decimal(1), beneficiary_id=1, otp=OTP))
    )
    texts.append(repr(Request("POST", "p", {"voucher_pin": VOUCHER_PIN.reveal()}, form={"otp": OTP.reveal()})))
    texts += [record.getMessage() for record in caplog.records if record.name.startswith("captui")]

    for text in texts:
        assert OTP.reveal() not in text
        assert VOUCHER_PIN.reveal() not in text


async def traceback_of(call: Callable[[], Awaitable[object]]) -> str:
    """Of the ValueError that `call` raises, with local variables."""
    out = io.StringIO()
    with pytest.raises(ValueError, match=r".") as caught:
        await call()
    error = caught.value
    Console(file=out, width=300).print(
        Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
    )
    return out.getvalue()


async def test_details_of_a_bank_account_travel_as_json(open_client: OpenClient) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply(records.BENEFICIARY, 201)

    details = {"full_name": "T. Mokoena & Söhne", "account_number": "0012345"}
    async with HttpServer(handle) as server, open_client(server.url) as client:
        outcome = await client.funding.create_beneficiary(currency="zar", name="Savings", data=details)
        form = server.received[0].form()

    assert isinstance(outcome, Accepted)
    assert json.loads(form["data"]) == details
    assert set(form) == {"currency", "name", "data"}


async def test_errors_of_reads_are_the_usual_ones(open_client: OpenClient) -> None:
    async with open_client("http://127.0.0.1:1/api") as client:
        with pytest.raises((NoConnectionError, UnavailableError)):
            await client.funding.beneficiaries()
