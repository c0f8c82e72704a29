"""A table whose cursor stays on its row, by key, while rows come, go and change above and below it; or at the top, for news."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, overload

from textual import events
from textual.binding import BindingType
from textual.message import Message

from captui.actions import Scope, bindings
from captui.core.dataclass import dataclass
from captui.render.lines import Line, joined, left, on, padded, plain, right, width_of, wrapped
from captui.widgets.line_pane import LinePane


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: int
    """At least; a wider cell widens the column, and nothing makes it narrow again, so that nothing jumps."""
    right: bool = False
    keep: int = 9
    """Where not all columns fit, the one with the lowest goes first."""


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: tuple[Line, ...]
    """One per column."""


class LazyRows(Sequence[Row]):
    """Rows that are made when they are looked at: of a long list a screenful is seen. They have no columns of sentences."""

    def __init__(self, keys: Sequence[str], make: Callable[[int], Row]) -> None:
        """`keys` are those of the rows, which `make` makes by their index."""
        self.keys = keys
        self._make = make
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self.keys)))]
        at = range(len(self.keys))[index]
        if at not in self._made:
            self._made[at] = self._make(at)
        return self._made[at]


def fit(columns: Sequence[Column], widths: Sequence[int], room: int) -> tuple[tuple[int, ...], int]:
    """Indexes of the columns that fit into `room` cells, and the gap between them: two cells, else one, else fewer columns.

    The last column takes what is left and counts with half its width only.
    """
    shown = list(range(len(columns)))
    while shown:
        for gap in (2, 1):
            needed = sum(widths[i] for i in shown) + gap * (len(shown) - 1)
            if needed <= room:
                return tuple(shown), gap
        if len(shown) == 1:
            break
        shown.remove(min(shown, key=lambda i: columns[i].keep))
    return tuple(shown), 1


_NEAR = 5
"""Rows from the last one that count as near it."""


class Table(LinePane, can_focus=True):
    """Rows under a heading. Posts what the user wants of the row under the cursor; knows nothing of what they stand for."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ROWS)]

    class AboutRow(Message):
        """Something is wanted of one row."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> Table:
            return self.table

    # Siblings: a handler of the one would also be given its subclasses.
    class Details(AboutRow):
        """All that is known of this row is asked for."""

    class NearEnd(Message):
        """The cursor has come near the last row: where there are more, now is the time to read them."""

        def __init__(self, table: Table) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> Table:
            return self.table

    class Marked(AboutRow):
        """The cursor has moved to this row."""

    class TabMoved(Message):
        """The tab to the left (-1) or right (1) is wanted."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str,
        id: str,  # noqa: A002 - Textual's own name for it
        wraps: bool = False,
        follows_top: bool = False,
    ) -> None:
        """`wraps`: the last column is sentences, and each row is as tall as its sentence; otherwise every row is one line.

        `follows_top`: a cursor at the top stays there when rows come in above it, so that the newest is seen. Not for rows that a
        key acts upon: such a key must never meet another row than the one that was looked at.
        """
        super().__init__(id=id)
        self._follows_top = follows_top
        self._wraps = wraps
        self._row_at: list[int] = []
        """Index of the row that each line below the heading belongs to."""
        self._columns = tuple(columns)
        self._widths = [max(column.width, len(column.title)) for column in columns]
        self._empty = empty
        self._rows: Sequence[Row] = ()
        self._keys: Sequence[str] = ()
        self._cursor = 0
        self._top = 0

    @property
    def cursor_key(self) -> str:
        """Of the row under the cursor, empty where there are none."""
        return self._keys[self._cursor] if self._keys else ""

    @property
    def cursor_at(self) -> int:
        """Index of the row under the cursor, 0 where there are none."""
        return self._cursor

    def show(self, rows: Sequence[Row], *, empty: str = "") -> None:
        """Replace the rows. The cursor stays on its key; where that has gone, on the row that took its place. With `follows_top`,
        a cursor at the top stays at the top."""
        key = self.cursor_key
        if isinstance(rows, LazyRows):
            keys = rows.keys
        else:
            rows = tuple(rows)
            if rows == self._rows and empty in ("", self._empty):
                return
            keys = [row.key for row in rows]
            self._measure(rows)
        self._empty = empty or self._empty
        self._rows = rows
        self._keys = keys
        if key in keys and not (self._follows_top and self._cursor == 0):
            self._cursor = keys.index(key)
        self._cursor = max(0, min(self._cursor, len(keys) - 1))
        self.redraw()

    def _measure(self, rows: Sequence[Row]) -> None:
        for row in rows:
            for i, cell in enumerate(row.cells):
                # The last column is free text: it takes the room that is left and is cut there.
                if i < len(self._columns) - 1:
                    self._widths[i] = max(self._widths[i], width_of(cell))

    def on_click(self, event: events.Click) -> None:
        if 0 < event.y <= len(self._row_at):
            self._move_to(self._row_at[event.y - 1])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_row(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_row(-1)

    def action_row(self, by: int) -> None:
        self._move_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        """By as many rows as the pane shows."""
        self._move_to(self._cursor + by * max(1, self.content_size.height - 2))

    def action_end(self, by: int) -> None:
        """The first row (-1) or the last (1)."""
        self._move_to(0 if by < 0 else len(self._rows) - 1)

    def go_to(self, key: str) -> None:
        """Put the cursor on the row with this key, where there is one."""
        if key in self._keys:
            self._move_to(self._keys.index(key))

    def _move_to(self, index: int) -> None:
        if not self._rows:
            return
        self._cursor = max(0, min(len(self._rows) - 1, index))
        self.redraw()
        self.post_message(self.Marked(self, self.cursor_key))
        if self._cursor >= len(self._rows) - _NEAR:
            self.post_message(self.NearEnd(self))

    def action_tab(self, by: int) -> None:
        self.post_message(self.TabMoved(by))

    def action_details(self) -> None:
        if self._rows:
            self.post_message(self.Details(self, self.cursor_key))

    def lines(self, width: int, height: int) -> list[Line]:
        if not self._rows:
            return [((" ", "text"), (text, "dim")) for text in wrapped(self._empty, width - 2, height)]
        body = max(1, height - 1)
        if not self._wraps:
            self._scroll(body, lambda _index: 1)
            if isinstance(self._rows, LazyRows):
                self._measure(self._rows[self._top : self._top + body])
        shown, gap = fit(self._columns, self._widths, width - 2)
        if self._wraps:
            self._scroll(body, lambda index: len(self._tall(index, shown, gap, width)))
        made = [self._laid_out(shown, gap, width, self._headings(shown, gap, width))]
        self._row_at = []
        for index in range(self._top, len(self._rows)):
            for line in self._tall(index, shown, gap, width)[: body - len(self._row_at)]:
                made.append(on(line, "cursor") if index == self._cursor and self.has_focus else line)
                self._row_at.append(index)
            if len(self._row_at) >= body:
                break
        return made

    def _headings(self, shown: Sequence[int], gap: int, width: int) -> list[Line]:
        """The titles, and at the right edge how many rows are above the first that is shown; the last title gives way to that."""
        headings: list[Line] = [((column.title, "label"),) for column in self._columns]
        if self._top:
            title, room = self._columns[-1].title, width - 1 - self._beside(shown, gap)
            short = f"↑{self._top}"
            hint = next((text for text in (f"↑ {self._top} more", short) if len(title) + 1 + len(text) <= room), "")
            if not hint:
                title, hint = "", short
            headings[-1] = ((title, "label"), (right(hint, room - len(title)), "dim"))
        return headings

    def _beside(self, shown: Sequence[int], gap: int) -> int:
        """Cells to the left of the last column."""
        return 1 + sum(self._widths[i] + gap for i in shown[:-1])

    def _scroll(self, body: int, height: Callable[[int], int]) -> None:
        """As little as it takes to have the row under the cursor whole on the screen, and no empty lines below the last.

        `height` gives the lines of the row of an index.
        """

        def lines_from(first: int, last: int) -> int:
            """Counted only until there are more than fit."""
            count = 0
            for index in range(first, last + 1):
                count += height(index)
                if count > body:
                    break
            return count

        # A row has a line at least, so that no row further up can be the first one: steps are few even in a long table.
        self._top = max(0, min(self._top, self._cursor), self._cursor - body + 1)
        while self._top < self._cursor and lines_from(self._top, self._cursor) > body:
            self._top += 1
        while self._top > 0 and lines_from(self._top - 1, len(self._rows) - 1) <= body:
            self._top -= 1

    def _tall(self, index: int, shown: Sequence[int], gap: int, width: int) -> list[Line]:
        """The row's lines: one, or as many as its sentence needs."""
        *cells, last = self._rows[index].cells
        if not self._wraps or not last:
            return [self._laid_out(shown, gap, width, self._rows[index].cells)]
        pieces = wrapped(plain(last), max(1, width - 1 - self._beside(shown, gap)), 8) or [""]
        made = []
        for number, piece in enumerate(pieces):
            row: list[Line] = [*(cells if number == 0 else [()] * len(cells)), ((piece, last[0][1]),)]
            made.append(self._laid_out(shown, gap, width, row))
        return made

    def _laid_out(self, shown: Sequence[int], gap: int, width: int, cells: Sequence[Line]) -> Line:
        runs: list[tuple[str, str]] = [(" ", "text")]
        used = 1
        for i in shown:
            if used > 1:
                runs.append((" " * gap, "text"))
                used += gap
            room = (width - 1 - used) if i == len(self._columns) - 1 else self._widths[i]
            cell = _shortened(cells[i], room)
            pad = (" " * (room - width_of(cell)), "text")
            runs += [pad, *cell] if self._columns[i].right else [*cell, pad]
            used += room
        return padded(joined(runs), width)


class TabTable(Table):
    """One of the trade screen's tables, whose rows may be cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.TABS)]

    class Cancel(Table.AboutRow):
        """What this row stands for is to be cancelled."""

    def action_cancel_row(self) -> None:
        if self._rows:
            self.post_message(self.Cancel(self, self.cursor_key))


def _shortened(cell: Line, room: int) -> Line:
    """The cell, with an ellipsis where it is longer than the room."""
    kept: list[tuple[str, str]] = []
    for number, (text, style) in enumerate(cell):
        rest = width_of(cell[number:])
        if rest <= room:
            return (*kept, *cell[number:])
        size = width_of(((text, style),))
        if size >= room:
            return (*kept, (left(text, room) if size > room else left(text + "…", room), style))
        kept.append((text, style))
        room -= size
    return tuple(kept)
