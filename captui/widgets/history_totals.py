"""What the records that are shown come to: exact sums, per side and currency, with what could not be counted said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.events import OrderRecord
from captui.core.funding import Deposit, DepositState, Withdrawal, WithdrawalState
from captui.core.money import EXACT
from captui.core.types import Fill, OrderStatus, Side
from captui.export.tax import units
from captui.render.funding_words import money
from captui.render.lines import Line, padded, width_of
from captui.render.numbers import fixed
from captui.session.commands import RecordKind
from captui.session.history_views import Record
from captui.session.views import MarketsView
from captui.widgets import wording

_MOST_CURRENCIES = 3


def totals_line(kind: RecordKind, records: Sequence[Record], markets: MarketsView, width: int) -> Line:
    """What the records, all of this kind, come to."""
    if not records:
        return ()
    match kind:
        case RecordKind.ORDERS:
            return order_line([record for record in records if isinstance(record, OrderRecord)], width)
        case RecordKind.TRADES:
            quotes = {market.id: market.quote for market in markets.markets}
            fills = [record for record in records if isinstance(record, Fill)]
            return trade_line(trade_totals(fills, quotes), width)
        case _:
            moved = [record for record in records if isinstance(record, Deposit | Withdrawal)]
            return moved_line(moved, width)


@dataclass(frozen=True, slots=True)
class SideTotals:
    count: int = 0
    quote: Mapping[str, Decimal] = field(default_factory=dict)
    """Paid or received before fees, by quote currency."""
    fees: Mapping[str, Decimal] = field(default_factory=dict)
    """By the currency that each was taken in."""
    without_fee: int = 0
    """Trades whose fee the exchange has not said."""
    uncounted: int = 0
    """Trades of a market whose currencies are not known: they are in no sum."""


def trade_totals(fills: Iterable[Fill], quotes: Mapping[str, str]) -> dict[Side, SideTotals]:
    """`quotes`: the quote currencies of the markets that are listed now, by market id."""
    made: dict[Side, SideTotals] = {}
    by_side: dict[Side, list[Fill]] = {Side.BUY: [], Side.SELL: []}
    for fill in fills:
        by_side[fill.side].append(fill)
    for side, mine in by_side.items():
        paid: dict[str, Decimal] = {}
        fees: dict[str, Decimal] = {}
        unknown = silent = 0
        for fill in mine:
            found = units(fill)
            quote = quotes.get(fill.market) or (found[1] if found else "")
            if quote:
                paid[quote] = EXACT.add(paid.get(quote, Decimal(0)), fill.total)
            else:
                unknown += 1
            if fill.fee is None or not fill.fee_currency:
                silent += 1
            else:
                fees[fill.fee_currency] = EXACT.add(fees.get(fill.fee_currency, Decimal(0)), fill.fee)
        made[side] = SideTotals(len(mine), paid, fees, silent, unknown)
    return made


def trade_line(totals: Mapping[Side, SideTotals], width: int) -> Line:
    """In one row, in as many words as there is room for; no number is ever cut."""
    buys, sells = totals[Side.BUY], totals[Side.SELL]
    gap: Line = (("    ", "text"),) if buys.count and sells.count else ()
    rows = [
        (*_side("bought", "bid", buys, most, fees), *gap, *_side("sold", "ask", sells, most, fees))
        for most, fees in ((_MOST_CURRENCIES, True), (1, True), (_MOST_CURRENCIES, False), (1, False), (0, False))
    ]
    return _fitting(rows, width)


def _side(word: str, style: str, totals: SideTotals, most: int, fees: bool) -> Line:
    if not totals.count:
        return ()
    runs: list[tuple[str, str]] = [(f"{word} ", style), (wording.count(totals.count, "trade"), "text")]
    if most and totals.quote:
        runs += [(" for ", "dim"), (_sums(totals.quote, most), "strong")]
    if totals.uncounted and most:
        runs.append((f" without {totals.uncounted} of unknown currency", "warning"))
    if fees and totals.fees:
        runs += [(", fees ", "dim"), (_sums(totals.fees, most), "text")]
    if fees and totals.without_fee:
        runs.append((f", {wording.count(totals.without_fee, 'fee')} not said", "dim"))
    return tuple(runs)


def _sums(sums: Mapping[str, Decimal], most: int) -> str:
    """Rand first, then in the order of their names."""
    names = sorted(sums, key=lambda name: (name != "zar", name))
    shown = [_sum(sums[name], name) for name in names[:most]]
    return " + ".join([*shown, f"{len(names) - most} more"] if len(names) > most else shown)


def _sum(value: Decimal, currency: str) -> str:
    """Rand to the cent, anything else exactly."""
    return f"R {fixed(value, 2)}" if currency == "zar" else money(value, currency)


_ARRIVED = (DepositState.ACCEPTED, DepositState.COLLECTED)


def moved_line(records: Sequence[Deposit | Withdrawal], width: int) -> Line:
    """Money that has arrived or left for good, by currency; what is under way or came to nothing is only counted."""
    sums: dict[str, Decimal] = {}
    fees: dict[str, Decimal] = {}
    done = 0
    word = "credited"
    for record in records:
        if isinstance(record, Withdrawal):
            word = "withdrawn"
            over = record.state == WithdrawalState.SUCCEED
        else:
            over = record.state in _ARRIVED
        if over:
            done += 1
            sums[record.currency] = EXACT.add(sums.get(record.currency, Decimal(0)), record.amount)
            if record.fee:
                fees[record.currency] = EXACT.add(fees.get(record.currency, Decimal(0)), record.fee)
    if not records:
        return ()
    others = len(records) - done
    rest: Line = ((f"    {others} other" + ("" if others == 1 else "s"), "dim"),) if others else ()
    rows = []
    for most in (8, _MOST_CURRENCIES, 1):
        front: Line = ((f"{word} ", "dim"), (_sums(sums, most) if sums else "nothing", "strong"))
        cost: Line = ((", fees ", "dim"), (_sums(fees, most), "text")) if fees else ()
        rows += [(*front, *cost, *rest), (*front, *rest), front]
    return _fitting(rows, width)


def order_line(records: Sequence[OrderRecord], width: int) -> Line:
    """How many there are of each state."""
    found = Counter(record.state.value for record in records)
    runs: list[tuple[str, str]] = []
    for state, number in found.most_common():
        runs += [("    " if runs else "", "text"), (f"{number} ", "text"), (wording.STATES[OrderStatus(state)], "dim")]
    return _fitting([tuple(runs)], width)


def _fitting(rows: Sequence[Line], width: int) -> Line:
    """The first that fits; where none does, the last whole runs of the shortest."""
    for row in rows:
        if width_of(row) <= width:
            return padded(row, width)
    kept: list[tuple[str, str]] = []
    for run in rows[-1]:
        if width_of((*kept, run)) > width:
            break
        kept.append(run)
    return padded(tuple(kept), width)
