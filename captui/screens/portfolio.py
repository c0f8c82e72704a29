"""The portfolio screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from captui.actions import Scope, bindings
from captui.screens.base import PageName
from captui.screens.page import Page
from captui.session.views import Topic, Views


class PortfolioScreen(Page):
    NAME = PageName.PORTFOLIO
    SCOPE = Scope.PORTFOLIO
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.PORTFOLIO)]

    def compose_body(self) -> ComposeResult:
        yield from ()

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        pass
