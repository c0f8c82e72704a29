"""The history screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from captui.actions import Scope, bindings
from captui.screens.base import PageName
from captui.screens.page import Page
from captui.session.views import Topic, Views


class HistoryScreen(Page):
    NAME = PageName.HISTORY
    SCOPE = Scope.HISTORY
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.HISTORY)]

    def compose_body(self) -> ComposeResult:
        yield from ()

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        pass
