"""The chart under the keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.pilot import Pilot

from captui.core.intervals import Interval
from captui.session.views import ChartView, Freshness, Views
from captui.widgets.chart import Chart
from tests import samples
from tests.widgets.panes import Panes


@asynccontextmanager
async def running(views: Views | None = None) -> AsyncIterator[tuple[Panes, Chart, Pilot[None]]]:
    app = Panes(views or samples.views())
    async with app.run_test(size=(140, 36), notifications=True) as pilot:
        app.query_one(Chart).focus()
        await pilot.pause()
        yield app, app.query_one(Chart), pilot


def text(chart: Chart) -> list[str]:
    return [chart.render_line(y).text for y in range(chart.content_size.height)]


def asked(app: Panes) -> int:
    return sum(isinstance(message, Chart.NeedOlder) for message in app.heard)


async def test_the_newest_candle_is_at_the_right_and_in_the_header() -> None:
    async with running() as (_, chart, _):
        assert text(chart)[0].startswith("15m  O 841 125  H 841 750")
        assert any("◂841 039.73" in line for line in text(chart))


async def test_the_crosshair_shows_time_and_values_and_goes_away() -> None:
    async with running() as (_, chart, pilot):
        await pilot.press("left", "left")
        assert text(chart)[0].startswith("15m 20 Nov 13:45 ")
        assert any("┊" in line for line in text(chart))
        await pilot.press("right")
        assert "20 Nov 14:00" in text(chart)[0]
        await pilot.press("escape")
        assert not any("┊" in line for line in text(chart))


async def test_the_crosshair_takes_the_window_along() -> None:
    async with running() as (_, chart, pilot):
        for _ in range(90):
            chart.action_crosshair(-1)
        await pilot.pause()
        assert "looking back" in text(chart)[0]
        assert any("┊" in line for line in text(chart))
        for _ in range(90):
            chart.action_crosshair(1)
        await pilot.pause()
        assert "looking back" not in text(chart)[0]


async def test_the_window_stands_still_while_new_candles_arrive() -> None:
    async with running() as (app, chart, pilot):
        await pilot.press("pageup")
        before = text(chart)[1:]
        view = app.views.chart
        newest = view.candles[-1]
        longer = replace(view, candles=(*view.candles, replace(newest, time_ms=newest.time_ms + 900_000)))
        app.show(replace(app.views, chart=longer))
        await pilot.pause()
        assert text(chart)[1:] == before
        await pilot.press("end")
        assert "looking back" not in text(chart)[0]


async def test_zoom_changes_how_many_candles_fit() -> None:
    async with running() as (_, chart, pilot):
        await pilot.press("minus")
        assert "×2" in text(chart)[0]
        await pilot.press("minus", "minus", "minus", "minus")
        assert "×8" in text(chart)[0]
        await pilot.press(*["plus"] * 9)
        assert any("███" in line for line in text(chart))


async def test_older_candles_are_asked_for_once_until_they_come() -> None:
    async with running() as (app, chart, pilot):
        for _ in range(12):
            chart.action_pan(-1)
        await pilot.pause()
        assert asked(app) == 1
        older = samples.chart(count=600)
        app.show(replace(app.views, chart=older))
        await pilot.pause()
        assert "looking back" in text(chart)[0]
        for _ in range(20):
            chart.action_pan(-1)
        await pilot.pause()
        assert asked(app) == 2


async def test_asking_again_is_possible_after_a_failed_load() -> None:
    async with running() as (app, chart, pilot):
        for _ in range(12):
            chart.action_pan(-1)
        await pilot.pause()
        app.show(replace(app.views, chart=replace(app.views.chart, loading_older=True)))
        await pilot.press("pageup")
        assert asked(app) == 1
        app.show(replace(app.views, chart=replace(app.views.chart, loading_older=False)))
        await pilot.press("pageup")
        assert asked(app) == 2


async def test_the_beginning_of_history_is_named_and_nothing_asked() -> None:
    views = samples.views()
    async with running(replace(views, chart=replace(views.chart, reached_start=True))) as (app, chart, pilot):
        for _ in range(12):
            chart.action_pan(-1)
        await pilot.pause()
        assert asked(app) == 0
        assert "the first candle there is" in text(chart)[0]


async def test_another_interval_looks_at_now() -> None:
    async with running() as (app, chart, pilot):
        await pilot.press("pageup", "left")
        app.show(replace(app.views, chart=samples.chart(Interval.H1)))
        await pilot.pause()
        assert text(chart)[0].startswith("1h  O")


async def test_waiting_and_stale_are_said_in_words() -> None:
    async with running(replace(samples.views(), chart=ChartView("btczar"))) as (app, chart, pilot):
        assert any("Waiting for the 15m candles of BTC/ZAR." in line for line in text(chart))
        await pilot.press("left", "pageup", "plus", "end")
        app.show(replace(app.views, chart=replace(samples.chart(), freshness=Freshness.STALE)))
        await pilot.pause()
        assert "not live" in text(chart)[0]


async def test_own_orders_are_lines() -> None:
    async with running() as (_, chart, pilot):
        assert any("◂843 500.00" in line for line in text(chart))
        chart.show_orders(())
        await pilot.pause()
        assert not any("╌" in line for line in text(chart))


async def test_another_markets_candles_are_not_drawn() -> None:
    async with running() as (_, chart, pilot):
        chart.show_market(samples.ETHZAR)
        chart.show_chart(samples.chart())
        await pilot.pause()
        assert any("Waiting for the 15m candles of ETH/ZAR." in line for line in text(chart))


async def test_candles_whose_prices_need_a_wider_axis_than_the_newest_are_drawn() -> None:
    views = samples.views()
    *older, newest = views.chart.candles
    tall = replace(older[-3], high=older[-3].high * 1000)
    async with running(
        replace(views, chart=replace(views.chart, candles=(*older[:-3], tall, *older[-2:], newest)))
    ) as (_, chart, pilot):
        for width in range(60, 140):
            await pilot.resize_terminal(width, 36)
            assert len(text(chart)) == chart.content_size.height
