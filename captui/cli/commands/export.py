"""`captui export`: whole histories as CSV files with columns that stay the same, as a tax return needs them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from captui.cli import options
from captui.cli.connect import Where, connected
from captui.cli.output import note
from captui.cli.paging import EVERYTHING, read
from captui.cli.when import TimeRange
from captui.exchange.pages import Page
from captui.exchange.rest import RestClient
from captui.export.csvfile import write_csv, write_file
from captui.export.histories import DEPOSIT_HISTORY, ORDER_HISTORY, TRADE_HISTORY, WITHDRAWAL_HISTORY, History

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
    _export(
        where,
        TRADE_HISTORY,
        lambda rest, page, limit: rest.fills(page=page, limit=limit, from_ms=span.from_ms, to_ms=span.to_ms),
        span,
        path,
    )


@export.command()
@options.ranged
@OUTPUT
@options.connection
def orders(where: Where, span: TimeRange, path: Path | None) -> None:
    """Your own orders in every state."""
    _export(
        where,
        ORDER_HISTORY,
        lambda rest, page, limit: rest.orders(page=page, limit=limit, from_ms=span.from_ms, to_ms=span.to_ms),
        span,
        path,
    )


@export.command()
@options.ranged
@OUTPUT
@options.connection
def deposits(where: Where, span: TimeRange, path: Path | None) -> None:
    """Money that came in, in every state."""
    _export(
        where,
        DEPOSIT_HISTORY,
        lambda rest, page, limit: rest.funding.deposits(page=page, limit=limit),
        span,
        path,
    )


@export.command()
@options.ranged
@OUTPUT
@options.connection
def withdrawals(where: Where, span: TimeRange, path: Path | None) -> None:
    """Money that went out, in every state."""
    _export(
        where,
        WITHDRAWAL_HISTORY,
        lambda rest, page, limit: rest.funding.withdrawals(page=page, limit=limit),
        span,
        path,
    )


def _export(
    where: Where,
    history: History[T],
    page_of: Callable[[RestClient, int, int], Awaitable[Page[T]]],
    span: TimeRange,
    path: Path | None,
) -> None:
    async def run() -> tuple[T, ...]:
        async with connected(where, private=True) as connection:
            return await read(
                lambda page, limit: page_of(connection.rest, page, limit), history.identity, EVERYTHING, history.what
            )

    _write(history.oldest_first(asyncio.run(run()), from_ms=span.from_ms, to_ms=span.to_ms), history, path)


def _write(records: Sequence[T], history: History[T], path: Path | None) -> None:
    """To `path` in one step, or to standard output. Raises UsageError where it cannot be written."""
    if path is None:
        write_csv(records, history.columns, sys.stdout)
        return
    try:
        write_file(records, history.columns, path, replace=True)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    note(f"{path}: {len(records)} {history.what}.")
