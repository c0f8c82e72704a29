"""The list of commands says what the commands say of themselves, and each has its place in the help."""

from __future__ import annotations

from importlib import import_module

import click
import pytest

from captui.cli.main import captui
from captui.cli.registry import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_the_first_sentence_of_each_command(name: str) -> None:
    entry = COMMANDS[name]
    command = getattr(import_module(entry.module), entry.attribute)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help is not None
    assert " ".join(command.help.split("\n\n")[0].split()) == entry.summary


def test_the_group_finds_them_and_lists_them_once() -> None:
    context = click.Context(captui)
    listed = captui.list_commands(context)
    assert len(listed) == len(set(listed))
    assert set(COMMANDS) == set(listed)
    assert captui.get_command(context, "nonsense") is None
