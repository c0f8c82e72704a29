"""However Textual draws, and however slowly the terminal reads: in the end both screens are the same, cell for cell.

CAPTUI_FUZZ multiplies the number of steps; a failure names its seed.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest
from textual.pilot import Pilot

from tests.terminal_driver.busy_app import BusyApp
from tests.terminal_driver.two_screens import TwoScreens, disturb, signals_kept

MORE = int(os.environ.get("CAPTUI_FUZZ", "1"))
STEPS = 40
SIZES = ((80, 24), (120, 36), (61, 17), (99, 30))


def colours(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm" if number == "16" else "xterm-256color")
    monkeypatch.setenv("COLORTERM", number)


async def drawn(pilot: Pilot[object]) -> None:
    """Until what was set off has been drawn."""
    await pilot._wait_for_screen()
    pilot.app.screen._on_timer_update()
    await asyncio.sleep(0)


COLOURS = ("truecolor", "truecolor", "256color", "16")


async def resized(pilot: Pilot[object], driver: TwoScreens, columns: int, lines: int) -> None:
    """Until the app has drawn itself at its new size: before that, only one of the two screens is worth looking at."""
    if pilot.app.size == (columns, lines):
        return
    before = driver.frames
    driver.resize(columns, lines)
    async with asyncio.timeout(10):
        while pilot.app.screen.size != (columns, lines) or driver.frames == before:
            await asyncio.sleep(0.005)
            await drawn(pilot)


@pytest.mark.parametrize("seed", range(4))
async def test_every_frame_ends_in_the_same_picture(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    colours(monkeypatch, COLOURS[seed])
    chance = random.Random(seed)
    app = BusyApp(seed)
    frames = 0

    async def walk(pilot: Pilot[object]) -> None:
        nonlocal frames
        driver = app._driver
        assert isinstance(driver, TwoScreens)
        for number in range(STEPS * MORE):
            if chance.random() < 0.03:
                await resized(pilot, driver, *chance.choice(SIZES))
            done = await app.step()
            await drawn(pilot)
            disturb(driver, chance)
            if number % 5 == 4:
                driver.judge_now(f"seed {seed}, step {number} ({done})")
        frames = driver.frames
        driver.judge_now(f"seed {seed}, the end")
        app.exit()

    with signals_kept():
        app.driver_class = TwoScreens
        await app.run_async(size=SIZES[seed % 4], auto_pilot=walk)
    assert app._exception is None
    assert frames > STEPS / 2
