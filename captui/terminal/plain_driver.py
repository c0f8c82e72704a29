"""Textual's Linux driver, made to last: it never waits for the terminal, notices when that goes, and leaves it as it was.

Frames are Textual's own. What Textual's driver does otherwise: it blocks the event loop after 30 writes that are not read, spins on a
terminal that has hung up, dies of SIGHUP and SIGTERM without putting the terminal right, and reads the keys twice after a SIGCONT
alone.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import logging
import os
import selectors
import signal
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from types import FrameType
from typing import Any

from textual import constants
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from captui.terminal.leaving import Gone
from captui.terminal.meter import Meter
from captui.terminal.outlet import Outlet
from captui.terminal.waking import WakingEvent

_log = logging.getLogger(__name__)

_ENDINGS = {signal.SIGHUP: Gone.HUNG_UP, signal.SIGTERM: Gone.ASKED}
_CLOSE_WITHIN_S = 0.5
"""How long the last writes may take before the terminal is put right without them."""
_READ_BYTES = 4096
_KEY_ENDS_S = constants.ESCAPE_DELAY + 0.005
"""After this long without anything, an escape that was read is the Esc key and not the beginning of another."""

RESTORE = (
    "\x1b[?2026l\x1b[m\x1b]8;;\x1b\\\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1016l\x1b[?1006l\x1b[?1015l\x1b[?1003l\x1b[?1000l"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Everything that was switched on is off again: drawing, paste and mouse modes, keys, the other screen; line wrap and the cursor are on."""


class PlainDriver(LinuxDriver):
    """`on_gone` is called once, on the event loop; without it the app simply exits."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.on_gone: Callable[[Gone], object] | None = None
        self.gone: Gone | None = None
        """Why there is no terminal any more."""
        self.meter = Meter()
        self._outlet: Outlet | None = None
        self._has_dropped = False
        self._reading_ends: WakingEvent | None = None
        for number in _ENDINGS:
            # Where it is ignored already, somebody means it so (`nohup`).
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._asked_to_end)

    @property
    def bytes_per_second(self) -> int:
        """To the terminal, over the last seconds."""
        return self.meter.per_second(time.monotonic())

    @property
    def is_settled(self) -> bool:
        """Whether all that was drawn has gone out to the terminal."""
        return self._outlet is None or self._outlet.is_idle

    def repaint(self) -> None:
        """Draws the whole screen again, whatever the terminal shows now."""
        self._app.refresh(repaint=True, layout=True)

    # Output

    def write(self, data: str) -> None:
        self._put(data)

    def _put(self, data: str) -> bool:
        """Hands it to the terminal's thread. False where it could not be taken."""
        if self._outlet is None:
            return False
        taken = self._outlet.put(data.encode(errors="replace"))
        if not taken:
            self._has_dropped = True
        return taken

    def _gone_out(self) -> None:
        """Everything has been written. Called on the outlet's thread."""
        if self._has_dropped:
            self._has_dropped = False
            self._on_loop(self.repaint)

    def _written(self, size: int) -> None:
        self.meter.add(size, time.monotonic())

    def _failed(self, error: OSError) -> None:
        _log.info("the terminal cannot be written to: %s", error)
        self._on_loop(self._is_gone, Gone.CLOSED)

    def _on_loop(self, call: Callable[..., object], *arguments: object) -> None:
        # Whoever is late has nothing more to tell: the loop is closed only after the driver.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, *arguments)

    # Beginning and end

    def start_application_mode(self) -> None:
        assert self._file is not None
        self._outlet = Outlet(
            self._file.fileno(), on_idle=self._gone_out, on_written=self._written, on_failure=self._failed
        )
        # One for each time that the terminal is ours.
        self.exit_event = self._reading_ends = WakingEvent()
        # The last way out: an end that goes past the driver.
        atexit.register(self._put_right)
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        if self._outlet is not None:
            super().stop_application_mode()

    def close(self) -> None:
        outlet, self._outlet = self._outlet, None
        if outlet is not None and not outlet.close(within_s=_CLOSE_WITHIN_S, instead=RESTORE.encode()):
            _log.info("the terminal did not read to the end")
        super().close()
        if self._reading_ends is not None:
            self._reading_ends.close()
        self._writer_thread = None
        atexit.unregister(self._put_right)
        if self.gone is not None:
            for number in _ENDINGS:
                # It is ending already, and in order: a hang-up comes once from the kernel and once from the shell.
                signal.signal(number, signal.SIG_IGN)

    def _put_right(self) -> None:
        if self._outlet is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self.stop_application_mode()
                self.close()

    def _sigtstp_application(self, *_: object) -> None:
        # Not in the middle of whatever the signal has interrupted: that may hold a lock which stopping needs.
        self._on_loop(self._stop_for_the_shell)

    def _stop_for_the_shell(self) -> None:
        if self._auto_restart and self._outlet is not None:
            self.suspend_application_mode()
            self._must_signal_resume = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: object) -> None:
        self._on_loop(self._continued)

    def _continued(self) -> None:
        if not self._auto_restart:
            return
        if self._outlet is not None:
            # Stopped without having been asked: the shell has had the terminal meanwhile.
            self.suspend_application_mode()
        self.resume_application_mode()
        self._resumed()

    def _resumed(self) -> None:
        """The terminal is ours again, and shows anything."""
        self.repaint()

    # The other side

    def _asked_to_end(self, number: int, _frame: FrameType | None) -> None:
        if self._loop.is_closed():
            # The app is over, and whatever runs now has made no arrangements.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self._on_loop(self._is_gone, _ENDINGS[signal.Signals(number)])

    def _is_gone(self, why: Gone) -> None:
        if self.gone is not None:
            return
        self.gone = why
        _log.warning("captui ends because %s", why.value)
        if self.on_gone is not None:
            self.on_gone(why)
        else:
            self._app.exit(return_code=why.exit_code)

    def run_input_thread(self) -> None:
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            if self._reading_ends is not None:
                selector.register(self._reading_ends, selectors.EVENT_READ)
            patience_s: float | None = None
            while not self.exit_event.is_set():
                ready = selector.select(patience_s)
                patience_s = None
                if any(key.fd == self.fileno for key, _ in ready):
                    patience_s = _KEY_ENDS_S
                    data = self._read()
                    if not data:
                        self._on_loop(self._is_gone, Gone.CLOSED)
                        break
                    # The parser takes nothing for the end: half a character must not be handed to it.
                    text = decode(data)
                    for message in parser.feed(text) if text else ():
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
        with contextlib.suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _read(self) -> bytes:
        """What came from the terminal; nothing where it has gone."""
        try:
            return os.read(self.fileno, _READ_BYTES)
        except OSError as error:
            if error.errno not in (errno.EIO, errno.ENXIO, errno.EBADF):
                raise
            return b""

    def process_message(self, message: Message) -> None:
        # The event loop is gone before this thread is, where the app ended in a hurry.
        with contextlib.suppress(RuntimeError):
            super().process_message(message)
