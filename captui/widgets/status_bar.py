"""The row at the bottom: mode, connection, age of the book, and what is armed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from captui.actions import Action, display
from captui.render.lines import Line
from captui.render.status_bar import draw_status_bar
from captui.session.views import BookView, ConnectionView
from captui.widgets.line_pane import LinePane


class StatusBar(LinePane):
    DEFAULT_CSS: ClassVar[str] = """
    StatusBar { height: 1; }
    """

    _connection: ConnectionView = ConnectionView()
    _book: BookView = BookView()
    _now_ms: int = 0
    _locked: bool = False
    _bytes_out: int | None = None
    _lock_key: str = "a"

    def show(
        self,
        connection: ConnectionView,
        book: BookView,
        now_ms: int,
        locked: bool,
        bytes_out_per_second: int | None = None,
    ) -> None:
        """All of it at once; repaints only when the row reads differently. `bytes_out_per_second` go to the terminal."""
        self._connection, self._book, self._now_ms = connection, book, now_ms
        self._locked, self._bytes_out = locked, bytes_out_per_second
        self.redraw()

    def show_keys(self, actions: Iterable[Action]) -> None:
        """The actions with the user's own keys: the bar names the one that arms trading again."""
        self._lock_key = next((display(action.keys[0]) for action in actions if action.id == "trading.lock"), "a")
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        bar = draw_status_bar(
            self._connection,
            self._book,
            now_ms=self._now_ms,
            locked=self._locked,
            bytes_out_per_second=self._bytes_out,
            width=width,
            lock_key=self._lock_key,
        )
        return [bar, *[((" " * width, "text"),)] * (height - 1)]
