"""The cells of one market."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.market_summary import MarketSummary, summaries
from captui.render.lines import Line, plain, width_of
from captui.widgets.market_rows import PriceMove, Shown, columns, market_row, spark_width
from tests import samples, samples_markets

D = Decimal
TITLES = ("star", "pair", "last", "change", "spark", "range", "volume", "rand", "state")


def summary(market: str = "btczar") -> MarketSummary:
    found = summaries(samples_markets.MARKETS, samples_markets.TICKERS, samples.open_orders())
    return next(each for each in found if each.market.id == market)


def cells(shown: Shown, width: int = 120, places: int = 2) -> dict[str, Line]:
    return dict(zip(TITLES, market_row(shown, width, places).cells, strict=True))


def texts(shown: Shown, width: int = 120, places: int = 2) -> dict[str, str]:
    return {title: plain(cell) for title, cell in cells(shown, width, places).items()}


def test_a_market_on_one_line() -> None:
    assert texts(Shown(summary(), samples_markets.closes("btczar"), favourite=True, selected=True)) == {
        "star": "★",
        "pair": "BTC/ZAR",
        "last": "841 039.73  ",
        "change": "+1.24 %",
        "spark": "▄▂▁▃▄▅▄▂▄▆▆▅▄▄▇▆",
        "range": "829 990.51 – 845 402.10",
        "volume": "12.41 BTC",
        "rand": "R 10.44M",
        "state": "2 orders",
    }


def test_the_price_line_ends_at_the_last_price() -> None:
    closes = (D(700_000), D(720_000))
    line = texts(Shown(summary(), closes), width=80)["spark"]
    assert line == "▁▁▁▁▂▂▂▂▇▇▇▇"
    assert cells(Shown(summary(), closes))["spark"][0][1] == "bid"
    assert cells(Shown(summary("ethzar"), closes))["spark"][0][1] == "ask"


def test_price_lines_that_are_not_known_and_those_of_quiet_days() -> None:
    assert cells(Shown(summary(), None))["spark"] == ()
    assert texts(Shown(summary(), ()))["spark"] == "no trades"


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (None, (("841 039", "text"), (".73", "dim"), ("  ", "text"))),
        (PriceMove(up=True, fresh=True), (("841 039", "bid"), (".73", "dim"), ("", "text"), (" ▲", "bid"))),
        (PriceMove(up=False, fresh=False), (("841 039", "text"), (".73", "dim"), ("", "text"), (" ▼", "ask"))),
    ],
)
def test_a_move_is_lit_for_a_moment_and_stays_as_an_arrow(move: PriceMove | None, expected: Line) -> None:
    assert cells(Shown(summary(), None, move=move))["last"] == expected


def test_prices_of_fewer_decimals_have_their_point_under_the_others() -> None:
    long, short = texts(Shown(summary("ethbtc"), None), places=6), texts(Shown(summary(), None), places=6)
    assert long["last"] == "0.057421  "
    assert short["last"] == "841 039.73      "
    whole = replace(summary(), market=replace(samples.BTCZAR, price_precision=0))
    assert texts(Shown(whole, None), places=2)["last"] == "841 040     "


def test_an_estimated_turnover_says_so() -> None:
    assert texts(Shown(summary("ethbtc"), None))["rand"] == "≈ R 1.521M"
    without = replace(summary(), turnover=None)
    assert texts(Shown(without, None))["rand"] == "–"


def test_a_market_without_a_price_has_dashes() -> None:
    shown = texts(Shown(summary("usdtzar"), ()))
    assert shown["state"] == "halted"
    assert {shown[title].strip() for title in ("last", "change", "range", "volume", "rand")} == {"–"}


def test_own_orders_on_a_halted_market_are_not_forgotten() -> None:
    halted = replace(summary(), market=replace(samples.BTCZAR, enabled=False))
    assert texts(Shown(halted, None))["state"] == "halted  2 orders"


def test_old_prices_look_old() -> None:
    styles = {style for cell in cells(Shown(summary(), None, live=False)).values() for _, style in cell}
    assert styles == {"stale"}


def test_endless_names_and_codes_are_cut() -> None:
    market = replace(samples.BTCZAR, name="N" * 500, base="b" * 500)
    shown = cells(Shown(replace(summary(), market=market), None))
    assert width_of(shown["pair"]) <= 13
    assert width_of(shown["volume"]) <= 14


@pytest.mark.parametrize(("width", "expected"), [(80, 12), (116, 12), (120, 16), (200, 48)])
def test_the_price_line_takes_what_room_there_is(width: int, expected: int) -> None:
    assert spark_width(width) == expected
    assert len(texts(Shown(summary(), (D(1), D(2))), width=width)["spark"]) == expected
    assert len(columns(width)) == len(TITLES)
