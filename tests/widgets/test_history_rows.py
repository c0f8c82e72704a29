"""Records of the past as rows: whole numbers in columns that line up, times that say their day, addresses with both ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from captui.core.events import OrderState
from captui.core.funding import Deposit
from captui.core.types import Market
from captui.render.lines import plain
from captui.session.commands import RecordKind
from captui.session.history_views import Record
from captui.session.views import MarketsView
from captui.widgets import history_rows, wording
from captui.widgets.history_rows import COLUMNS, key_of, lined_up, table_rows, time_of, time_text
from captui.widgets.table import Row
from tests import samples, samples_history

MARKETS = samples.views().markets
D = Decimal


def cells(record: Record, markets: MarketsView = MARKETS) -> list[str]:
    (row,) = table_rows([record], markets, samples.NOW_MS, samples.TZ)
    return [plain(cell).strip() for cell in row.cells]


@pytest.mark.parametrize("kind", list(RecordKind))
def test_a_row_has_a_cell_for_every_column_and_a_key_of_its_own(kind: RecordKind) -> None:
    records = samples_history.rows(kind)
    rows = table_rows(records, MARKETS, samples.NOW_MS, samples.TZ)
    assert all(len(row.cells) == len(COLUMNS[kind]) for row in rows)
    assert len({row.key for row in rows}) == len(records)
    assert [row.key for row in rows] == [key_of(record) for record in records]


def test_a_trade_with_oneself_has_two_keys() -> None:
    trade = samples_history.trade(0)
    assert key_of(trade) != key_of(replace(trade, order_id=5))


def test_an_order() -> None:
    order = samples_history.order(0)
    assert order.state is OrderState.WAIT
    shown = cells(order)
    assert shown[0] == "13:53:22"
    assert shown[1:4] == ["BTC/ZAR", order.side.value, "limit"]
    assert shown[6] == "25 %"
    assert shown[8] == "wait"


def test_a_market_order_has_the_price_that_it_got() -> None:
    order = samples_history.order(3)
    assert order.price is None
    shown = cells(order)
    assert shown[4] == shown[7] != "–"
    nothing = replace(order, average_price=None, executed=D(0), state=OrderState.REJECT)
    assert [cells(nothing)[at] for at in (4, 6, 7, 8)] == ["market", "0 %", "–", "refused"]


def test_a_trade() -> None:
    trade = samples_history.trade(
        0, price=D("834100"), amount=D("0.0050"), total=D("4170.50"), fee=D("0.00000500"), fee_currency="btc"
    )
    assert cells(trade)[1:] == ["BTC/ZAR", "buy", "834 100.00", "0.0050", "R 4 170.50", "0.000005 BTC", "maker"]
    assert cells(replace(trade, fee=None, maker=None))[6:] == ["–", ""]
    assert cells(replace(trade, fee=D("4.1705"), fee_currency="zar"))[6] == "R 4.17"


def test_money_in_and_out() -> None:
    arriving, rand, *_ = samples_history.deposits()
    assert cells(arriving)[1:] == ["BTC", "0.25", "–", "arriving", arriving.txid]
    assert cells(rand)[1:] == ["ZAR", "50 000.00", "–", "credited", rand.tid]
    rent, bitcoin, *_ = samples_history.withdrawals()
    assert cells(rent)[1:] == ["ZAR", "12 500.00", "8.50", "being sent", "FNB 62…1234", "rent"]
    shown = cells(bitcoin)
    assert shown[5] == "bc1qar0sr…zzwf5mdq"
    assert len(shown[5]) == 18


def test_confirmations_are_counted_where_the_currency_says_how_many_it_needs() -> None:
    currencies = {"btc": replace(MARKETS.currencies["btc"], min_confirmations=3)}
    assert cells(samples_history.deposits()[0], replace(MARKETS, currencies=currencies))[4] == "arriving 1/3"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 20, 0, 0, 1, tzinfo=UTC), "02:00:01"),
        (datetime(2026, 11, 19, 21, 59, 59, tzinfo=UTC), "19 Nov 23:59:59"),
        (datetime(2026, 11, 19, 22, 0, 0, tzinfo=UTC), "00:00:00"),
        (datetime(2025, 12, 31, 21, 0, 0, tzinfo=UTC), "31 Dec 2025 23:00"),
        (datetime(2026, 1, 1, 1, 2, 3, tzinfo=UTC), "1 Jan 03:02:03"),
    ],
)
def test_times(at: datetime, text: str) -> None:
    assert time_text(int(at.timestamp() * 1000), samples.NOW_MS, samples.TZ) == text


def test_a_time_that_is_not_known_is_a_dash() -> None:
    assert time_text(0, samples.NOW_MS, samples.TZ) == "–"
    assert time_of(samples_history.trade(1)) == samples_history.trade(1).time_ms


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("50000", "zar", "50 000.00      "),
        ("0.25", "btc", "0.25      "),
        ("2", "eth", "2         "),
        ("0.00000001", "btc", "0.00000001"),
        ("12.345", "zar", "12.345     "),
        ("1.500000000000000001", "eth", "1.500000000000000001"),
        ("1E+3", "xrp", "1 000         "),
        ("0", "btc", "0         "),
    ],
)
def test_decimal_points_stand_below_each_other_and_nothing_is_rounded(value: str, currency: str, text: str) -> None:
    shown = plain(lined_up(D(value), currency, "text"))
    assert shown == text
    if len(text) - (text.index(".") if "." in text else len(text.rstrip())) <= 9:
        assert len(shown) - (shown.index(".") if "." in shown else len(shown.rstrip())) == 9


def test_amounts_of_several_markets_line_up() -> None:
    trades = [samples_history.trade(0, amount=D(text)) for text in ("1046.6443", "0.00087", "12")]
    rows = table_rows(trades, MarketsView(), samples.NOW_MS, samples.TZ)
    amounts = [plain(row.cells[4]) for row in rows]
    assert amounts == ["1 046.6443 ", "0.00087", "12      "]


def test_rows_that_are_read_anew_are_faded_and_say_the_same() -> None:
    rows = table_rows(samples_history.orders(3), MARKETS, samples.NOW_MS, samples.TZ)
    old = table_rows(samples_history.orders(3), MARKETS, samples.NOW_MS, samples.TZ, stale=True)
    assert [[plain(cell) for cell in row.cells] for row in old] == [[plain(cell) for cell in row.cells] for row in rows]
    assert {style for row in old for cell in row.cells for _, style in cell} == {"stale"}


def test_a_row_that_is_no_longer_true_says_so() -> None:
    rows = table_rows(samples_history.orders(2), MARKETS, samples.NOW_MS, samples.TZ)
    changed = frozenset({rows[0].key})
    first, second = table_rows(samples_history.orders(2), MARKETS, samples.NOW_MS, samples.TZ, outdated=changed)
    assert plain(first.cells[-1]) == "changed"
    assert first.cells[:-1] == rows[0].cells[:-1]
    assert second == rows[1]


@pytest.mark.parametrize("text", ["\x1b]0;x\x07", "[/x]", "a\nb\rc", "価格", "x" * 5_000])
def test_foreign_words_are_made_harmless(text: str) -> None:
    order, trade = samples_history.order(0), samples_history.trade(0)
    deposit, withdrawal = samples_history.deposits()[0], samples_history.withdrawals()[1]
    records: list[Record] = [
        replace(order, market=text, uuid=text, custom_id=text),
        replace(trade, market=text, id=text, fee_currency=text),
        replace(deposit, currency=text, txid=text, tid=text, state=text),
        replace(withdrawal, currency=text, rid=text, note=text, state=text, txid=text),
    ]
    for record in records:
        for cell in cells(record):
            assert cell.isprintable()
            assert cell_len(cell) <= 700


def test_an_empty_list_has_no_rows() -> None:
    assert table_rows((), MARKETS, samples.NOW_MS, samples.TZ)[:] == []
    assert isinstance(samples_history.deposits()[0], Deposit)


@given(
    st.decimals(min_value=0, max_value=10**9, places=None, allow_nan=False), st.sampled_from([None, *samples.MARKETS])
)
def test_the_places_of_an_amount_are_those_that_it_is_shown_with(value: Decimal, market: Market | None) -> None:
    assert wording.amount_places(value, market) == len(wording.amount(value, market).partition(".")[2])


@pytest.mark.parametrize("kind", [RecordKind.ORDERS, RecordKind.TRADES])
def test_of_a_long_list_only_what_is_looked_at_is_made(kind: RecordKind, monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    make = history_rows._row

    def counted(*arguments: Any) -> Row:
        nonlocal made
        made += 1
        return make(*arguments)

    monkeypatch.setattr(history_rows, "_row", counted)
    records = samples_history.orders(500) if kind is RecordKind.ORDERS else samples_history.trades(500)
    rows = table_rows(records, MARKETS, samples.NOW_MS, samples.TZ)
    assert (len(rows), made) == (500, 0)
    assert [row.key for row in rows[20:40]] == list(rows.keys[20:40])
    assert rows[25] == rows[-475]
    assert made == 20
