"""The market bar at all widths."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.types import Market, Side
from captui.render.lines import Line, plain, width_of
from captui.render.market_bar import draw_market_bar
from captui.session.views import BookView, Freshness
from tests import samples

BOOK = samples.book()
LAST = samples.trades()[0]


def bar(width: int, *, market: Market | None = samples.BTCZAR, book: BookView = BOOK, last: bool = True) -> Line:
    return draw_market_bar(
        market,
        samples.ticker(),
        LAST if last else None,
        book,
        now_ms=samples.NOW_MS,
        tz=samples.TZ,
        width=width,
    )


def test_everything_at_120() -> None:
    text = " ".join(plain(bar(120)).split())
    assert text == (
        "BTC/ZAR 841 039.73 ▲ +1.24 % H 845 402.10 L 829 990.51 V 12.41 BTC spread 5 082.93 0.61 % 14:03:22"
    )


def test_pair_price_change_and_spread_at_80() -> None:
    text = plain(bar(80))
    for part in ("BTC/ZAR", "841 039.73 ▲", "+1.24 %", "spread 5 082.93"):
        assert part in text
    assert "12.41 BTC" not in text


def test_every_width_is_filled_exactly() -> None:
    assert all(width_of(bar(width)) == width for width in range(10, 210))


def test_a_fall_is_told_by_arrow_and_colour() -> None:
    fallen = draw_market_bar(
        samples.BTCZAR,
        replace(samples.ticker(), change_percent=Decimal("-2.1")),
        replace(LAST, taker=Side.SELL),
        BOOK,
        now_ms=samples.NOW_MS,
        tz=samples.TZ,
        width=120,
    )
    assert "▼" in plain(fallen)
    assert any("−2.10 %" in text and name == "ask" for text, name in fallen)


def test_old_prices_are_grey() -> None:
    stale = bar(120, book=replace(BOOK, freshness=Freshness.STALE))
    assert any("841 039" in text and name == "stale" for text, name in stale)
    assert not any(name in ("bid", "ask") for _, name in stale)


def test_without_a_market_it_says_what_it_waits_for() -> None:
    assert plain(bar(60, market=None)).strip().startswith("Waiting for the markets")


def test_a_market_that_is_closed_says_so() -> None:
    assert "trading is suspended" in plain(bar(120, market=samples.USDTZAR))


def test_before_the_first_trade_the_tickers_last_stands_in() -> None:
    assert "841 039.73" in plain(bar(120, last=False))


def test_the_change_is_that_of_the_price_that_is_shown() -> None:
    ticker = samples.ticker()
    newest = replace(LAST, price=ticker.open * 2)
    line = draw_market_bar(samples.BTCZAR, ticker, newest, BOOK, now_ms=samples.NOW_MS, tz=samples.TZ, width=160)
    assert "+100.00 %" in plain(line)
    assert "H 1 661 477.14" in plain(line), "and a price beyond the day's range is in the range"
