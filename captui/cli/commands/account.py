"""Commands that read the account: balances, orders, order, trades, portfolio."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from decimal import Decimal

import click

from captui.cli import names, options
from captui.cli.connect import Connection, Where, ask
from captui.cli.manual import PRIVATE, Manual
from captui.cli.output import Format, emit_json, emit_list, emit_one, note
from captui.cli.paging import EVERYTHING, Paging, cut, none_of, read
from captui.cli.valuation import PORTFOLIO, portfolio_object
from captui.cli.when import TimeRange
from captui.core.events import OrderRecord, OrderState
from captui.core.portfolio import valued
from captui.core.text import grouped, percent
from captui.core.types import Fill, OrderType, Side
from captui.exchange.pages import Page
from captui.export import columns
from captui.export.histories import TRADE_HISTORY


@click.command(
    cls=Manual,
    examples=(
        "captui balances --nonzero",
        "captui balances zar --json",
    ),
    exit_codes=PRIVATE,
)
@click.argument("currency", type=names.CURRENCY, required=False)
@click.option("--nonzero", is_flag=True, help="Leave out what is empty.")
@options.cut
@options.connection
@options.many
def balances(where: Where, format_: Format, paging: Paging, currency: str | None, nonzero: bool) -> None:
    """Show what the account holds: available, locked in orders, and both together.

    With CURRENCY, of that one alone.
    """

    async def question(connection: Connection) -> None:
        if currency is not None:
            emit_one(await connection.rest.balance(currency), columns.BALANCES, format_)
            return
        found = [each for each in await connection.rest.balances(nonzero=nonzero) if each.total or not nonzero]
        emit_list(cut(found, paging, "balances"), columns.BALANCES, format_, nothing="The account is empty.")

    ask(where, question)


@click.command(
    cls=Manual,
    examples=(
        "captui orders",
        "captui orders --state all --market btczar --from 7d",
        "captui orders --state done --all --csv > orders.csv",
    ),
    exit_codes=PRIVATE,
)
@click.option("--market", type=names.MARKET, metavar="ID", help="Only of this market, e.g. btczar.")
@click.option("--base", type=names.CURRENCY, metavar="CURRENCY", help="Only of markets of this currency.")
@click.option("--quote", type=names.CURRENCY, metavar="CURRENCY", help="Only of markets against this currency.")
@click.option(
    "--state",
    type=click.Choice(["open", "all", *(state.value for state in OrderState)]),
    default="open",
    show_default=True,
    help="Only in this state; open is pending and wait.",
)
@click.option("--side", type=click.Choice([side.value for side in Side]), help="Only on this side.")
@click.option("--type", "type_", type=click.Choice([type_.value for type_ in OrderType]), help="Only of this type.")
@options.ranged
@options.paged
@options.connection
@options.many
def orders(
    where: Where,
    format_: Format,
    paging: Paging,
    span: TimeRange,
    market: str | None,
    base: str | None,
    quote: str | None,
    state: str,
    side: str | None,
    type_: str | None,
) -> None:
    """List orders, newest first: the open ones, unless --state says otherwise.

    --from and --to are about when an order was created. --state all has every order that there ever was, done means filled,
    cancel cancelled (perhaps after some of it was filled), reject not taken by the exchange.
    """

    async def question(connection: Connection) -> None:
        rest = connection.rest

        def asking(of_state: str | None) -> Callable[[int, int], Awaitable[Page[OrderRecord]]]:
            return lambda page, limit: rest.orders(
                market=market,
                base=base,
                quote=quote,
                state=of_state,
                page=page,
                limit=limit,
                from_ms=span.from_ms,
                to_ms=span.to_ms,
                type=None if type_ is None else OrderType(type_),
                side=None if side is None else Side(side),
            )

        listed: list[OrderRecord] = []
        if state == "open" and paging.page == 1:
            # Open is two states of the exchange; of the short-lived one there are never pages, so it stands on the first.
            listed += await read(asking(OrderState.PENDING), _identity, EVERYTHING, "orders")
        of_state = {"open": OrderState.WAIT, "all": None}.get(state, state)
        listed += await read(asking(of_state), _identity, paging, "orders")
        found = [order for order in {order.id: order for order in listed}.values() if span.holds(order.created_ms)]
        found.sort(key=lambda order: (order.created_ms, order.id), reverse=True)
        what = "orders" if state == "all" else f"{state} orders"
        filters = (market, base, quote, side, type_, span.from_ms, span.to_ms)
        emit_list(found, columns.ORDERS, format_, nothing=none_of(what, paging, *filters))

    ask(where, question)


@click.command(
    cls=Manual,
    examples=(
        "captui order 173757",
        "captui order my-own-id --json",
    ),
    exit_codes=PRIVATE,
)
@click.argument("order_id", metavar="ID")
@options.connection
@options.one
def order(where: Where, format_: Format, order_id: str) -> None:
    """Show one order with its trades.

    ID is the exchange's number, its uuid, or the custom id that the order was given: what `captui buy` says when the fate of
    an order is unknown.
    """

    async def question(connection: Connection) -> None:
        from captui.cli.lookup import find_order

        found = await find_order(connection.rest, order_id)
        if format_ is Format.JSON:
            emit_json(columns.order_object(found))
            return
        emit_one(found, columns.ORDERS, format_)
        if found.fills:
            sys.stdout.write("\n")
            emit_list(found.fills, columns.FILLS, format_, nothing="")

    ask(where, question)


@click.command(
    cls=Manual,
    examples=(
        "captui trades --limit 20",
        "captui trades --market btczar --from 2026-03-01 --all --csv > trades.csv",
    ),
    exit_codes=PRIVATE,
)
@click.option("--market", type=names.MARKET, metavar="ID", help="Only of this market, e.g. btczar.")
@click.option("--order", "order_id", type=click.IntRange(1), metavar="ID", help="Only of the order of this number.")
@options.ranged
@options.paged
@options.connection
@options.many
def trades(
    where: Where, format_: Format, paging: Paging, span: TimeRange, market: str | None, order_id: int | None
) -> None:
    """List your own trades with their fees, newest first.

    A fee is taken from what was received: in the base currency of a buy, in the quote currency of a sell. For a tax return
    see captui export.
    """

    async def question(connection: Connection) -> None:
        async def page(number: int, limit: int) -> Page[Fill]:
            return await connection.rest.fills(
                market=market,
                order_id=order_id,
                page=number,
                limit=limit,
                from_ms=span.from_ms,
                to_ms=span.to_ms,
            )

        found = await read(page, TRADE_HISTORY.identity, paging, "trades")
        found = tuple(fill for fill in found if span.holds(fill.time_ms))
        filters = (market, order_id, span.from_ms, span.to_ms)
        emit_list(found, columns.FILLS, format_, nothing=none_of("trades", paging, *filters))

    ask(where, question)


@click.command(
    cls=Manual,
    examples=(
        "captui portfolio",
        "captui portfolio --plot",
    ),
    exit_codes=PRIVATE,
)
@click.option("--plot", is_flag=True, help="Draw the value of each currency.")
@options.connection
@options.many
def portfolio(where: Where, format_: Format, plot: bool) -> None:
    """Show what the account is worth in rand, at last prices.

    Each currency with its price, value and share, then the total and how it changed over 24 hours: what the same amounts
    would have been worth at the prices of 24 hours ago.
    """

    async def question(connection: Connection) -> None:
        rest = connection.rest
        held, prices, listed = await asyncio.gather(rest.balances(), rest.tickers(), rest.markets())
        names.remember(listed)
        found = valued(held, {ticker.market: ticker for ticker in prices}, listed)
        if plot:
            from captui.render import plots

            parts = [(row.currency.upper(), row.value) for row in found.rows if row.value]
            if parts:
                plots.show(plots.shares(parts, title="Value in rand"), sys.stdout)
        elif format_ is Format.JSON:
            emit_json(portfolio_object(found))
            return
        else:
            emit_list(found.rows, PORTFOLIO, format_, nothing="The account is empty.")
        if format_ is Format.TABLE and found.total is not None:
            sys.stdout.write(f"\n{_total(found.total, found.change, found.change_percent)}\n")
        if found.unvalued:
            note(f"Not in the total, because they have no market against rand: {', '.join(found.unvalued).upper()}.")

    if plot and format_ is not Format.TABLE:
        raise click.UsageError(f"--plot and --{format_} do not go together.")
    ask(where, question)


def _identity(order: OrderRecord) -> int:
    return order.id


def _total(total: Decimal, change: Decimal | None, change_percent: Decimal | None) -> str:
    text = f"Total: {grouped(total, 2)} ZAR"
    if change is None or change_percent is None:
        return text
    sign = "+" if change > 0 else ""
    return f"{text}, {sign}{grouped(change, 2)} ZAR ({sign}{percent(change_percent)}) in 24 h"
