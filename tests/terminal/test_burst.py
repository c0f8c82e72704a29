"""A thousand book changes a second for ten seconds: the screen keeps its frames and its keys, and the book is exact at the end."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

from tests.processes import CAPTUI, exchange, home
from tests.terminal.pty import Terminal

SECONDS = 10
_SLOT_S = 0.2


def grouped(number: str) -> str:
    return f"{Decimal(number):,.2f}".replace(",", " ")


def test_the_screen_keeps_its_frame_rate_and_the_book_is_exact(tmp_path: Path) -> None:
    with exchange(tmp_path, "--seed", "2") as server:
        command = [*CAPTUI, *server.urls()]
        with Terminal(command, columns=120, lines=36, environment=home(tmp_path) | server.key_pair()) as terminal:
            terminal.wait_for("everything is live|in the local history now").read_for(1)
            server.control.burst("btczar", per_second=1000, seconds=SECONDS)
            started = time.monotonic()
            drawn = slots = 0
            while time.monotonic() - started < SECONDS:
                slots += 1
                drawn += terminal.read_for(_SLOT_S) > 0
            # At ten frames a second every slot has two: one may be late on a busy machine, not several in a row.
            assert drawn >= 0.9 * slots, f"the screen changed in {drawn} of {slots} slots of {_SLOT_S} s"

            pressed = time.monotonic()
            terminal.press("?").wait_for("Move the cursor", within=2)
            assert time.monotonic() - pressed < 1
            terminal.press("escape")

            def tops_agree(terminal: Terminal) -> bool:
                book = server.control.state()["books"]["btczar"]
                return all(grouped(book[side][n][0]) in terminal.text for side in ("bids", "asks") for n in range(5))

            terminal.wait_for(tops_agree)
            state = server.control.state()
            assert state["dropped_count"] == 0, state["dropped"]
            assert "stale" not in terminal.text
