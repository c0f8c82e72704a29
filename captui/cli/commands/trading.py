"""Commands that trade: buy, sell, cancel."""

from __future__ import annotations

import asyncio
import uuid

import click

from captui.cli import names, options
from captui.cli.amounts import parse_amount, parse_price
from captui.cli.asking import REFUSED, UNKNOWN, code_of_refusal
from captui.cli.connect import Connection, Where, connected, now_ms
from captui.cli.in_flight import tell_alike
from captui.cli.lookup import find_order
from captui.cli.manual import WRITES, Manual
from captui.cli.ordering import Prepared, news, open_journal, placed, prepare, send, summary, words
from captui.cli.output import Format, emit_json, emit_list, emit_one, note
from captui.cli.sending import answered, consent, refuse_read_only
from captui.core.events import OrderRecord, OrderState
from captui.core.outcome import Accepted, Refused, Unknown
from captui.core.types import Side
from captui.errors import JournalError, RefusedError
from captui.export import columns
from captui.journal import Journal

_AMOUNT_HELP = """AMOUNT is in the base currency, or in the quote currency as 500zar. Without --limit it is a market order.

    Before it is sent, the order is checked as on the screen and shown with its value, fee and what it would match. What cannot
    be done is refused; what is only risky takes the whole word yes, or --yes.

    When the answer is lost, the exit code is 5 and the order may or may not exist: captui order ID tells, with the id that is
    printed. It is never sent again by itself, and while it may exist --yes is not enough for another one like it.
    """


def _order_options(command: click.decorators.FC) -> click.decorators.FC:
    for option in (
        click.option("--id", "custom_id", metavar="CUSTOM", help="Give the order this id of your own (a new uuid)."),
        click.option("--post-only", is_flag=True, help="Refuse to take: it rests, or it is not placed."),
        click.option("--limit", "price", metavar="PRICE", help="A limit order at this price."),
    ):
        command = option(command)
    return command


def _command(side: Side, *examples: str) -> click.Command:
    @click.command(
        side.value,
        help=f"{side.value.capitalize()} AMOUNT in MARKET.\n\n    {_AMOUNT_HELP}",
        cls=Manual,
        examples=examples,
        exit_codes=WRITES,
    )
    @click.argument("market", type=names.MARKET)
    @click.argument("amount")
    @_order_options
    @options.connection
    @options.writes
    @options.one
    @click.pass_context
    def command(context: click.Context, /, **given: object) -> None:
        _trade(context, side, **given)  # type: ignore[arg-type]  # click gives what the options declare

    return command


buy = _command(
    Side.BUY,
    "captui buy btczar 500zar",
    "captui buy btczar 0.01 --limit 850000 --post-only",
    "captui buy btczar 0.01 --limit 850000 --id dip-1 --yes --json",
)
sell = _command(
    Side.SELL,
    "captui sell btczar 0.01",
    "captui sell btczar 0.01 --limit 950000 --post-only",
    "captui sell btczar 500zar --limit 950000 --id top-1 --yes --json",
)


def _trade(
    context: click.Context,
    side: Side,
    *,
    where: Where,
    format_: Format,
    market: str,
    amount: str,
    price: str | None,
    post_only: bool,
    custom_id: str | None,
    yes: bool,
) -> None:
    wanted, limit = parse_amount(amount), None if price is None else parse_price(price)
    if post_only and limit is None:
        raise click.UsageError("--post-only needs --limit: a market order always takes.")
    if custom_id is not None and not custom_id.strip():
        raise click.UsageError("--id is empty.")
    identity = custom_id or str(uuid.uuid4())

    async def run() -> int:
        async with connected(where, private=True) as connection:
            prepared = await prepare(
                connection, market_id=market, side=side, amount=wanted, price=limit, post_only=post_only
            )
            note(f"{summary(prepared)}\n  id        {identity}")
            refuse_read_only(connection)
            if prepared.blocking:
                note(f"captui: not sent. {words(prepared.blocking)}")
                return REFUSED
            if prepared.risks:
                note(words(prepared.risks))
            alike = await tell_alike(connection, prepared.draft, identity)
            if alike and yes:
                # A script that tries again after a lost answer must not trade twice.
                note("captui: not sent. --yes does not answer for a second order like that one: send it without --yes.")
                return REFUSED
            if not consent("Send it?", yes=yes, risky=alike or bool(prepared.risks)):
                return REFUSED
            changed = () if yes else await news(connection, prepared)
            if changed:
                note(f"captui: not sent. Meanwhile this has changed: {words(changed)}")
                return REFUSED
            return await _send(connection, prepared, identity, format_)

    context.exit(asyncio.run(run()))


async def _send(connection: Connection, prepared: Prepared, custom_id: str, format_: Format) -> int:
    match await answered(send(connection, prepared.draft, custom_id)):
        case Accepted(record):
            order = await placed(connection, record)
            emit_json(columns.order_object(order)) if format_ is Format.JSON else emit_one(
                order, columns.ORDERS, format_
            )
            if order.state is OrderState.REJECT:
                note(f"captui: the exchange rejected order {order.id}.")
                return REFUSED
            return 0
        case Refused(reason, _, status):
            note(f"captui: refused. {reason}")
            return code_of_refusal(status)
        case Unknown(reason):
            note(
                f"captui: it is not known whether the order was placed. {reason}\n"
                f"Do not send it again before you know; ask with:\n  captui order {custom_id}"
            )
            if format_ is Format.JSON:
                emit_json({"custom_order_id": custom_id, "state": "unknown"})
            return UNKNOWN


@click.command(
    cls=Manual,
    examples=(
        "captui cancel 173757 dip-1",
        "captui cancel --all --market btczar --side buy",
        "captui cancel --all --yes",
    ),
    exit_codes=WRITES,
)
@click.argument("order_ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Cancel every open order.")
@click.option("--market", type=names.MARKET, metavar="ID", help="With --all: only of this market.")
@click.option("--side", type=click.Choice([side.value for side in Side]), help="With --all: only on this side.")
@options.connection
@options.writes
@options.many
@click.pass_context
def cancel(
    context: click.Context,
    where: Where,
    format_: Format,
    order_ids: tuple[str, ...],
    everything: bool,
    market: str | None,
    side: str | None,
    yes: bool,
) -> None:
    """Cancel the orders with these IDs, or with --all every open order.

    ID is the exchange's number, its uuid or a custom id. Printed are the orders as they stood: that an order is cancelled says
    its state, later (captui order ID). Orders named one by one are cancelled without asking; --all asks.
    """
    if everything == bool(order_ids):
        raise click.UsageError("Name the orders to cancel, or say --all.")
    if not everything and (market or side):
        raise click.UsageError("--market and --side go with --all.")

    async def run() -> int:
        async with connected(where, private=True) as connection:
            refuse_read_only(connection)
            if not everything:
                return await _cancel_each(connection, order_ids, format_)
            scope = f"every open {f'{side} ' if side else ''}order{f' in {market.upper()}' if market else ''}"
            if not consent(f"Cancel {scope}?", yes=yes):
                return REFUSED
            return await _cancel_all(connection, market, None if side is None else Side(side), format_)

    context.exit(asyncio.run(run()))


async def _cancel_each(connection: Connection, order_ids: tuple[str, ...], format_: Format) -> int:
    done: list[OrderRecord] = []
    codes: list[int] = []
    for order_id in order_ids:
        try:
            # Looked up first: only the exchange's own number says which order the request is about.
            order = await find_order(connection.rest, order_id)
        except RefusedError as error:
            note(f"captui: {error}")
            codes.append(code_of_refusal(error.status))
            continue
        _journal_cancel(connection, order)
        match await answered(connection.rest.cancel_order(order.id)):
            case Accepted(record):
                done.append(record)
            case Refused(reason, _, status):
                note(f"captui: order {order.id} was not cancelled. {reason}")
                codes.append(code_of_refusal(status))
            case Unknown(reason):
                note(
                    f"captui: it is not known whether order {order.id} is being cancelled. {reason}\n"
                    f"Ask with:\n  captui order {order.id}"
                )
                codes.append(UNKNOWN)
    if done or format_ is not Format.TABLE:
        emit_list(done, columns.ORDERS, format_, nothing="")
    return max(codes, default=0)


async def _cancel_all(connection: Connection, market: str | None, side: Side | None, format_: Format) -> int:
    # A write is never tried again: an answer to something harmless corrects the clock that it is signed with.
    await connection.rest.alive()
    journal = _journal(connection)
    if journal is not None:
        try:
            journal.cancel_all(market=market, side=side, now_ms=now_ms())
        except JournalError as error:
            note(f"captui: {error}")
        journal.close()
    match await answered(connection.rest.cancel_all(market=market, side=side)):
        case Accepted(records):
            emit_list(records, columns.ORDERS, format_, nothing="There was nothing to cancel.")
            return 0
        case Refused(reason, _, status):
            note(f"captui: nothing was cancelled. {reason}")
            return code_of_refusal(status)
        case Unknown(reason):
            note(
                f"captui: it is not known whether the orders are being cancelled. {reason}\nAsk with:\n  captui orders"
            )
            return UNKNOWN


def _journal_cancel(connection: Connection, order: OrderRecord) -> None:
    journal = _journal(connection)
    if journal is None:
        return
    try:
        journal.cancel(custom_id=order.custom_id or "", order_id=order.id, now_ms=now_ms())
    except JournalError as error:
        note(f"captui: {error}")
    finally:
        journal.close()


def _journal(connection: Connection) -> Journal | None:
    try:
        return open_journal(connection)
    except JournalError as error:
        # Never in the way of a cancel: it makes nothing worse.
        note(f"captui: {error}")
        return None
