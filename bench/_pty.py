"""A program on a pseudo terminal that answers as a terminal does, read as fast as it writes and understood as little as possible."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import ptyprocess

_ANSWERS = {
    b"6n": b"\x1b[1;1R",
    b"c": b"\x1b[?62;22c",
    b">c": b"\x1b[>1;1;0c",
    b"?2026$p": b"\x1b[?2026;2$y",
}
_QUERY = re.compile(rb"\x1b\[(6n|c|>c|\?2026\$p)")
_TICKS = os.sysconf("SC_CLK_TCK")


class OnPty:
    """`with OnPty(command, environment) as program: program.until(b"LIVE")`."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 120,
        lines: int = 36,
        records: bool = False,
    ) -> None:
        kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
        fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.started = time.perf_counter()
        self._child = ptyprocess.PtyProcess.spawn(
            list(command), dimensions=(lines, columns), env=kept | fixed | dict(environment)
        )
        self._read = b""
        self.received = 0
        self.recorded: bytearray | None = bytearray() if records else None
        """All that was received."""

    def __enter__(self) -> OnPty:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child.isalive():
            os.kill(self.pid, 15)
            self.read_for(0.5)
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        return int(self._child.pid)

    def press(self, keys: bytes) -> float:
        """When it was written, on the clock of `time.perf_counter`."""
        self._read = b""
        self._child.write(keys)
        return time.perf_counter()

    def until(self, wanted: bytes, within_s: float = 30.0) -> float:
        """When this had been received since the last `press`. Raises TimeoutError."""
        deadline = time.perf_counter() + within_s
        while wanted not in self._read:
            if time.perf_counter() > deadline:
                raise TimeoutError(
                    f"{wanted!r} was not written within {within_s:g} s; the last was {self._read[-300:]!r}"
                )
            self._take(0.05)
        return time.perf_counter()

    def read_for(self, seconds: float) -> None:
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0 and self._take(min(left, 0.05)):
            pass

    def cpu_s(self) -> float:
        """Processor time of the program, without its children."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:  # noqa: PTH123
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self) -> float:
        """Resident, of the program alone."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:  # noqa: PTH123
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024

    def _take(self, timeout_s: float) -> bool:
        """False at the end of the program."""
        if not select.select([self._child.fd], [], [], timeout_s)[0]:
            return True
        try:
            data = os.read(self._child.fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            time.sleep(0.01)
            return False
        self.received += len(data)
        if self.recorded is not None:
            self.recorded += data
        self._read = (self._read + data)[-200_000:]
        for query in _QUERY.findall(data):
            os.write(self._child.fd, _ANSWERS[query])
        return True
