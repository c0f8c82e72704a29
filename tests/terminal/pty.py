"""A terminal for tests and screenshots: runs a program on a real pty, presses keys, and knows what the screen shows.

pyte is the emulator. Queries that a terminal answers (cursor position, device attributes, synchronised output) are answered.
Nothing here sleeps for luck: every wait is for something on the screen, with a deadline.
"""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import ptyprocess
import pyte

from tests.terminal.emulator import Screen

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "space": " ",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
}
_CUT_OFF = re.compile(rb"\x1b(?:\[[<-?0-9;]*\$?|P[^\x1b]*\x1b?|\][^\x07\x1b]*\x1b?)?$")
"""A sequence whose end has not come yet."""
_QUERY = re.compile(rb"\x1b\[(6n|c|>c|\?2026\$p)")
# What pyte would print as text although a terminal swallows it.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][^a-zA-Z]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP[^\x1b]*\x1b\\")


class Terminal:
    """`with Terminal([...], columns=80, lines=24) as terminal: terminal.wait_for("LIVE"); terminal.press("b")`."""

    def __init__(
        self, command: Sequence[str], *, columns: int, lines: int, environment: Mapping[str, str] | None = None
    ) -> None:
        self.screen = Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.received = 0
        self._cut_off = b""
        self.transcript = bytearray()
        """All that was received, to the letter."""
        kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
        fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self._child = ptyprocess.PtyProcess.spawn(
            list(command), dimensions=(lines, columns), env=kept | fixed | dict(environment or {})
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return int(self._child.pid)

    @property
    def rows(self) -> list[str]:
        """The screen, right-stripped."""
        return [row.rstrip() for row in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def press(self, *keys: str) -> Self:
        """Key names as in `KEYS`, `ctrl+x`, or single characters."""
        for key in keys:
            data = KEYS.get(key) or (chr(ord(key[5].upper()) & 0x1F) if key.startswith("ctrl+") else key)
            self._child.write(data.encode())
        return self

    def resize(self, columns: int, lines: int) -> None:
        self._child.setwinsize(lines, columns)
        self.screen.resize(lines, columns)

    def wait_for(self, wanted: str | Callable[[Terminal], bool], *, within: float = 20.0, gone: bool = False) -> Self:
        """Reads until the pattern is on the screen (or, `gone`, is not). Raises AssertionError with the screen when it never is."""
        seen = (lambda: bool(re.search(wanted, self.text))) if isinstance(wanted, str) else (lambda: wanted(self))
        if not self._read(within, lambda: seen() != gone):  # type: ignore[no-untyped-call]
            what = wanted if isinstance(wanted, str) else wanted.__name__
            raise AssertionError(f"{'still' if gone else 'never'} saw {what!r} in {within} s; the screen:\n{self.text}")
        return self

    def read_for(self, seconds: float) -> int:
        """Reads for a while, as a measurement does; the bytes that came."""
        before = self.received
        self._read(seconds, lambda: False)
        return self.received - before

    def wait_for_exit(self, within: float = 10.0) -> int:
        """Reads until the program ends; its exit status."""
        self._read(within, lambda: not self._child.isalive())
        assert not self._child.isalive(), f"still running; the screen:\n{self.text}"
        return int(self._child.exitstatus if self._child.exitstatus is not None else -self._child.signalstatus)

    def close(self) -> None:
        """Ends the program, gently first so that it can end what it started."""
        if self._child.isalive():
            os.kill(self.pid, 15)
            self._read(5.0, lambda: not self._child.isalive())
        self._child.close(force=True)

    def _read(self, seconds: float, done: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + seconds
        while not done():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            ready, _, _ = select.select([self._child.fd], [], [], min(left, 0.05))
            if not ready:
                continue
            try:
                data = os.read(self._child.fd, 65536)
            except OSError:
                data = b""
            if not data:
                return self._after_the_end(deadline, done)
            self.received += len(data)
            self.transcript += data
            self._take(data)
        return True

    def _take(self, data: bytes) -> None:
        """Shows what came, and answers what it asks."""
        data = self._cut_off + data
        whole = len(data) - len(found[0] if (found := _CUT_OFF.search(data[-4096:])) else b"")
        data, self._cut_off = data[:whole], data[whole:]
        at = 0
        for query in _QUERY.finditer(data):
            # What comes before it is drawn before it is answered.
            self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data[at : query.start()]))
            self._answer(query[1])
            at = query.end()
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data[at:]))

    def _after_the_end(self, deadline: float, done: Callable[[], bool]) -> bool:
        while not done() and self._child.isalive() and time.monotonic() < deadline:
            time.sleep(0.01)
        return done()

    def _answer(self, query: bytes) -> None:
        answers = {
            b"6n": self._where(),
            b"c": "\x1b[?62;22c",
            b">c": "\x1b[>1;1;0c",
            b"?2026$p": "\x1b[?2026;2$y",
        }
        os.write(self._child.fd, answers[query].encode())

    def _where(self) -> str:
        """The cursor's position, which beyond the last column is the last one."""
        cursor = self.screen.cursor
        return f"\x1b[{cursor.y + 1};{min(cursor.x, self.screen.columns - 1) + 1}R"
