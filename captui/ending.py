"""How an application ends because of a mistake in it: one sentence for the person, everything else in the log, nothing printed."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import ClassVar

from textual.driver import Driver

from captui.errors import UNEXPECTED
from captui.terminal.keys_in_order import KeysInOrder

_log = logging.getLogger(__name__)


class EndsQuietly(KeysInOrder[None]):
    """The base of captui's applications. After `run`: `last_words` are for the terminal, and `return_code` is not 0 after a mistake."""

    LEFT_BEHIND: ClassVar[str] = ""
    """A sentence on what goes on although the application has ended."""

    def __init__(self, *, log_path: Path | None, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._log_path = log_path
        self.last_words = ""
        """What to print once the terminal is the user's again."""

    def _handle_exception(self, error: Exception) -> None:
        """Textual's hook for errors that end the app. Its own prints a traceback with local variables, keys among them."""
        _log.critical("captui stops because of an unexpected error", exc_info=error)
        stopped = f"captui had to stop because of an unexpected error; {self._details}"
        self.last_words = f"{stopped} {self.LEFT_BEHIND}".rstrip()
        self._return_code = UNEXPECTED
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    @property
    def something_wrong(self) -> str:
        """The sentence for a mistake that ends nothing."""
        return f"Something went wrong inside captui; {self._details}"

    @property
    def _details(self) -> str:
        """Where more is said, as the end of a sentence."""
        return f"the details are in {self._log_path}." if self._log_path else "the log has the details."
