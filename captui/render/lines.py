"""A drawn line before it has colours: text in runs, each naming what it means; and the palette that gives meanings their styles.

Lines are plain tuples, so a pane finds out which rows changed by comparing them, and a test can read what was drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rich.cells import cell_len as measured
from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from captui.core.text import printable

Run = tuple[str, str]
"""Text and the name of its style: one of `MEANINGS`, or two joined by `@`, the second for the background (`text@bid-bar`)."""

Line = tuple[Run, ...]


class Look(NamedTuple):
    """The theme's names of a colour and of what lies behind it (empty: those of the pane), and whether it is bold."""

    front: str = ""
    back: str = ""
    bold: bool = False


LOOKS: dict[str, Look] = {
    "text": Look(),
    "strong": Look(bold=True),
    "dim": Look("dim"),
    "faint": Look("faint"),
    "label": Look("dim"),
    "title": Look("dim", bold=True),
    "accent": Look("accent", bold=True),
    "bid": Look("bid"),
    "ask": Look("ask"),
    "buy": Look("bid", bold=True),
    "sell": Look("ask", bold=True),
    "bid-bar": Look(back="bid-bar"),
    "ask-bar": Look(back="ask-bar"),
    "bid-edge": Look("bid-bar"),
    "ask-edge": Look("ask-bar"),
    "own": Look("own", bold=True),
    "staged": Look("staged", bold=True),
    "cursor": Look("accent", back="row-cursor"),
    "lit": Look(back="lit", bold=True),
    "stale": Look("stale"),
    "grid": Look("grid"),
    "warning": Look("warning"),
    "error": Look("error"),
    "live": Look("on-mode", back="live-mode", bold=True),
    "demo": Look("on-mode", back="demo-mode", bold=True),
    "read-only": Look("background", back="warning", bold=True),
    "code": Look("code-dark", back="code-light"),
}
"""What each meaning looks like."""

MEANINGS: tuple[str, ...] = tuple(LOOKS)
"""Every name a line may use."""


class Palette:
    """The styles of the meanings, under one theme. Joined names are made on demand and kept: there are at most |MEANINGS|² of them."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self._styles = dict(styles)

    def style(self, name: str) -> Style:
        """Raises KeyError for a name that is no meaning."""
        found = self._styles.get(name)
        if found is None:
            front, _, back = name.partition("@")
            found = self._styles[front] + Style(bgcolor=self._styles[back].bgcolor)
            self._styles[name] = found
        return found

    def strip(self, line: Line, width: int) -> Strip:
        """The line in colour, exactly `width` cells: cut or padded at its end."""
        styles = self._styles
        segments = [Segment(text, styles.get(name) or self.style(name)) for text, name in line if text]
        return Strip(segments, width_of(line)).adjust_cell_length(width, styles["text"])


def cell_len(text: str) -> int:
    """Cells, wide characters counted as two. Most text here is ASCII, and need not be looked up."""
    return len(text) if text.isascii() else measured(text)


def width_of(line: Iterable[Run]) -> int:
    """Cells, wide characters counted as two."""
    width = 0
    for text, _ in line:
        width += len(text) if text.isascii() else measured(text)
    return width


def plain(line: Line) -> str:
    return "".join(text for text, _ in line)


def joined(runs: Iterable[Run]) -> Line:
    """The same line with neighbours of one style made one run: fewer escape sequences, and equal looks are equal lines."""
    made: list[Run] = []
    for text, name in runs:
        if not text:
            continue
        if made and made[-1][1] == name:
            made[-1] = (made[-1][0] + text, name)
        else:
            made.append((text, name))
    return tuple(made)


def left(text: str, width: int) -> str:
    """`text` in exactly `width` cells, an ellipsis where it was cut."""
    if width <= 0:
        return ""
    short = width - cell_len(text)
    return text + " " * short if short >= 0 else set_cell_size(text, width - 1) + "…"


def right(text: str, width: int) -> str:
    """As `left`, pushed against the right edge; cut at its end, so that a number never loses its leading digits unseen."""
    room = width - cell_len(text)
    return " " * room + text if room >= 0 else left(text, width)


def cut(line: Line, width: int) -> Line:
    """The first `width` cells of the line."""
    made: list[Run] = []
    room = width
    for text, name in line:
        size = cell_len(text)
        if size >= room:
            if room:
                made.append((set_cell_size(text, room), name))
            break
        made.append((text, name))
        room -= size
    return tuple(made)


def padded(line: Line, width: int, name: str = "text") -> Line:
    """The line in exactly `width` cells."""
    short = width - width_of(line)
    if short > 0:
        return (*line, (" " * short, name))
    return cut(line, width) if short < 0 else line


def on(line: Iterable[Run], background: str) -> Line:
    """The line upon another background; runs that already have one keep it."""
    return tuple((text, name if "@" in name else f"{name}@{background}") for text, name in line)


def spread(front: Line, back: Line, width: int) -> Line:
    """`front` at the left edge and `back` at the right one, at least one cell apart; `front` gives way when they do not fit."""
    room = width - width_of(back)
    if room <= 1:
        return cut(front, width)
    if width_of(front) >= room:
        last = front[-1][1] if front else "text"
        front = (*cut(front, room - 2), ("…", last))
    return (*padded(front, room), *back)


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """`text` broken at spaces into at most `lines` lines of at most `width` cells; the last ends in an ellipsis if there was more.

    Thousands are grouped with spaces: a number is never broken apart.
    """
    if width <= 0 or lines <= 0:
        return []
    words: list[str] = []
    for word in text.split(" "):
        digits = word[:1].isdigit() and words and words[-1][-1:].isdigit()
        if digits:
            words[-1] += f" {word}"
        else:
            words.append(word)
    made = [""]
    for word in words:
        longer = f"{made[-1]} {word}" if made[-1] else word
        if cell_len(longer) <= width or not made[-1]:
            made[-1] = longer
        else:
            made.append(word)
    if len(made) > lines:
        made = [*made[: lines - 1], " ".join(made[lines - 1 :])]
    return [left(line, width).rstrip() for line in made]


def laid_out(items: Iterable[Line], width: int, *, most: int) -> list[Line]:
    """Words as lines of at most `width` cells, each item in at most `most` of them.

    A line of one run is a sentence and is wrapped; of two, the second goes on under itself; of more, the end gives way to an ellipsis.
    """
    made: list[Line] = []
    for item in items:
        if len(item) == 1:
            text, style = item[0]
            made += [((line, style),) for line in wrapped(printable(text), width, most)]
        elif width_of(item) <= width:
            made.append(item)
        elif len(item) == 2 and width_of(item[:1]) <= width // 2:
            made += _hanging(item[0], item[1], width, most)
        else:
            made.append((*cut(item, width - 1), ("…", item[-1][1])))
    return made


def _hanging(first: Run, second: Run, width: int, most: int) -> list[Line]:
    """The second run in as many lines as it takes, all of them behind the first."""
    beside = width_of((first,))
    texts = wrapped(printable(second[0]), width - beside, most)
    return [(first if i == 0 else (" " * beside, first[1]), (text, second[1])) for i, text in enumerate(texts)]
