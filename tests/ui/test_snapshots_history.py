"""The history screen and a form as pictures, in the states that must be told apart.

A picture that changed on purpose is looked at, and then accepted with `--snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from captui.app import CaptuiApp
from captui.config import Config
from captui.session.commands import HistoryFilter, RecordKind
from captui.session.history_views import ExportProgress, HistoryView
from tests import samples, samples_history
from tests.screens.form_samples import form
from tests.ui.fake_session import FakeSession
from tests.ui.harness import LARGE, MEDIUM, SMALL, Clock, Ids
from tests.ui.test_snapshots import Compare

TWO_SIZES = pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=["80x24", "120x36"])
KEYS = dict(zip(RecordKind, "1234", strict=True))


def make(view: HistoryView | None = None, *, theme: str = "captui-dark", state: str = "live") -> CaptuiApp:
    session = FakeSession(replace(samples_history.views(state), history=view or HistoryView()))
    return CaptuiApp(session, config=Config(theme=theme, fps=1), now_ms=Clock(), new_id=Ids(), tz=samples.TZ)


def keys(*pressed: str, over: Screen[Any] | None = None) -> Callable[[Pilot[Any]], Any]:
    """Goes to the history screen, presses these keys, with a frame before and after; `over` is then put over it."""

    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, CaptuiApp)
        app.frame()
        await pilot.press("f5")
        await pilot.pause()
        app.frame()
        await pilot.press(*pressed)
        await pilot.pause()
        app.frame()
        if over is not None:
            await app.push_screen(over)
        await pilot.pause()

    return run


@TWO_SIZES
@pytest.mark.parametrize("kind", list(RecordKind))
def test_list(snap_compare: Compare, kind: RecordKind, size: tuple[int, int]) -> None:
    app = make(samples_history.view(kind))
    assert snap_compare(app, terminal_size=size, run_before=keys(KEYS[kind], "down", "down"))


def test_list_with_much_room(snap_compare: Compare) -> None:
    app = make(samples_history.view(RecordKind.TRADES))
    assert snap_compare(app, terminal_size=LARGE, run_before=keys("2"))


@pytest.mark.parametrize("theme", ["captui-light", "captui-dark-safe", "captui-light-safe", "captui-16"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    app = make(samples_history.view(RecordKind.TRADES), theme=theme)
    assert snap_compare(app, terminal_size=SMALL, run_before=keys("2", "down"))


@TWO_SIZES
def test_a_filter_that_leaves_nothing(snap_compare: Compare, size: tuple[int, int]) -> None:
    wanted = HistoryFilter(RecordKind.ORDERS, market="ethzar")
    app = make(samples_history.view(wanted=wanted, rows=(), has_more=False))
    chosen = keys("slash", *"eth", "enter")
    assert snap_compare(app, terminal_size=size, run_before=chosen)


def test_reading(snap_compare: Compare) -> None:
    assert snap_compare(make(), terminal_size=SMALL, run_before=keys())


def test_a_page_that_cannot_be_read(snap_compare: Compare) -> None:
    app = make(samples_history.view(problem="The exchange did not answer within 10 seconds."))
    assert snap_compare(app, terminal_size=SMALL, run_before=keys())


def test_without_a_key(snap_compare: Compare) -> None:
    problem = "There is no API key: market data only. Set CAPTUI_API_KEY and CAPTUI_API_SECRET to see your own."
    app = make(HistoryView(HistoryFilter(RecordKind.ORDERS), problem=problem), state="no-credentials")
    assert snap_compare(app, terminal_size=SMALL, run_before=keys())


def test_exporting(snap_compare: Compare) -> None:
    app = make(samples_history.view(export=ExportProgress("/srv/captui-orders.csv", 1_200)))
    assert snap_compare(app, terminal_size=SMALL, run_before=keys())


@TWO_SIZES
def test_filter_form(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make(samples_history.view()), terminal_size=size, run_before=keys("slash", *"btc"))


@TWO_SIZES
@pytest.mark.parametrize("kind", [RecordKind.ORDERS, RecordKind.WITHDRAWALS])
def test_details(snap_compare: Compare, kind: RecordKind, size: tuple[int, int]) -> None:
    app = make(samples_history.view(kind))
    assert snap_compare(app, terminal_size=size, run_before=keys(KEYS[kind], "down", "enter"))


@pytest.mark.parametrize("theme", ["captui-dark", "captui-light", "captui-16"])
def test_form(snap_compare: Compare, theme: str) -> None:
    app = make(samples_history.view(), theme=theme)
    assert snap_compare(app, terminal_size=SMALL, run_before=keys(over=form()))
