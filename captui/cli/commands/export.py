"""`captui export`: whole histories as CSV files with columns that stay the same, as a tax return needs them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from captui.cli import options
from captui.cli.connect import Where, connected
from captui.cli.manual import PRIVATE, Manual, ManualGroup
from captui.cli.output import note
from captui.cli.paging import EVERYTHING, read
from captui.cli.when import TimeRange
from captui.exchange.pages import Page
from captui.exchange.rest import RestClient
from captui.export.csvfile import Writable, write_csv, write_whole
from captui.export.histories import DEPOSIT_HISTORY, ORDER_HISTORY, TRADE_HISTORY, WITHDRAWAL_HISTORY, History
from captui.export.tax import SAST
from captui.export.values import as_object

T = TypeVar("T")

OUTPUT = click.option(
    "--output",
    "-o",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write this file instead of standard output; it is replaced only when everything has been read.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON instead of CSV.")
RANGE = partial(options.ranged, zone=SAST)


@click.group(
    cls=ManualGroup,
    examples=(
        "captui export trades --from 2025-03-01 --to 2026-02-28 -o trades.csv",
        "captui export deposits -o deposits.csv",
    ),
)
def export() -> None:
    """Write a whole history as CSV, oldest first.

    Every page is read. Columns keep their names and order, numbers are exact and plain, times are ISO 8601 UTC; created_at_sast is
    the same moment in South African time. --from and --to take dates in South African time, wherever this machine stands: --from
    2025-03-01 --to 2026-02-28 is a tax year, both days included.
    """


def _history(command: Callable[..., None]) -> click.Command:
    """A command of the group under its own name, with the options and examples that all of them have."""
    name = command.__name__
    made = export.command(
        cls=Manual,
        examples=(
            f"captui export {name} --from 2025-03-01 --to 2026-02-28 -o {name}.csv",
            f"captui export {name} --from 30d --json",
        ),
        exit_codes=PRIVATE,
    )
    return made(RANGE(OUTPUT(JSON(options.connection(command)))))


@_history
def trades(where: Where, span: TimeRange, path: Path | None, as_json: bool) -> None:
    """Your own trades with their fees.

    Besides the exchange's fields: total_zar and fee_zar in rand (a fee in coin at the price of the trade), and base_change and
    quote_change, by how much the trade changed the balances of base_unit and quote_unit, fee included.
    """
    _export(
        where,
        TRADE_HISTORY,
        lambda rest, page, limit: rest.fills(page=page, limit=limit, from_ms=span.from_ms, to_ms=span.to_ms),
        span,
        path,
        as_json=as_json,
    )


@_history
def orders(where: Where, span: TimeRange, path: Path | None, as_json: bool) -> None:
    """Your own orders in every state."""
    _export(
        where,
        ORDER_HISTORY,
        lambda rest, page, limit: rest.orders(page=page, limit=limit, from_ms=span.from_ms, to_ms=span.to_ms),
        span,
        path,
        as_json=as_json,
    )


@_history
def deposits(where: Where, span: TimeRange, path: Path | None, as_json: bool) -> None:
    """Money that came in, in every state."""
    _export(
        where,
        DEPOSIT_HISTORY,
        lambda rest, page, limit: rest.funding.deposits(page=page, limit=limit),
        span,
        path,
        as_json=as_json,
    )


@_history
def withdrawals(where: Where, span: TimeRange, path: Path | None, as_json: bool) -> None:
    """Money that went out, in every state."""
    _export(
        where,
        WITHDRAWAL_HISTORY,
        lambda rest, page, limit: rest.funding.withdrawals(page=page, limit=limit),
        span,
        path,
        as_json=as_json,
    )


def _export(
    where: Where,
    history: History[T],
    page_of: Callable[[RestClient, int, int], Awaitable[Page[T]]],
    span: TimeRange,
    path: Path | None,
    *,
    as_json: bool,
) -> None:
    async def run() -> tuple[T, ...]:
        async with connected(where, private=True) as connection:
            return await read(
                lambda page, limit: page_of(connection.rest, page, limit),
                history.identity,
                EVERYTHING,
                history.what,
                # Half a history would look like a whole one.
                must_end=True,
            )

    records = history.oldest_first(asyncio.run(run()), from_ms=span.from_ms, to_ms=span.to_ms)

    def write(to: Writable) -> None:
        if as_json:
            to.write(json.dumps([as_object(record, history.columns) for record in records], indent=2) + "\n")
        else:
            write_csv(records, history.columns, to)

    if path is None:
        write(sys.stdout)
        return
    try:
        write_whole(write, path, replace=True)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    note(f"{path}: {len(records)} {history.what}.")
