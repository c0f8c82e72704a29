"""The markets screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from captui.actions import Scope, bindings
from captui.screens.base import PageName
from captui.screens.page import Page
from captui.session.views import Topic, Views


class MarketsScreen(Page):
    NAME = PageName.MARKETS
    SCOPE = Scope.MARKETS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.MARKETS)]

    def compose_body(self) -> ComposeResult:
        yield from ()

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        pass
