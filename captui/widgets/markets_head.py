"""The row above the markets: which part of them is shown, what is looked for, how they are sorted, and whether they are live."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from captui.core.dataclass import dataclass
from captui.core.text import printable
from captui.render.lines import Line, spread, width_of
from captui.widgets.line_pane import LinePane

SEARCH_HINT = "Enter trade   Tab keep   Esc clear"


@dataclass(frozen=True, slots=True)
class Head:
    tabs: tuple[tuple[str, int], ...] = ()
    """Titles, and how many markets each has."""
    current: int = 0
    typed: str = ""
    typing: bool = False
    sort: str = ""
    """What the rows are sorted by, with its arrow."""
    problem: str = ""
    """Why the prices are not live; empty while they are."""


class MarketsHead(LinePane):
    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._head = Head()

    def show(self, head: Head) -> None:
        if head != self._head:
            self._head = head
            self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        head = self._head
        looked_for: Line = (("/ ", "accent"), (printable(head.typed), "strong"))
        if head.typing:
            hint = (("part of the name", "faint"),) if not head.typed else ()
            front: Line = ((" ", "text"), *looked_for, ("▏", "accent"), *hint)
            return [spread(front, ((SEARCH_HINT, "dim"), (" ", "text")), width)]
        runs: list[tuple[str, str]] = [(" ", "text")]
        for index, tab in enumerate(head.tabs):
            if index:
                runs.append((" │ ", "faint"))
            runs += _tab(tab, index == head.current)
        if head.typed:
            runs += [("    ", "text"), *looked_for]
        back: Line = ((head.problem, "warning"),) if head.problem else ((head.sort, "dim"),)
        return [spread(tuple(runs), (*back, (" ", "text")), width)]

    def on_click(self, event: events.Click) -> None:
        if self._head.typing:
            return
        for index, (start, end) in enumerate(_places(self._head.tabs)):
            if start <= event.x < end:
                self.post_message(self.Chosen(index))


def _tab(tab: tuple[str, int], current: bool) -> Line:
    title, count = tab
    return ((printable(title), "accent" if current else "dim"), (f" {count}", "text" if current else "faint"))


def _places(tabs: Sequence[tuple[str, int]]) -> list[tuple[int, int]]:
    """The cells that each tab takes, first and one after the last."""
    made, x = [], 1
    for tab in tabs:
        end = x + width_of(_tab(tab, False))
        made.append((x, end))
        x = end + 3
    return made
