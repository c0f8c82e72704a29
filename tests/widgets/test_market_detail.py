"""What stands below the markets about the one under the cursor."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.market_summary import MarketSummary, summaries
from captui.core.types import Balance, Currency
from captui.render.lines import plain, width_of
from captui.widgets.market_detail import WITH_PICTURE, MarketDetail
from tests import samples, samples_markets

D = Decimal
BITCOIN = Currency("btc", "Bitcoin", 8, "coin")


def summary(market: str = "btczar") -> MarketSummary:
    found = summaries(samples_markets.MARKETS, samples_markets.TICKERS, samples.open_orders())
    return next(each for each in found if each.market.id == market)


def pane(
    of: MarketSummary | None,
    *,
    closes: tuple[Decimal, ...] | None = None,
    held: Balance | None = Balance("btc", D("0.74"), D("0.01")),  # noqa: B008 - frozen
    live: bool = True,
) -> MarketDetail:
    made = MarketDetail(id="market-detail")
    made.show(of, closes, currency=BITCOIN, held=held, live=live)
    return made


def text(made: MarketDetail, width: int = 120, height: int = 3) -> list[str]:
    return [plain(line).rstrip() for line in made.lines(width, height)]


def test_the_day_what_is_mine_and_the_rules() -> None:
    day, own, rules = text(pane(summary()))
    assert day.startswith(" BTC/ZAR  Bitcoin  low 829 990.51 ├")
    assert "┤ 845 402.10 high  24 h +10 301.16  +1.24 %" in day
    assert own == (" you hold 0.7500 BTC  R 630 779.80  2 open orders  0.01 BTC and R 4 170.50  volume 12.41 BTC")
    assert rules == " smallest order 0.00001 BTC  tick 0.01  amount step 0.00000001  prices from 200 000"


def test_a_market_with_a_highest_price_says_both() -> None:
    assert text(pane(summary("usdczar")))[2].endswith("prices 14 to 29")


def test_what_is_held_is_not_guessed() -> None:
    assert "hold" not in text(pane(summary(), held=None))[1]
    assert "you hold 0.0000 BTC  " in text(pane(summary(), held=Balance("btc", D(0), D(0))))[1]


def test_in_private_nothing_is_told_of_own_amounts() -> None:
    made = MarketDetail(id="market-detail")
    made.show(summary(), None, currency=None, held=Balance("btc", D("0.74"), D(0)), live=True, private=True)
    assert text(made)[1] == " amounts are hidden  2 open orders  volume 12.41 BTC"


def test_no_orders_is_said() -> None:
    assert "no open orders" in text(pane(summary("solzar")))[1]


def test_a_halted_market_without_a_price() -> None:
    assert text(pane(summary("usdtzar")))[0] == " USDT/ZAR  Bitcoin  trading is halted  no price yet"


def test_nothing_marked_is_nothing_said() -> None:
    assert text(pane(None)) == []


@pytest.mark.parametrize("height", [WITH_PICTURE, 14])
def test_a_higher_pane_draws_the_day(height: int) -> None:
    lines = text(pane(summary(), closes=samples_markets.closes("btczar")), height=height)
    assert len(lines) == height
    assert lines[height - 5].startswith(" 24 hours ago")
    assert lines[height - 5].endswith("now")
    assert lines[0].endswith("843 692.83")
    assert lines[-3].startswith(" BTC/ZAR")


@pytest.mark.parametrize(
    ("closes", "sentence"),
    [(None, "Reading the prices of the last 24 hours."), ((), "Nothing was traded in the last 24 hours.")],
)
def test_a_day_that_cannot_be_drawn_says_why(closes: tuple[Decimal, ...] | None, sentence: str) -> None:
    assert text(pane(summary(), closes=closes), height=12)[0].strip() == sentence


def test_without_a_connection_nothing_is_said_to_be_read() -> None:
    shown = text(pane(summary(), closes=None, live=False), height=12)[0]
    assert shown.strip() == "Waiting for the prices of the last 24 hours."


def test_old_prices_look_old() -> None:
    made = pane(summary(), closes=samples_markets.closes("btczar"), live=False)
    assert not {style for line in made.lines(120, 14)[:9] for _, style in line} & {"bid", "ask"}


@pytest.mark.parametrize("width", [72, 80, 120, 200])
@pytest.mark.parametrize("name", ["[b]x[/b]", "価格が高い", "\x1b[2J", "x" * 900])
def test_words_of_the_exchange_stay_inside(name: str, width: int) -> None:
    market = replace(samples.BTCZAR, name=name, base=name, quote=name)
    made = pane(replace(summary(), market=market), closes=samples_markets.closes("btczar"))
    made._currency = replace(BITCOIN, name=name)
    lines = made.lines(width, 12)
    assert all(width_of(line) <= width for line in lines)
    assert all(plain(line).isprintable() for line in lines)
