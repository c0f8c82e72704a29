"""The trade screen as pictures, at three sizes and in the states that a trader must be able to tell apart.

A picture that changed on purpose is looked at, and then accepted with `pytest tests/ui/test_snapshots.py --snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from captui.app import CaptuiApp
from captui.config import Config
from captui.core.types import OrderStatus, Side
from captui.session.views import Freshness, OrdersView, Severity
from tests import samples
from tests.ui.fake_session import FakeSession
from tests.ui.harness import LARGE, MEDIUM, SMALL, Clock, Ids

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE], ids=["80x24", "120x36", "200x60"])


def make(state: str = "live", theme: str = "captui-dark") -> CaptuiApp:
    session = FakeSession(samples.views(state))
    for notice in samples.notices():
        session.tell(notice.text, at_ms=notice.at_ms, severity=notice.severity)
    # Slow enough that the only frame is the one that the test asks for.
    config = Config(theme=theme, fps=1)
    return CaptuiApp(session, config=config, now_ms=Clock(), new_id=Ids(), tz=samples.TZ)


def keys(*pressed: str) -> Callable[[Pilot[Any]], Any]:
    """One frame, these keys, and another frame."""

    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, CaptuiApp)
        # A frame before the panes are there shows nothing.
        await pilot.pause()
        app.frame()
        await pilot.press(*pressed)
        app.frame()
        await pilot.pause()

    return run


@SIZES
@pytest.mark.parametrize("state", ["live", "stale", "reconnecting", "no-credentials"])
def test_state(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    assert snap_compare(make(state), terminal_size=size, run_before=keys())


@SIZES
def test_staged(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make(), terminal_size=size, run_before=keys("b", "down", "right", "p"))


@pytest.mark.parametrize("theme", ["captui-light", "captui-dark-safe", "captui-light-safe", "captui-16"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(make(theme=theme), terminal_size=MEDIUM, run_before=keys("b"))


def test_review(snap_compare: Compare) -> None:
    typed = ("T", *"842000", "down", *"0.28", "enter")
    assert snap_compare(make(), terminal_size=MEDIUM, run_before=keys(*typed))


def test_help(snap_compare: Compare) -> None:
    assert snap_compare(make(), terminal_size=MEDIUM, run_before=keys("question_mark"))


def test_too_small(snap_compare: Compare) -> None:
    assert snap_compare(make(), terminal_size=(60, 12), run_before=keys())


def test_order_whose_fate_is_unknown(snap_compare: Compare) -> None:
    app = make()
    session = app._session
    assert isinstance(session, FakeSession)
    lost = samples.order("lost", Side.BUY, "833750", "0.02", status=OrderStatus.UNKNOWN, age_s=4)
    leaving = samples.order("leaving", Side.SELL, "845120", "0.005", status=OrderStatus.CANCELLING, age_s=90)
    session.change(orders=OrdersView((lost, leaving), (), Freshness.LIVE))
    session.tell("The answer was lost; the order is being looked up.", at_ms=samples.NOW_MS, severity=Severity.WARNING)
    assert snap_compare(app, terminal_size=SMALL, run_before=keys("O"))
