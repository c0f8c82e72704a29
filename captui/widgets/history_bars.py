"""The lines around a list of the past: which list and which part of it above, how far it has been read and what it comes to below."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.message import Message

from captui.core.dataclass import dataclass
from captui.core.text import printable
from captui.render.lines import Line, cut, padded, spread, width_of
from captui.session.commands import RecordKind
from captui.widgets.line_pane import LinePane

TITLES = {
    RecordKind.ORDERS: "Orders",
    RecordKind.TRADES: "My trades",
    RecordKind.DEPOSITS: "Deposits",
    RecordKind.WITHDRAWALS: "Withdrawals",
}
"""In the order of the tabs."""


class HistoryTabs(LinePane):
    """The four lists, with how much of each has been read, and at the right end how fresh the one that is shown is."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, kind: RecordKind) -> None:
            super().__init__()
            self.kind = kind

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._current = RecordKind.ORDERS
        self._counts: Mapping[RecordKind, str] = {}
        self._state: Line = ()

    def show(self, current: RecordKind, counts: Mapping[RecordKind, str], state: Line) -> None:
        """`counts` of the lists that have been read: `12`, or `50+` where there are more."""
        self._current, self._counts, self._state = current, dict(counts), state
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        runs: list[tuple[str, str]] = [(" ", "text")]
        for kind, title in TITLES.items():
            if len(runs) > 1:
                runs.append((" ", "text"))
            here = kind is self._current
            # The brackets say without any colour which one is shown.
            runs.append((f"[{title}]" if here else f" {title} ", "accent" if here else "dim"))
            if kind in self._counts:
                runs.append((f" {self._counts[kind]}", "strong" if here else "dim"))
        return [_row(tuple(runs), self._state, width)]

    def on_click(self, event: events.Click) -> None:
        x = 1
        for kind, title in TITLES.items():
            x += len(title) + 2 + (len(self._counts[kind]) + 1 if kind in self._counts else 0)
            if event.x < x + 1:
                self.post_message(self.Chosen(kind))
                return
            x += 1


class FilterLine(LinePane):
    """What part of the list is shown, in words."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._words: tuple[str, ...] = ()
        self._keys: Line = ()

    def show(self, words: tuple[str, ...], keys: Line) -> None:
        """`keys`: what changes it, where there is room."""
        self._words, self._keys = words, keys
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        if not self._words:
            return [_row(((" everything", "dim"),), self._keys, width)]
        runs: list[tuple[str, str]] = [(" only ", "dim")]
        for number, word in enumerate(self._words):
            runs += [(" · " if number else "", "faint"), (printable(word), "own")]
        return [_row(tuple(runs), self._keys, width)]


@dataclass(frozen=True, slots=True)
class Footing:
    """What stands below a list."""

    state: Line
    """How far it has been read, or why not further."""
    totals: Line = ()
    """What the rows come to, made for the width of the pane."""
    place: str = ""
    """Where the cursor is: `12 of 50+`."""


class HistoryFoot(LinePane):
    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._footing = Footing(())

    def show(self, footing: Footing) -> None:
        self._footing = footing
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        footing = self._footing
        made = [
            padded(((" ", "text"), *cut(footing.totals, width - 2)), width),
            _row(((" ", "text"), *footing.state), ((footing.place, "dim"),), width),
        ]
        return made[:height]


def _row(front: Line, back: Line, width: int) -> Line:
    """`front` whole where that is possible, and then `back`, one cell free at both ends."""
    if width_of(front) + width_of(back) + 3 > width and width_of(back) > width // 2:
        return spread(front, (), width)
    return spread(front, (*back, (" ", "text")), width)
