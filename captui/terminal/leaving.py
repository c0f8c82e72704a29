"""What is left to do for a process whose terminal has gone: no output to nowhere, no second death, and an end for certain."""

from __future__ import annotations

import os
import signal
import sys
import threading
from enum import StrEnum


class Gone(StrEnum):
    """Why there is nobody to show anything to. The value fits behind "because"."""

    HUNG_UP = "the terminal hung up"
    CLOSED = "the terminal was closed"
    ASKED = "it was asked to end (SIGTERM)"

    @property
    def exit_code(self) -> int:
        """As a shell reports a process that ended by the signal."""
        return 128 + (signal.SIGTERM if self is Gone.ASKED else signal.SIGHUP)


def write_nowhere() -> None:
    """Standard input, output and error lead nowhere from now on: writing to a terminal that has gone raises."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    if nowhere > 2:
        os.close(nowhere)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            # Whatever waits in here goes nowhere now, and not at the end of the process.
            stream.flush()


def end_within(seconds: float, exit_code: int) -> threading.Timer:
    """Ends the process then, whatever it is still doing. The timer does not keep it alive."""
    timer = threading.Timer(seconds, os._exit, (exit_code,))
    timer.daemon = True
    timer.name = "captui-end"
    timer.start()
    return timer
