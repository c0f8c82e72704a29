"""`captui status`: one line for a tmux bar or a cron mail."""

from __future__ import annotations

import asyncio
import string
import sys
from decimal import Decimal

import click

from captui.cli import names, options
from captui.cli.connect import Where, connected
from captui.cli.manual import PRIVATE, Manual
from captui.cli.output import Format, emit_json, local
from captui.core.events import OrderState
from captui.core.money import plain
from captui.core.portfolio import valued
from captui.core.text import grouped
from captui.core.types import Fill
from captui.errors import NoConnectionError, UnavailableError
from captui.export.values import iso

DEFAULT = "R {total} | {open_orders} open | last {last_fill} | {connection}"
FIELDS = ("total", "open_orders", "last_fill", "connection")
_DASH = "–"
_NO_CONNECTION = 3


@click.command(
    cls=Manual,
    examples=(
        "captui status",
        "captui status --format '{total} rand, {open_orders} open'",
        "set -g status-right '#(captui status)'",
    ),
    exit_codes=PRIVATE,
)
@click.option("--format", "template", default=DEFAULT, show_default=True, metavar="TEMPLATE", help="What to print.")
@options.connection
@options.one
@click.pass_context
def status(context: click.Context, where: Where, format_: Format, template: str) -> None:
    """Print one line: worth in rand, open orders, last trade, connection.

    TEMPLATE holds {total}, {open_orders}, {last_fill} and {connection}. Without a connection the line says so, and the exit code
    is 3.
    """
    check(template)
    try:
        said = asyncio.run(_ask(where))
        code = 0
    except (NoConnectionError, UnavailableError):
        said = {"total": None, "open_orders": None, "last_fill": None, "connection": "offline"}
        code = _NO_CONNECTION
    if format_ is Format.JSON:
        emit_json(said | {"total": _number(said["total"]), "last_fill": _last(said["last_fill"])})
    else:
        sys.stdout.write(line(template, said) + "\n")
    context.exit(code)


def check(template: str) -> None:
    """Raises UsageError for a template with anything but plain text and the four fields."""
    try:
        names = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(template)]
    except ValueError as error:
        raise click.UsageError(f"--format is {template!r}: {error}.") from None
    for name, spec, conversion in names:
        if name in FIELDS and (spec or conversion):
            raise click.UsageError(f"--format takes {{{name}}} as it is, with nothing after its name.")
        if name is not None and name not in FIELDS:
            raise click.UsageError(f"--format has no {{{name}}}; use {', '.join(f'{{{field}}}' for field in FIELDS)}.")


def line(template: str, said: dict[str, object]) -> str:
    """The template with what is known; a dash for what is not."""
    total, fill = said["total"], said["last_fill"]
    words = {
        "total": grouped(total, 2) if isinstance(total, Decimal) else _DASH,
        "open_orders": _DASH if said["open_orders"] is None else str(said["open_orders"]),
        "last_fill": _sentence(fill) if isinstance(fill, Fill) else _DASH,
        "connection": str(said["connection"]),
    }
    return template.format(**words)


async def _ask(where: Where) -> dict[str, object]:
    async with connected(where, private=True) as connection:
        rest = connection.rest
        # The first answer tells whether the connection is worth five requests, and corrects the clock before anything is signed.
        round_trip_ms = await rest.alive()
        held, tickers, markets, waiting, pending, fills = await asyncio.gather(
            rest.balances(),
            rest.tickers(),
            rest.markets(),
            rest.all_orders(state=OrderState.WAIT),
            rest.all_orders(state=OrderState.PENDING),
            rest.fills(limit=1),
        )
    names.remember(markets)
    worth = valued(held, {ticker.market: ticker for ticker in tickers}, markets)
    return {
        "total": worth.total,
        "open_orders": len({order.id for order in (*waiting.items, *pending.items)}),
        "last_fill": fills.items[0] if fills.items else None,
        "connection": f"{round_trip_ms:.0f} ms",
    }


def _sentence(fill: Fill) -> str:
    return f"{fill.side.value} {grouped(fill.amount)} {fill.market.upper()} at {grouped(fill.price)}, {local(fill.time_ms)[:-3]}"


def _number(total: object) -> str | None:
    return plain(total) if isinstance(total, Decimal) else None


def _last(fill: object) -> dict[str, str] | None:
    if not isinstance(fill, Fill):
        return None
    return {
        "market": fill.market,
        "side": fill.side.value,
        "price": plain(fill.price),
        "amount": plain(fill.amount),
        "created_at": iso(fill.time_ms),
    }
