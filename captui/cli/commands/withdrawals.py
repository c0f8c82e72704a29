"""Commands for money going out: withdrawals and withdraw."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import click

from captui.cli import names, options
from captui.cli.amounts import parse_amount
from captui.cli.asking import REFUSED, secret_digits
from captui.cli.connect import Connection, Where, ask, connected
from captui.cli.manual import PRIVATE, WRITES, Manual
from captui.cli.money_list import emit_money
from captui.cli.moves import Transfer, consent_to_move, move
from captui.cli.output import Format, emit_json, emit_one, note
from captui.cli.paging import Paging
from captui.cli.quotes import Price, kept, price_of
from captui.cli.sending import refuse_read_only, require_enabled, told
from captui.cli.when import TimeRange
from captui.core.funding import Beneficiary, Withdrawal, WithdrawalState
from captui.core.money import EXACT
from captui.core.moves import SentKind
from captui.core.text import grouped
from captui.core.withdrawing import SAME_DAY_NOTE, against_withdrawal
from captui.export.funding_columns import WITHDRAWALS, destination
from captui.export.histories import WITHDRAWAL_HISTORY


@click.command(
    cls=Manual,
    examples=(
        "captui withdrawals --currency zar",
        "captui withdrawals --from 30d --csv",
    ),
    exit_codes=PRIVATE,
)
@click.option("--currency", type=names.CURRENCY, metavar="CURRENCY", help="Only of this currency.")
@click.option("--state", type=click.Choice([state.value for state in WithdrawalState]), help="Only in this state.")
@click.option("--rid", metavar="ADDRESS", help="Only to this address of a blockchain.")
@options.ranged
@options.paged
@options.connection
@options.many
def withdrawals(
    where: Where,
    format_: Format,
    paging: Paging,
    span: TimeRange,
    currency: str | None,
    state: str | None,
    rid: str | None,
) -> None:
    """List withdrawals, newest first.

    Lightning payments are among them. Of withdrawals and payments whose answer was lost it also says what became of them.
    """

    async def question(connection: Connection) -> None:
        await emit_money(
            connection,
            WITHDRAWAL_HISTORY,
            WITHDRAWALS,
            lambda page, limit: connection.rest.funding.withdrawals(
                currency=currency, state=state, rid=rid, page=page, limit=limit
            ),
            SentKind.WITHDRAWAL,
            SentKind.PAYMENT,
            paging=paging,
            span=span,
            format_=format_,
            filters=(currency, state, rid),
        )

    ask(where, question)


@click.command(
    cls=Manual,
    examples=(
        "captui withdraw zar 5000 --to 'My bank'",
        "captui withdraw btc 0.05 --to 801",
        "captui withdraw zar 5000 --to 802 --note same_day_rtc",
    ),
    exit_codes=WRITES,
)
@click.argument("currency", type=names.CURRENCY)
@click.argument("amount")
@click.option(
    "--to", "to", metavar="BENEFICIARY", required=True, help="Its number or its name (captui beneficiaries list)."
)
@click.option(
    "--note", "note_", metavar="TEXT", help="For rand: same_day_rtc asks for the faster way, which costs more."
)
@options.connection
@options.writes
@options.one
@click.pass_context
def withdraw(
    context: click.Context,
    where: Where,
    format_: Format,
    currency: str,
    amount: str,
    to: str,
    note_: str | None,
    yes: bool,
) -> None:
    """Withdraw AMOUNT of CURRENCY to an active beneficiary.

    It needs `[funding] enabled = true` in the config. What it will do is shown with its fee and asked for, then the one-time
    password of your account is asked for. When the answer is lost, the exit code is 5 and captui withdrawals tells what became of it;
    while it may have been made, --yes is not enough for another one like it.
    """
    wanted = parse_amount(amount)
    if wanted.currency not in ("", currency):
        raise click.UsageError(f"{amount} is not of {currency.upper()}.")

    async def run() -> int:
        async with connected(where, private=True) as connection:
            require_enabled(connection)
            prepared = await _prepare(connection, currency, wanted.value, to, note_)
            if prepared is None:
                return REFUSED
            beneficiary, price = prepared
            note(_look(wanted.value, beneficiary, price, note_))
            refuse_read_only(connection)
            what = Transfer(SentKind.WITHDRAWAL, currency, wanted.value, beneficiary.name)
            if not await consent_to_move(connection, "Withdraw it?", what, yes=yes):
                return REFUSED
            otp = secret_digits("One-time password")
            if otp is None:
                return REFUSED
            agreed_price = await kept(connection, price, yes=yes)
            if agreed_price is None:
                return REFUSED
            outcome = await move(
                connection,
                lambda: connection.rest.funding.withdraw(
                    currency=currency,
                    amount=wanted.value,
                    beneficiary_id=beneficiary.id,
                    otp=otp,
                    note=note_,
                    quote_id=agreed_price.quote_id,
                ),
                what,
            )
        return told(
            outcome,
            lambda made: _print(made, format_),
            what="the withdrawal",
            look_up=f"captui withdrawals --currency {currency}",
        )

    context.exit(asyncio.run(run()))


async def _prepare(
    connection: Connection, unit: str, amount: Decimal, to: str, note_: str | None
) -> tuple[Beneficiary, Price] | None:
    """Where it goes and what it costs; None, and the reason said, where it cannot be. Raises ExchangeError."""
    rest = connection.rest
    rules, known, held = await asyncio.gather(
        rest.currency(unit), rest.funding.beneficiaries(currency=unit), rest.balances()
    )
    matching = [each for each in known if to in (str(each.id), each.name)]
    # A name that is another one's number must not send money to the wrong one of them.
    beneficiary = matching[0] if len(matching) == 1 else None
    available = next((balance.available for balance in held if balance.currency == unit), Decimal(0))
    reason = ""
    if not matching:
        reason = f"There is no beneficiary {to!r} for {unit.upper()}; see captui beneficiaries list."
    elif beneficiary is None:
        reason = f"More than one beneficiary is called {to!r}: name it by its number."
    elif not beneficiary.is_active:
        reason = f"Beneficiary {beneficiary.id} is {beneficiary.state}: captui beneficiaries activate {beneficiary.id}"
    else:
        # The fee is asked for only where nothing else is wrong: a quote is good for a short time.
        reason = against_withdrawal(rules, amount, available=available, fee=None, note=note_ or "")
    if reason or beneficiary is None:
        note(f"captui: not sent. {reason}")
        return None
    price = await price_of(connection, unit, rules.withdraw_fee)
    reason = against_withdrawal(rules, amount, available=available, fee=price.fee, note=note_ or "")
    if reason:
        note(f"captui: not sent. {reason}")
        return None
    return beneficiary, price


def _look(amount: Decimal, beneficiary: Beneficiary, price: Price, note_: str | None) -> str:
    unit = price.currency.upper()
    lines = [
        f"Withdraw {grouped(amount)} {unit} to {beneficiary.name} (beneficiary {beneficiary.id})",
        f"  to       {destination(beneficiary)}",
        f"  fee      {price.text}",
    ]
    if note_ == SAME_DAY_NOTE:
        # How much more, no list of the exchange says before.
        lines[-1] += ", and more for the faster way"
    elif price.fee is not None:
        lines.append(f"  arrives  {grouped(EXACT.subtract(amount, price.fee))} {unit}")
    if note_:
        lines.append(f"  note     {note_}")
    return "\n".join(lines)


def _print(made: Withdrawal | None, format_: Format) -> None:
    if made is not None:
        emit_one(made, WITHDRAWALS, format_)
    elif format_ is Format.JSON:
        emit_json({"state": "submitted"})
    else:
        note("The exchange has accepted the withdrawal; see captui withdrawals.")
