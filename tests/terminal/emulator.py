"""pyte's screen, which draws runs of plain characters at once: a terminal receives little else, and pyte takes its time over each."""

from __future__ import annotations

from typing import Any

import pyte
from pyte import charsets, modes
from pyte.screens import Char, wcwidth


class _Cells(dict[str, Any]):
    """The cells of one pen by their character; of characters that are one cell wide, and None of all others."""

    def __init__(self, pen: Any) -> None:
        super().__init__()
        self._style = pen[1:]

    def __missing__(self, char: str) -> Any:
        cell = self[char] = Char(char, *self._style) if wcwidth(char) == 1 else None
        return cell


class Screen(pyte.Screen):  # type: ignore[misc]
    def __init__(self, columns: int, lines: int) -> None:
        self._cells: dict[Any, _Cells] = {}
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        cursor = self.cursor
        start, end = cursor.x, cursor.x + len(data)
        plain = self.charset == 0 and self.g0_charset == charsets.LAT1_MAP and modes.IRM not in self.mode
        if plain and end <= self.columns:
            pen = cursor.attrs
            cells = self._cells.get(pen)
            if cells is None:
                if len(self._cells) > 2000:
                    self._cells.clear()
                cells = self._cells[pen] = _Cells(pen)
            drawn = [cells[char] for char in data]
            if None not in drawn:
                self.buffer[cursor.y].update(zip(range(start, end), drawn, strict=True))
                cursor.x = end
                self.dirty.add(cursor.y)
                return
        super().draw(data)

    @property
    def display(self) -> list[str]:
        """The lines as text."""
        rows = []
        for y in range(self.lines):
            line = self.buffer[y]
            text = "".join([line[x].data for x in range(self.columns)])
            if len(text) != self.columns or any(wcwidth(char) != 1 for char in set(text)):
                return list(super().display)
            rows.append(text)
        return rows
