"""A driver that sends only the cells which differ, and no faster than the terminal shows them.

Textual's frames are absorbed by a shadow of the screen; what differs goes out when the terminal has shown the frame before, so that a
slow line shows the newest state instead of every state late. Everything that is not a frame passes through as it is.
"""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from rich.color import ColorSystem
from rich.console import Console
from textual import events
from textual.app import App
from textual.geometry import Offset, Size
from textual.message import Message

from captui.terminal.cells import cells_of_strip, looks_like_a_frame
from captui.terminal.composing import PartialUpdate
from captui.terminal.encoding import Encoder
from captui.terminal.pacing import QUESTION, Pacer
from captui.terminal.pens import NotUnderstoodError
from captui.terminal.plain_driver import PlainDriver
from captui.terminal.shadow import Shadow

_SYNC_START = "\x1b[?2026h"
_SYNC_END = "\x1b[?2026l"
_WORTH_SYNC = 1024
"""Bytes from which a frame is drawn in one go where the terminal can: a smaller one is read in one go anyway."""
_CHANGES_NO_CELL = re.compile(
    r"(?:\x07|\x1b\[[?>=<][\d;]*(?:\$p|[hlu])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x07]*?\x1b\\)+"
)
"""Bell, modes, key protocols and their questions, OSC and DCS: colours, titles, clipboard, notifications."""
_OTHER_SCREEN = re.compile(r"\x1b\[\?(?:\d+;)*(?:47|1047|1049)[hl;]")
_NEW_SIZE_WITHIN_S = 1.0
"""A frame of the new size comes at once, if it comes."""
_LAST_ANSWERS_WITHIN_S = 0.5
"""Answers that come later are typed into the shell."""


class FrugalDriver(PlainDriver):
    """`on_slow` is called on the event loop whenever the line has become slow (True) or quick again (False)."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.on_slow: Callable[[bool], object] | None = None
        self._shadow = Shadow(0, 0)
        self._encoder = Encoder()
        self._pacer = Pacer()
        self._timer: asyncio.TimerHandle | None = None
        self._can_sync = False
        self._was_slow = False
        self._waits_for_size_until = 0.0
        self._cursor_shown = (0, 0)
        self._is_stopping = False

    @property
    def round_trip_s(self) -> float | None:
        """From a frame to the terminal's word that it is drawn, median of the last ones; None where it gives none."""
        return self._pacer.round_trip_s

    @property
    def is_slow(self) -> bool:
        """Whether what is shown comes noticeably late."""
        return self._pacer.is_slow(time.monotonic())

    @property
    def is_settled(self) -> bool:
        return super().is_settled and not self._shadow.differs

    def repaint(self) -> None:
        self._encoder.lose()
        self._shadow.lose()
        self._advance()

    # Output

    def write(self, data: str) -> None:
        if data in (_SYNC_START, _SYNC_END):
            self._can_sync = True
        elif self._is_stopping or _CHANGES_NO_CELL.fullmatch(data):
            if _OTHER_SCREEN.search(data):
                self._encoder.lose()
            self._put(data)
        elif not self._absorbed(data):
            self._pass_through(data)

    def _absorbed(self, data: str) -> bool:
        if not looks_like_a_frame(data):
            return False
        try:
            self._fitting_shadow().absorb(data)
        except NotUnderstoodError:
            return False
        return True

    def draw(self, update: PartialUpdate, cursor: Offset, console: Console) -> bool:
        """Absorbs a frame that was never written out; False where it has to be, because something in it is not understood."""
        colours = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 - as Textual renders its strips
        shadow = self._fitting_shadow()
        try:
            for row, column, strip in update.pieces():
                shadow.put(row, column, cells_of_strip(strip, colours))
        except NotUnderstoodError:
            return False
        shadow.cursor = (cursor.y, cursor.x)
        return True

    def _fitting_shadow(self) -> Shadow:
        width, height = self._app.size
        if (self._shadow.width, self._shadow.height) != (width, height):
            self._shadow = Shadow(width, height)
            self._encoder.lose()
            self._waits_for_size_until = 0.0
        return self._shadow

    def _pass_through(self, data: str) -> None:
        """What is not understood goes out in its turn; afterwards nothing is known of the screen."""
        self._emit()
        self._put(self._encoder.plain() + data)
        self._encoder.lose()
        self._shadow.forget()

    def flush(self) -> None:
        self._advance()

    def _advance(self) -> None:
        """Sends what differs, if the terminal is ready for it; otherwise this is called again when it is."""
        if self._is_stopping or self.gone is not None or self._outlet is None:
            return
        now = time.monotonic()
        self._tell_if_slow(now)
        if not self._shadow.differs:
            return
        if now < self._waits_for_size_until:
            self._advance_at(self._waits_for_size_until)
        elif not self._pacer.may_send(now):
            self._advance_at(self._pacer.due(now) or now)
        elif self._outlet.is_idle:
            self._emit()

    def _advance_at(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(max(0.0, when - time.monotonic()), self._advance)

    def _emit(self) -> None:
        shadow = self._shadow
        text = self._encoder.encode(shadow.take(), shadow.width)
        # Nobody sees the cursor, but input methods open their windows at it.
        if shadow.cursor not in ((0, 0), self._cursor_shown) or (text and shadow.cursor != (0, 0)):
            text += self._encoder.move_to(*shadow.cursor)
            self._cursor_shown = shadow.cursor
        if not text:
            return
        if self._can_sync and len(text) > _WORTH_SYNC:
            text = f"{_SYNC_START}{text}{_SYNC_END}"
        if self._pacer.is_pacing:
            text += QUESTION
        if self._put(text):
            if self._pacer.is_pacing:
                self._pacer.asked(time.monotonic(), len(text), self._encoder.position)
        else:
            self._encoder.lose()
            shadow.lose()

    def _gone_out(self) -> None:
        super()._gone_out()
        if self._shadow.differs:
            self._on_loop(self._advance)

    # Answers

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self._pacer.heard(time.monotonic(), (message.y, message.x))
            self._on_loop(self._advance)
            return
        if isinstance(message, events.Resize):
            # Sent by the terminal itself (mode 2048).
            self._on_loop(self._resized, message.size)
        super().process_message(message)

    def _tell_if_slow(self, now: float) -> None:
        slow = self._pacer.is_slow(now)
        if slow != self._was_slow:
            self._was_slow = slow
            if self.on_slow is not None:
                self.on_slow(slow)

    # Beginning, end, and other sizes

    def start_application_mode(self) -> None:
        self._is_stopping = False
        self._encoder.lose()
        self._shadow.lose()
        self._pacer.start_over()
        super().start_application_mode()
        textual_s_own = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            if callable(textual_s_own):
                textual_s_own(number, frame)
            self._on_loop(self._resized, Size(*self._get_terminal_size()))

        signal.signal(signal.SIGWINCH, resized)
        if self.input_tty and self._outlet is not None:
            # Asked before the first frame: on a slow line that alone takes longer than an answer may.
            self._put(QUESTION)
            self._pacer.asked(time.monotonic(), len(QUESTION))

    def stop_application_mode(self) -> None:
        if self._outlet is None:
            return
        self._is_stopping = True
        if self._timer is not None:
            self._timer.cancel()
        self._await_answers()
        self._put(self._encoder.plain() + (_SYNC_END if self._can_sync else ""))
        super().stop_application_mode()

    def _await_answers(self) -> None:
        """What is still on its way would be read by the shell."""
        deadline = time.monotonic() + min(_LAST_ANSWERS_WITHIN_S, 3 * (self._pacer.round_trip_s or 0.1))
        while self._pacer.open and self.gone is None and time.monotonic() < deadline:
            time.sleep(0.005)

    def _resumed(self) -> None:
        self._advance()

    def _resized(self, size: Size) -> None:
        """The terminal has another size, or had one for a moment: what it shows now it alone knows."""
        self._encoder.lose()
        self._shadow.lose()
        if size != (self._shadow.width, self._shadow.height):
            self._waits_for_size_until = time.monotonic() + _NEW_SIZE_WITHIN_S
        self._advance()
