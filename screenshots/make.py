"""`make screenshots`: opens the seeded demo on a real pty, presses keys, and saves what a person sees.

Names of screens or sizes as arguments draw only those: `make screenshots ARGS="trade-120x36 help"`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from screenshots.picture import save
from tests.terminal.pty import Terminal

FOLDER = Path(__file__).parent
_LIVE = "trading armed"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: what to do once the demo is live."""

    name: str
    columns: int
    lines: int
    act: Callable[[Terminal], object]
    options: tuple[str, ...] = ()


def _at_work(terminal: Terminal) -> None:
    """An order resting on each side, one filled, and a buy staged between them."""
    terminal.press("w", "enter").wait_for("filled: |accepted: ")
    terminal.press("c", "pageup", "3", "s").wait_for("SELL").press("enter").wait_for("accepted: sell")
    terminal.press("c", "pagedown", "b").wait_for("BUY").press("enter").wait_for("accepted: buy")
    terminal.press("c", "2", "q", "down").wait_for("BUY").read_for(1.5)


def _help(terminal: Terminal) -> None:
    terminal.press("?").wait_for("Keys").read_for(0.3)


def _markets(terminal: Terminal) -> None:
    terminal.press("/").wait_for("USDC/ZAR").read_for(0.3)


def _review(terminal: Terminal) -> None:
    terminal.press("T", "up", "right", "right", "down", *"0.05", "enter").wait_for("Send").read_for(0.3)


def _go(terminal: Terminal, name: str) -> Terminal:
    """To the screen of this name."""
    return terminal.press("g").wait_for("Go to").press(*name, "enter")


def _overview(terminal: Terminal) -> None:
    _go(terminal, "markets").wait_for("24 hours ago").press("end", "f").wait_for("is a favourite now").read_for(9)


def _portfolio(terminal: Terminal) -> None:
    _go(terminal, "portfolio").wait_for("own trades since").wait_for("┤").read_for(6)


def _history(terminal: Terminal) -> None:
    _go(terminal, "history").wait_for("the newest 50 orders|that is all").press("down", "down").read_for(1)


def _funding(terminal: Terminal) -> None:
    _go(terminal, "funding").wait_for("It can be spent").press("down", "enter").wait_for(r"bcrt [a-z0-9]{4} ").read_for(
        1
    )


SHOTS = (
    Shot("trade-80x24", 80, 24, _at_work),
    Shot("trade-120x36", 120, 36, _at_work),
    Shot("trade-200x60", 200, 60, _at_work),
    Shot("trade-light-120x36", 120, 36, _at_work, ("--theme", "captui-light")),
    Shot("trade-safe-120x36", 120, 36, _at_work, ("--theme", "captui-dark-safe")),
    Shot("review-120x36", 120, 36, _review),
    Shot("help-120x36", 120, 36, _help),
    Shot("markets-80x24", 80, 24, _markets),
    Shot("overview-120x36", 120, 36, _overview),
    Shot("portfolio-120x36", 120, 36, _portfolio),
    Shot("history-120x36", 120, 36, _history),
    Shot("funding-120x36", 120, 36, _funding),
)


def take(shot: Shot) -> None:
    """Draws one picture. Raises AssertionError with the screen where it is not what it should be."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "TZ": "Africa/Johannesburg"}
        command = [sys.executable, "-m", "captui", "demo", "--seed", "7", *shot.options]
        with Terminal(command, columns=shot.columns, lines=shot.lines, environment=environment) as terminal:
            terminal.wait_for(_LIVE)
            shot.act(terminal)
            path = FOLDER / f"{shot.name}.png"
            save(terminal.screen, path)
            print(os.path.relpath(path))  # noqa: T201 - the command's output


def main(wanted: list[str]) -> None:
    for shot in SHOTS:
        if not wanted or shot.name in wanted:
            take(shot)


if __name__ == "__main__":
    main(sys.argv[1:])
