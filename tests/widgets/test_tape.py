"""The tape under the keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.pilot import Pilot

from captui.render.numbers import clock
from captui.session.views import Freshness, TapeView, Views
from captui.widgets.tape import Tape
from tests import samples
from tests.widgets.panes import Panes


@asynccontextmanager
async def running(views: Views | None = None) -> AsyncIterator[tuple[Panes, Tape, Pilot[None]]]:
    app = Panes(views or samples.views())
    async with app.run_test(size=(140, 30), notifications=True) as pilot:
        app.query_one(Tape).focus()
        await pilot.pause()
        yield app, app.query_one(Tape), pilot


def text(tape: Tape) -> list[str]:
    return [tape.render_line(y).text.rstrip() for y in range(tape.content_size.height)]


async def test_newest_on_top() -> None:
    async with running() as (_, tape, _):
        assert text(tape)[1].startswith("14:03:21")
        assert text(tape)[1].endswith("841 039.73 ▴")


async def test_scrolled_it_stands_still_and_counts_what_is_newer() -> None:
    async with running() as (app, tape, pilot):
        await pilot.press("down", "down")
        assert text(tape)[0].endswith("▲ 2 newer")
        before = text(tape)[1:]
        newer = tuple(replace(trade, id=f"new-{n}") for n, trade in enumerate(samples.trades(3)))
        app.show(replace(app.views, tape=TapeView("btczar", newer + app.views.tape.trades, Freshness.LIVE)))
        await pilot.pause()
        assert text(tape)[1:] == before
        assert text(tape)[0].endswith("▲ 5 newer")
        await pilot.press("home")
        assert "newer" not in text(tape)[0]


async def test_the_end_is_the_oldest_trade_and_scrolling_stops_there() -> None:
    async with running() as (_, tape, pilot):
        for _ in range(100):
            tape.action_scroll(1)
        await pilot.pause()
        oldest = samples.trades()[-1]
        assert text(tape)[-1].startswith(clock(oldest.time_ms, samples.TZ))
        tape.action_scroll(-100)
        await pilot.pause()
        assert "newer" not in text(tape)[0]


async def test_a_trade_that_fell_off_the_end_leaves_the_oldest_on_top() -> None:
    async with running() as (app, tape, pilot):
        await pilot.press("down")
        others = tuple(replace(trade, id=f"other-{n}") for n, trade in enumerate(samples.trades(30)))
        app.show(replace(app.views, tape=TapeView("btczar", others, Freshness.LIVE)))
        await pilot.pause()
        assert text(tape)[0].endswith("▲ 29 newer")


async def test_polled_stale_and_empty_are_said_in_words() -> None:
    async with running() as (app, tape, pilot):
        for view, words in (
            (replace(app.views.tape, polled=True), "every few seconds"),
            (replace(app.views.tape, freshness=Freshness.STALE), "not live"),
            (TapeView("btczar"), "Waiting for the trades of BTC/ZAR."),
            (TapeView("btczar", (), Freshness.LIVE), "Nobody has traded BTC/ZAR yet."),
        ):
            app.show(replace(app.views, tape=view))
            await pilot.pause()
            assert words in " ".join(" ".join(text(tape)).split())


async def test_another_markets_trades_are_not_shown() -> None:
    async with running() as (_, tape, pilot):
        tape.show_market(samples.ETHZAR)
        tape.show_tape(replace(samples.views().tape))
        await pilot.pause()
        assert "Waiting for the trades of ETH/ZAR." in " ".join(" ".join(text(tape)).split())
