"""Waits for a Textual app under test: until nothing is left to be done, and not a moment longer.

Textual's own waiting watches the processor: 20 ms at a time, up to a second on a busy machine, and after it something may still be under
way. Here the event loop is asked instead. What waits for time, a file or another thread is not waited for; a test that needs it says so.
"""

from __future__ import annotations

import asyncio
from typing import Any

from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot


async def nothing_to_run() -> None:
    """Until no task of the running loop could go on at once."""
    ready: Any = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    quiet = 0
    while quiet < 2:
        await asyncio.sleep(0)
        # A turn without work still has to look at what came in from outside of the loop.
        quiet = 0 if ready else quiet + 1


async def settled(app: App[Any]) -> None:
    """Until every message has been handled and what followed from it has been drawn and handled too."""
    ready: Any = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    while True:
        await nothing_to_run()
        if not app._running or not app._screen_stack:
            return
        # Textual draws sixty times a second; here it draws when there is something to draw.
        app.screen._on_timer_update()
        if app._resize_timer is not None:
            # Textual lets a few ms go by, in which the size may change again.
            await asyncio.sleep(0.001)
        elif not ready:
            return


async def wait_for_idle(*_seconds: float) -> None:
    """In place of Textual's function of that name."""
    app = active_app.get(None)
    await (nothing_to_run() if app is None else settled(app))


async def wait_for_screen(pilot: Pilot[Any], timeout: float = 0) -> bool:  # noqa: ASYNC109 - Textual's own signature
    """In place of Pilot's method of that name."""
    await settled(pilot.app)
    return True
