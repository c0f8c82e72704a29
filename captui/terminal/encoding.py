"""Writes runs of cells with as few bytes as it can: cheapest cursor moves, and the pen changed seldom.

Moves are those of ECMA-48 which every terminal has had since the VT100, besides CHA and VPA, which the Linux console, xterm, tmux
and screen know as well. `LF` alone never moves: the terminal's line discipline turns it into `CR LF`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from captui.terminal.pens import Pen, change, draws_blank
from captui.terminal.shadow import Run

_WORTH_GROUPING = 3
_FEW = 8
"""Runs whose order is looked for one by one: it takes the square of their number."""
_MOST_PENS = 64
"""Of one frame, beyond which the cheapest order of pens is not looked for: it takes the square of their number."""


class Encoder:
    """Knows where the terminal's cursor is and with what it writes, as far as that can be known."""

    def __init__(self) -> None:
        self._pen: Pen | None = None
        self._row: int | None = None
        self._column: int | None = None

    @property
    def position(self) -> tuple[int | None, int | None]:
        """Row and column of the cursor from 0, as far as they are known."""
        return self._row, self._column

    def lose(self) -> None:
        """Cursor and pen may be anything from now on."""
        self._pen = self._row = self._column = None

    def plain(self) -> str:
        """What gives the default pen back, for text that is not written from here."""
        given, self._pen = change(self._pen, Pen()), Pen()
        return given

    def move_to(self, row: int, column: int) -> str:
        """The shortest move, from 0 on."""
        way = self._way_to(row, column)
        self._row, self._column = row, column
        return way

    def _way_to(self, row: int, column: int) -> str:
        if (row, column) == (self._row, self._column):
            return ""
        best = f"\x1b[{row + 1};{column + 1}H" if column else f"\x1b[{row + 1}H" if row else "\x1b[H"
        for way in self._shorter_moves(row, column):
            if len(way) < len(best):
                best = way
        return best

    def _shorter_moves(self, row: int, column: int) -> list[str]:
        """Ways that only work from where the cursor is."""
        ways: list[str] = []
        if self._row is None:
            return ways
        if self._row == row:
            ways.append(f"\x1b[{column + 1}G" if column else "\r")
            if self._column is not None:
                by = column - self._column
                if by > 0:
                    ways.append(f"\x1b[{by}C" if by > 1 else "\x1b[C")
                else:
                    ways += ["\b" * -by, f"\x1b[{-by}D"]
        elif self._column == column:
            by = row - self._row
            letter = "B" if by > 0 else "A"
            ways.append(f"\x1b[{abs(by)}{letter}" if abs(by) > 1 else f"\x1b[{letter}")
            ways.append(f"\x1b[{row + 1}d")
        if row == self._row + 1 and not column:
            ways.append("\r\n")
        return ways

    def encode(self, runs: Sequence[Run], width: int) -> str:
        """The runs in whatever order is shortest, for a screen of that many columns."""
        before = (self._pen, self._row, self._column)
        orders: list[Sequence[Run]] = [runs]
        if len(runs) >= _WORTH_GROUPING:
            orders.append(self._grouped(runs))
        if 1 < len(runs) <= _FEW:
            orders.append(self._nearest_first(runs, width))
        ways = []
        for order in orders:
            self._pen, self._row, self._column = before
            ways.append((self._written(order, width), (self._pen, self._row, self._column)))
        shortest, (self._pen, self._row, self._column) = min(ways, key=lambda way: len(way[0]))
        return shortest

    def _written(self, runs: Sequence[Run], width: int) -> str:
        parts: list[str] = []
        for run in runs:
            parts += (self._way_to(run.row, run.column), change(self._pen, self._pen_for(run)), run.text)
            self._is_behind(run, width)
        return "".join(parts)

    def _pen_for(self, run: Run) -> Pen:
        if run.is_blank and self._pen is not None and draws_blank(self._pen, run.pen):
            return self._pen
        return run.pen

    def _is_behind(self, run: Run, width: int) -> None:
        """It has been written."""
        self._pen = self._pen_for(run)
        self._row = run.row
        # Terminals disagree about the width of many characters that are not ASCII, and about where the cursor is after the last column.
        end = run.column + run.width
        self._column = end if end < width and run.text.isascii() else None

    def _nearest_first(self, runs: Sequence[Run], width: int) -> list[Run]:
        """The next run is always the one that is reached with the fewest bytes, moves and pens together."""
        before = (self._pen, self._row, self._column)
        left, order = list(runs), list[Run]()
        while left:
            nearest = min(left, key=self._cost_to_begin)
            left.remove(nearest)
            order.append(nearest)
            self._is_behind(nearest, width)
        self._pen, self._row, self._column = before
        return order

    def _cost_to_begin(self, run: Run) -> int:
        return len(self._way_to(run.row, run.column)) + len(change(self._pen, self._pen_for(run)))

    def _grouped(self, runs: Sequence[Run]) -> list[Run]:
        """All runs of one pen together; the next pen is always the one that is reached with the fewest bytes."""
        groups: dict[Pen, list[Run]] = {}
        blanks: list[Run] = []
        for run in runs:
            if run.is_blank:
                blanks.append(run)
            else:
                groups.setdefault(run.pen, []).append(run)
        for run in blanks:
            pen = run.pen if run.pen in groups else next((pen for pen in groups if draws_blank(pen, run.pen)), run.pen)
            groups.setdefault(pen, []).append(run)
        order: list[Run] = []
        before = self._pen
        while groups:
            pen = _nearest(before, groups) if len(groups) <= _MOST_PENS else next(iter(groups))
            order += sorted(groups.pop(pen))
            before = pen
        return order


def _nearest(before: Pen | None, others: Iterable[Pen]) -> Pen:
    return min(others, key=lambda each: len(change(before, each)))
