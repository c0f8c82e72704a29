"""An event that wakes a thread which waits for a descriptor: it need not look up now and then whether it is still wanted."""

from __future__ import annotations

import contextlib
import os
import threading


class WakingEvent(threading.Event):
    """Can be waited for with `select`: readable for as long as it is set."""

    def __init__(self) -> None:
        super().__init__()
        self._heard, self._rung = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def fileno(self) -> int:
        return self._heard

    def set(self) -> None:
        super().set()
        # Full, it is readable already; closed, nobody waits any more.
        with contextlib.suppress(OSError):
            os.write(self._rung, b"\0")

    def clear(self) -> None:
        super().clear()
        with contextlib.suppress(OSError):
            while os.read(self._heard, 64):
                pass

    def close(self) -> None:
        """Nobody may wait for it any more."""
        # The numbers are given to other files at once: whoever still sets it must not write there.
        descriptors, self._heard, self._rung = (self._heard, self._rung), -1, -1
        for descriptor in descriptors:
            with contextlib.suppress(OSError):
                os.close(descriptor)
