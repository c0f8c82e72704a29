"""The fee that was shown is the fee that is sent, or it is agreed to again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from captui.cli import quotes
from captui.cli.connect import Connection, now_ms
from captui.cli.quotes import Price, kept, price_of
from captui.core.funding import WithdrawalQuote
from captui.errors import NoConnectionError, RefusedError, UnauthorisedError
from captui.exchange.clock import ServerClock
from captui.exchange.probe import Revision


def quote(number: int, fee: str, *, lasts_ms: int) -> WithdrawalQuote:
    created_ms = now_ms()
    return WithdrawalQuote(str(number), "btc", Decimal(fee), "bitcoin", created_ms, created_ms + lasts_ms)


class Funding:
    """Gives these quotes one after the other, and raises what is an error among them."""

    def __init__(self, *given: WithdrawalQuote | Exception) -> None:
        self.given = list(given)

    async def withdrawal_quote(self, currency: str) -> WithdrawalQuote:
        found = self.given.pop(0)
        if isinstance(found, Exception):
            raise found
        return replace(found, currency=currency)


def connection(*given: WithdrawalQuote | Exception, revision: Revision = Revision.ATLAS) -> Connection:
    made = SimpleNamespace(
        rest=SimpleNamespace(funding=Funding(*given)),
        clock=ServerClock(),
        endpoints=SimpleNamespace(revision=revision),
    )
    return cast("Connection", made)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the person says to each question; a question without an answer fails the test."""
    said: list[bool] = []
    monkeypatch.setattr(quotes, "agreed", lambda _question: said.pop(0))
    return said


async def test_the_quote_comes_before_the_listed_fee() -> None:
    price = await price_of(connection(quote(1, "0.0002", lasts_ms=90_000)), "btc", Decimal("0.0001"))
    assert (price.fee, price.quote_id, price.text) == (Decimal("0.0002"), "1", "0.0002 BTC")


@pytest.mark.parametrize(
    "where",
    [connection(revision=Revision.TRADE), connection(RefusedError("No such page.", status=404))],
    ids=["older revision", "no quotes"],
)
async def test_where_there_is_no_quote_the_listed_fee_is_told(where: Connection) -> None:
    price = await price_of(where, "btc", Decimal("0.0001"))
    assert (price.fee, price.quote_id) == (Decimal("0.0001"), None)
    assert await kept(where, price, yes=False) is price


async def test_where_nothing_is_known_that_is_said() -> None:
    assert (await price_of(connection(revision=Revision.TRADE), "btc", None)).text == "what the exchange takes"


@pytest.mark.parametrize("error", [UnauthorisedError("No."), NoConnectionError("No.", sent=False)])
async def test_trouble_is_not_taken_for_an_exchange_without_quotes(error: Exception) -> None:
    with pytest.raises(type(error)):
        await price_of(connection(error), "btc", None)


async def test_a_quote_that_is_good_is_sent_with() -> None:
    price = Price("btc", Decimal("0.0002"), quote(1, "0.0002", lasts_ms=60_000))
    assert await kept(connection(), price, yes=False) is price


@pytest.mark.parametrize("fee", ["0.0002", "0.0001"])
async def test_an_expired_quote_is_asked_for_again(fee: str, answers: list[bool]) -> None:
    price = Price("btc", Decimal("0.0002"), quote(1, "0.0002", lasts_ms=1000))
    renewed = await kept(connection(quote(2, fee, lasts_ms=90_000)), price, yes=False)
    assert renewed is not None
    assert (renewed.quote_id, renewed.fee) == ("2", Decimal(fee))
    assert answers == []


@pytest.mark.parametrize("agrees", [True, False])
async def test_a_higher_fee_is_agreed_to_again(
    agrees: bool, answers: list[bool], capsys: pytest.CaptureFixture[str]
) -> None:
    answers.append(agrees)
    price = Price("btc", Decimal("0.0002"), quote(1, "0.0002", lasts_ms=-1))
    renewed = await kept(connection(quote(2, "0.0003", lasts_ms=90_000)), price, yes=False)
    assert (renewed.quote_id if renewed else None) == ("2" if agrees else None)
    assert answers == []
    assert "It is 0.0003 BTC now, not 0.0002 BTC." in capsys.readouterr().err


async def test_yes_agrees_to_a_higher_fee_too(answers: list[bool]) -> None:
    price = Price("btc", Decimal("0.0002"), quote(1, "0.0002", lasts_ms=-1))
    renewed = await kept(connection(quote(2, "0.0003", lasts_ms=90_000)), price, yes=True)
    assert renewed is not None
    assert renewed.quote_id == "2"
    assert answers == []


async def test_without_a_new_quote_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    price = Price("btc", Decimal("0.0002"), quote(1, "0.0002", lasts_ms=-1))
    assert await kept(connection(RefusedError("No.", status=404)), price, yes=True) is None
    assert "nothing was sent" in capsys.readouterr().err
