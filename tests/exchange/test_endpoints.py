"""Every endpoint of the API document has a client method that sends exactly what the document says, where it says.

The endpoints, their paths and the places and names of their parameters are parsed from the document. Only which method of the
client belongs to which endpoint stands here, called with every parameter that it takes.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from urllib.parse import parse_qsl

import httpx
import pytest

from captui.core.intervals import Interval
from captui.core.outcome import Accepted
from captui.core.secret import Secret
from captui.core.types import OrderDraft, OrderType, Side
from captui.exchange.rest import RestClient
from tests import api_document
from tests.api_document import Endpoint
from tests.exchange import records
from tests.exchange.conftest import OpenClient

BASE = "https://exchange.test/api/v2/atlas"
DRAFT = OrderDraft("btczar", Side.SELL, OrderType.LIMIT, Decimal("800000.00"), Decimal("0.00001"), post_only=True)
FROM_MS, TO_MS = 1_702_021_000_000, 1_702_025_000_000

Call = Callable[[RestClient], Awaitable[object]]

CALLS: dict[str, tuple[Call, object]] = {
    "GET public/health/alive": (lambda client: client.alive(), None),
    "GET public/markets": (
        lambda client: client.markets(base="btc", quote="zar", order_by="position", descending=True),
        [records.MARKET],
    ),
    "GET public/currencies": (lambda client: client.currencies(kind="coin"), [records.CURRENCY]),
    "GET public/currencies/{id}": (lambda client: client.currency("btc"), records.CURRENCY),
    "GET public/markets/tickers": (lambda client: client.tickers(), {"btczar": records.TICKER}),
    "GET public/markets/{market}/tickers": (lambda client: client.ticker("btczar"), records.TICKER),
    "GET public/markets/{market}/k-line": (
        lambda client: client.candles("btczar", Interval.M15, from_ms=FROM_MS, to_ms=TO_MS, limit=7),
        [[1702022400, 1, 4, 0.5, 3, "10.1"]],
    ),
    "GET public/markets/{market}/depth": (lambda client: client.depth("btczar", 5), {"asks": [], "bids": []}),
    "GET public/markets/{market}/trades": (
        lambda client: client.public_trades("btczar", limit=5, page=2, from_ms=FROM_MS, to_ms=TO_MS, ascending=True),
        [records.PUBLIC_TRADE],
    ),
    "POST market/orders": (
        lambda client: client.create_order(DRAFT, str(records.ORDER["custom_order_id"])),
        records.ORDER,
    ),
    "GET market/orders/{id}": (lambda client: client.order(173757), records.ORDER),
    "GET market/orders": (
        lambda client: client.orders(
            market="btczar",
            base="btc",
            quote="zar",
            state="wait",
            page=2,
            limit=5,
            from_ms=FROM_MS,
            to_ms=TO_MS,
            type=OrderType.LIMIT,
            side=Side.SELL,
            ascending=True,
        ),
        [records.ORDER],
    ),
    "POST market/orders/{id}/cancel": (lambda client: client.cancel_order(173757), records.ORDER),
    "POST market/orders/cancel": (
        lambda client: client.cancel_all(market="btczar", side=Side.SELL),
        [records.ORDER],
    ),
    "GET market/trades": (
        lambda client: client.fills(market="btczar", page=2, limit=5, from_ms=FROM_MS, to_ms=TO_MS, ascending=True),
        [records.FILL],
    ),
    "GET account/balances": (lambda client: client.balances(nonzero=True), [records.BALANCE]),
    "GET account/balances/{currency}": (lambda client: client.balance("zar"), records.BALANCE),
    "POST account/beneficiaries": (
        lambda client: client.funding.create_beneficiary(
            currency="btc", name="Cold store", description="In the safe", data={"address": "bc1qexample"}
        ),
        records.BENEFICIARY,
    ),
    "PATCH account/beneficiaries/{id}/activate": (
        lambda client: client.funding.activate_beneficiary(12, Secret("123456")),
        records.BENEFICIARY,
    ),
    "DELETE account/beneficiaries/{id}": (lambda client: client.funding.delete_beneficiary(12), None),
    "GET account/beneficiaries/{id}": (lambda client: client.funding.beneficiary(12), records.BENEFICIARY),
    "GET account/beneficiaries": (
        lambda client: client.funding.beneficiaries(currency="btc", state="active"),
        [records.BENEFICIARY],
    ),
    "POST account/withdraws": (
        lambda client: client.funding.withdraw(
            currency="zar", amount=Decimal("250.50"), beneficiary_id=12, otp=Secret("012345"), note="same_day_rtc"
        ),
        records.WITHDRAWAL,
    ),
    "GET account/withdraws": (
        lambda client: client.funding.withdrawals(currency="btc", state="succeed", rid="bc1qexample", page=2, limit=5),
        [records.WITHDRAWAL],
    ),
    "GET payments/methods": (lambda client: client.funding.payment_methods(), [records.PAYMENT_METHOD]),
    "POST payments/vouchers/new": (
        lambda client: client.funding.redeem_voucher("3", Decimal(10), Secret("9876 5432")),
        records.REDEMPTION,
    ),
    "GET account/deposit_address/{currency}": (
        lambda client: client.funding.deposit_address("btc"),
        records.DEPOSIT_ADDRESS,
    ),
    "GET account/deposits/{txid}": (lambda client: client.funding.deposit("f00d"), records.DEPOSIT),
    "GET account/deposits": (
        lambda client: client.funding.deposits(currency="btc", state="accepted", txid="f00d", page=2, limit=5),
        [records.DEPOSIT],
    ),
    "POST account/lightning/pays": (
        lambda client: client.funding.lightning_pay(
            "lnbc1", Decimal(1000), description="Coffee", member_description="Tuesday"
        ),
        [records.LIGHTNING_PAYMENT],
    ),
    "POST account/lightning/invoices": (
        lambda client: client.funding.lightning_invoice(
            Decimal(1000), conversion_percent=Decimal("0.50"), description="Rent", member_description="May"
        ),
        [records.LIGHTNING_INVOICE],
    ),
}
"""By method and path of the document: the call, and a body that its answer may have."""


class Recorder:
    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        content = b"" if self.answer is None else json.dumps(self.answer).encode()
        return httpx.Response(201 if request.method == "POST" else 200, content=content)


def sent_names(request: httpx.Request) -> dict[str, list[str]]:
    """The names of what was sent, by place."""
    query = [name for name, _ in parse_qsl(request.url.query.decode(), keep_blank_values=True)]
    kind = request.headers.get("content-type", "")
    form = parse_qsl(request.content.decode(), keep_blank_values=True) if kind.startswith("application/x-www-") else []
    body = json.loads(request.content) if kind == "application/json" else {}
    assert form or body or not request.content or request.content == b"{}", "a body that is neither form data nor JSON"
    return {"query": query, "form": [name for name, _ in form], "json": list(body)}


async def recorded(open_client: OpenClient, call: Call, answer: object) -> tuple[object, list[httpx.Request]]:
    recorder = Recorder(answer)
    async with open_client(BASE, transport=httpx.MockTransport(recorder.handle)) as client:
        result = await call(client)
    return result, recorder.requests


def test_the_document_has_as_many_endpoints_as_are_known() -> None:
    assert len(api_document.endpoints()) == 31


def test_no_call_stands_here_for_an_endpoint_that_the_document_lacks() -> None:
    documented = {f"{endpoint.method} {endpoint.path}" for endpoint in api_document.endpoints()}
    assert set(CALLS) == documented


async def test_every_endpoint_is_sent_as_documented(open_client: OpenClient) -> None:
    wrong: list[str] = []
    for endpoint in api_document.endpoints():
        key = f"{endpoint.method} {endpoint.path}"
        if key not in CALLS:
            wrong.append(f"{key}: no client method")
            continue
        result, requests = await recorded(open_client, *CALLS[key])
        wrong += [f"{key}: {fault}" for fault in faults(endpoint, requests)]
        if endpoint.method != "GET" and not isinstance(result, Accepted):
            wrong.append(f"{key}: ended as {result}")
    assert not wrong, "\n".join(wrong)


def faults(endpoint: Endpoint, requests: list[httpx.Request]) -> list[str]:
    if len(requests) != 1:
        return [f"{len(requests)} requests instead of one"]
    (request,) = requests
    path = request.url.path.removeprefix("/api/v2/atlas/")
    found = []
    if request.method != endpoint.method or not endpoint.matches(path):
        found.append(f"sent as {request.method} {path}")
    sent = sent_names(request)
    for place, names in sent.items():
        if len(set(names)) != len(names):
            found.append(f"{place} names something twice: {names}")
        if set(names) != endpoint.named(place):
            found.append(f"{place} holds {sorted(names)}, the document says {sorted(endpoint.named(place))}")
    return found


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        (Endpoint("", "GET", "account/deposits/{txid}"), ""),
        (Endpoint("", "POST", "account/deposits/{txid}"), "sent as GET"),
        (Endpoint("", "GET", "account/deposits"), "sent as GET"),
        (Endpoint("", "GET", "account/deposits/{txid}", {"limit": "query"}), "query holds []"),
        (Endpoint("", "GET", "account/deposits/{txid}", {"limit": "form"}), "form holds []"),
    ],
)
async def test_a_request_unlike_the_document_is_seen(open_client: OpenClient, endpoint: Endpoint, fault: str) -> None:
    _, requests = await recorded(open_client, *CALLS["GET account/deposits/{txid}"])
    found = faults(endpoint, requests)
    assert [text for text in found if not text.startswith(fault)] == []
    assert bool(found) is bool(fault)


async def test_values_travel_as_they_are_meant(open_client: OpenClient) -> None:
    """Numbers as plain text, an OTP with its leading zero, details of a beneficiary as JSON inside the form."""

    async def sent(key: str) -> dict[str, str]:
        _, (request,) = await recorded(open_client, *CALLS[key])
        return dict(parse_qsl(request.url.query.decode() or request.content.decode()))

    assert await sent("POST account/withdraws") == {
        "otp": "012345",
        "beneficiary_id": "12",
        "currency": "zar",
        "amount": "250.5",
        "note": "same_day_rtc",
    }
    assert json.loads((await sent("POST account/beneficiaries"))["data"]) == {"address": "bc1qexample"}
    assert await sent("PATCH account/beneficiaries/{id}/activate") == {"pin": "123456"}
    assert (await sent("POST account/lightning/invoices"))["conversion_percent"] == "0.5"
    assert (await sent("POST payments/vouchers/new"))["voucher_pin"] == "98765432"
    assert (await sent("GET account/balances"))["nonzero"] == "true"


async def test_what_revision_atlas_adds(open_client: OpenClient) -> None:
    """The quote of a withdrawal, its id in what it is for, and own trades of one order (exchange notes, Two revisions)."""
    quote, (asked,) = await recorded(
        open_client, lambda client: client.funding.withdrawal_quote("btc"), records.WITHDRAWAL_QUOTE
    )
    assert asked.method == "GET"
    assert asked.url.path == "/api/v2/atlas/account/withdraws/btc"
    assert getattr(quote, "id", None) == "5150"

    _, (withdrawal,) = await recorded(
        open_client,
        lambda client: client.funding.withdraw(
            currency="btc", amount=Decimal("0.5"), beneficiary_id=12, otp=Secret("123456"), quote_id="5150"
        ),
        records.WITHDRAWAL,
    )
    assert sent_names(withdrawal)["form"] == ["otp", "beneficiary_id", "currency", "amount", "quote_id"]

    _, (payment,) = await recorded(
        open_client,
        lambda client: client.funding.lightning_pay("lnbc1", Decimal(1000), quote_id="5150"),
        records.LIGHTNING_PAYMENT,
    )
    assert sent_names(payment)["query"] == ["bolt", "amount", "quote_id"]

    _, (fills,) = await recorded(open_client, lambda client: client.fills(order_id=173757), [records.FILL])
    assert fills.url.params["order_id"] == "173757"
