"""What commands print: a table for people, JSON or CSV for programs. Data goes to stdout, everything else to stderr.

A list of columns says once what a record holds; each format reads it. JSON keys and CSV headings are the exchange's field names.
"""

from __future__ import annotations

import json
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
        sys.stdout.write(table(records, [column for column in columns if column.title]))
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


def table(records: Sequence[T], columns: Sequence[Column[T]], zone: tzinfo | None = None) -> str:
    """Headings and rows; numbers on the right with their decimal points under each other. `zone` None is the local one."""
    cells = [_column_cells([column.read(record) for record in records], column.places, zone) for column in columns]
    widths = [max(len(column.title), *map(len, each)) for column, each in zip(columns, cells, strict=True)]
    right = [any(_is_number(column.read(record)) for record in records) for column in columns]
    rows = [[column.title for column in columns], *(list(row) for row in zip(*cells, strict=True))]
    lines = (
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines) + "\n"


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
