"""A command group that imports a command only when it is run, so that the small ones stay fast."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from captui.cli.manual import ManualGroup
from captui.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command is, under which heading it stands, and its one line in the list of commands."""

    module: str
    attribute: str
    heading: str
    summary: str


class ReaderLeftError(Exception):
    """Whoever read the output has gone. Not an OSError: click would make exit code 1 of that."""


class LazyGroup(ManualGroup):
    """A group with commands that are there and commands that are imported when they are asked for."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *self.lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.lazy.get(cmd_name)
        if entry is None or cmd_name in self.commands:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(entry.module), entry.attribute)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Raises ReaderLeftError where the output is a closed pipe."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderLeftError from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The list under its headings, without importing what it names."""
        for heading in dict.fromkeys(entry.heading for entry in self.lazy.values()):
            with formatter.section(heading):
                formatter.write_dl(
                    [(name, entry.summary) for name, entry in self.lazy.items() if entry.heading == heading]
                )
