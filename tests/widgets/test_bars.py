"""The bars at the top and the bottom repaint only when they read differently."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from textual.widget import Widget

from captui.actions import ACTIONS
from captui.session.views import Phase
from captui.widgets.market_bar import MarketBar
from captui.widgets.status_bar import StatusBar
from tests import samples
from tests.widgets.panes import Panes


@pytest.mark.parametrize("kind", [MarketBar, StatusBar])
async def test_the_same_again_draws_nothing(kind: type[Widget]) -> None:
    app = Panes(samples.views())
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        bar = app.query_one(kind)
        with patch.object(bar, "strip_of", side_effect=AssertionError("drawn although nothing changed")):
            app.show(samples.views())
            await pilot.pause()


async def test_the_clock_moves_on() -> None:
    app = Panes(samples.views())
    async with app.run_test(size=(120, 30)) as pilot:
        views = samples.views()
        bar = app.query_one(MarketBar)
        bar.show(views.markets.market, samples.ticker(), views.tape.trades[0], views.book, samples.NOW_MS + 1000)
        await pilot.pause()
        assert bar.render_line(0).text.rstrip().endswith("14:03:23")


async def test_a_lost_connection_is_seen_at_once() -> None:
    app = Panes(samples.views())
    async with app.run_test(size=(120, 30)) as pilot:
        bar = app.query_one(StatusBar)
        bar.show(samples.connection(Phase.RECONNECTING), samples.book(), samples.NOW_MS, False)
        await pilot.pause()
        assert "reconnecting in 5 s" in bar.render_line(0).text


async def test_a_locked_bar_names_the_users_own_key() -> None:
    app = Panes(samples.views())
    async with app.run_test(size=(120, 30)) as pilot:
        bar = app.query_one(StatusBar)
        bar.show(samples.connection(), samples.book(), samples.NOW_MS, True)
        await pilot.pause()
        assert "trading locked a arms it" in bar.render_line(0).text
        bar.show_keys(replace(action, keys=("f9",)) for action in ACTIONS if action.id == "trading.lock")
        await pilot.pause()
        assert "trading locked F9 arms it" in bar.render_line(0).text
