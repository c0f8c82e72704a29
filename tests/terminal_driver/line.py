"""A terminal at the end of a line: as fast, as far away and as talkative as a test says."""

from __future__ import annotations

import json
import os
import re
import select
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from tests.paths import ROOT
from tests.terminal.pty import Terminal
from tests.terminal_driver.programs.driven import MARK_KEY

COLUMNS, LINES = 120, 45
_SWITCHED_ON = (1000, 1003, 1004, 1006, 1015, 1016, 1049, 2004, 2026, 2048)
_PYTE_PRIVATE = 5
"""pyte keeps private modes shifted by that many bits."""


def program(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"tests.terminal_driver.programs.{name}", *map(str, arguments)]


def environment(**more: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES", "TMUX")}
    return kept | {"PYTHONPATH": str(ROOT), "TEXTUAL_ANIMATIONS": "none", "LANG": "C.UTF-8"} | more


class Line(Terminal):
    """`rate` bytes a second (None: all at once); answers come `delay_s` late, or never."""

    def __init__(
        self,
        command: list[str],
        *,
        rate: float | None = None,
        delay_s: float = 0.0,
        answers: bool = True,
        columns: int = COLUMNS,
        lines: int = LINES,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.rate = rate
        self.delay_s = delay_s
        self.answers = answers
        self.raw = bytearray()
        self.questions = 0
        self._late: deque[tuple[float, bytes]] = deque()
        self._marks = 0
        super().__init__(command, columns=columns, lines=lines, environment=environment(**variables or {}))

    @property
    def fd(self) -> int:
        return int(self._child.fd)

    def send(self, data: str) -> None:
        self._child.write(data.encode())

    def drawn(self, *keys: str, within: float = 20.0) -> Self:
        """Presses the keys and waits until everything that they set off is on the screen."""
        self.press(*keys)
        self._marks += 1
        self.send(MARK_KEY)
        wanted = f"drawn {self._marks}"
        self.wait_for(lambda _: self.screen.title == wanted, within=within)
        return self

    def hang_up(self) -> None:
        """The terminal's window is closed: nobody holds the other end any more."""
        self._child.fileobj.close()
        self._child.closed = True

    def ended(self, within: float) -> int:
        """The program's exit status, negative for a signal, without reading what it writes. Fails where it is still there then."""
        deadline = time.monotonic() + within
        while True:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self._child.terminated = True
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, f"still running after {within} s, {self.cpu_s} s of processor time"
            time.sleep(0.02)

    @property
    def cpu_s(self) -> float:
        """Processor time that the program has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def modes_left_on(self) -> list[int]:
        """Private modes that a program has to switch off before it ends; 25 and 7 are those it has to switch on."""
        left = [mode for mode in _SWITCHED_ON if mode << _PYTE_PRIVATE in self.screen.mode]
        return left + [mode for mode in (25, 7) if mode << _PYTE_PRIVATE not in self.screen.mode]

    def _take(self, data: bytes) -> None:
        self.raw += data
        super()._take(data)

    def _answer(self, query: bytes) -> None:
        self.questions += query == b"6n"
        if not self.answers:
            return
        if not self.delay_s:
            super()._answer(query)
            return
        answers = {b"6n": self._where(), b"?2026$p": "\x1b[?2026;2$y"}
        if query in answers:
            self._late.append((time.monotonic() + self.delay_s, answers[query].encode()))

    def _read(self, seconds: float, done: Callable[[], bool]) -> bool:
        if self.rate is None and not self.delay_s:
            return super()._read(seconds, done)
        deadline = time.monotonic() + seconds
        budget, last = 0.0, time.monotonic()
        while not done():
            now = time.monotonic()
            if now >= deadline:
                return False
            while self._late and self._late[0][0] <= now:
                os.write(self.fd, self._late.popleft()[1])
            size = 65536
            if self.rate is not None:
                budget, last = min(budget + (now - last) * self.rate, self.rate * 0.02 + 64), now
                size = int(budget)
                if size < 32:
                    time.sleep(0.004)
                    continue
            ready, _, _ = select.select([self.fd], [], [], 0.01)
            if ready:
                try:
                    data = os.read(self.fd, size)
                except OSError:
                    return done()
                budget -= len(data)
                self.received += len(data)
                self._take(data)
        return True


def age_ms(line: Terminal) -> float | None:
    """How old the drawn time of the ladder's first row is."""
    found = re.match(r"drawn (\d+) key", line.rows[0])
    return time.monotonic() * 1000 - int(found[1]) if found else None


def log_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
