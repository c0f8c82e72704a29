"""A QR code over the whole screen, for a camera; and the numbers where the terminal has no room for it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from captui.core.text import printable
from captui.render import qr
from captui.render.lines import Line, left, wrapped
from captui.widgets.line_pane import LinePane


class Code(LinePane):
    """In the middle; a line with what it is above it where there is one to spare."""

    def __init__(self, text: str, title: str) -> None:
        super().__init__(id="code")
        self._title = title
        try:
            self._rows = qr.blocks(text)
        except ValueError:
            self._rows = []

    def lines(self, width: int, height: int) -> list[Line]:
        rows = self._rows
        if not rows:
            return _sentences("This text is too long for a QR code. y copies it instead.", width, height)
        if len(rows) > height or len(rows[0]) > width:
            return _sentences(
                f"The code is {len(rows[0])} columns wide and {len(rows)} rows high, and this terminal has {width} and {height}. "
                "Make it larger or its letters smaller; y copies the text instead.",
                width,
                height,
            )
        spare = height - len(rows)
        made: list[Line] = [()] * ((spare - 1) // 2) if spare > 1 else []
        if spare:
            title = left(self._title, width).rstrip()
            made.append(((" " * ((width - len(title)) // 2), "text"), (title, "dim")))
        margin = " " * ((width - len(rows[0])) // 2)
        return [*made, *(((margin, "text"), (row, "code")) for row in rows)]


class CodeScreen(ModalScreen[str]):
    """Returns `copy` where the text is wanted instead."""

    DEFAULT_CSS = """
    CodeScreen { background: $background; }
    CodeScreen #code { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,space", "give('')", show=False),
        Binding("y", "give('copy')", show=False),
    ]

    def __init__(self, text: str, title: str) -> None:
        super().__init__()
        self._text = text
        self._title = title

    def compose(self) -> ComposeResult:
        yield Code(self._text, f"{printable(self._title)}   q back   y copy")

    def action_give(self, value: str) -> None:
        self.dismiss(value)


def _sentences(text: str, width: int, height: int) -> list[Line]:
    words = wrapped(text, max(1, min(60, width - 4)), height)
    return [(), *((("  ", "text"), (line, "warning")) for line in words), (), (("  q  back", "dim"),)][:height]
