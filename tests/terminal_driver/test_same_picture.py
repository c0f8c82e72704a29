"""The same walk through the trade screen gives the same picture as Textual's own driver: on a pty, in tmux, and through sshd."""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest

from tests.processes import free_port
from tests.terminal_driver.judge import Seen, assert_same, picture
from tests.terminal_driver.line import Line, environment, program

WALK: tuple[tuple[str, ...], ...] = (
    (),
    ("down", "down", "up"),
    ("b", "up", "right"),
    ("escape",),
    ("C", "left", "left", "+"),
    ("T", "4", "2", "tab"),
    ("O", "down", "enter"),
    ("escape",),
    ("z",),
    ("z", "v"),
    ("?", "down", "pagedown"),
    ("escape", "ctrl+p", *"the"),
    ("escape", "ctrl+t"),
    ("G",),
    ("/", *"eth"),
    ("escape", "L", "G", "left"),
    ("g", "down", "enter"),
    ("f2", "ctrl+t"),
)
"""Keys of each step."""
KEYS = {"f2": "\x1bOQ"}
COLUMNS, LINES = 120, 36

Pictures = list[list[list[Seen]]]


def on_a_pty(command: list[str]) -> Pictures:
    pictures = []
    with Line(
        command, columns=COLUMNS, lines=LINES, variables={"COLORTERM": "truecolor", "TERM": "xterm-256color"}
    ) as line:
        line.wait_for("BTC/ZAR")
        for keys in WALK:
            line.drawn(*[KEYS.get(key, key) for key in keys])
            pictures.append(picture(line.screen))
        line.resize(100, 30)
        line.wait_for(lambda _: line.screen.columns == 100).drawn()
        pictures.append(picture(line.screen))
    return pictures


def assert_same_walk(wanted: Pictures, got: Pictures) -> None:
    assert len(wanted) == len(got)
    for number, (old, new) in enumerate(zip(wanted, got, strict=True)):
        assert_same(old, new, f"step {number}")
    assert sum(before != after for before, after in itertools.pairwise(got)) > len(got) / 2, "the walk goes somewhere"


def test_on_a_pty() -> None:
    wanted = on_a_pty(program("trade_screen", "textual"))
    assert_same_walk(wanted, on_a_pty(program("trade_screen", "frugal")))
    assert_same_walk(wanted, on_a_pty(program("trade_screen", "plain")))


# tmux


class Tmux:
    """A server of its own, one window, no client: tmux itself is the terminal."""

    def __init__(self, folder: Path) -> None:
        self._sockets = (str(folder / f"tmux-{number}") for number in itertools.count())
        self._socket = ""
        self._environment = dict(environment(HOME=str(folder), COLORTERM="truecolor"))

    def __call__(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, "-f", os.devnull, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=self._environment).stdout

    def walk(self, command: list[str]) -> Pictures:
        pictures = []
        # The server of the walk before may still be on its way out.
        self._socket = next(self._sockets)
        self("new-session", "-d", "-s", "walk", "-x", str(COLUMNS), "-y", str(LINES), *command)
        try:
            self._until(lambda: "BTC/ZAR" in self("capture-pane", "-p", "-t", "walk"))
            marks = itertools.count(1)
            for keys in WALK:
                for key in keys:
                    self("send-keys", "-t", "walk", *self._named(key))
                    if key == "escape":
                        # Read together with the key behind it, it would be alt and that key.
                        self._drawn(next(marks))
                self._drawn(next(marks))
                pictures.append(self._picture())
            self("resize-window", "-t", "walk", "-x", "100", "-y", "30")
            self._drawn(next(marks))
        finally:
            self("kill-server")
        return pictures

    def _named(self, key: str) -> tuple[str, ...]:
        named = {"escape": "Escape", "pagedown": "PageDown", "f2": "F2", "tab": "Tab", "enter": "Enter"}
        if len(key) == 1:
            return ("-l", key)
        return (named.get(key) or key.replace("ctrl+", "C-").capitalize().replace("c-", "C-"),)

    def _drawn(self, number: int) -> None:
        """Asks for the mark of this number, and waits for it."""
        self("send-keys", "-t", "walk", "F12")
        self._until(lambda: self("display-message", "-p", "-t", "walk", "#{pane_title}").strip() == f"drawn {number}")

    def _until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not done():
            assert time.monotonic() < deadline, self("capture-pane", "-p", "-t", "walk")
            time.sleep(0.02)

    def _picture(self) -> list[list[Seen]]:
        """The pane's cells, with their colours, on a terminal as large as the pane."""
        screen = pyte.Screen(COLUMNS, LINES)
        captured = self("capture-pane", "-p", "-e", "-N", "-t", "walk").rstrip("\n")
        stream = pyte.Stream(screen)
        stream.feed("\x1b[?7l")
        stream.feed(captured.replace("\n", "\r\n"))
        return picture(screen)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_in_tmux(tmp_path: Path) -> None:
    tmux = Tmux(tmp_path)
    wanted = tmux.walk(program("trade_screen", "textual"))
    assert_same_walk(wanted, tmux.walk(program("trade_screen", "frugal")))


# ssh

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"


@contextmanager
def sshd(folder: Path) -> Iterator[list[str]]:
    """A real sshd on loopback with keys of its own; yields the ssh command that runs something in a terminal there."""
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(folder / name)], check=True
        )
    authorised = folder / "authorised"
    authorised.write_text((folder / "user.pub").read_text())
    port = free_port()
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nAuthorizedKeysFile {authorised}\nStrictModes no\n"
        "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n"
        "PrintMotd no\nPrintLastLog no\n"
    )
    if os.geteuid() == 0:
        # Where it drops its rights; made by the service's unit otherwise.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = (folder / "sshd.log").open("wb")
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "config")], stderr=log, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "sshd.log").read_text()
                assert time.monotonic() < deadline, (folder / "sshd.log").read_text()
                time.sleep(0.02)
        yield [
            *("ssh", "-tt", "-F", os.devnull, "-p", str(port), "-i", str(folder / "user"), "-o", "BatchMode=yes"),
            *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={os.devnull}", "-o", "LogLevel=ERROR"),
            f"{getpass.getuser()}@127.0.0.1",
        ]
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def through_ssh(ssh: list[str], command: list[str]) -> list[str]:
    kept = environment(COLORTERM="truecolor")
    settings = [f"{name}={kept[name]}" for name in ("PYTHONPATH", "TEXTUAL_ANIMATIONS", "LANG", "COLORTERM")]
    return [*ssh, "cd", kept["PYTHONPATH"], "&&", "exec", "env", *settings, *command]


@pytest.mark.skipif(
    not Path(SSHD).exists() or shutil.which("ssh") is None, reason="sshd (Debian's openssh-server) is not installed"
)
def test_through_ssh(tmp_path: Path) -> None:
    wanted = on_a_pty(program("trade_screen", "textual"))
    with sshd(tmp_path) as ssh:
        assert_same_walk(wanted, on_a_pty(through_ssh(ssh, program("trade_screen", "frugal"))))
