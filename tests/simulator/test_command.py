"""The exchange as a process: what it prints, and that it ends with its parent, a signal or its input."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import httpx
import pytest

SCRIPT = (
    "import sys; from captui.simulator.server import ExchangeOptions; from captui.simulator.command import run; "
    "sys.exit(run(ExchangeOptions(port=0, makers=False), json_ready={json_ready}, exit_with_stdin={exit_with_stdin}))"
)


@contextmanager
def process(*, json_ready: bool, exit_with_stdin: bool) -> Iterator[subprocess.Popen[str]]:
    script = SCRIPT.format(json_ready=json_ready, exit_with_stdin=exit_with_stdin)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def out(started: subprocess.Popen[str]) -> IO[str]:
    assert started.stdout is not None
    return started.stdout


def test_exactly_one_line_of_json_when_it_is_ready_and_an_end_with_the_input() -> None:
    with process(json_ready=True, exit_with_stdin=True) as started:
        said = json.loads(out(started).readline())
        assert set(said) == {
            "rest_url", "ws_url", "atlas_rest_url", "atlas_ws_url", "api_key", "api_secret", "control_url",
        }  # fmt: skip
        assert httpx.get(said["rest_url"] + "/public/health/alive").status_code == 200
        rest, errors = started.communicate(timeout=20)
    assert (rest, errors, started.returncode) == ("", "", 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_people_are_told_where_it_is_and_signals_end_it(number: signal.Signals) -> None:
    with process(json_ready=False, exit_with_stdin=False) as started:
        first = out(started).readline()
        lines = [out(started).readline() for _ in range(10)]
        started.send_signal(number)
        rest, errors = started.communicate(timeout=20)
    assert "play money" in first
    assert "123456 (withdrawals)" in lines[-3]
    assert "271828 (beneficiaries)" in lines[-2]
    assert "1000000000000250 (method 2, R250)" in lines[-1]
    text = "".join(lines)
    assert "http://127.0.0.1:" in text
    assert "API key" in text
    assert "API secret" in text
    assert (rest, errors, started.returncode) == ("", "", 0)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watching a process that is not one's child needs Linux")
def test_it_ends_when_its_parent_dies() -> None:
    """The parent holds the only other end of the exchange's input."""
    parent_script = (
        "import subprocess, sys, os\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SCRIPT.format(json_ready=True, exit_with_stdin=True)!r}], "
        "stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent_script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        number = int(out(parent).readline())
        watch = os.pidfd_open(number)
        try:
            parent.kill()
            ended, _, _ = select.select([watch], [], [], 20)
            assert ended == [watch]
        finally:
            os.close(watch)
