"""What only a terminal gets: progress while pages are followed, tables that fit, questions whose answers are typed unseen."""

from __future__ import annotations

import fcntl
import json
import os
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.cli.commandline import CommandLine, command_line
from tests.processes import CAPTUI

DEADLINE_S = 30.0
OTP, PIN = "123456", "271828"


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    folder = tmp_path_factory.mktemp("terminal")
    (folder / ".config/captui").mkdir(parents=True)
    (folder / ".config/captui/config.toml").write_text("[funding]\nenabled = true\n")
    with command_line(folder, "--no-makers") as line:
        for number in range(3):
            line.ok("buy", "btczar", "0.001", "--limit", str(500_000 + number), "--yes")
        line.ok("beneficiaries", "add", "btc", "cold", "--address", "bc1qcold", "--yes")
        line.ok("beneficiaries", "activate", "801", "--yes", answer=f"{PIN}\n")
        yield line


@dataclass(slots=True)
class Terminal:
    """What a process writes to its terminal, and what is typed there."""

    handle: int
    shown: str = ""

    def read_until(self, text: str) -> None:
        """Returns once `text` has been shown; an empty one means the end."""
        deadline = time.monotonic() + DEADLINE_S
        while not text or text not in self.shown:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} was not shown: {self.shown!r}"
            if select.select([self.handle], [], [], left)[0]:
                try:
                    data = os.read(self.handle, 4096)
                except OSError:
                    # Linux says so when the last writer has gone.
                    data = b""
                if not data:
                    assert not text, f"it ended without {text!r}: {self.shown!r}"
                    return
                self.shown += data.decode()

    def type(self, text: str) -> None:
        os.write(self.handle, f"{text}\n".encode())


def at_terminal(
    captui: CommandLine, *arguments: str, columns: int = 80, output: int | None = None
) -> tuple[subprocess.Popen[str], Terminal]:
    """`output` None: standard output is the terminal too."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*CAPTUI, *arguments],
        env=captui.environment() | {"TERM": "xterm-256color"},
        stdin=theirs,
        stdout=theirs if output is None else output,
        stderr=theirs,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    return process, Terminal(ours)


def ended(process: subprocess.Popen[str], terminal: Terminal) -> int:
    try:
        terminal.read_until("")
        return process.wait(DEADLINE_S)
    finally:
        process.kill()
        process.communicate()
        os.close(terminal.handle)


def test_progress_is_drawn_over_itself_and_is_gone_at_the_end(captui: CommandLine) -> None:
    process, terminal = at_terminal(
        captui, "orders", "--state", "all", "--limit", "1", "--all", "--json", output=subprocess.PIPE
    )
    assert process.stdout is not None
    found = json.loads(process.stdout.read())
    assert ended(process, terminal) == 0
    assert len(found) == 3
    drawn = terminal.shown.split("\r\x1b[K")
    assert any("█" in each and "2 of 3 orders" in each for each in drawn)
    assert drawn[-1] == ""


def test_a_table_fits_the_terminal(captui: CommandLine) -> None:
    process, terminal = at_terminal(captui, "deposits", "--limit", "3", columns=72)
    assert ended(process, terminal) == 0
    lines = terminal.shown.splitlines()
    assert len(lines) > 4
    assert max(len(line) for line in lines if not line.startswith("Too narrow")) <= 72
    assert "\x1b" not in terminal.shown


def test_a_password_is_typed_unseen(captui: CommandLine) -> None:
    process, terminal = at_terminal(captui, "withdraw", "btc", "0.001", "--to", "cold")
    terminal.read_until("Withdraw it? [y/N]")
    terminal.type("y")
    terminal.read_until("One-time password: ")
    terminal.type(OTP)
    assert ended(process, terminal) == 0
    assert OTP not in terminal.shown
    assert "submitted" in terminal.shown


def test_no_answer_is_no(captui: CommandLine) -> None:
    process, terminal = at_terminal(captui, "cancel", "--all")
    terminal.read_until("Cancel every open order? [y/N]")
    terminal.type("")
    assert ended(process, terminal) == 1
    assert "nothing was sent" in terminal.shown
    assert len(captui.json("orders")) == 3
