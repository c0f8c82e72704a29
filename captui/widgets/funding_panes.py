"""Panes of the funding screen that are no tables: its sections, the heading of a list, and the words and code of what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual import events
from textual.message import Message

from captui.core.dataclass import dataclass
from captui.render import qr
from captui.render.lines import Line, cut, laid_out, padded, spread, width_of
from captui.widgets.line_pane import LinePane

_LONGEST = 8
"""Lines of a sentence."""
_LEAST_WORDS = 34
"""Cells beside a code below which its words are not readable."""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    key: str
    """As people write it."""


class SectionStrip(LinePane):
    """Which parts the screen has, each with its key, and which one is shown."""

    class Chosen(Message):
        """A part was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, sections: Sequence[Section], *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._sections = tuple(sections)
        self._current = ""
        self._counts: Mapping[str, int] = {}

    def show(self, current: str, counts: Mapping[str, int]) -> None:
        """`counts` by name: what waits for the user there."""
        self._current, self._counts = current, dict(counts)
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        return [padded(tuple(run for piece in self._pieces() for run in piece), width)]

    def _pieces(self) -> list[Line]:
        pieces: list[Line] = []
        for section in self._sections:
            current = section.name == self._current
            count = self._counts.get(section.name, 0)
            pieces.append(
                (
                    (" ", "text"),
                    (f"{section.key} ", "faint"),
                    (section.title, "accent" if current else "dim"),
                    (f" {count}" if count else "", "own"),
                    ("  ", "text"),
                )
            )
        return pieces

    def on_click(self, event: events.Click) -> None:
        x = 0
        for section, piece in zip(self._sections, self._pieces(), strict=True):
            x += width_of(piece)
            if event.x < x:
                self.post_message(self.Chosen(section.name))
                return


class Heading(LinePane):
    """What the list below holds, and at the right end how old it is or why it is not read."""

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._title = title
        self._hint: Line = ()

    def show(self, hint: Line) -> None:
        if hint != self._hint:
            self._hint = hint
            self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        hint = self._hint
        room = max(width * 2 // 3, width - len(self._title) - 3)
        if width_of(hint) > room:
            # Without it an old list would look like one of now.
            hint = (*cut(hint, room - 1), ("…", hint[-1][1]))
        return [spread(((f" {self._title}", "title"),), (*hint, (" ", "text")), width)]


Words = Callable[[int], Sequence[Line]]
"""From the width to the lines, which are laid out (see render/lines.py)."""


class WordsAndCode(LinePane):
    """Words, and the QR code of a text beside or below them where there is room for all of it."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._words: Words = _nothing
        self._text = ""
        self._code: list[str] = []

    def show(self, words: Words, text: str = "") -> None:
        """`text` is what the code holds; empty for no code. One too long for a code is shown without."""
        self._words = words
        if text != self._text:
            self._text = text
            try:
                self._code = qr.blocks(text) if text else []
            except ValueError:
                self._code = []
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        wide = len(self._code[0]) if self._code else 0
        beside = wide and len(self._code) <= height and width - wide - 3 >= _LEAST_WORDS
        room = width - 2 - (wide + 2 if beside else 0)
        words = laid_out(self._words(room), room, most=_LONGEST)
        if beside:
            return [
                (
                    (" ", "text"),
                    *padded(words[y] if y < len(words) else (), room + 1),
                    *(((self._code[y], "code"),) if y < len(self._code) else ()),
                )
                for y in range(max(len(words), len(self._code)))
            ][:height]
        made: list[Line] = [((" ", "text"), *line) for line in words]
        if wide and wide < width and len(made) + 1 + len(self._code) <= height:
            made += [(), *(((" ", "text"), (row, "code")) for row in self._code)]
        return made[:height]


def _nothing(_width: int) -> Sequence[Line]:
    return ()
