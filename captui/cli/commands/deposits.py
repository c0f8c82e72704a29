"""Commands for money coming in: deposits, deposit, deposit-address, deposit-methods, redeem."""

from __future__ import annotations

import asyncio
import os
import sys

import click

from captui.cli import names, options
from captui.cli.amounts import parse_amount
from captui.cli.asking import REFUSED, secret
from captui.cli.connect import Connection, Where, ask, connected
from captui.cli.manual import PRIVATE, WRITES, Manual
from captui.cli.money_list import emit_money
from captui.cli.moves import Transfer, consent_to_move, move
from captui.cli.output import Format, emit_json, emit_list, emit_one, note
from captui.cli.paging import Paging, cut
from captui.cli.sending import refuse_read_only, told
from captui.cli.when import TimeRange
from captui.core.funding import DepositAddress, DepositState, VoucherRedemption
from captui.core.moves import SentKind
from captui.core.text import grouped
from captui.core.withdrawing import against_voucher
from captui.errors import RefusedError
from captui.export.funding_columns import ADDRESSES, DEPOSITS, METHODS, REDEMPTIONS
from captui.export.histories import DEPOSIT_HISTORY
from captui.export.values import as_object
from captui.render.funding_words import tag_of

ADDRESS_WAITS_S = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0)
"""Waits before each further look at an address that is still being made."""


@click.command(
    cls=Manual,
    examples=(
        "captui deposits --currency btc",
        "captui deposits --state collected --from 30d --csv",
    ),
    exit_codes=PRIVATE,
)
@click.option("--currency", type=names.CURRENCY, metavar="CURRENCY", help="Only of this currency.")
@click.option("--state", type=click.Choice([state.value for state in DepositState]), help="Only in this state.")
@click.option("--txid", metavar="TXID", help="Only of this transaction.")
@options.ranged
@options.paged
@options.connection
@options.many
def deposits(
    where: Where,
    format_: Format,
    paging: Paging,
    span: TimeRange,
    currency: str | None,
    state: str | None,
    txid: str | None,
) -> None:
    """List deposits, newest first.

    Of vouchers whose answer was lost it also says what became of them.
    """

    async def question(connection: Connection) -> None:
        await emit_money(
            connection,
            DEPOSIT_HISTORY,
            DEPOSITS,
            lambda page, limit: connection.rest.funding.deposits(
                currency=currency, state=state, txid=txid, page=page, limit=limit
            ),
            SentKind.VOUCHER,
            paging=paging,
            span=span,
            format_=format_,
            filters=(currency, state, txid),
        )

    ask(where, question)


@click.command(
    cls=Manual,
    examples=("captui deposit 88f3e580aea3c745780149598535db8e872ff249da275ad145307e5e3089c2c7",),
    exit_codes=PRIVATE,
)
@click.argument("txid")
@options.connection
@options.one
def deposit(where: Where, format_: Format, txid: str) -> None:
    """Show the deposit of the blockchain transaction TXID.

    With its confirmations; money from a bank has no transaction and is in captui deposits.
    """

    async def question(connection: Connection) -> None:
        emit_one(await connection.rest.funding.deposit(txid), DEPOSITS, format_)

    if not txid.strip() or txid in (".", ".."):
        raise click.UsageError("TXID is empty.")
    ask(where, question)


@click.command(
    name="deposit-address",
    cls=Manual,
    examples=(
        "captui deposit-address btc",
        "captui deposit-address btc --qr",
    ),
    exit_codes=PRIVATE,
)
@click.argument("currency", type=names.CURRENCY)
@click.option("--qr", is_flag=True, help="Draw it as a QR code too.")
@options.connection
@options.one
@click.pass_context
def deposit_address(context: click.Context, where: Where, format_: Format, currency: str, qr: bool) -> None:
    """Print the address to pay CURRENCY in to.

    The first time, the exchange has to make one: captui asks again until it is there, for up to a minute.
    """

    async def run() -> int:
        async with connected(where, private=True) as connection:
            found = await _address(connection, currency)
        if not found.address:
            note("captui: the exchange is still making the address. Ask again in a few minutes.")
            return REFUSED
        if format_ is Format.JSON:
            emit_one(found, ADDRESSES, format_)
        else:
            # Alone on its line: it is there to be copied.
            sys.stdout.write(f"{found.address}\n")
        what, tag = tag_of(found.address)
        if what:
            note(f"The {what} {tag} is part of it: without it the money does not arrive.")
        if qr and format_ is not Format.JSON:
            draw(found.address)
        return 0

    context.exit(asyncio.run(run()))


async def _address(connection: Connection, currency: str) -> DepositAddress:
    """As it is at last: an address, or none after a minute. Raises ExchangeError."""
    try:
        found = await connection.rest.funding.deposit_address(currency)
    except RefusedError:
        if (await connection.rest.currency(currency)).kind == "coin":
            raise
        # The exchange calls a currency without addresses one that it does not have.
        raise RefusedError(
            f"{currency.upper()} is not paid in to an address: the website of the exchange shows its bank account and your reference.",
            advice="captui deposit-methods lists the instant ways.",
        ) from None
    for wait_s in ADDRESS_WAITS_S:
        if found.address:
            break
        note("The exchange is making the address …")
        await asyncio.sleep(wait_s)
        found = await connection.rest.funding.deposit_address(currency)
    return found


def draw(text: str) -> None:
    """A QR code on standard output."""
    from captui.render import qr

    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    sys.stdout.write("\n" + "".join(f"{line}\n" for line in qr.lines(text, coloured=coloured)))


@click.command(
    name="deposit-methods",
    cls=Manual,
    examples=(
        "captui deposit-methods",
        "captui deposit-methods --json",
    ),
    exit_codes=PRIVATE,
)
@options.cut
@options.connection
@options.many
def deposit_methods(where: Where, format_: Format, paging: Paging) -> None:
    """List the instant ways to pay rand in, vouchers among them.

    The id of a voucher is what captui redeem takes.
    """

    async def question(connection: Connection) -> None:
        found = cut(await connection.rest.funding.payment_methods(), paging, "deposit methods")
        emit_list(found, METHODS, format_, nothing="There are no instant deposit methods.")

    ask(where, question)


@click.command(
    cls=Manual,
    examples=(
        "captui redeem 1 100",
        "pass show voucher | captui redeem 1 100 --yes --json",
    ),
    exit_codes=WRITES,
)
@click.argument("method")
@click.argument("amount")
@options.connection
@options.writes
@options.one
@click.pass_context
def redeem(context: click.Context, where: Where, format_: Format, method: str, amount: str, yes: bool) -> None:
    """Redeem a voucher for AMOUNT rand; its pin is asked for.

    METHOD is the id that captui deposit-methods shows. What is left of a voucher may come back as a new one, whose pin is printed: it
    is money, and nobody keeps it for you.
    """
    wanted = parse_amount(amount)
    if wanted.currency not in ("", "zar"):
        raise click.UsageError("Vouchers are in rand.")
    rand = wanted.value

    async def run() -> int:
        async with connected(where, private=True) as connection:
            chosen = next((each for each in await connection.rest.funding.payment_methods() if each.id == method), None)
            if chosen is None:
                note(f"captui: there is no deposit method {method!r}; see captui deposit-methods.")
                return REFUSED
            against = against_voucher(chosen, rand)
            if against:
                note(f"captui: not sent. {against}")
                return REFUSED
            note(f"Redeem a voucher of {chosen.name} for {grouped(rand)} ZAR (a fee may be taken from it)")
            refuse_read_only(connection)
            what = Transfer(SentKind.VOUCHER, "zar", rand, chosen.name)
            if not await consent_to_move(connection, "Redeem it?", what, yes=yes):
                return REFUSED
            pin = secret("Voucher pin")
            if pin is None:
                return REFUSED
            outcome = await move(connection, lambda: connection.rest.funding.redeem_voucher(method, rand, pin), what)
        return told(
            outcome,
            lambda redemption: _print(redemption, format_),
            what="the voucher",
            look_up="captui deposits --currency zar",
        )

    context.exit(asyncio.run(run()))


def _print(redemption: VoucherRedemption, format_: Format) -> None:
    if format_ is not Format.JSON:
        emit_one(redemption, REDEMPTIONS, format_)
        return
    # The change as an object of its own, as the exchange sends it (API document, Voucher Redemption).
    said = as_object(redemption, REDEMPTIONS)
    change = {field: said.pop(field) for field in ("change_amount", "change_expiry", "change_pin")}
    emit_json({**said, "change_voucher": None if redemption.change is None else change})
