"""The start of the trading screen."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

from captui.cli import trade


def test_the_garbage_collector_looks_no_more_through_what_the_start_made(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    timers: list[Callable[[], object]] = []

    class App:
        def set_timer(self, delay: float, callback: Callable[[], object]) -> None:
            assert 1 <= delay <= 10
            timers.append(callback)

    class Session:
        def start(self) -> None:
            done.append("start")

    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    app: Any = App()
    session: Any = Session()
    trade._begin(app, session)
    assert done == ["freeze", "start"]
    for callback in timers:
        callback()
    assert done == ["freeze", "start", "freeze"], "the session's libraries too"
