"""A session without an exchange: shows the views it is given and keeps the commands it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from captui.session.commands import CancelAll, CancelOrder, Command, PlaceOrder
from captui.session.views import Notice, Severity, Topic, Update, Views


class FakeSession:
    """Implements SessionPort. Nothing happens by itself: a test says what the exchange did with `change` and `tell`."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._dirty: set[Topic] = set(Topic)
        self._notices: list[Notice] = []
        self.sent: list[Command] = []

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def on_news(self, tell: Callable[[], object]) -> None:
        """Nobody is told: tests ask for their frames themselves."""

    def take(self) -> Update:
        update = Update(frozenset(self._dirty), tuple(self._notices))
        self._dirty.clear()
        self._notices.clear()
        return update

    @property
    def views(self) -> Views:
        return self._views

    def change(self, **views: Any) -> None:
        """New views by field name; their topics become dirty."""
        self._views = replace(self._views, **views)
        self._dirty |= {Topic(name) for name in views}

    def tell(self, text: str, *, at_ms: int, severity: Severity = Severity.INFO) -> None:
        self._notices.append(Notice(at_ms, severity, text))

    @property
    def placed(self) -> list[PlaceOrder]:
        return [command for command in self.sent if isinstance(command, PlaceOrder)]

    @property
    def cancelled(self) -> list[CancelOrder | CancelAll]:
        return [command for command in self.sent if isinstance(command, CancelOrder | CancelAll)]
