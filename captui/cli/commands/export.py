"""`captui export`: whole histories as CSV files with columns that stay the same, as a tax return needs them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar

import click

from captui.cli import columns, options
from captui.cli.connect import Where, connected
from captui.cli.funding_columns import DEPOSITS, WITHDRAWALS
from captui.cli.output import Column, note, write_csv
from captui.cli.paging import EVERYTHING, read
from captui.cli.when import TimeRange
from captui.core.events import OrderRecord
from captui.core.funding import Deposit, Withdrawal
from captui.core.types import Fill

T = TypeVar("T")

OUTPUT = click.option(
    "--output",
    "-o",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write this file instead of standard output; it is replaced only when everything has been read.",
)


@click.group()
def export() -> None:
    """Write a whole history as CSV, oldest first.

    Columns keep their names and order, numbers are exact and plain, times are ISO 8601 UTC. --from and --to take dates:
    --from 2025-03-01 --to 2026-02-28 is a South African tax year, both days included.
    """


@export.command()
@options.ranged
@OUTPUT
@options.connection
def trades(where: Where, span: TimeRange, path: Path | None) -> None:
    """Your own trades with their fees."""

    async def run() -> list[Fill]:
        async with connected(where, private=True) as connection:
            found = await read(
                lambda page, limit: connection.rest.fills(
                    page=page, limit=limit, from_ms=span.from_ms, to_ms=span.to_ms
                ),
                lambda fill: (fill.id, fill.order_id, fill.side),
                EVERYTHING,
                "trades",
            )
        return sorted((fill for fill in found if span.holds(fill.time_ms)), key=lambda fill: (fill.time_ms, fill.id))

    write(asyncio.run(run()), columns.FILLS, path, "trades")


@export.command()
@options.ranged
@OUTPUT
@options.connection
def orders(where: Where, span: TimeRange, path: Path | None) -> None:
    """Your own orders in every state."""

    async def run() -> list[OrderRecord]:
        async with connected(where, private=True) as connection:
            found = await read(
                lambda page, limit: connection.rest.orders(
                    page=page, limit=limit, from_ms=span.from_ms, to_ms=span.to_ms
                ),
                lambda order: order.id,
                EVERYTHING,
                "orders",
            )
        return sorted((order for order in found if span.holds(order.created_ms)), key=lambda order: order.id)

    write(asyncio.run(run()), columns.ORDERS, path, "orders")


@export.command()
@options.ranged
@OUTPUT
@options.connection
def deposits(where: Where, span: TimeRange, path: Path | None) -> None:
    """Money that came in, in every state."""

    async def run() -> list[Deposit]:
        async with connected(where, private=True) as connection:
            found = await read(
                lambda page, limit: connection.rest.funding.deposits(page=page, limit=limit),
                lambda deposit: deposit.id,
                EVERYTHING,
                "deposits",
            )
        return sorted((each for each in found if span.holds(each.created_ms)), key=lambda each: each.id)

    write(asyncio.run(run()), DEPOSITS, path, "deposits")


@export.command()
@options.ranged
@OUTPUT
@options.connection
def withdrawals(where: Where, span: TimeRange, path: Path | None) -> None:
    """Money that went out, in every state."""

    async def run() -> list[Withdrawal]:
        async with connected(where, private=True) as connection:
            found = await read(
                lambda page, limit: connection.rest.funding.withdrawals(page=page, limit=limit),
                lambda withdrawal: withdrawal.id,
                EVERYTHING,
                "withdrawals",
            )
        return sorted((each for each in found if span.holds(each.created_ms)), key=lambda each: each.id)

    write(asyncio.run(run()), WITHDRAWALS, path, "withdrawals")


def write(records: Sequence[T], heads: Sequence[Column[T]], path: Path | None, what: str) -> None:
    """To `path` in one step, or to standard output. Raises UsageError where it cannot be written."""
    if path is None:
        write_csv(records, heads, sys.stdout)
        return
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            try:
                write_csv(records, heads, file)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    note(f"{path}: {len(records)} {what}.")
