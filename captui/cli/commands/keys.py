"""`captui keys`: where the API key is kept. Nothing here ever prints a key or a secret, only the fingerprint of a key."""

from __future__ import annotations

import asyncio
import os

import click

from captui import credentials
from captui.cli import options
from captui.cli.asking import REFUSED, secret
from captui.cli.connect import Connection, Where, connected, settings
from captui.cli.output import Format, emit_list, emit_one, note
from captui.cli.sending import consent
from captui.config import Config
from captui.core.secret import Credentials, Secret
from captui.credentials import Source
from captui.errors import CredentialsError
from captui.export.values import Column


@click.group()
def keys() -> None:
    """Keep, test and forget the API key.

    A key is looked for in the environment (CAPTUI_API_KEY and CAPTUI_API_SECRET), then printed by the commands of the config
    (api_key_command and api_secret_command, for password stores), then in a file that only you can read. The first one counts.
    """


@keys.command(name="set")
@options.connection
@click.option("--yes", "-y", is_flag=True, help="Replace a key that is there without asking.")
@click.pass_context
def set_(context: click.Context, where: Where, yes: bool) -> None:
    """Keep a key in a file that only you can read; both halves are asked for and not shown."""
    config = settings(where)
    path = credentials.file_path()
    if path.exists() and not consent(f"Replace the key in {path}?", yes=yes):
        context.exit(REFUSED)
    halves: list[Secret] = []
    for question in ("API key", "API secret"):
        half = secret(question)
        if half is None:
            context.exit(REFUSED)
        halves.append(half)
    pair = Credentials(api_key=halves[0], api_secret=halves[1])
    credentials.save(path, pair)
    note(f"The key with the fingerprint {pair.fingerprint} is kept in {path}. Test it with: captui keys test")
    found = _source_before_file(config)
    if found:
        note(f"It does not count as long as there is one from the {found}.")


@keys.command()
@options.connection
@options.one
def test(where: Where, format_: Format) -> None:
    """Ask the exchange whether it accepts the key that counts."""

    async def run() -> None:
        async with connected(where, private=True) as connection:
            held = await connection.rest.balances()
            found = find_source(connection)
            said: tuple[Column[None], ...] = (
                Column("source", lambda _: found),
                Column("fingerprint", lambda _: connection.credentials.fingerprint if connection.credentials else None),
                Column("rest_url", lambda _: connection.endpoints.rest_url),
                Column("revision", lambda _: connection.endpoints.revision.value),
                Column("clock_offset_ms", lambda _: connection.clock.offset_ms),
                Column("currencies", lambda _: len(held)),
            )
            emit_one(None, said, format_)

    asyncio.run(run())


@keys.command()
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_context
def forget(context: click.Context, yes: bool) -> None:
    """Delete the file with the key. The exchange keeps the key until you delete it there."""
    path = credentials.file_path()
    if not path.exists():
        note(f"There is no {path}.")
        return
    if not consent(f"Delete {path}?", yes=yes):
        context.exit(REFUSED)
    try:
        path.unlink()
    except OSError as error:
        raise CredentialsError(f"{path} cannot be deleted: {error.strerror or error}.") from error
    note(f"{path} is deleted. To make the key useless, delete it on the exchange's profile page too.")


@keys.command(name="list")
@options.connection
@options.many
def list_(where: Where, format_: Format) -> None:
    """Show which of the places have a key, in the order in which they are asked. No command is run for it."""
    config = settings(where)
    before = _source_before_file(config)
    in_environment = credentials.from_environment(os.environ)
    in_file = credentials.from_file(credentials.file_path())
    has_commands = bool(config.api_key_command)
    rows: list[tuple[str, bool, bool, str | None]] = [
        ("environment", in_environment is not None, before == "environment", _fingerprint(in_environment)),
        ("command", has_commands, before == "command", None),
        ("file", in_file is not None, not before and in_file is not None, _fingerprint(in_file)),
    ]
    emit_list(rows, _SOURCES, format_, nothing="")


_SOURCES: tuple[Column[tuple[str, bool, bool, str | None]], ...] = (
    Column("source", lambda row: row[0], "source"),
    Column("set", lambda row: row[1], "set"),
    Column("counts", lambda row: row[2], "counts"),
    Column("fingerprint", lambda row: row[3], "fingerprint"),
)


def find_source(connection: Connection) -> str:
    """Where the key of this connection came from."""
    return _source_before_file(connection.config) or Source.FILE.value


def _source_before_file(config: Config) -> str:
    """`environment` or `command` where one of them comes before the file, else empty."""
    if credentials.from_environment(os.environ) is not None:
        return Source.ENVIRONMENT.value
    return Source.COMMAND.value if config.api_key_command else ""


def _fingerprint(pair: Credentials | None) -> str | None:
    return None if pair is None else pair.fingerprint
