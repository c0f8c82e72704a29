"""Covers everything while the terminal is too small to trade on: no key reaches a pane that cannot be seen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from captui.screens.trade.arrangement import SMALLEST


class TooSmall(Screen[None]):
    def __init__(self, mode: str) -> None:
        super().__init__()
        self._mode = mode

    def compose(self) -> ComposeResult:
        yield Static(id="too-small", markup=False)

    def on_mount(self) -> None:
        self._say()

    def on_resize(self) -> None:
        self._say()

    def _say(self) -> None:
        width, height = self.app.size
        least = f"{SMALLEST[0]}×{SMALLEST[1]}"
        self.query_one(Static).update(
            f"{self._mode}: captui needs {least} cells; this terminal has {width}×{height}. Make it larger."
        )
