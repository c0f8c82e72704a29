"""Reads what Textual writes for one frame: pieces of text, each at its place, as cells of a screen.

A frame is a string of `ESC [ row ; column H`, each followed by styled text (Textual's compositor updates, rendered); the last one only
says where the cursor belongs. Anything else is refused as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from captui.terminal.pens import PLAIN, NotUnderstoodError, Pen, after, of_blank

_KEPT = 256
"""Texts whose cells are remembered: about the lines of a screen and of a dialog over it, one or two megabytes."""

_CHARACTERS_KEPT = 128
"""Of each pen."""

_PIECE = re.compile(r"\x1b\[(\d+);(\d+)H([^\x1b]*(?:\x1b(?!\[\d+;\d+H)[^\x1b]*)*)")
_TOKEN = re.compile(r"([^\x1b]+)|\x1b\[([\d;]*)m|\x1b\]8;([^\x1b\x07]*)(?:\x1b\\|\x07)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Cell(NamedTuple):
    """One place of the screen. The right half of a wide character has no text."""

    text: str
    """A character with everything that combines with it."""
    pen: Pen


class Piece(NamedTuple):
    """Text at its place, counted from 0."""

    row: int
    column: int
    body: str


def looks_like_a_frame(data: str) -> bool:
    """Whether reading it as a frame is worth while."""
    return _PIECE.match(data) is not None


def pieces(frame: str) -> Iterator[Piece]:
    """The pieces of a frame in the order in which they were written. Raises NotUnderstoodError."""
    at = 0
    for found in _PIECE.finditer(frame):
        if found.start() != at:
            raise NotUnderstoodError(frame[at : found.start()])
        at = found.end()
        row, column = int(found[1]), int(found[2])
        if not row or not column:
            raise NotUnderstoodError(found[0])
        # A line break comes before the next place only: it moves the cursor and nothing else.
        yield Piece(row - 1, column - 1, found[3].removesuffix("\n"))
    if at != len(frame):
        raise NotUnderstoodError(frame[at:])


class _Alphabet(dict[str, Cell]):
    """Cells of one pen by their text: the same ones again and again, so that comparing two screens is comparing references."""

    def __init__(self, pen: Pen) -> None:
        super().__init__({" ": Cell(" ", of_blank(pen))})
        self._pen = pen

    def __missing__(self, text: str) -> Cell:
        cell = Cell(text, self._pen)
        if len(self) < _CHARACTERS_KEPT:
            self[text] = cell
        return cell


@lru_cache(maxsize=_KEPT)
def _alphabet(pen: Pen) -> _Alphabet:
    return _Alphabet(pen)


@lru_cache(maxsize=_KEPT)
def cells_of(body: str) -> tuple[Cell, ...]:
    """The cells that this styled text fills, from the first on. Raises NotUnderstoodError."""
    cells: list[Cell] = []
    pen = written_with = PLAIN
    at = 0
    for token in _TOKEN.finditer(body):
        if token.start() != at:
            break
        at = token.end()
        text, codes, link = token.groups()
        if codes is not None:
            pen = after(pen, codes)
        elif link is not None:
            pen = pen._replace(link="" if link.endswith(";") else link)
        else:
            _write(cells, text, pen, written_with)
            written_with = pen
    if at != len(body) or pen != PLAIN:
        raise NotUnderstoodError(body[at:])
    return tuple(cells)


def cells_of_strip(strip: Strip, colours: ColorSystem) -> list[Cell]:
    """As `cells_of` of the strip when it is written for a terminal with these colours. Raises NotUnderstoodError."""
    cells: list[Cell] = []
    before = PLAIN
    for text, style, control in strip:
        if control:
            raise NotUnderstoodError(repr(control))
        if text:
            pen = PLAIN if style is None else _pen_of(style, colours)
            _write(cells, text, pen, before)
            before = pen
    return cells


def _pen_of(style: Style, colours: ColorSystem) -> Pen:
    """What `Strip.render_style` would write with."""
    codes = style._ansi  # noqa: SLF001 - kept there by Textual too, whatever the colours are the next time
    if codes is None:
        codes = Strip.render_ansi(style, colours)
    link = f"id={style._link_id};{style._link}" if style._link else ""  # noqa: SLF001
    return _pen(codes, link)


@lru_cache(maxsize=_KEPT)
def _pen(codes: str, link: str) -> Pen:
    return after(PLAIN, codes)._replace(link=link)


def _write(cells: list[Cell], text: str, pen: Pen, pen_before: Pen) -> None:
    """`pen_before` is that of the text before this one."""
    if _CONTROL.search(text):
        raise NotUnderstoodError(text)
    alphabet = _alphabet(pen)
    if text.isascii():
        cells.extend(map(alphabet.__getitem__, text))
    else:
        _append(cells, text, alphabet, pen, pen_before)


_graphemes = lru_cache(maxsize=_KEPT)(split_graphemes)


def _append(cells: list[Cell], text: str, alphabet: _Alphabet, pen: Pen, pen_before: Pen) -> None:
    for start, end, width in _graphemes(text)[0]:
        character = text[start:end]
        if width:
            cells.append(alphabet[character])
            if width == 2:
                cells.append(alphabet[""])
            pen_before = pen
        elif cells and cells[-1].text:
            # It combines with the character before it, and looks as that does.
            cells[-1] = Cell(cells[-1].text + character, pen_before)
        else:
            # It combines with what stands before it on the screen, which may be anything.
            raise NotUnderstoodError(text)
