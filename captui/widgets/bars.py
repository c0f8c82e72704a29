"""The lines of one row that belong to the whole screen: the tab strip, the newest message, the keys of the focused pane."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from captui.actions import Action, display
from captui.core.text import printable
from captui.render.lines import Line, left, padded, spread, width_of
from captui.session.views import Notice
from captui.widgets.line_pane import LinePane
from captui.widgets.rows import severity_style

TAB_TITLES = {"orders": "Orders", "history": "History", "trades": "My trades", "tape": "Tape", "log": "Log"}


class TabStrip(LinePane):
    """Which tables there are, and which one is shown."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._tabs: tuple[str, ...] = ()
        self._current = ""
        self._counts: dict[str, int] = {}
        self._focused = False

    def show(self, tabs: Sequence[str], current: str, counts: dict[str, int], focused: bool) -> None:
        """`counts` by pane, shown beside the title; `focused` says whether the pane under the strip has the keys."""
        self._tabs, self._current, self._counts, self._focused = tuple(tabs), current, dict(counts), focused
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        runs: list[tuple[str, str]] = [(" ", "text")]
        for i, tab in enumerate(self._tabs):
            if i:
                runs.append((" │ ", "faint"))
            style = ("accent" if self._focused else "strong") if tab == self._current else "dim"
            runs.append((TAB_TITLES[tab], style))
            if self._counts.get(tab):
                runs.append((f" {self._counts[tab]}", "own" if tab == "orders" else style))
        return [padded(tuple(runs), width)]

    def on_click(self, event: events.Click) -> None:
        x = 1
        for tab in self._tabs:
            x += len(TAB_TITLES[tab]) + (len(str(self._counts[tab])) + 1 if self._counts.get(tab) else 0)
            if event.x < x + 1:
                self.post_message(self.Chosen(tab))
                return
            x += 3


class MessageLine(LinePane):
    """The newest notice, for as long as somebody needs to read it."""

    SHOWN_MS = 8_000

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._notice: Notice | None = None
        self._time = ""
        self._until_ms = 0
        self._number = 0

    def follow(self, newest: tuple[int, Notice], time: str, now_ms: int) -> None:
        """Show the newest notice unless it was shown already; the numbers count the notices up."""
        number, notice = newest
        if number > self._number:
            self._number = number
            if now_ms - notice.at_ms < self.SHOWN_MS:
                self.show(notice, time, now_ms)

    def show(self, notice: Notice, time: str, now_ms: int) -> None:
        """`time` is how the notice's own time is written."""
        self._notice, self._time, self._until_ms = notice, time, now_ms + self.SHOWN_MS
        self.redraw()

    def expire(self, now_ms: int) -> None:
        """Take away what has been shown long enough."""
        if self._notice is not None and now_ms >= self._until_ms:
            self._notice = None
            self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        if self._notice is None:
            return [padded((), width)]
        text = left(printable(self._notice.text), max(1, width - len(self._time) - 2)).rstrip()
        return [padded(((f"{self._time}  ", "dim"), (text, severity_style(self._notice.severity))), width)]


class KeyBar(LinePane):
    """The keys that matter where the user is now, as many as fit; the way to all the others always does."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._actions: tuple[Action, ...] = ()
        self._always: tuple[Action, ...] = ()

    def show(self, actions: Sequence[Action], always: Sequence[Action]) -> None:
        """`always` stand at the right end, whatever else has to give way."""
        self._actions, self._always = tuple(actions), tuple(always)
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        end = _keys(self._always, width)
        return [spread(((" ", "text"), *_keys(self._actions, width - width_of(end) - 3)), (*end, (" ", "text")), width)]


def _keys(actions: Sequence[Action], room: int) -> Line:
    """The first of these that fit into the room: key and name."""
    runs: list[tuple[str, str]] = []
    used = 0
    for action in actions:
        gap = "   " if runs else ""
        piece = ((gap, "text"), (display(action.keys[0]), "accent"), (f" {action.label.lower()}", "dim"))
        if used + width_of(piece) > room:
            break
        runs += piece
        used += width_of(piece)
    return tuple(runs)
