"""Every field of a record is in its details, to the letter, with times here and in UTC."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC
from decimal import Decimal

import pytest
from rich.cells import cell_len

from captui.core.events import OrderRecord, OrderState
from captui.render.lines import Line, plain
from captui.screens.history.details import Copied, Details, details, moments, trades_of
from captui.session.history_views import Record
from captui.session.views import MarketsView
from tests import samples, samples_history

MARKETS = samples.views().markets
RECORDS: tuple[Record, ...] = (
    samples_history.order(2),
    samples_history.order(3),
    samples_history.trade(0),
    samples_history.trade(1),
    *samples_history.deposits(),
    *samples_history.withdrawals(),
)


def words(about: Details) -> str:
    return "\n".join(squeezed(line) for line in about.items)


def squeezed(line: Line) -> str:
    return re.sub(" +", " ", plain(line)).strip()


def of(record: Record, markets: MarketsView = MARKETS) -> str:
    return words(details(record, markets, samples_history.trades(), samples.TZ))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{type(record).__name__}-{record.id}")
def test_every_field_is_told(record: Record) -> None:
    shown = of(record).replace(" ", "").replace("\n", "").replace("/", "").lower()
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name.endswith("_ms") or field.name in ("fills", "trades_count", "maker", "post_only", "kind", "type"):
            continue
        text = f"{value.normalize():f}" if isinstance(value, Decimal) else "" if value is None else str(value)
        if field.name == "state" and isinstance(record, OrderRecord):
            text = {"cancel": "cancelled"}.get(text, text)
        if field.name == "remaining" and isinstance(record, OrderRecord):
            continue
        if text.isdigit() and set(text) == {"0"}:
            text = "0"
        assert text.replace(" ", "").lower() in shown, field.name


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{type(record).__name__}-{record.id}")
def test_it_fits_into_a_dialog_without_being_cut(record: Record) -> None:
    about = details(record, MARKETS, samples_history.trades(), samples.TZ)
    assert all(cell_len(plain(line)) <= 60 for line in about.items if len(line) > 1), "sentences are wrapped"


def test_a_waiting_order_says_what_remains() -> None:
    order = samples_history.order(0)
    assert order.state is OrderState.WAIT
    assert "remains" in of(order)
    assert "It rests in the book." in of(order)
    assert "remains" not in of(samples_history.order(2))


def test_the_trades_of_an_order_are_listed_once_oldest_first() -> None:
    order = replace(samples_history.order(2), trades_count=4)
    first = samples_history.trade(9, order_id=order.id, market=order.market, time_ms=order.created_ms + 1)
    second = replace(first, id="x2", time_ms=order.created_ms + 90_000_000)
    stranger = replace(first, id="x3", market="btczar")
    fills = [second, first, first, stranger]
    assert trades_of(order, fills) == [first, second]
    shown = words(details(order, MARKETS, fills, samples.TZ))
    assert "trades 4, 2 of them known here" in shown
    rows = [line for line in shown.splitlines() if " at " in line and ", fee " in line]
    assert len(rows) == 2
    assert rows[0][:8].count(":") == 2, "on the day of the order the time alone"
    assert "Nov" in rows[1][:12]
    assert "trades 4, not known here" in words(details(order, MARKETS, (), samples.TZ))
    many = [replace(first, id=f"y{number}") for number in range(12)]
    shown = words(details(replace(order, trades_count=0), MARKETS, many, samples.TZ))
    assert "trades 12" in shown
    assert "and 4 more" in shown


def test_times_are_here_and_in_utc() -> None:
    assert [squeezed(line) for line in moments("made", samples.NOW_MS, samples.TZ)] == [
        "made 20 Nov 2026, 14:03:22 SAST",
        "20 Nov 2026, 12:03:22 UTC",
    ]
    assert [squeezed(line) for line in moments("made", samples.NOW_MS, UTC)] == ["made 20 Nov 2026, 12:03:22 UTC"]
    assert moments("made", 0, samples.TZ) == []


def test_the_number_is_copied_first_and_to_the_letter() -> None:
    def copies(record: Record) -> list[tuple[str, str]]:
        return [(copied.key, copied.text) for copied in details(record, MARKETS, (), samples.TZ).copies]

    order = samples_history.order(2)
    assert copies(order) == [("y", str(order.id)), ("o", order.custom_id)]
    assert copies(samples_history.order(3)) == [("y", str(samples_history.order(3).id))]
    trade = samples_history.trade(0)
    assert copies(trade) == [("y", trade.id), ("o", str(trade.order_id))]
    assert copies(replace(trade, order_id=None)) == [("y", trade.id)]
    deposit = samples_history.deposits()[0]
    assert copies(deposit) == [("y", str(deposit.id)), ("t", deposit.txid)]
    withdrawal = samples_history.withdrawals()[1]
    assert copies(withdrawal) == [("y", str(withdrawal.id)), ("t", withdrawal.txid)]
    assert Copied("y", "Copy number", "the number of the order", "1").label == "Copy number"


def test_markets_and_values_that_nobody_knows() -> None:
    empty = MarketsView()
    order = replace(samples_history.order(2), post_only=None, average_price=None, custom_id=None)
    assert "post-only not said" in of(order, empty)
    assert "market XRPZAR" in of(order, empty)
    trade = replace(samples_history.trade(0), maker=None, fee=None, order_id=None)
    shown = of(trade, empty)
    assert "fee not said" in shown
    assert "as not said" in shown
    assert "order not said" in shown


@pytest.mark.parametrize("text", ["\x1b]0;x\x07", "[/x]", "a\nb", "価格" * 100])
def test_foreign_words_are_made_harmless(text: str) -> None:
    for record in (
        replace(samples_history.order(2), uuid=text, custom_id=text, market=text),
        replace(samples_history.trade(0), id=text, custom_order_id=text, market=text, fee_currency=text),
        replace(samples_history.deposits()[0], currency=text, txid=text, tid=text, state=text),
        replace(samples_history.withdrawals()[0], currency=text, txid=text, rid=text, state=text, note=text, kind=text),
    ):
        for line in details(record, MARKETS, (), samples.TZ).items:
            assert plain(line).isprintable()
