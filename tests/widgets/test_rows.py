"""Orders, trades and notices as rows: as many cells as columns, words for every state, stale where it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.types import OrderStatus, Side
from captui.render.lines import MEANINGS, plain
from captui.session.views import Notice, Severity
from captui.widgets import rows, wording
from captui.widgets.table import Row
from tests import samples

D = Decimal
MARKETS = samples.views().markets


def cells(row: Row) -> list[str]:
    return [plain(cell) for cell in row.cells]


def test_an_open_order() -> None:
    row = rows.open_order(samples.open_orders()[0], MARKETS, samples.NOW_MS)
    assert cells(row) == ["BTC/ZAR", "buy", "limit", "834 100.00", "0.0083", "39 %", "3 s", "wait"]
    assert len(row.cells) == len(rows.OPEN_COLUMNS)


@pytest.mark.parametrize("status", OrderStatus)
def test_every_state_has_words(status: OrderStatus) -> None:
    order = samples.order("o", Side.SELL, "834100", "0.1", status=status, reason="Because.")
    shown = cells(rows.open_order(order, MARKETS, samples.NOW_MS))[-1]
    assert shown == f"{wording.STATES[status]}  Because."
    assert wording.STATE_SENTENCES[status].endswith(".")


def test_a_market_order_has_no_price() -> None:
    order = samples.order("o", Side.BUY, None, "0.1", status=OrderStatus.DONE, executed="0.1")
    row = rows.closed_order(order, MARKETS, samples.NOW_MS, samples.TZ)
    assert cells(row)[3:5] == ["market", "market"]
    assert len(row.cells) == len(rows.HISTORY_COLUMNS)


def test_a_market_order_that_was_executed_shows_what_it_got() -> None:
    order = samples.order("o", Side.BUY, None, "0.1", status=OrderStatus.DONE, executed="0.1")
    row = rows.closed_order(replace(order, average_price=D("841039.731")), MARKETS, samples.NOW_MS, samples.TZ)
    assert cells(row)[3:5] == ["market", "841 039.73"]


def test_a_limit_order_shows_its_limit_and_not_what_it_got() -> None:
    order = samples.order("o", Side.BUY, "843500", "0.1", status=OrderStatus.DONE, executed="0.1")
    row = rows.closed_order(replace(order, average_price=D("841039.73")), MARKETS, samples.NOW_MS, samples.TZ)
    assert cells(row)[4] == "843 500.00"
    assert "841 039.73" in cells(row)


def test_both_sides_of_a_trade_with_oneself_are_rows_of_their_own() -> None:
    bought = samples.fills()[0]
    sold = replace(bought, side=bought.side.opposite, order_id=77)
    nameless = (replace(bought, order_id=None), replace(sold, order_id=None))
    keys = {rows.fill(fill, MARKETS, 0, samples.TZ).key for fill in (bought, sold, *nameless)}
    assert len(keys) == 4


def test_stale_rows_are_stale_in_every_cell() -> None:
    order = samples.open_orders()[0]
    fill = samples.fills()[0]
    for row in (
        rows.open_order(order, MARKETS, samples.NOW_MS, fresh=False),
        rows.closed_order(order, MARKETS, samples.NOW_MS, samples.TZ, fresh=False),
        rows.fill(fill, MARKETS, samples.NOW_MS, samples.TZ, fresh=False),
    ):
        assert {style for cell in row.cells for _, style in cell} == {"stale"}


def test_only_known_styles_are_used() -> None:
    made = [rows.open_order(samples.order("o", Side.BUY, "1", "1", status=s), MARKETS, 0) for s in OrderStatus]
    made += [rows.fill(fill, MARKETS, 0, samples.TZ) for fill in samples.fills()]
    made += [rows.notice(Notice(0, severity, "x"), 1, 0, samples.TZ) for severity in Severity]
    assert {style for row in made for cell in row.cells for _, style in cell} <= set(MEANINGS)


def test_a_trade_without_fee_or_role() -> None:
    fill = replace(samples.fills()[0], fee=None, maker=None)
    row = rows.fill(fill, MARKETS, samples.NOW_MS, samples.TZ)
    assert cells(row)[-2:] == ["–", ""]
    assert len(row.cells) == len(rows.FILL_COLUMNS)


def test_a_fee_keeps_all_its_digits_and_no_exponent() -> None:
    fill = replace(samples.fills()[0], fee=D("0.0000000150"), fee_currency="btc")
    assert cells(rows.fill(fill, MARKETS, 0, samples.TZ))[-2] == "0.000000015 BTC"
    fill = replace(fill, fee=D("100"), fee_currency="xrp")
    assert cells(rows.fill(fill, MARKETS, 0, samples.TZ))[-2] == "100 XRP"


def test_a_market_that_is_not_known_is_its_id() -> None:
    order = samples.order("o", Side.BUY, "0.000012345", "100", market="dogexyz")
    assert cells(rows.open_order(order, MARKETS, 0))[:5] == ["DOGEXYZ", "buy", "limit", "0.000012345", "100"]


def test_notices_are_made_printable() -> None:
    row = rows.notice(Notice(samples.NOW_MS, Severity.ERROR, "a\x1b[31mb\nc"), 1, samples.NOW_MS, samples.TZ)
    assert cells(row) == ["14:03:22", "a [31mb c"]


def test_clock_text_says_the_day_where_it_is_not_today() -> None:
    assert rows.clock_text(samples.NOW_MS - 86_400_000, samples.NOW_MS, samples.TZ) == "19 Nov"
    # 23:30 UTC of the day before is today in Cape Town.
    assert rows.clock_text(samples.NOW_MS - 45_000_000, samples.NOW_MS, samples.TZ) == "01:33:22"


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59_999, "59 s"),
        (60_000, "1 m"),
        (3_599_999, "59 m"),
        (3_600_000, "1 h"),
        (86_400_000, "1 d"),
    ],
)
def test_ages(ms: int, words: str) -> None:
    assert wording.age(ms) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [("0.01", "0.0100"), ("0.00012345", "0.00012345"), ("12", "12.0000"), ("1234.5", "1 234.5000")],
)
def test_amounts(value: str, words: str) -> None:
    assert wording.amount(D(value), samples.BTCZAR) == words


def test_money() -> None:
    assert wording.money(D("8341"), "zar") == "R 8 341.00"
    assert wording.money(D("-8341.005"), "usdt") == "−8 341.00 USDT"


def test_filled_is_100_only_when_all_is() -> None:
    order = samples.order("o", Side.BUY, "1", "3", executed="2.9999999")
    assert wording.filled(order) == "99 %"
    assert wording.filled(replace(order, executed=D(3))) == "100 %"
