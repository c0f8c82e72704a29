"""`captui lightning`: bitcoin over lightning, in and out."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import click

from captui.cli import options
from captui.cli.amounts import parse_amount
from captui.cli.asking import REFUSED
from captui.cli.commands.deposits import draw
from captui.cli.connect import Where, connected, now_ms
from captui.cli.manual import WRITES, Manual, ManualGroup
from captui.cli.moves import Transfer, consent_to_move, move
from captui.cli.output import Format, emit_one, local, note
from captui.cli.quotes import Price, kept, price_of
from captui.cli.sending import answered, refuse_read_only, require_enabled, told
from captui.core import bolt11
from captui.core.bolt11 import Invoice
from captui.core.moves import SentKind
from captui.core.text import grouped
from captui.core.withdrawing import against_payment, bitcoin
from captui.errors import InvoiceError
from captui.export.funding_columns import INVOICES, PAYMENTS


@click.group(
    cls=ManualGroup,
    examples=(
        "captui lightning invoice 5000 --qr",
        "captui lightning pay lnbc50u1pexample",
    ),
)
def lightning() -> None:
    """Receive and pay bitcoin over lightning."""


@lightning.command(
    cls=Manual,
    examples=(
        "captui lightning invoice 5000 --qr",
        "captui lightning invoice 100000 --convert 50 --description Rent --note May",
    ),
    exit_codes=WRITES,
)
@click.argument("sats")
@click.option("--convert", metavar="PERCENT", help="Sell this part of it for rand as soon as it arrives, up to 100.")
@click.option("--description", metavar="TEXT", help="In the invoice, for whoever pays it.")
@click.option("--note", "note_", metavar="TEXT", help="For your own records.")
@click.option("--qr", is_flag=True, help="Draw it as a QR code too.")
@click.option("--read-only", is_flag=True, default=None, help="Refuse: send nothing.")
@options.connection
@options.one
@click.pass_context
def invoice(
    context: click.Context,
    where: Where,
    format_: Format,
    sats: str,
    convert: str | None,
    description: str | None,
    note_: str | None,
    qr: bool,
) -> None:
    """Make an invoice over SATS satoshi for somebody to pay within an hour.

    The bitcoin arrive as a deposit. The part to convert must be worth at least the smallest order of the market.
    """
    amount = _sats(sats)
    part = None if convert is None else _percent(convert)

    async def run() -> int:
        async with connected(where, private=True) as connection:
            refuse_read_only(connection)
            # A write is never tried again: an answer to something harmless corrects the clock that it is signed with.
            await connection.rest.alive()
            outcome = await answered(
                connection.rest.funding.lightning_invoice(
                    amount, conversion_percent=part, description=description, member_description=note_
                )
            )
        code = told(
            outcome,
            lambda made: emit_one(made, INVOICES, format_),
            what="the invoice",
            look_up="captui deposits --currency btc",
        )
        value = getattr(outcome, "value", None)
        if value is not None and qr and format_ is Format.TABLE:
            # In capitals a code holds bech32 in fewer dots.
            draw(value.bolt.upper())
        return code

    context.exit(asyncio.run(run()))


@lightning.command(
    cls=Manual,
    examples=(
        "captui lightning pay lnbc50u1pexample",
        "captui lightning pay lnbc1pexample --amount 5000 --note coffee",
    ),
    exit_codes=WRITES,
)
@click.argument("bolt", metavar="BOLT11")
@click.option("--amount", metavar="SATS", help="For an invoice that leaves the amount to you.")
@click.option("--note", "note_", metavar="TEXT", help="For your own records.")
@options.connection
@options.writes
@options.one
@click.pass_context
def pay(
    context: click.Context,
    where: Where,
    format_: Format,
    bolt: str,
    amount: str | None,
    note_: str | None,
    yes: bool,
) -> None:
    """Pay a lightning invoice.

    It needs `[funding] enabled = true` in the config. What the invoice asks is read from it, shown and asked for. Accepted says that
    the payment is on its way: captui withdrawals --currency btc tells whether it was made.
    """
    try:
        asked = bolt11.parse(bolt)
    except InvoiceError as error:
        raise click.UsageError(str(error)) from error
    wanted = _amount(asked, amount)

    async def run() -> int:
        async with connected(where, private=True) as connection:
            require_enabled(connection)
            balance, listed = await asyncio.gather(connection.rest.balance("btc"), connection.rest.currency("btc"))
            price = await price_of(connection, "btc", listed.withdraw_fee)
            note(_look(asked, wanted, price))
            # A fee that is only listed is that of the blockchain: over lightning it may be less.
            quoted = None if price.quote is None else price.quote.fee
            against = against_payment(
                asked, wanted, available=balance.available, fee=quoted, now_ms=connection.clock.now_ms(now_ms())
            )
            if against:
                note(f"captui: not sent. {against}")
                return REFUSED
            refuse_read_only(connection)
            what = Transfer(SentKind.PAYMENT, "btc", bitcoin(wanted), asked.text)
            if not await consent_to_move(connection, "Pay it?", what, yes=yes):
                return REFUSED
            agreed_price = await kept(connection, price, yes=yes)
            if agreed_price is None:
                return REFUSED
            outcome = await move(
                connection,
                lambda: connection.rest.funding.lightning_pay(
                    asked.text, wanted, member_description=note_, quote_id=agreed_price.quote_id
                ),
                what,
            )
        return told(
            outcome,
            lambda made: emit_one(made, PAYMENTS, format_),
            what="the payment",
            look_up="captui withdrawals --currency btc",
        )

    context.exit(asyncio.run(run()))


def _look(asked: Invoice, sats: Decimal, price: Price) -> str:
    fee = (
        price.text if price.quote is not None or price.fee is None else f"{price.text}, or what lightning costs instead"
    )
    lines = [
        f"Pay {grouped(sats)} satoshi ({grouped(bitcoin(sats))} BTC) over lightning",
        f"  fee      {fee}",
        f"  for      {asked.description or '(the invoice does not say)'}",
        f"  until    {local(asked.expires_ms)}",
    ]
    return "\n".join(lines)


def _amount(asked: Invoice, given: str | None) -> Decimal:
    """Raises UsageError where the invoice and the option say different amounts, or neither says one."""
    chosen = None if given is None else _sats(given)
    if asked.amount_sat is None:
        if chosen is None:
            raise click.UsageError("The invoice leaves the amount to you: say it with --amount SATS.")
        return chosen
    if chosen is not None and chosen != asked.amount_sat:
        raise click.UsageError(f"The invoice is over {grouped(asked.amount_sat)} satoshi, not {grouped(chosen)}.")
    return asked.amount_sat


def _sats(text: str) -> Decimal:
    amount = parse_amount(text)
    if amount.currency not in ("", "sat", "sats") or amount.value != amount.value.to_integral_value():
        raise click.UsageError(f"{text!r} is not a whole number of satoshi.")
    return amount.value


def _percent(text: str) -> Decimal:
    """As the part that the exchange wants: 1 is all. Raises UsageError for anything but a number above 0 and up to 100."""
    number = parse_amount(text.removesuffix("%")).value if text.removesuffix("%")[-1:].isdigit() else Decimal(101)
    if number > 100:
        raise click.UsageError(f"{text!r} is not a percentage up to 100.")
    return number / 100
