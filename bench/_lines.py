"""The trade screen at the end of a line that is fast, slow, or stands still: how old what it shows is, and how soon a key is heard."""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from bench._exchange import Exchange, captui
from bench._probed import F9, Moment, Reports
from bench._trade_screen import F10, STAMPED, age_s
from bench.load import PER_SECOND, WARM_UP_S
from tests.terminal_driver.line import LINES, Line

RATE, ROUND_TRIP_S = 2000, 0.15
"""Bytes a second, and how late an answer is."""
_SETTLES_S = 3.0
"""How long a line is as it is before anything is measured."""
_PRESSES_APART_S = (0.05, 0.2)
_HANDLED_WITHIN_S = 60.0
_STAMP = re.compile(rf"(\d\.\d{{4}}) +{STAMPED // 1000} {STAMPED % 1000}\.00")


def program(driver: str, reports: Reports, *options: str) -> list[str]:
    return [sys.executable, "-m", "bench._trade_screen", driver, str(reports.port), *options]


def ages_s(driver: str, seconds: float, levels: int) -> list[float]:
    """Of what the slow line shows while so many levels change twenty times a second, looked at as often."""
    found = []
    with Reports() as reports, Line(program(driver, reports, "--levels", str(levels))) as line:
        # The first picture comes at full speed: a whole screen is another matter.
        line.wait_for("palette").read_for(1.0)
        line.rate, line.delay_s = RATE, ROUND_TRIP_S
        line.send(F10)
        line.read_for(_SETTLES_S)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            line.read_for(0.05)
            stamp = _STAMP.search(line.text)
            if stamp is None:
                raise LookupError(f"there is no stamp on the screen:\n{line.text}")
            found.append(age_s(Decimal(stamp[1]), time.monotonic()) + ROUND_TRIP_S / 2)
    return found


def keys_on_a_line(driver: str, where: str, presses: int) -> list[Moment]:
    """From each press to its binding; `where` is fast, slow or stalled."""
    with Reports() as reports, Line(program(driver, reports)) as line:
        line.wait_for("palette").read_for(1.0)
        line.send(F10)
        if where == "slow":
            line.rate, line.delay_s = RATE, ROUND_TRIP_S
        # Where nobody reads, whatever holds something back must be full.
        pause: Callable[[float], object] = time.sleep if where == "stalled" else line.read_for
        pause(_SETTLES_S)
        pressed = _pressed(line.pid, line.send, pause, presses)
        line.rate, line.delay_s = None, 0.0
        return _handled(reports, pressed, line.read_for)


def keys_at_an_exchange(at: Exchange, presses: int, *options: str) -> list[Moment]:
    """The same, in captui itself with a thousand increments a second and a terminal as fast as they come."""
    with Reports() as reports, tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "bench._probed", str(reports.port), *options)
        with captui(at, Path(folder), command=command, lines=LINES) as screen:
            screen.read_for(WARM_UP_S)
            at.burst("btczar", per_second=PER_SECOND, seconds=presses * _PRESSES_APART_S[1] + 1)
            pressed = _pressed(screen.pid, lambda key: screen.press(key.encode()), screen.read_for, presses)
            return _handled(reports, pressed, screen.read_for)


def _pressed(pid: int, press: Callable[[str], object], pause: Callable[[float], object], presses: int) -> list[Moment]:
    chance, pressed = random.Random(5), []
    for _ in range(presses):
        pause(chance.uniform(*_PRESSES_APART_S))
        pressed.append(Moment.of(pid))
        press(F9)
    return pressed


def _handled(reports: Reports, pressed: list[Moment], read_for: Callable[[float], object]) -> list[Moment]:
    handled: list[Moment] = []
    deadline = time.monotonic() + _HANDLED_WITHIN_S
    while len(handled) < len(pressed):
        report = reports.take()
        if report is not None:
            handled.append(report)
        elif time.monotonic() < deadline:
            read_for(0.05)
        else:
            raise TimeoutError(f"{len(pressed) - len(handled)} keys of {len(pressed)} were never handled")
    return [then.since(before) for before, then in zip(pressed, handled, strict=True)]
