"""Holdings as table rows: columns, and cells that a passer-by may or may not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.holdings import Holding
from captui.core.money import floor_to
from captui.core.portfolio import QUOTE
from captui.core.text import printable
from captui.core.types import Currency
from captui.render.lines import Line, Run, left
from captui.render.numbers import amount_runs, fixed, percent, price_runs, signed
from captui.widgets.table import Column, Row

HIDDEN = "•••••"
_MOST_PLACES = 8
"""Decimals of an amount; where a currency has more they are cut off, never rounded up."""
_CODE_MOST = 8
_NONE: Line = (("–", "faint"),)

COLUMNS = (
    Column("", 4),
    Column("available", 10, right=True, keep=3),
    Column("locked", 9, right=True, keep=5),
    Column("total", 10, right=True, keep=8),
    Column("price", 11, right=True, keep=7),
    Column("24 h", 8, right=True, keep=7),
    Column("in rand", 12, right=True),
    Column("share", 6, right=True, keep=5),
    Column("cost of one", 11, right=True, keep=2),
    Column("unrealised", 12, right=True, keep=8),
    Column("", 8, right=True, keep=6),
    Column("realised", 11, right=True, keep=4),
    Column("cost known", 10),
)


def rand(value: Decimal, *, private: bool = False) -> str:
    """`R 8 341.00`, or dots where nobody else is to read it."""
    return f"R {HIDDEN}" if private else f"R {fixed(value, 2)}"


def gain(value: Decimal | None, *, private: bool = False, prefix: str = "R ") -> Run:
    """With its sign before the currency: `+R 12.00`; coloured as the sign says."""
    if value is None:
        return ("–", "faint")
    text = signed(value, 2)
    style = "bid" if text.startswith("+") else "ask" if text.startswith("−") and text.strip("−0. ") else "dim"
    if private:
        return f"{prefix}{HIDDEN}", "dim"
    sign = text[0] if text[0] in "+−" else ""
    return f"{sign}{prefix}{text.removeprefix(sign)}", style


def gain_percent(value: Decimal | None) -> Run:
    if value is None:
        return ("", "text")
    return percent(value), "bid" if value > 0 else "ask" if value < 0 else "dim"


@dataclass(frozen=True, slots=True)
class Places:
    """Decimals of the columns of amounts."""

    available: int = 2
    locked: int = 2
    total: int = 2


def decimals(found: Sequence[Holding]) -> Places:
    """As many as the amounts of each column need, so that its points stand under each other: two at least, eight at most."""

    def needed(amounts: Iterable[Decimal]) -> int:
        return max([2, *(min(_MOST_PLACES, len(f"{each:f}".rstrip("0").partition(".")[2])) for each in amounts)])

    return Places(
        needed(each.row.available for each in found),
        needed(each.row.locked for each in found),
        needed(each.row.total for each in found),
    )


def holding_row(
    holding: Holding, places: Places, currencies: Mapping[str, Currency], *, private: bool, live: bool, traded: bool
) -> Row:
    """`places` as `decimals` says. `traded` False: own trades are not known, so nothing is said of cost and profit."""
    row, home = holding.row, holding.currency == QUOTE
    known = currencies.get(holding.currency)
    finest = known.precision if known else _MOST_PLACES

    def amount(value: Decimal, places: int) -> Line:
        return ((HIDDEN, "dim"),) if private else amount_cell(value, min(places, finest), places, "text")

    cells: tuple[Line, ...] = (
        ((left(printable(holding.currency.upper()), _CODE_MOST).rstrip(), "strong" if row.total else "dim"),),
        amount(row.available, places.available),
        amount(row.locked, places.locked),
        amount(row.total, places.total),
        _NONE if row.price is None or home else price_runs(fixed(row.price, price_places(row.price)), "text"),
        (gain_percent(holding.change_percent),),
        _NONE if row.value is None or not row.total else ((HIDDEN if private else _cents(row.value, home), "strong"),),
        _NONE if row.share is None else ((f"{fixed(row.share, 1)} %", "dim"),),
        _NONE if holding.average is None else price_runs(fixed(holding.average, price_places(holding.average)), "dim"),
        () if home or not traded else (gain(holding.unrealised, private=private, prefix=""),),
        () if home or not traded else (gain_percent(holding.unrealised_percent),),
        (gain(holding.position.realised, private=private, prefix=""),) if traded and holding.position.realised else (),
        _known(holding) if traded else (),
    )
    if not live:
        cells = tuple(tuple((text, "stale") for text, _ in cell) for cell in cells)
    return Row(holding.currency, cells)


def amount_cell(value: Decimal, most: int, places: int, style: str) -> Line:
    """`most` decimals, and as many cells as one with `places` takes."""
    if not value:
        return (("–" + " " * (places + 1), "faint"),)
    text = fixed(floor_to(value, Decimal(1).scaleb(-most)), most)
    pad = places - most + (1 if most == 0 < places else 0)
    return (*amount_runs(text, style), (" " * pad, "text"))


def _cents(value: Decimal, home: bool) -> str:
    """Rand are cut off at the cent as their amount is: the two stand side by side."""
    return fixed(floor_to(value, Decimal("0.01")) if home else value, 2)


def price_places(price: Decimal) -> int:
    """Cents, and more where cents would say too little."""
    return 2 if price >= 1 else 6


def _known(holding: Holding) -> Line:
    """Of how much of the holding the cost is known: nothing to say where it is all of it."""
    total = holding.row.total
    if holding.currency == QUOTE or not total:
        return ()
    if not holding.known:
        return (("none", "dim"),)
    if not holding.unknown:
        return (("all", "faint"),)
    share = int(holding.known * 100 / total)
    return ((f"{share} %" if share else "under 1 %", "warning"),)
