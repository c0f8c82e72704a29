"""Opens the funding screen for a test, and what such tests do again and again: paste, quote, and say what became of a write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from textual import events

from captui.screens.funding.asking import HELD_MS, LiveForm, Standing
from captui.screens.funding.screen import FundingScreen
from captui.session.commands import (
    Command,
)
from captui.session.funding_views import Move, MoveKind, MoveStatus
from captui.session.views import Views
from tests import samples_funding as money
from tests.ui.harness import MEDIUM, Opened, opened

D = Decimal
OTP = "908172"


@asynccontextmanager
async def funding(
    views: Views | None = None, *, size: tuple[int, int] = MEDIUM, **changes: Any
) -> AsyncIterator[Opened]:
    """The app on its funding screen."""
    async with opened(views or money.views(**changes), size=size) as it:
        await it.press("f6")
        it.session.sent.clear()
        yield it


def screen(it: Opened) -> FundingScreen:
    assert isinstance(it.app.page, FundingScreen)
    return it.app.page


def what(it: Opened) -> str:
    """Which question is asked."""
    top = it.app.screen
    return top.what if isinstance(top, Standing | LiveForm) else ""


async def change(it: Opened, **changes: Any) -> None:
    """What the session shows of money from now on."""
    it.session.change(funding=replace(it.session.views.funding, **changes))
    await it.frame()


async def answer(it: Opened, kind: MoveKind, status: MoveStatus, reason: str = "", result: Any = None) -> None:
    """What became of the newest write."""
    key = getattr(it.session.sent[-1], "key", None)
    assert key, it.session.sent[-1:]
    made = Move(key, kind, "What was sent", status, it.clock.ms, reason, result)
    others = tuple(each for each in it.session.views.funding.moves if each.key != key)
    await change(it, moves=(made, *others))


async def agree(it: Opened) -> None:
    """To a last look, once it can have been read."""
    await it.later(HELD_MS)
    await it.press("Y")


async def put(it: Opened, text: str) -> None:
    """Pasted into the field that has the keys."""
    assert it.app.screen.focused is not None
    it.app.screen.focused.post_message(events.Paste(text))
    await it.frame()


def sent(it: Opened, kind: type[Command]) -> list[Any]:
    return [command for command in it.session.sent if isinstance(command, kind)]


async def quoted(it: Opened, currency: str = "zar", fee: str = "15", *, number: int = 1, left_ms: int = 90_000) -> None:
    quotes = dict(it.session.views.funding.quotes)
    quotes[currency] = money.quote(currency, fee, number=number, left_ms=left_ms)
    await change(it, quotes=quotes)
