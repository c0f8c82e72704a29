"""What commands print: a table for people, JSON or CSV for programs. Data goes to stdout, everything else to stderr.

A list of columns says once what a record holds; each format reads it. JSON keys and CSV headings are the exchange's field names.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

import click

from captui.core.text import grouped
from captui.export.csvfile import write_csv
from captui.export.values import Column, Moment, Value, as_object

T = TypeVar("T")

_NARROWEST = 13
"""Of a column of words: fewer letters of an address tell nothing."""
_LEAST_NEEDED = (
    "confirmations",
    "average",
    "type",
    "order",
    "amount digits",
    "price digits",
    "smallest withdrawal",
    "turnover",
    "open",
    "description",
    "txid",
    "id",
    "note",
    "taker",
    "locked",
    "total",
)
"""Headings that give way on a narrow terminal, the first one first."""


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def emit_list(records: Sequence[T], columns: Sequence[Column[T]], format_: Format, *, nothing: str) -> None:
    """Print many. `nothing` is what people are told, on stderr, where there are none."""
    if format_ is Format.JSON:
        emit_json([as_object(record, columns) for record in records])
    elif format_ is Format.CSV:
        write_csv(records, columns, sys.stdout)
    elif records:
        shown = [column for column in columns if column.title]
        # Only a terminal has an edge; a file or a program gets everything.
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        missing = [] if width is None else too_many(records, shown, width)
        sys.stdout.write(table(records, [column for column in shown if column not in missing], width=width))
        if missing:
            note(
                f"Too narrow for: {', '.join(column.title for column in missing)}. A wider terminal or --csv shows all."
            )
    else:
        note(nothing)


def emit_one(record: T, columns: Sequence[Column[T]], format_: Format) -> None:
    """Print one with all that is known of it. CSV is a list of one."""
    if format_ is Format.JSON:
        emit_json(as_object(record, columns))
    elif format_ is Format.CSV:
        write_csv([record], columns, sys.stdout)
    else:
        sys.stdout.write(details(record, columns))


def emit_json(value: object) -> None:
    """Characters beyond ASCII are escaped: nothing in them can steer a terminal."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def emit_line(value: Mapping[str, object]) -> None:
    """One JSON object on one line, at once."""
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """A word to the person, on stderr. It may hold words of the exchange: what would steer a terminal is taken out."""
    click.echo("\n".join(harmless(line) for line in text.split("\n")), err=True)


def harmless(text: str) -> str:
    """The whole text, with blanks for the characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def table(
    records: Sequence[T], columns: Sequence[Column[T]], zone: tzinfo | None = None, *, width: int | None = None
) -> str:
    """Headings and rows; numbers on the right with their decimal points under each other. `zone` None is the local one.

    Where it is wider than `width`, long words lose their middle; numbers and times never lose anything.
    """
    values = [[column.read(record) for record in records] for column in columns]
    cells = [_column_cells(each, column.places, zone) for column, each in zip(columns, values, strict=True)]
    widths = [max(len(column.title), *map(len, each)) for column, each in zip(columns, cells, strict=True)]
    if width is not None:
        wordy = [index for index, each in enumerate(values) if any(isinstance(value, str) for value in each)]
        widths = _narrowed(widths, wordy, width - 2 * (len(columns) - 1))
        cells = [[_shortened(cell, most) for cell in each] for each, most in zip(cells, widths, strict=True)]
    right = [any(_is_number(value) for value in each) for each in values]
    rows = [[column.title for column in columns], *(list(row) for row in zip(*cells, strict=True))]
    lines = (
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines) + "\n"


def _narrowed(widths: Sequence[int], wordy: Sequence[int], room: int) -> list[int]:
    """The widest of the columns at `wordy` give way until all fit into `room`, or are as narrow as they may be."""
    narrowed = list(widths)
    while sum(narrowed) > room:
        widest = max(wordy, key=lambda index: narrowed[index], default=None)
        if widest is None or narrowed[widest] <= _NARROWEST:
            break
        narrowed[widest] -= 1
    return narrowed


def _shortened(text: str, most: int) -> str:
    """The beginning and the end are what people compare of an address or a transaction."""
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"


def too_many(records: Sequence[T], columns: Sequence[Column[T]], width: int) -> list[Column[T]]:
    """The columns to leave out, the least needed first, for a table of so many characters a line; none where nothing helps."""
    left = list(columns)
    for title in _LEAST_NEEDED:
        lines = table(records, left, width=width).splitlines()
        if max(map(len, lines)) <= width:
            break
        left = [column for column in left if column.title != title]
    return [column for column in columns if column not in left]


def details(record: T, columns: Sequence[Column[T]], zone: tzinfo | None = None) -> str:
    """One line for each field."""
    width = max(len(column.field) for column in columns)
    lines = (
        f"{column.field.ljust(width)}  {_column_cells([column.read(record)], column.places, zone)[0]}".rstrip()
        for column in columns
    )
    return "\n".join(lines) + "\n"


def local(ms: int, zone: tzinfo | None = None) -> str:
    return datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def _column_cells(values: Sequence[Value], places: int | None, zone: tzinfo | None) -> list[str]:
    """Numbers are filled up with blanks, so that their decimal points stand under each other: zeros would be digits nobody sent."""
    cells = [_for_people(value, places, zone) for value in values]
    fractions = [
        _fraction(cell) if isinstance(value, Decimal) else 0 for cell, value in zip(cells, values, strict=True)
    ]
    longest = max(fractions)
    return [
        cell + " " * (longest - fraction) if isinstance(value, Decimal) else cell
        for cell, fraction, value in zip(cells, fractions, values, strict=True)
    ]


def _fraction(number: str) -> int:
    """Characters from the decimal point on."""
    _, point, digits = number.partition(".")
    return len(point) + len(digits)


def _for_people(value: Value, places: int | None, zone: tzinfo | None) -> str:
    match value:
        case None | "":
            return "–"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return grouped(value, places)
        case Moment(ms):
            return local(ms, zone)
        case _:
            return harmless(str(value))
