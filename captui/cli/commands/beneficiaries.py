"""`captui beneficiaries`: where withdrawals may go to."""

from __future__ import annotations

import asyncio

import click

from captui.cli import names, options
from captui.cli.asking import REFUSED, secret_digits
from captui.cli.connect import Connection, Where, ask, connected
from captui.cli.manual import PRIVATE, WRITES, Manual, ManualGroup
from captui.cli.output import Format, emit_json, emit_list, emit_one, note
from captui.cli.paging import Paging, cut
from captui.cli.sending import answered, consent, refuse_read_only, told, whole_number
from captui.core.funding import Beneficiary, BeneficiaryState
from captui.core.withdrawing import against_new_beneficiary
from captui.export.funding_columns import BENEFICIARIES, destination
from captui.export.values import as_object
from captui.render.funding_words import missing_tag

_LIST = "captui beneficiaries list"


@click.group(
    cls=ManualGroup,
    examples=(
        "captui beneficiaries list",
        "captui beneficiaries add btc 'Cold wallet' --address bc1qexample",
        "captui beneficiaries activate 801",
    ),
)
def beneficiaries() -> None:
    """Show and change where withdrawals may go to."""


@beneficiaries.command(
    name="list",
    cls=Manual,
    examples=(
        "captui beneficiaries list",
        "captui beneficiaries list --currency zar --state active --json",
    ),
    exit_codes=PRIVATE,
)
@click.option("--currency", type=names.CURRENCY, metavar="CURRENCY", help="Only of this currency.")
@click.option("--state", type=click.Choice([state.value for state in BeneficiaryState]), help="Only in this state.")
@options.cut
@options.connection
@options.many
def list_(where: Where, format_: Format, paging: Paging, currency: str | None, state: str | None) -> None:
    """List the beneficiaries.

    Pending ones wait for the pin from the exchange's e-mail (captui beneficiaries activate ID).
    """

    async def question(connection: Connection) -> None:
        known = await connection.rest.funding.beneficiaries(currency=currency, state=state)
        found = cut(known, paging, "beneficiaries")
        if format_ is Format.JSON:
            emit_json([_object(each) for each in found])
        else:
            emit_list(found, BENEFICIARIES, format_, nothing="There are no beneficiaries.")

    ask(where, question)


@beneficiaries.command(
    cls=Manual,
    examples=("captui beneficiaries show 801",),
    exit_codes=PRIVATE,
)
@click.argument("beneficiary_id", metavar="ID")
@options.connection
@options.one
def show(where: Where, format_: Format, beneficiary_id: str) -> None:
    """Show one beneficiary.

    ID is the number that captui beneficiaries list shows.
    """
    number = whole_number(beneficiary_id, "a beneficiary")

    async def question(connection: Connection) -> None:
        _print(await connection.rest.funding.beneficiary(number), format_)

    ask(where, question)


@beneficiaries.command(
    cls=Manual,
    examples=(
        "captui beneficiaries add btc 'Cold wallet' --address bc1qexample --description 'In the safe'",
        "captui beneficiaries add zar 'My bank' --bank bank_name=FNB --bank account_number=62001234567",
    ),
    exit_codes=WRITES,
)
@click.argument("currency", type=names.CURRENCY)
@click.argument("name")
@click.option("--address", metavar="ADDRESS", help="Of a blockchain.")
@click.option(
    "--bank",
    "details",
    metavar="NAME=VALUE",
    multiple=True,
    help="One detail of a bank account, such as account_number=62001234567; to be repeated.",
)
@click.option("--description", metavar="TEXT", help="For your own records.")
@options.connection
@options.writes
@options.one
@click.pass_context
def add(
    context: click.Context,
    where: Where,
    format_: Format,
    currency: str,
    name: str,
    address: str | None,
    details: tuple[str, ...],
    description: str | None,
    yes: bool,
) -> None:
    """Add a beneficiary of CURRENCY under NAME.

    It stays pending until it is activated with the pin that the exchange sends by e-mail: captui beneficiaries activate ID.
    """
    data = _data(address, details)
    if not name.strip() or not currency.strip():
        raise click.UsageError("CURRENCY and NAME must not be empty.")

    async def run() -> int:
        async with connected(where, private=True) as connection:
            rules = await connection.rest.currency(currency)
            against = against_new_beneficiary(rules, name, data)
            if against:
                note(f"captui: not sent. {against}")
                return REFUSED
            shown = ", ".join(f"{field}: {value}" for field, value in data.items())
            note(f"Add {name} as a beneficiary of {currency.upper()}\n  {shown}")
            if missing := missing_tag(currency, data.get("address", "")):
                note(missing)
            refuse_read_only(connection)
            if not consent("Add it?", yes=yes):
                return REFUSED
            # A write is never tried again: an answer to something harmless corrects the clock that it is signed with.
            await connection.rest.alive()
            outcome = await answered(
                connection.rest.funding.create_beneficiary(
                    currency=currency, name=name, data=data, description=description
                )
            )
        return told(outcome, lambda made: _print(made, format_), what="the beneficiary", look_up=_LIST)

    context.exit(asyncio.run(run()))


@beneficiaries.command(
    cls=Manual,
    examples=("captui beneficiaries activate 801",),
    exit_codes=WRITES,
)
@click.argument("beneficiary_id", metavar="ID")
@options.connection
@options.writes
@options.one
@click.pass_context
def activate(context: click.Context, where: Where, format_: Format, beneficiary_id: str, yes: bool) -> None:
    """Activate a beneficiary; the pin from the exchange's e-mail is asked for."""
    number = whole_number(beneficiary_id, "a beneficiary")

    async def run() -> int:
        async with connected(where, private=True) as connection:
            found = await connection.rest.funding.beneficiary(number)
            note(f"Let withdrawals of {found.currency.upper()} go to {found.name}\n  {destination(found)}")
            refuse_read_only(connection)
            if not consent("Activate it?", yes=yes):
                return REFUSED
            pin = secret_digits("Pin")
            if pin is None:
                return REFUSED
            outcome = await answered(connection.rest.funding.activate_beneficiary(number, pin))
        return told(outcome, lambda made: _print(made, format_), what="the pin", look_up=_LIST)

    context.exit(asyncio.run(run()))


@beneficiaries.command(
    cls=Manual,
    examples=(
        "captui beneficiaries remove 801",
        "captui beneficiaries remove 801 --yes --json",
    ),
    exit_codes=WRITES,
)
@click.argument("beneficiary_id", metavar="ID")
@options.connection
@options.writes
@options.one
@click.pass_context
def remove(context: click.Context, where: Where, format_: Format, beneficiary_id: str, yes: bool) -> None:
    """Remove a beneficiary.

    Withdrawals that are on their way go on. ID is the number that captui beneficiaries list shows.
    """
    number = whole_number(beneficiary_id, "a beneficiary")

    async def run() -> int:
        async with connected(where, private=True) as connection:
            found = await connection.rest.funding.beneficiary(number)
            note(f"Remove {found.name}, a beneficiary of {found.currency.upper()}\n  {destination(found)}")
            refuse_read_only(connection)
            if not consent("Remove it?", yes=yes):
                return REFUSED
            outcome = await answered(connection.rest.funding.delete_beneficiary(number))

        def removed(_: None) -> None:
            note(f"{found.name} is removed.")
            if format_ is Format.JSON:
                emit_json({"id": number, "state": "removed"})

        return told(outcome, removed, what="the removal", look_up=_LIST)

    context.exit(asyncio.run(run()))


def _data(address: str | None, details: tuple[str, ...]) -> dict[str, str]:
    """Raises UsageError for neither, both, or a detail without a name or a value."""
    if bool(address) == bool(details):
        raise click.UsageError("Say where the money goes: --address for a coin, or --bank NAME=VALUE for rand.")
    if address:
        return {"address": address.strip()}
    data: dict[str, str] = {}
    for detail in details:
        name, equals, value = detail.partition("=")
        if not (name.strip() and equals and value.strip()) or name.strip() in data:
            raise click.UsageError(f"{detail!r} is not a detail such as bank_name=FNB, or is there twice.")
        data[name.strip()] = value.strip()
    return data


def _print(found: Beneficiary, format_: Format) -> None:
    if format_ is Format.JSON:
        emit_json(_object(found))
    else:
        emit_one(found, BENEFICIARIES, format_)


def _object(found: Beneficiary) -> dict[str, object]:
    return {**as_object(found, BENEFICIARIES), "data": dict(found.data)}
