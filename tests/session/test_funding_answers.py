"""Addresses that take a while, and quotes of a revision that has them and of one that has not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.types import Currency
from captui.session.commands import AskDepositAddress, AskQuote
from captui.session.funding_views import AddressView, MoveStatus, Progress, QuoteView
from captui.session.settings import system_ms
from captui.session.views import Views
from captui.simulator.server import Endpoints
from tests.session.client import Client
from tests.session.money import arrived, beneficiary, ended, funded, watching, withdrawal, writes

Start = Callable[..., Endpoints]


def address(client: Client, currency: str, *progress: Progress) -> AddressView:
    def there(_: object) -> bool:
        view = client.views.funding.addresses.get(currency)
        return view is not None and view.progress in progress

    client.wait(there, f"the address of {currency} to be {progress}")
    return client.views.funding.addresses[currency]


def quote(client: Client, currency: str, *progress: Progress) -> QuoteView:
    def there(_: object) -> bool:
        view = client.views.funding.quotes.get(currency)
        return view is not None and view.progress in progress

    client.wait(there, f"the quote of {currency} to be {progress}")
    return client.views.funding.quotes[currency]


def charged(fee: Decimal) -> Callable[[Views], bool]:
    return lambda views: fee in [each.fee for each in views.funding.withdrawals]


def asked(client: Client, endpoint: str) -> int:
    return sum(each["endpoint"] == endpoint for each in client.control.requests())


def test_an_address_is_asked_for_again_until_it_is_made(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", address_first_s=0.02) as client:
        client.live()
        client.send(AskDepositAddress("btc"))
        address(client, "btc", Progress.WAITING)
        client.send(AskDepositAddress("btc"))
        client.wait(lambda _: asked(client, "/account/deposit_address/btc") >= 3, "several questions")
        assert client.views.funding.addresses["btc"].progress is Progress.WAITING
        client.control.advance(10_000)
        made = address(client, "btc", Progress.READY)
        assert made.address == client.control.funding()["addresses"]["btc"]


def test_an_address_that_is_never_made_is_given_up(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", address_first_s=0.05, address_patience_s=0.3) as client:
        client.live()
        client.send(AskDepositAddress("eth"))
        assert "still making the address" in address(client, "eth", Progress.FAILED).reason
        # 0.05 + 0.075 + 0.1125 s: the next wait would be beyond the patience.
        assert 2 <= asked(client, "/account/deposit_address/eth") <= 4
        client.control.advance(10_000)
        client.send(AskDepositAddress("eth"))
        address(client, "eth", Progress.READY)


@pytest.mark.parametrize(
    ("currency", "why"), [("zar", "has no address"), ("doge", "no currency 'doge'"), ("usdc", "no deposits of USDC")]
)
def test_what_has_no_address_is_said_at_once(
    funds: Client, monkeypatch: pytest.MonkeyPatch, currency: str, why: str
) -> None:
    runtime = funds.session._runtime
    assert runtime is not None
    rules: dict[str, Currency] = runtime._currencies
    monkeypatch.setitem(rules, "usdc", replace(rules["usdc"], deposit_enabled=False))
    funds.send(AskDepositAddress(currency))
    assert why in address(funds, currency, Progress.FAILED).reason
    assert asked(funds, f"/account/deposit_address/{currency}") == 0


def test_the_exchange_s_refusal_of_an_address_is_told(funds: Client) -> None:
    funds.control.fault(kind="currency_state", currency="btc", deposits=False)
    funds.send(AskDepositAddress("btc"))
    assert address(funds, "btc", Progress.FAILED).reason


def test_a_quote_is_what_a_withdrawal_then_costs(funds: Client) -> None:
    to = beneficiary(funds, "btc", "Cold")
    funds.send(AskQuote("btc"))
    given = quote(funds, "btc", Progress.READY).quote
    assert given is not None
    funds.send(AskQuote("btc"))
    newer = (
        funds.wait(lambda views: views.funding.quotes["btc"].quote not in (None, given), "another quote")
        .funding.quotes["btc"]
        .quote
    )
    assert newer is not None
    for each in (given, newer):
        command = withdrawal(to, "0.01", quote_id=each.id)
        funds.send(command)
        ended(funds, command.key, MoveStatus.ACCEPTED)
        funds.wait(charged(each.fee), "the promised fee")


def test_only_the_newest_question_is_answered(funds: Client) -> None:
    funds.control.fault(kind="delay", ms=300, path="/account/withdraws/btc", count=1)
    funds.send(AskQuote("btc"))
    funds.wait(lambda _: asked(funds, "/account/withdraws/btc") == 1, "the first question to arrive")
    funds.send(AskQuote("btc"))
    newest = quote(funds, "btc", Progress.READY).quote
    funds.wait(lambda _: len(funds.control.funding()["quotes"]) == 2, "the answer to the first")
    funds.send(AskQuote("zar"))
    quote(funds, "zar", Progress.READY)
    assert funds.views.funding.quotes["btc"].quote == newest
    assert newest is not None
    assert newest.id == funds.control.funding()["quotes"][0]["id"]


def test_an_old_quote_is_not_sent(exchange: Start, tmp_path: Path) -> None:
    ahead = {"ms": 0}
    with funded(exchange(), tmp_path / "journal.jsonl", now_ms=lambda: system_ms() + ahead["ms"]) as client:
        watching(client)
        to = beneficiary(client, "btc", "Cold")
        client.send(AskQuote("btc"))
        client.send(AskQuote("zar"))
        given = quote(client, "btc", Progress.READY).quote
        other = quote(client, "zar", Progress.READY).quote
        assert given is not None
        assert other is not None
        before = arrived(client)
        wrong = withdrawal(to, "0.01", quote_id=other.id)
        client.send(wrong)
        assert "is for ZAR, not for BTC" in ended(client, wrong.key).reason
        ahead["ms"] = 120_000
        command = withdrawal(to, "0.01", quote_id=given.id)
        client.send(command)
        assert "ask for a new quote" in ended(client, command.key).reason
        assert writes(client, after=before) == []


def test_the_older_revision_has_none_and_is_not_asked(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", revision="trade") as client:
        client.live()
        client.send(AskQuote("btc"))
        assert quote(client, "btc", Progress.READY) == QuoteView("btc", Progress.READY)
        assert asked(client, "/account/withdraws/btc") == 0


@pytest.mark.parametrize(("status", "progress"), [(404, Progress.READY), (405, Progress.READY), (403, Progress.FAILED)])
def test_an_exchange_without_quotes_is_no_failure(funds: Client, status: int, progress: Progress) -> None:
    funds.control.fault(kind="reply", status=status, path="/account/withdraws/btc", count=1)
    funds.send(AskQuote("btc"))
    found = quote(funds, "btc", Progress.READY, Progress.FAILED)
    assert (found.progress, found.quote) == (progress, None)
    assert bool(found.reason) is (progress is Progress.FAILED)
    funds.send(AskQuote("doge"))
    assert "no currency" in quote(funds, "doge", Progress.FAILED).reason
    funds.send(AskQuote("zar"))
    known = quote(funds, "zar", Progress.READY).quote
    assert known is not None
    assert known.fee == Decimal(15)
