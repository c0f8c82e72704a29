"""What a terminal shows, told by pyte: characters and colours of every cell."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pyte
from rich.cells import cell_len

from captui.terminal.pacing import QUESTION
from tests.terminal.emulator import Screen

# What pyte would print as text although a terminal swallows it.
_UNKNOWN_TO_PYTE = re.compile(r"\x1b\[[<>=][^a-zA-Z]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP[^\x1b]*\x1b\\")


class Seen(NamedTuple):
    text: str
    foreground: str
    background: str
    attributes: tuple[bool, ...]


class Judge:
    def __init__(self, columns: int, lines: int) -> None:
        self.screen = Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        # As Textual sets it at the start.
        self._stream.feed("\x1b[?7l")
        self.received = 0
        """Bytes."""
        self.where: list[tuple[int, int]] = []
        """Row and column of the cursor at each question for it."""

    def feed(self, data: str) -> None:
        self.received += len(data.encode())
        for part in data.split(QUESTION)[:-1]:
            self._stream.feed(_UNKNOWN_TO_PYTE.sub("", part))
            # Beyond the last column a terminal says that it is in the last one.
            self.where.append((self.screen.cursor.y, min(self.screen.cursor.x, self.screen.columns - 1)))
        self._stream.feed(_UNKNOWN_TO_PYTE.sub("", data.rpartition(QUESTION)[2]))

    @property
    def questions(self) -> int:
        """For the cursor's position, ever."""
        return len(self.where)

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)

    @property
    def picture(self) -> list[list[Seen]]:
        return picture(self.screen)


def picture(screen: Any) -> list[list[Seen]]:
    """Cell by cell. The colour and weight of a blank without underline, strike-through or reverse cannot be seen, and are left out.

    Half of a wide character is a blank, as in every terminal but pyte, which goes on showing it.
    """
    rows = []
    for y in range(screen.lines):
        chars = [screen.buffer[y][x] for x in range(screen.columns)]
        row = [_seen(char) for char in chars]
        for x, char in enumerate(chars):
            is_right_half = not char.data
            has_right_half = x + 1 < screen.columns and not chars[x + 1].data
            left_is_wide = x > 0 and _is_wide(chars[x - 1].data)
            if (is_right_half and not left_is_wide) or (_is_wide(char.data) and not has_right_half):
                row[x] = _seen(char._replace(data=" "))
        rows.append(row)
    return rows


def _is_wide(text: str) -> bool:
    return bool(text) and not text.isascii() and cell_len(text) == 2


def _seen(char: Any) -> Seen:
    if char.data == " " and not (char.underscore or char.strikethrough or char.reverse):
        return Seen(" ", "", char.bg, ())
    attributes = (char.bold, char.italics, char.underscore, char.strikethrough, char.reverse, char.blink)
    return Seen(char.data, char.fg, char.bg, attributes)


def assert_same(wanted: list[list[Seen]], got: list[list[Seen]], what: str = "") -> None:
    """Raises AssertionError that names the first cells which differ."""
    assert (len(wanted), len(wanted[0])) == (len(got), len(got[0])), f"{what}: another size"
    if wanted == got:
        return
    found = [
        f"row {y} column {x}: {new} instead of {old}"
        for y, (old_row, new_row) in enumerate(zip(wanted, got, strict=True))
        for x, (old, new) in enumerate(zip(old_row, new_row, strict=True))
        if old != new
    ]
    raise AssertionError(f"{what}: {len(found)} cells differ; " + "; ".join(found[:6]))
