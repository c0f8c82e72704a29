"""Help that reads like a manual page: the command's own options first, then what many share, then examples and exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

_OUTPUT = ("as_json", "as_csv", "raw")
_WHERE = ("rest_url", "ws_url", "revision", "config_path", "profile")

_DONE = ("0", "done")
_REFUSED = ("1", "refused by the exchange, or not sent after all")
_USAGE = ("2", "wrong usage, or a setting that cannot be used")
_CONNECTION = ("3", "no connection")
_KEY = ("4", "not authorised: no API key, or one that the exchange does not accept")
_UNKNOWN = ("5", "outcome unknown: the answer was lost; look before you send it again")

PUBLIC = (_DONE, _REFUSED, _USAGE, _CONNECTION)
PRIVATE = (*PUBLIC, _KEY)
WRITES = (*PRIVATE, _UNKNOWN)
"""Exit codes of commands that need no key, of those that need one, and of those that change something."""


class Manual(click.Command):
    """`examples` are command lines as a person would type them."""

    def __init__(
        self,
        *args: Any,
        examples: Sequence[str] = (),
        exit_codes: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.exit_codes = tuple(exit_codes)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {"Options": [], "Output": [], "Exchange and settings": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            # Arguments are explained in the text, where they have one; their names alone stand in the usage line.
            if record is not None and record[1]:
                name = parameter.name or ""
                title = "Output" if name in _OUTPUT else "Exchange and settings" if name in _WHERE else "Options"
                sections[title].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples"):
                # As they are: a command line that was wrapped cannot be copied.
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        if self.exit_codes:
            with formatter.section("Exit codes"):
                formatter.write_dl(self.exit_codes)


class ManualGroup(Manual, click.Group):
    """Its sub-commands are manual pages too, and are listed with their whole first sentence."""

    command_class = Manual

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl([(name, first_sentence(command)) for name, command in self.commands.items()])


def first_sentence(command: click.Command) -> str:
    """Of its help, without the full stop where more follows on the line."""
    return " ".join((command.help or "").split("\n\n")[0].split())
