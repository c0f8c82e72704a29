"""The funding screen as pictures: its sections at two sizes, and the questions with money at stake.

A picture that changed on purpose is looked at, and then accepted with `pytest tests/ui/test_snapshots_funding.py --snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from captui.app import CaptuiApp
from captui.config import Config
from captui.session.funding_views import MoveKind, MoveStatus
from captui.session.views import Views
from tests import samples
from tests import samples_funding as money
from tests.ui.fake_session import FakeSession
from tests.ui.harness import MEDIUM, SMALL, Clock, Ids

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=["80x24", "120x36"])

EVERYTHING: dict[str, Any] = {
    "addresses": money.address(),
    "invoices": (
        money.invoice(),
        replace(money.invoice(1_000), bolt=money.bolt(1_000, seed=2), paid_ms=samples.NOW_MS),
    ),
    "quotes": {"zar": money.quote("zar", "15"), "btc": money.quote("btc", "0.0001")},
    "moves": (
        money.move(MoveKind.WITHDRAWAL, MoveStatus.UNKNOWN, reason="The connection was lost before the answer came."),
        money.move(
            MoveKind.PAYMENT, MoveStatus.REFUSED, "Pay 1 000 satoshi over lightning", reason="No route was found."
        ),
        money.move(MoveKind.VOUCHER, MoveStatus.ACCEPTED, "Redeem a voucher of 100 ZAR", result=money.redemption()),
    ),
}


def make(views: Views | None = None, theme: str = "captui-dark") -> CaptuiApp:
    session = FakeSession(views or money.views(**EVERYTHING))
    return CaptuiApp(session, config=Config(theme=theme, fps=1), now_ms=Clock(), new_id=Ids(), tz=samples.TZ)


def steps(*pressed: str, paste: str = "", then: tuple[str, ...] = (), quotes: int = 0) -> Callable[[Pilot[Any]], Any]:
    """To the screen, these keys, what is pasted, and the keys after it; `quotes`: the exchange gives a new one before."""

    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, CaptuiApp)
        app.frame()
        await pilot.press("f6", *pressed)
        if quotes:
            session = app._session
            assert isinstance(session, FakeSession)
            fresh = {"zar": money.quote("zar", "15", number=quotes), "btc": money.quote("btc", "0.0001", number=quotes)}
            session.change(funding=replace(session.views.funding, quotes=fresh))
        app.frame()
        await pilot.pause()
        if paste and app.screen.focused is not None:
            app.screen.focused.post_message(events.Paste(paste))
            await pilot.pause()
        await pilot.press(*then)
        app.frame()
        await pilot.pause()

    return run


@SIZES
@pytest.mark.parametrize("key", ["W", "L", "4", "5"], ids=["withdraw", "lightning", "beneficiaries", "sent"])
def test_section(snap_compare: Compare, key: str, size: tuple[int, int]) -> None:
    assert snap_compare(make(), terminal_size=size, run_before=steps(key))


@SIZES
def test_deposit(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make(), terminal_size=size, run_before=steps("down"))


@SIZES
def test_without_a_key(snap_compare: Compare, size: tuple[int, int]) -> None:
    views = replace(samples.views("no-credentials"), markets=money.views().markets)
    assert snap_compare(make(views), terminal_size=size, run_before=steps())


def test_code(snap_compare: Compare) -> None:
    assert snap_compare(make(), terminal_size=SMALL, run_before=steps("down", "q"))


@SIZES
def test_last_look_at_a_withdrawal(snap_compare: Compare, size: tuple[int, int]) -> None:
    run = steps("W", "enter", "enter", quotes=2, paste="500", then=("enter", "enter"))
    assert snap_compare(make(), terminal_size=size, run_before=run)


@SIZES
def test_payment(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make(), terminal_size=size, run_before=steps("p", quotes=2, paste=money.bolt(250_000)))


def test_beneficiary(snap_compare: Compare) -> None:
    run = steps(
        "a", "b", "t", "c", "enter", "C", "o", "l", "d", "enter", paste=money.BTC_ADDRESS, then=("enter", "enter")
    )
    assert snap_compare(make(), terminal_size=SMALL, run_before=run)


def test_change_of_a_voucher(snap_compare: Compare) -> None:
    assert snap_compare(make(), terminal_size=SMALL, run_before=steps("5", "end", "enter"))


@pytest.mark.parametrize("theme", ["captui-light", "captui-16"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(make(theme=theme), terminal_size=MEDIUM, run_before=steps("down"))
