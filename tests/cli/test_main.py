"""The command line as a person meets it: one clear sentence on stderr, an exit code that means something, never a traceback."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from captui import __version__
from captui.cli.main import captui
from tests.cli.commandline import Done, run
from tests.processes import CAPTUI, exchange, home


def refused(done: Done, code: int) -> str:
    """What it said on stderr, after checking that it said it well."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr.strip()


def test_version_needs_neither_screen_nor_network_libraries(tmp_path: Path) -> None:
    program = """
import sys
from captui.cli.main import main
try:
    main()
except SystemExit:
    heavy = {"textual", "httpx", "websockets", "starlette", "uvicorn", "plotext", "asyncio"} & set(sys.modules)
    print(heavy or "light")
"""
    done = subprocess.run([sys.executable, "-c", program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == [f"captui {__version__}", "light"]


def every_command() -> list[tuple[str, ...]]:
    """The path of each command and sub-command."""
    paths: list[tuple[str, ...]] = [()]
    for name in captui.list_commands(click.Context(captui)):
        command = captui.get_command(click.Context(captui), name)
        paths.append((name,))
        if isinstance(command, click.Group):
            paths += [(name, inner) for inner in command.commands]
    return paths


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_help_tells_what_it_does_and_every_option(path: tuple[str, ...]) -> None:
    command: click.Command = captui
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    done = CliRunner().invoke(captui, [*path, "--help"])
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert command.help
    assert " ".join(command.help.replace("\b", "").split()) in said
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.opts[0] in said
            assert option.help, f"{option.opts[0]} has no word about it"
            assert option.help.split()[0] in said


def test_no_terminal_is_said_and_what_to_do(tmp_path: Path) -> None:
    assert "captui draws on a terminal" in refused(run(tmp_path), 2)
    assert "captui draws on a terminal" in refused(run(tmp_path, "demo"), 2)


def test_a_config_that_is_not_toml_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("fps = 10\nmarket btczar\n")
    said = refused(run(tmp_path, "--config", str(path)), 2)
    assert "mine.toml is not valid TOML" in said
    assert "line 2" in said


def test_an_unknown_action_in_the_keys_is_said_with_the_nearest_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[keys]\n"ladder.stage_by" = "b"\n')
    assert "Did you mean 'ladder.stage_buy'?" in refused(run(tmp_path, "--config", str(path)), 2)


def test_what_nobody_thought_of_is_a_sentence_with_the_place_of_the_details(tmp_path: Path) -> None:
    program = """
import captui.cli.exchange
from captui.cli.main import main
def broken(**options):
    raise ZeroDivisionError("deep inside")
captui.cli.exchange.exchange = broken
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "exchange"], env=home(tmp_path), capture_output=True, text=True, check=False
    )
    log = tmp_path / ".local/state/captui/captui.log"
    assert refused(done, 70) == f"captui: something went wrong inside captui; the details are in {log}."
    assert "ZeroDivisionError: deep inside" in log.read_text()


def test_half_a_key_pair_is_said(tmp_path: Path) -> None:
    said = refused(run(tmp_path, CAPTUI_API_KEY="c0ffee1234567890"), 2)
    assert "CAPTUI_API_KEY is set, but CAPTUI_API_SECRET is not." in said
    assert "c0ffee" not in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--theme", "solarized"), "There is no theme 'solarized'. There is captui-dark, captui-light"),
        (("--interval", "7m"), "'7m' is not a candle interval; use one of 1m, 5m"),
        (("--rest-url", "http://127.0.0.1:1/x"), "--rest-url and --ws-url go together"),
        (
            ("--rest-url", "127.0.0.1", "--ws-url", "ws://127.0.0.1"),
            "--rest-url is '127.0.0.1': that is not an address",
        ),
        (("--fps", "0"), "0 is not in the range 1<=x<=60"),
        (("--revision", "new"), "'new' is not one of 'auto', 'trade', 'atlas'"),
        (("dmeo",), "No such command 'dmeo'"),
        (("--read-only", "demo"), "--read-only belongs after 'demo'"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_opened(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(run(tmp_path, *arguments), 2)


def test_a_port_in_use_is_said_with_its_number(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(run(tmp_path, "exchange", "--port", str(port)), 1)
    assert str(port) in said
    assert "in use" in said


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("absent.jsonl", None, "absent.jsonl"),
        ("torn.jsonl.gz", gzip.compress(b'{"t":0,"frame":{}}\n' * 50)[:-20], "torn.jsonl.gz"),
        ("text.jsonl", b"no json\n", "Line 1 of text.jsonl"),
        ("empty.jsonl", b"", "empty.jsonl"),
    ],
    ids=["absent", "torn", "text", "empty"],
)
def test_a_damaged_recording_is_said_with_its_name_and_place(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert sentence in refused(run(tmp_path, "exchange", "--port", "0", "--replay", str(path)), 2)


def test_the_exchange_prints_what_a_program_needs_and_serves_it(tmp_path: Path) -> None:
    with exchange(tmp_path, "--no-makers") as running:
        state = running.control.state()
        assert running.rest_url.endswith("/api/v2/trade")
        assert running.ws_url.startswith("ws://127.0.0.1:")
        assert running.api_key
        assert running.api_secret
        assert running.api_secret not in json.dumps(state)


def test_the_exchange_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    with exchange(tmp_path, "--no-makers") as running:
        process = running.process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def test_the_exchange_ends_on_ctrl_c_without_a_word(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*CAPTUI, "exchange", "--port", "0", "--json", "--no-makers"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=home(tmp_path),
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.kill(process.pid, 2)
        assert process.wait(10) in (0, 130)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.communicate()
