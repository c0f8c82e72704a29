"""The screen as it should be and as the terminal was last told, so that only what differs need be sent.

A place whose content nobody knows is None. What should be there is unknown after something was written that is not understood: such places
are left alone until Textual draws them again. What the terminal shows is unknown after a resize: everything known is then sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from captui.terminal.cells import Cell, cells_of, pieces
from captui.terminal.pens import NotUnderstoodError, Pen, draws_blank, of_blank

_BRIDGE = 4
"""Cells that are rather written again than skipped: a move is four bytes or so."""

Row = list[Cell | None]


class Run(NamedTuple):
    """Neighbouring cells of one pen. `pen` is that of the blanks where there is nothing else."""

    row: int
    column: int
    width: int
    """In cells."""
    text: str
    pen: Pen
    is_blank: bool


class Shadow:
    """Sizes are in cells; rows and columns count from 0."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.cursor = (0, 0)
        """Row and column where the cursor belongs."""
        self._wanted: list[Row] = []
        self._sent: list[Row] = []
        self._bodies: list[dict[int, tuple[int, str]]] = []
        """By row: what was drawn last at each column, and where it ended. Most of a frame is what was there before."""
        self._dirty: set[int] = set()
        self.forget()

    @property
    def differs(self) -> bool:
        """Whether there may be something to send."""
        return bool(self._dirty)

    def forget(self) -> None:
        """Nothing is known any more, neither what is shown nor what should be."""
        self._wanted = [[None] * self.width for _ in range(self.height)]
        self._bodies = [{} for _ in range(self.height)]
        self.lose()
        self._dirty.clear()

    def lose(self) -> None:
        """What the terminal shows is not known any more."""
        self._sent = [[None] * self.width for _ in range(self.height)]
        self._dirty.update(range(self.height))

    def absorb(self, frame: str) -> None:
        """Takes over what a frame draws. Raises NotUnderstoodError, after which only `forget` makes sense."""
        for row, column, body in pieces(frame):
            if not body:
                self.cursor = (row, column)
            elif row >= self.height or column >= self.width:
                # A frame of the size before: the next one draws everything.
                continue
            elif self._bodies[row].get(column, (0, ""))[1] != body:
                self._draw(row, column, body)

    def put(self, row: int, column: int, cells: Sequence[Cell]) -> None:
        """These cells should stand there, in place of whatever did."""
        if row >= self.height or column >= self.width or not cells:
            return
        end = min(column + len(cells), self.width)
        line = self._wanted[row]
        line[column:end] = cells[: end - column]
        self._has_mended_halves(line, column, end)
        self._bodies[row].clear()
        self._dirty.add(row)

    def _draw(self, row: int, column: int, body: str) -> None:
        cells = cells_of(body)
        if not cells:
            return
        end = min(column + len(cells), self.width)
        bodies = self._bodies[row]
        for start in [start for start, (stop, _) in bodies.items() if start < end and stop > column]:
            del bodies[start]
        line = self._wanted[row]
        line[column:end] = cells[: end - column]
        if self._has_mended_halves(line, column, end):
            bodies.clear()
        else:
            bodies[column] = (end, body)
        self._dirty.add(row)

    def _has_mended_halves(self, line: Row, start: int, end: int) -> bool:
        """At the edges of what was drawn, half of a wide character becomes a blank. Whether there was one."""
        mended = False
        for at in (start, end):
            right = line[at] if at < self.width else None
            left = line[at - 1] if at else None
            left_is_wide = left is not None and is_wide(left)
            if right is not None and not right.text and not left_is_wide:
                line[at] = Cell(" ", of_blank(right.pen))
                mended = True
            elif left is not None and left_is_wide and (right is None or right.text):
                line[at - 1] = Cell(" ", of_blank(left.pen))
                mended = True
        return mended

    def take(self) -> list[Run]:
        """What has to be written, from the top; from now on it counts as sent."""
        runs: list[Run] = []
        for row in sorted(self._dirty):
            wanted, sent = self._wanted[row], self._sent[row]
            if wanted != sent:
                runs += _runs(row, wanted, sent)
                known = None not in wanted
                self._sent[row] = wanted[:] if known else [new or old for new, old in zip(wanted, sent, strict=True)]
        self._dirty.clear()
        return runs


def is_wide(cell: Cell) -> bool:
    """Whether it fills the next cell too."""
    return not cell.text.isascii() and cell_len(cell.text) == 2


def _runs(row: int, wanted: Row, sent: Row) -> list[Run]:
    runs: list[Run] = []
    run: _Growing | None = None
    differing = [x for x, (new, old) in enumerate(zip(wanted, sent, strict=True)) if new is not old and new != old]
    for column in differing:
        cell = wanted[column]
        if cell is None or (run is not None and column < run.end):
            continue
        if run is not None and column == run.end and run.goes_on(cell):
            continue
        if not cell.text:
            # A wide character is written whole.
            column -= 1
            cell = wanted[column]
            if cell is None:
                raise NotUnderstoodError(f"half a character at {row}, {column}")
        if run is not None and run.takes(cell) and run.reach(column, wanted):
            run.add(cell)
        else:
            if run is not None:
                runs.append(run.finished(row))
            run = _Growing(column, cell)
    if run is not None:
        runs.append(run.finished(row))
    return runs


class _Growing:
    """A run while cells are added to it."""

    def __init__(self, column: int, cell: Cell) -> None:
        self._column = self.end = column
        self._texts: list[str] = []
        self._pen = cell.pen
        self._is_blank = True
        self._is_closed = False
        self._last = cell
        self.add(cell)

    def goes_on(self, cell: Cell) -> bool:
        """Appends the next cell where it is plainly one more of the same: most are, and asking everything of each takes long."""
        if self._is_closed:
            return False
        if cell is not self._last:
            if cell.pen is not self._pen or self._is_blank or cell.text in " " or not cell.text.isascii():
                return False
            self._last = cell
        self.end += 1
        self._texts.append(cell.text)
        return True

    def takes(self, cell: Cell) -> bool:
        """Whether the cell could be appended: with the same pen, or with one that draws the blanks before it as well."""
        if self._is_closed:
            return False
        return self._draws(cell) or (self._is_blank and draws_blank(cell.pen, self._pen))

    def add(self, cell: Cell) -> None:
        self._last = cell
        if cell.text != " ":
            self._pen = cell.pen
            self._is_blank = False
        wide = is_wide(cell)
        self.end += 2 if wide else 1
        self._texts.append(cell.text)
        # Terminals disagree about the width of such characters: what follows is put at its own place.
        self._is_closed = wide or len(cell.text) > 1

    def reach(self, column: int, line: Row) -> bool:
        """Writes what lies between the end and this column again, where that is shorter than a move there."""
        between = line[self.end : column]
        if len(between) > _BRIDGE:
            return False
        for cell in between:
            if cell is None or not cell.text or not cell.text.isascii() or not self._draws(cell):
                return False
        self._texts += [cell.text for cell in between if cell is not None]
        self.end = column
        return True

    def _draws(self, cell: Cell) -> bool:
        return cell.pen == self._pen if cell.text != " " else draws_blank(self._pen, cell.pen)

    def finished(self, row: int) -> Run:
        return Run(row, self._column, self.end - self._column, "".join(self._texts), self._pen, self._is_blank)
