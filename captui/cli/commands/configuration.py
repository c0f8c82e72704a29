"""`captui config`: where the settings are, what they are, and whether they are right."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path

import click

from captui import config as configuration
from captui import private_files
from captui.cli import options
from captui.cli.connect import Where, settings
from captui.cli.manual import ManualGroup
from captui.cli.output import Format, emit_json, note
from captui.core.money import plain
from captui.errors import ConfigError

_CODES = (("0", "done"), ("2", "wrong usage, or a setting that cannot be used"))


@click.group(
    cls=ManualGroup, examples=("captui config init", "captui config check", "captui config show --profile test")
)
def config() -> None:
    """Find, show, check and start the file of settings."""


@config.command(examples=("captui config path",), exit_codes=_CODES)
@options.connection
def path(where: Where) -> None:
    """Print where the config is read from, whether or not it is there."""
    sys.stdout.write(f"{where.config_path or configuration.config_path()}\n")


@config.command(examples=("captui config show", "captui config show --profile test --json"), exit_codes=_CODES)
@options.connection
@options.one
def show(where: Where, format_: Format) -> None:
    """Print the settings that count now, as TOML.

    That is the file with its profile laid over it, and over that the environment and the options.
    """
    found = settings(where)
    values = {name: as_plain(getattr(found, name)) for name in configuration.SETTINGS}
    if format_ is Format.JSON:
        emit_json(values)
        return
    # What is printed holds the profile's settings already: naming it would look for the profile itself.
    del values["profile"]
    sys.stdout.write((f"# With the profile {found.profile}.\n" if found.profile else "") + as_toml(values))


@config.command(examples=("captui config check", "captui config check --config new.toml"), exit_codes=_CODES)
@options.connection
def check(where: Where) -> None:
    """Say whether the config can be used, and what is wrong with it.

    Every profile and the keys of the screen are checked too.
    """
    from captui.keymap import keymap

    wrong: list[str] = []
    for profile in ("", *configuration.profile_names(where.config_path), None):
        try:
            keymap(settings(replace(where, profile=where.profile if profile is None else profile)).keys)
        except ConfigError as error:
            # What is wrong at the top level is wrong in every profile.
            if str(error) not in wrong:
                wrong.append(str(error))
    for sentence in wrong[:-1]:
        note(f"captui: {sentence}")
    if wrong:
        raise ConfigError(wrong[-1])
    chosen = where.config_path or configuration.config_path()
    note(f"{chosen} is right." if chosen.exists() else f"There is no {chosen}; the defaults count.")


@config.command(examples=("captui config init", "captui config init --config new.toml"), exit_codes=_CODES)
@options.connection
def init(where: Where) -> None:
    """Write a config with every setting, explained and switched off.

    One that is there is left alone.
    """
    chosen = where.config_path or configuration.config_path()
    try:
        private_files.make_folder(chosen.parent)
        handle = private_files.open_file(chosen, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        raise click.UsageError(f"{chosen} is already there; it is left as it is.") from None
    except OSError as error:
        raise click.UsageError(f"{chosen} cannot be written: {error.strerror or error}.") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(template())
    note(f"{chosen} is written. Every setting in it is commented out.")


def template() -> str:
    """The package's own config.toml, every setting explained."""
    return (Path(configuration.__file__).parent / "config.template.toml").read_text(encoding="utf-8")


def as_plain(value: object) -> object:
    """Dataclasses as objects, exact numbers as text, sequences as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): as_plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [as_plain(each) for each in value]
    return plain(value) if isinstance(value, Decimal) else value


def as_toml(values: object) -> str:
    """What `as_plain` gives, as a file that captui reads: plain settings first, then a table for each group."""
    assert isinstance(values, dict)
    lines = [f"{name} = {_toml(value)}" for name, value in values.items() if not isinstance(value, dict)]
    for name, group in values.items():
        if isinstance(group, dict):
            lines += ["", f"[{name}]", *(f"{_key(inner)} = {_toml(value)}" for inner, value in group.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else _toml(name)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, int):
        return str(value)
    escaped = "".join(
        c if c.isprintable() and c not in '"\\' else f"\\{c}" if c in '"\\' else f"\\U{ord(c):08x}" for c in str(value)
    )
    return f'"{escaped}"'
