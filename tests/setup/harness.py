"""Opens set-up on a made-up exchange and places for a test, and presses keys as a person does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual import events
from textual.pilot import Pilot

from captui.actions import ACTIONS
from captui.core.secret import Credentials
from captui.setup.app import SetupApp
from captui.setup.draft import Draft, Step
from captui.setup.panes import StepPane
from captui.setup.ports import Choice, Circumstances, Fact
from captui.themes import DEFAULT_THEME
from tests.quiet import settled

SMALL, MEDIUM = (80, 24), (120, 36)
KEY, SECRET = "c0ffee1234567890", "5ca1ab1e0ddba115ca1ab1e0ddba11"
PLAIN = Circumstances(
    host="trade.capecrypto.com",
    config_file="~/.config/captui/config.toml",
    key_file="~/.config/captui/credentials.toml",
)
FACTS = (
    Fact("exchange", "trade.capecrypto.com, revision atlas"),
    Fact("answers in", "42 ms"),
    Fact("clock", "2.4 s behind the exchange's; captui corrects it", good=False),
    Fact("balances", "can be read: 3 currencies not empty"),
    Fact("orders", "can be read"),
)


@dataclass
class MadeUpExchange:
    """`error` comes after the facts. With `gate`, each fact waits for a permit."""

    facts: tuple[Fact, ...] = FACTS
    error: Exception | None = None
    gate: asyncio.Semaphore | None = None
    asked: list[Credentials] = field(default_factory=list)
    given_up: int = 0

    async def __call__(self, credentials: Credentials) -> AsyncIterator[Fact]:
        self.asked.append(credentials)
        try:
            for fact in self.facts:
                if self.gate is not None:
                    await self.gate.acquire()
                yield fact
            if self.gate is not None:
                await self.gate.acquire()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        if self.error is not None:
            raise self.error


@dataclass
class Places:
    kept: list[Choice] = field(default_factory=list)
    error: Exception | None = None

    def __call__(self, choice: Choice) -> None:
        if self.error is not None:
            raise self.error
        self.kept.append(choice)


@dataclass
class Opened:
    app: SetupApp
    pilot: Pilot[None]
    exchange: MadeUpExchange
    places: Places

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def write(self, text: str) -> None:
        await self.press(*text)

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def settle(self) -> None:
        await settled(self.app)

    async def until(self, true: Callable[[], bool], within_s: float = 10) -> None:
        deadline = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < deadline, self.text
            await asyncio.sleep(0.005)
        await self.settle()

    @property
    def draft(self) -> Draft:
        return self.app._state.draft

    def at(self, step: Step) -> bool:
        return self.app.step is step

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def words(self) -> str:
        """As `text`, however its lines are broken."""
        return " ".join(self.text.split())

    @property
    def pane(self) -> StepPane:
        return self.app.screen.query_one(StepPane)

    async def enter_key(self, key: str = KEY, secret: str = SECRET) -> None:
        """From the welcome to the test of this key."""
        await self.press("2", "enter")
        await self.paste(key)
        await self.press("tab")
        await self.paste(secret)
        await self.press("enter")


def make(
    circumstances: Circumstances = PLAIN,
    exchange: MadeUpExchange | None = None,
    places: Places | None = None,
    theme: str = DEFAULT_THEME,
) -> SetupApp:
    return SetupApp(
        circumstances,
        key_test=exchange or MadeUpExchange(),
        keep=places or Places(),
        actions=ACTIONS,
        theme=theme,
    )


@asynccontextmanager
async def opened(
    circumstances: Circumstances = PLAIN,
    *,
    size: tuple[int, int] = SMALL,
    exchange: MadeUpExchange | None = None,
    places: Places | None = None,
) -> AsyncIterator[Opened]:
    exchange, places = exchange or MadeUpExchange(), places or Places()
    app = make(circumstances, exchange, places)
    async with app.run_test(size=size, notifications=True) as pilot:
        it = Opened(app, pilot, exchange, places)
        await it.settle()
        yield it
