"""captui with one more key: the binding of F9 does nothing but say when it was reached. `python -m bench._probed PORT ARGUMENTS…`.

It tells a socket of `Reports` when that was, and how much processor time the program had used by then.
"""

from __future__ import annotations

import socket
import struct
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

import captui.app
from captui.app import CaptuiApp

F9 = "\x1b[20~"
_WHOLE_PROCESS = 2
"""In the number of a clock: time that its threads were scheduled (`clock_getcpuclockid`)."""
_REPORT = struct.Struct("dd")


class Moment(NamedTuple):
    """Seconds of the monotonic clock, which is the same in every process, and of one program's processor time."""

    at: float
    cpu: float

    @classmethod
    def of(cls, pid: int) -> Moment:
        """Now, seen from another process. Linux only."""
        return cls(time.monotonic(), time.clock_gettime(~pid << 3 | _WHOLE_PROCESS))

    def since(self, before: Moment) -> Moment:
        return Moment(self.at - before.at, self.cpu - before.cpu)


class Reports:
    """What a probed program tells. `with Reports() as reports: run(reports.port); reports.take()`."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Reports:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def take(self) -> Moment | None:
        """The oldest report that was not taken yet."""
        try:
            return Moment(*_REPORT.unpack(self._socket.recv(_REPORT.size)))
        except BlockingIOError:
            return None


class Probed(CaptuiApp):
    # Textual looks for it beside the subclass.
    CSS_PATH = str(Path(captui.app.__file__).with_name("captui.tcss"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "report", show=False)]
    reports_to: ClassVar[socket.socket]

    @classmethod
    def connect(cls, port: int) -> None:
        cls.reports_to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        cls.reports_to.connect(("127.0.0.1", port))

    def action_report(self) -> None:
        self.reports_to.send(_REPORT.pack(time.monotonic(), time.process_time()))


if __name__ == "__main__":
    from captui.cli.main import main

    Probed.connect(int(sys.argv.pop(1)))
    captui.app.CaptuiApp = Probed  # type: ignore[misc]
    main()
