"""From the start of the process to the first frame with something on it, against a Textual app that says hello."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._exchange import CAPTUI, home
from bench._pty import OnPty
from bench.row import Row

HELLO = """
from textual.app import App
from textual.widgets import Static


class Hello(App):
    def compose(self):
        yield Static("hello, world")


Hello().run()
"""
ROUNDS = 15
# Nobody listens there: the first frame needs no exchange.
NOWHERE = ("--rest-url", "http://127.0.0.1:9/api", "--ws-url", "ws://127.0.0.1:9/api", "--revision", "atlas")
KEY = {"CAPTUI_API_KEY": "bench", "CAPTUI_API_SECRET": "bench"}


def rows(*, small: bool) -> Iterator[Row]:
    ours: list[float] = []
    hello: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The first start of either also writes compiled modules: it is not counted. In turns, for the machine changes its mind.
        for _ in range(2 if small else ROUNDS + 1):
            with OnPty([sys.executable, "-c", HELLO], home(folder)) as program:
                hello.append(program.until(b"hello, world") - program.started)
            with OnPty([*CAPTUI, *NOWHERE], home(folder) | KEY) as program:
                ours.append(program.until(b"palette") - program.started)
    yield Row(
        "first frame",
        "ms",
        statistics.median(ours[1:]) * 1000,
        "Textual, hello world",
        statistics.median(hello[1:]) * 1000,
        goal_ratio=1.15,
    )
