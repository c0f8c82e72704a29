"""`captui keys`: where the API key is kept. Nothing here ever prints a key or a secret, only the fingerprint of a key."""

from __future__ import annotations

import asyncio
import os

import click

from captui import credentials, system_keyring
from captui.cli import options
from captui.cli.asking import REFUSED, secret
from captui.cli.connect import Where, connected, settings
from captui.cli.manual import PRIVATE, ManualGroup
from captui.cli.output import Format, emit_list, emit_one, note
from captui.cli.sending import consent
from captui.config import Config
from captui.core.dataclass import dataclass
from captui.core.secret import Credentials, Secret
from captui.credentials import Source
from captui.errors import CredentialsError
from captui.export.values import Column

_LOOKING = (("0", "done"), ("2", "wrong usage, or a key or a setting that cannot be used"))
_KEEPING = (_LOOKING[0], ("1", "nothing was changed after all"), _LOOKING[1])
_KEPT_BY_CAPTUI = click.Choice([Source.KEYRING.value, Source.FILE.value])


@click.group(
    cls=ManualGroup, examples=("captui keys set", "captui keys set --profile test --in file", "captui keys list")
)
def keys() -> None:
    """Keep, test and forget the API key.

    A key is looked for in the environment (CAPTUI_API_KEY and CAPTUI_API_SECRET), then printed by the commands of the config
    (api_key_command and api_secret_command, for password stores), then in the keyring of the desktop (where captui[keyring] is
    installed), then in a file that only you can read. The first one counts; one that cannot be used is said, and never passed over for
    the next. Keyring and file hold one key for each profile.
    """


@keys.command(
    name="set",
    examples=(
        "captui keys set",
        "captui keys set --in file --profile test",
        "pass show capecrypto | captui keys set --yes",
    ),
    exit_codes=_KEEPING,
)
@options.connection
@click.option(
    "--in",
    "place",
    type=_KEPT_BY_CAPTUI,
    help="Keep it there (default: the keyring where there is one, else the file).",
)
@click.option("--yes", "-y", is_flag=True, help="Replace a key that is there without asking.")
@click.pass_context
def set_(context: click.Context, where: Where, place: str | None, yes: bool) -> None:
    """Keep a key; both halves are asked for unseen.

    It is kept in the keyring of the desktop, or in a file that only you can read. Where standard input is no terminal, the halves are
    its first two lines: never an option, which everybody on the machine could see.
    """
    config = settings(where)
    chosen = Source(place) if place else usual_place()
    if chosen is Source.KEYRING and (reason := system_keyring.why_not()):
        raise CredentialsError(reason, advice="Keep the key in a file: captui keys set --in file.")
    if _holds(chosen, config) and not consent(
        f"Replace the key in {_named(chosen, config)}?", yes=yes, undone="it is left as it is"
    ):
        context.exit(REFUSED)
    halves: list[Secret] = []
    for question in ("API key", "API secret"):
        half = secret(question)
        if half is None:
            context.exit(REFUSED)
        halves.append(half)
    pair = Credentials(api_key=halves[0], api_secret=halves[1])
    keep(chosen, config, pair)
    profile = f" --profile {config.profile}" if config.profile else ""
    note(
        f"The key with the fingerprint {pair.fingerprint} is kept in {_named(chosen, config)}, for {config.exchange}. "
        f"Test it with: captui keys test{profile}"
    )
    try:
        before = source_before(chosen, config)
    except CredentialsError as error:
        note(f"But what is asked before it cannot be used. {error}")
        return
    if before is not None:
        note(f"It does not count as long as there is one from the {before}.")


@keys.command(examples=("captui keys test", "captui keys test --profile test --json"), exit_codes=PRIVATE)
@options.connection
@options.one
def test(where: Where, format_: Format) -> None:
    """Ask the exchange whether it accepts the key that counts.

    Balances are read and no money is moved. What else the key may do the exchange does not tell.
    """

    async def run() -> None:
        async with connected(where, private=True) as connection:
            held = await connection.rest.balances()
            said: tuple[Column[None], ...] = (
                Column("source", lambda _: connection.source.value if connection.source else None),
                Column("profile", lambda _: connection.config.profile or None),
                Column("fingerprint", lambda _: connection.credentials.fingerprint if connection.credentials else None),
                Column("rest_url", lambda _: connection.endpoints.rest_url),
                Column("revision", lambda _: connection.endpoints.revision.value),
                Column("clock_offset_ms", lambda _: connection.clock.offset_ms),
                Column("currencies", lambda _: len(held)),
            )
            emit_one(None, said, format_)

    asyncio.run(run())


@keys.command(examples=("captui keys forget", "captui keys forget --in file --yes"), exit_codes=_KEEPING)
@options.connection
@click.option("--in", "place", type=_KEPT_BY_CAPTUI, help="Forget the one that is there (default: in both places).")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_context
def forget(context: click.Context, where: Where, place: str | None, yes: bool) -> None:
    """Delete the key that captui keeps. The exchange keeps the key until you delete it there."""
    config = settings(where)
    places = (Source(place),) if place else (Source.KEYRING, Source.FILE)
    holding = [each for each in places if _holds(each, config)]
    if not holding:
        note(f"There is no key in {' or in '.join(_named(each, config) for each in places)}.")
        return
    named = " and in ".join(_named(each, config) for each in holding)
    if not consent(f"Delete the key in {named}?", yes=yes, undone="nothing was deleted"):
        context.exit(REFUSED)
    for each in holding:
        _delete(each, config)
    note(f"The key in {named} is deleted. To make it useless, delete it on the exchange's profile page too.")


@dataclass(frozen=True, slots=True)
class _Place:
    source: Source
    set: bool
    fingerprint: str | None
    exchange: str | None


@keys.command(name="list", examples=("captui keys list", "captui keys list --profile test --csv"), exit_codes=_LOOKING)
@options.connection
@options.many
def list_(where: Where, format_: Format) -> None:
    """Show which places have a key, and which counts.

    They stand in the order in which they are asked. No command of the config is run for it. A key is sent to the exchange that it is
    for and to no other; that of the environment goes wherever captui is sent.
    """
    config = settings(where)
    named = credentials.from_environment(os.environ)
    found = {
        Source.KEYRING: system_keyring.load(config.profile),
        Source.FILE: credentials.from_file(credentials.file_path(config.profile)),
    }
    rows = [_Place(Source.ENVIRONMENT, named is not None, named.fingerprint if named else None, None)]
    for source in (Source.COMMAND, Source.KEYRING, Source.FILE):
        kept, holds = found.get(source), _holds(source, config)
        meant = credentials.meant_for(kept, config) if holds else None
        rows.append(_Place(source, holds, kept.credentials.fingerprint if kept else None, meant))
    first = next((row for row in rows if row.set), None)
    columns: tuple[Column[_Place], ...] = (
        Column("source", lambda row: row.source.value, "source"),
        Column("set", lambda row: row.set, "set"),
        Column("counts", lambda row: row is first, "counts"),
        Column("fingerprint", lambda row: row.fingerprint, "fingerprint"),
        Column("exchange", lambda row: row.exchange, "exchange"),
    )
    emit_list(rows, columns, format_, nothing="")


def usual_place() -> Source:
    """Where a key is kept when nobody says where; where that is not the keyring, a word about it."""
    reason = system_keyring.why_not()
    if not reason:
        return Source.KEYRING
    note(f"{reason} The key is kept in a file that only you can read.")
    return Source.FILE


def keep(place: Source, config: Config, pair: Credentials) -> None:
    """Raises CredentialsError where it cannot be kept."""
    if place is Source.KEYRING:
        system_keyring.save(config.profile, pair, config.exchange)
    else:
        credentials.save(credentials.file_path(config.profile), pair, config.exchange)


def source_before(place: Source, config: Config) -> Source | None:
    """The source that has a key and is asked before this one. Raises CredentialsError where one of them is broken."""
    for source in Source:
        if source is place:
            return None
        if _holds(source, config):
            return source
    return None


def _holds(source: Source, config: Config) -> bool:
    """What is broken is there too: it can be replaced and deleted. Raises CredentialsError where that cannot be told."""
    match source:
        case Source.ENVIRONMENT:
            return credentials.from_environment(os.environ) is not None
        case Source.COMMAND:
            return bool(config.api_key_command)
        case Source.KEYRING:
            return system_keyring.has_entry(config.profile)
        case Source.FILE:
            return credentials.file_path(config.profile).exists()


def _delete(source: Source, config: Config) -> None:
    if source is Source.KEYRING:
        system_keyring.delete(config.profile)
        return
    path = credentials.file_path(config.profile)
    try:
        path.unlink()
    except OSError as error:
        raise CredentialsError(f"{path} cannot be deleted: {error.strerror or error}.") from error


def _named(source: Source, config: Config) -> str:
    return "the keyring" if source is Source.KEYRING else str(credentials.file_path(config.profile))
