"""Commands that need no key: ping, markets, ticker, candles, depth, tape, currencies."""

from __future__ import annotations

import sys
from decimal import Decimal

import click

from captui.cli import names, options
from captui.cli.connect import Connection, Where, ask, now_ms
from captui.cli.manual import PUBLIC, Manual
from captui.cli.output import Format, emit_json, emit_list, emit_one
from captui.cli.paging import Paging, cut, read
from captui.cli.when import TimeRange
from captui.core.intervals import Interval
from captui.core.money import plain
from captui.core.types import Candle, PublicTrade
from captui.exchange.pages import Page
from captui.export import columns
from captui.export.values import Column

_INTERVALS = tuple(interval.label for interval in Interval)


@click.command(
    cls=Manual,
    examples=(
        "captui ping",
        "captui ping --json",
    ),
    exit_codes=PUBLIC,
)
@options.connection
@options.one
def ping(where: Where, format_: Format) -> None:
    """Ask whether the trade engine runs.

    Says how long the answer took, how far this machine's clock is off, and which revision of the API answers.
    """

    async def question(connection: Connection) -> None:
        # The first request opens the connection: the second is what a request costs.
        await connection.rest.alive()
        round_trip_ms = await connection.rest.alive()
        said: tuple[Column[None], ...] = (
            Column("rest_url", lambda _: connection.endpoints.rest_url),
            Column("revision", lambda _: connection.endpoints.revision.value),
            Column("round_trip_ms", lambda _: Decimal(f"{round_trip_ms:.1f}")),
            Column("clock_offset_ms", lambda _: connection.clock.offset_ms),
            Column("clock_uncertainty_ms", lambda _: connection.clock.uncertainty_ms),
        )
        emit_one(None, said, format_)

    ask(where, question, private=False)


@click.command(
    cls=Manual,
    examples=(
        "captui markets",
        "captui markets --quote zar --csv",
    ),
    exit_codes=PUBLIC,
)
@click.option("--base", type=names.CURRENCY, metavar="CURRENCY", help="Only markets of this currency, e.g. btc.")
@click.option("--quote", type=names.CURRENCY, metavar="CURRENCY", help="Only markets against this currency, e.g. zar.")
@options.cut
@options.connection
@options.many
def markets(where: Where, format_: Format, paging: Paging, base: str | None, quote: str | None) -> None:
    """List the markets with their limits and steps.

    Amount digits and price digits are the decimals that an order may have; one below the smallest amount or outside the lowest
    and highest price is refused. --json and --csv tell the base and the quote currency too.
    """

    async def question(connection: Connection) -> None:
        listed = await connection.rest.markets(base=base, quote=quote)
        if base is None and quote is None:
            names.remember(listed)
        found = [market for market in listed if base in (None, market.base) and quote in (None, market.quote)]
        emit_list(cut(found, paging, "markets"), columns.MARKETS, format_, nothing="There is no such market.")

    ask(where, question, private=False)


@click.command(
    cls=Manual,
    examples=(
        "captui ticker",
        "captui ticker btczar --json",
    ),
    exit_codes=PUBLIC,
)
@click.argument("market", type=names.MARKET, required=False)
@options.cut
@options.connection
@options.many
def ticker(where: Where, format_: Format, paging: Paging, market: str | None) -> None:
    """Show the last 24 hours of MARKET, or of all markets.

    The last price, how it changed, and the open, lowest and highest price; volume is in the base currency, turnover in the
    quote currency.
    """

    async def question(connection: Connection) -> None:
        if market is None:
            found = cut(await connection.rest.tickers(), paging, "tickers")
            emit_list(found, columns.TICKERS, format_, nothing="There are no markets.")
        else:
            emit_one(await connection.rest.ticker(market), columns.TICKERS, format_)

    ask(where, question, private=False)


@click.command(
    cls=Manual,
    examples=(
        "captui candles btczar --interval 1h --limit 48 --plot",
        "captui candles btczar --interval 1d --from 2026-01-01 --csv > btczar.csv",
    ),
    exit_codes=PUBLIC,
)
@click.argument("market", type=names.MARKET)
@click.option("--interval", type=click.Choice(_INTERVALS), default="15m", show_default=True, help="Length of a candle.")
@click.option("--limit", type=click.IntRange(1, 1000), metavar="N", help="So many of the newest (the exchange: 30).")
@click.option("--plot", is_flag=True, help="Draw them.")
@options.ranged
@options.connection
@options.many
def candles(
    where: Where, format_: Format, span: TimeRange, market: str, interval: str, limit: int | None, plot: bool
) -> None:
    """Show the candles of MARKET, oldest first.

    Without --limit, --from and --to the exchange sends the newest 30. With --from alone they are all up to now; --limit
    leaves the newest of them.
    """
    length = Interval.from_label(interval)

    async def question(connection: Connection) -> None:
        # With a start alone the exchange would send its 30: with both ends it sends all between them (API document, K Line).
        to_ms = now_ms() + length.milliseconds if span.from_ms is not None and span.to_ms is None else span.to_ms
        found: tuple[Candle, ...] = await connection.rest.candles(
            market, length, from_ms=span.from_ms, to_ms=to_ms, limit=limit
        )
        if limit is not None:
            found = found[-limit:]
        if plot and found:
            from captui.render import plots

            plots.show(plots.candles(found, title=f"{market.upper()} {interval}", zone=None), sys.stdout)
        else:
            emit_list(found, columns.CANDLES, format_, nothing="There are no candles in this time.")

    _only_for_people(plot, format_)
    ask(where, question, private=False)


@click.command(
    cls=Manual,
    examples=(
        "captui depth btczar",
        "captui depth btczar --limit 200 --plot",
    ),
    exit_codes=PUBLIC,
)
@click.argument("market", type=names.MARKET)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, metavar="N", help="Levels a side."
)
@click.option("--plot", is_flag=True, help="Draw what is bid and asked, added up from the spread.")
@options.connection
@options.many
def depth(where: Where, format_: Format, market: str, limit: int, plot: bool) -> None:
    """Show the order book of MARKET: asks above, bids below.

    Amounts are in the base currency, of all orders at a price together. --json has the exchange's own shape: asks and bids,
    the best first.
    """

    async def question(connection: Connection) -> None:
        book = await connection.rest.depth(market, limit)
        asks, bids = book.asks[:limit], book.bids[:limit]
        if plot and (asks or bids):
            from captui.render import plots

            plots.show(plots.depth(asks, bids, title=market.upper()), sys.stdout)
        elif format_ is Format.JSON:
            emit_json(
                {
                    "asks": [[plain(level.price), plain(level.amount)] for level in asks],
                    "bids": [[plain(level.price), plain(level.amount)] for level in bids],
                }
            )
        else:
            emit_list(columns.levels(tuple(asks), tuple(bids)), columns.LEVELS, format_, nothing="The book is empty.")

    _only_for_people(plot, format_)
    ask(where, question, private=False)


@click.command(
    cls=Manual,
    examples=(
        "captui tape btczar --limit 20",
        "captui tape btczar --from 1d --all --csv > tape.csv",
    ),
    exit_codes=PUBLIC,
)
@click.argument("market", type=names.MARKET)
@options.ranged
@options.paged
@options.connection
@options.many
def tape(where: Where, format_: Format, span: TimeRange, paging: Paging, market: str) -> None:
    """Show the trades of everybody in MARKET, newest first.

    The taker is the side that came second: a buy was made at the price that somebody had asked.
    """

    async def question(connection: Connection) -> None:
        async def page(number: int, limit: int) -> Page[PublicTrade]:
            return await connection.rest.public_trades_page(
                market, page=number, limit=limit, from_ms=span.from_ms, to_ms=span.to_ms
            )

        found = [
            trade for trade in await read(page, lambda trade: trade.id, paging, "trades") if span.holds(trade.time_ms)
        ]
        emit_list(found, columns.PUBLIC_TRADES, format_, nothing="There are no trades in this time.")

    ask(where, question, private=False)


@click.command(
    cls=Manual,
    examples=(
        "captui currencies",
        "captui currencies btc --json",
    ),
    exit_codes=PUBLIC,
)
@click.argument("currency", type=names.CURRENCY, required=False)
@options.cut
@options.connection
@options.many
def currencies(where: Where, format_: Format, paging: Paging, currency: str | None) -> None:
    """List the currencies, or show CURRENCY.

    With their decimals, the fees and smallest amounts of deposits and withdrawals, and whether either is switched on;
    --json, --csv and one CURRENCY tell the limits of a day and of three, and the confirmations that are waited for.
    """

    async def question(connection: Connection) -> None:
        if currency is None:
            found = cut(await connection.rest.currencies(), paging, "currencies")
            emit_list(found, columns.CURRENCIES, format_, nothing="There are no currencies.")
        else:
            emit_one(await connection.rest.currency(currency), columns.CURRENCIES, format_)

    ask(where, question, private=False)


def _only_for_people(plot: bool, format_: Format) -> None:
    if plot and format_ is not Format.TABLE:
        raise click.UsageError(f"--plot and --{format_} do not go together.")
