"""Frames go to the frugal driver as they are, and not by way of escape sequences that it would have to read again."""

from __future__ import annotations

from typing import TypeVar

from rich.console import RenderableType
from textual.app import App
from textual.screen import Screen

from captui.terminal.composing import PartialUpdate
from captui.terminal.frugal_driver import FrugalDriver

ReturnType = TypeVar("ReturnType")


class DrawsDirectly(App[ReturnType]):
    """An App whose screens may use the sparing compositor. With any other driver or compositor it draws as Textual does."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if not (isinstance(renderable, PartialUpdate) and self._drawn(renderable)):
            super()._display(screen, renderable)

    def _drawn(self, update: PartialUpdate) -> bool:
        driver = self._driver
        if not isinstance(driver, FrugalDriver) or self._batch_count or self._closed or not self._running:
            return False
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        if not driver.draw(update, cursor, self.console):
            return False
        self._previous_cursor_position = cursor
        # Tells the driver whether the terminal can show a frame all at once.
        self._begin_update()
        self._end_update()
        driver.flush()
        self.post_display_hook()
        return True
