"""The help of each command is a manual page: examples that can be typed, exit codes that are true, lines that fit."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from captui.cli import manual
from captui.cli.main import captui
from captui.cli.manual import Manual
from captui.cli.registry import COMMANDS


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that is imported when it is run, with its sub-commands."""
    for name in COMMANDS:
        command = captui.get_command(click.Context(captui), name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())


ALL = dict(commands())
EXAMPLES = [(name, line) for name, command in ALL.items() if isinstance(command, Manual) for line in command.examples]


def typed(line: str) -> list[str]:
    """The arguments of captui in a line for a shell: what stands before a redirection, and after the pipe that leads to it."""
    inside_a_tmux_line = re.search(r"#\((.*?)\)", line)
    words = shlex.split(inside_a_tmux_line[1] if inside_a_tmux_line else line)
    words = words[words.index("captui") + 1 :]
    ends = [words.index(mark) for mark in (">", "|") if mark in words]
    return words[: min(ends)] if ends else words


def test_shell_lines_are_read_as_a_shell_would() -> None:
    assert typed("captui trades --csv > trades.csv") == ["trades", "--csv"]
    assert typed("pass show voucher | captui redeem 1 100 | tee x") == ["redeem", "1", "100"]
    assert typed("set -g status-right '#(captui status)'") == ["status"]
    assert typed("captui withdraw zar 5 --to 'My bank'") == ["withdraw", "zar", "5", "--to", "My bank"]


@pytest.mark.parametrize(("name", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_examples_can_be_typed(name: str, line: str) -> None:
    words = typed(line)
    command: click.Command = captui
    context = click.Context(captui, info_name="captui")
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, "there is no such command"
        command = found
    # Raises UsageError for an option or a value that the command does not take; nothing is run.
    context = command.make_context(command.name, words, parent=context)
    assert not context.args
    assert name.split()[0] in line


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith(("keys", "config"))])
def test_every_command_has_examples(name: str) -> None:
    command = ALL[name]
    assert isinstance(command, Manual)
    assert command.examples


@pytest.mark.parametrize("name", [name for name, command in ALL.items() if isinstance(command, Manual)])
def test_exit_codes_are_those_that_the_command_can_end_with(name: str) -> None:
    command = ALL[name]
    assert isinstance(command, Manual)
    names = {parameter.name for parameter in command.params}
    # A command that opens the screen is not over with one answer.
    if "rest_url" not in names or name.startswith(("keys", "config", "setup")):
        return
    if "read_only" in names:
        assert command.exit_codes == manual.WRITES
    else:
        assert command.exit_codes in (manual.PUBLIC, manual.PRIVATE)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", ["", *ALL])
def test_lines_fit(name: str, width: int) -> None:
    done = CliRunner().invoke(captui, [*name.split(), "--help"], terminal_width=width)
    command = ALL.get(name, captui)
    examples = command.examples if isinstance(command, Manual) else ()
    too_long = [line for line in done.stdout.splitlines() if len(line) > width and line.strip() not in examples]
    # A choice of many is not broken: it is one word to copy from.
    assert [line for line in too_long if "[" not in line] == []


def test_a_command_lists_its_own_options_before_the_shared_ones() -> None:
    said = CliRunner().invoke(captui, ["buy", "--help"]).stdout
    places = [
        said.index(part) for part in ("--post-only", "Output:", "Exchange and settings:", "Examples:", "Exit codes:")
    ]
    assert places == sorted(places)
    assert "outcome unknown" in said
    assert "outcome unknown" not in CliRunner().invoke(captui, ["trades", "--help"]).stdout
    assert "not authorised" not in CliRunner().invoke(captui, ["ticker", "--help"]).stdout


def test_a_group_lists_its_commands_with_their_whole_sentence() -> None:
    said = " ".join(CliRunner().invoke(captui, ["beneficiaries", "--help"]).stdout.split())
    assert "Activate a beneficiary; the pin from the exchange's e-mail is asked for." in said
