"""Bytes to the terminal from a thread of its own: whoever writes never waits, however long the terminal does not read.

What has not gone out yet is bounded. The terminal is opened once more, so that it can be written to without blocking and without changing
how the shell that shares it writes.
"""

from __future__ import annotations

import contextlib
import os
import select
import termios
import threading
from collections import deque
from collections.abc import Callable

BOUND = 256 * 1024
"""Bytes that may wait. A whole screen in full colour has some 60 kB."""
_PIECE = 512
"""Bytes of one write: also where writing does block, it is known soon how far it came."""
_LOOK_UP_S = 0.2
"""How often a terminal that does not read is looked at, for whether writing has been given up."""
CUT = b"\x18\x1b\\"
"""Ends a sequence that was cut off, whatever its kind (CAN, then ST)."""


def _nothing(*_: object) -> None:
    pass


class Outlet:
    """`put` and `is_idle` may be used from any thread. The callbacks are called on the outlet's own."""

    def __init__(
        self,
        fileno: int,
        *,
        on_idle: Callable[[], object] = _nothing,
        on_written: Callable[[int], object] = _nothing,
        on_failure: Callable[[OSError], object] = _nothing,
        bound: int = BOUND,
    ) -> None:
        self._fd = _opened_once_more(fileno)
        self._on_idle = on_idle
        self._on_written = on_written
        self._on_failure = on_failure
        self._bound = bound
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._is_closing = False
        self._is_cut = False
        self._failure: OSError | None = None
        self._changed = threading.Condition()
        # A daemon: a terminal that never reads again must not keep the process alive.
        self._thread = threading.Thread(target=self._run, name="captui-terminal", daemon=True)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether everything has gone out (or nothing ever will)."""
        return not self._waiting

    def put(self, data: bytes) -> bool:
        """Writes after everything before it. False where there is no room or nobody to write to: then nothing of it will be written."""
        with self._changed:
            if self._is_closing or self._failure or self._waiting + len(data) > self._bound:
                return False
            if data:
                self._chunks.append(data)
                self._waiting += len(data)
                self._changed.notify_all()
            return True

    def close(self, *, within_s: float, instead: bytes = b"") -> bool:
        """Lets everything go out and ends the thread. What has not gone by then is dropped, and `instead` is written where it can be."""
        with self._changed:
            went = self._changed.wait_for(lambda: not self._waiting or self._failure is not None, within_s)
            self._is_closing = True
            if not went:
                self._is_cut = True
                self._chunks.clear()
                self._chunks.append(CUT + instead)
                self._waiting = len(self._chunks[0])
            self._changed.notify_all()
        if not went:
            # What the kernel holds back is as old: without it there is room for what puts the terminal right.
            with contextlib.suppress(termios.error):
                termios.tcflush(self._fd, termios.TCOFLUSH)
        self._thread.join(within_s)
        if not self._thread.is_alive():
            os.close(self._fd)
        return went and self._failure is None

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._chunks or self._is_closing)
                if not self._chunks:
                    return
                chunk = self._chunks.popleft()
            try:
                self._write(chunk)
            except OSError as error:
                with self._changed:
                    self._failure = error
                    self._chunks.clear()
                    self._waiting = 0
                    self._changed.notify_all()
                self._on_failure(error)
                return
            if not self._waiting:
                self._on_idle()

    def _write(self, chunk: bytes) -> None:
        at = 0
        is_last = self._is_closing
        while at < len(chunk):
            if self._is_cut and not is_last:
                return
            _, ready, _ = select.select([], [self._fd], [], _LOOK_UP_S)
            if not ready:
                if is_last and self._is_cut:
                    # It does not even take a few bytes: nothing can be put right here.
                    return
                continue
            try:
                written = os.write(self._fd, chunk[at : at + _PIECE])
            except BlockingIOError:
                continue
            at += written
            self._on_written(written)
            with self._changed:
                if not self._is_cut:
                    self._waiting -= written
                self._changed.notify_all()


def _opened_once_more(fileno: int) -> int:
    """A descriptor of its own, one that does not block where the terminal can be opened."""
    try:
        name = os.ttyname(fileno)
        return os.open(name, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        # No terminal, or one that belongs to another user (after `su`).
        return os.dup(fileno)
