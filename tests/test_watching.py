"""The app's side of its terminal, with a driver that only keeps what it is given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from captui.config import Config
from captui.core.types import Fill
from captui.session.commands import CancelAll
from captui.session.views import FillsView, Freshness, OrdersView, Views
from captui.terminal.leaving import Gone
from captui.terminal.plain_driver import PlainDriver
from captui.watching import Watching
from tests import samples
from tests.ui.harness import Opened, opened


class KeepingDriver(PlainDriver):
    def __init__(self) -> None:
        self.written: list[str] = []
        self.on_gone = None

    def write(self, data: str) -> None:
        self.written.append(data)


def _nothing(_what: object) -> None:
    pass


def slow(it: Opened) -> bool:
    return it.app.is_slow


def adds_up(it: Opened) -> bool:
    return it.app.trade.panes.ladder.cumulative


def is_leaving(it: Opened) -> bool:
    return it.app._exit


@pytest.fixture
def driver() -> KeepingDriver:
    return KeepingDriver()


def watching(driver: KeepingDriver, **settings: Any) -> Watching:
    it = Watching(Config(**settings), {"TERM": "xterm-256color"})
    it.attach(driver, on_gone=_nothing, on_slow=_nothing)
    return it


def with_fills(views: Views, fills: tuple[Fill, ...], freshness: Freshness = Freshness.LIVE) -> Views:
    return replace(views, fills=FillsView(fills, freshness))


def newer(fill: Fill, number: int) -> Fill:
    return replace(fill, id=f"new-{number}", time_ms=fill.time_ms + 1000 * number)


def test_only_fills_that_come_are_told_of_and_each_once(driver: KeepingDriver) -> None:
    views = samples.views("live")
    old = views.fills.fills
    assert old, "the sample has some"
    it = watching(driver)
    it.look(with_fills(views, (), Freshness.WAITING))
    it.look(with_fills(views, old))
    assert driver.written == []
    fill = newer(old[0], 1)
    it.look(with_fills(views, (fill, *old)))
    it.look(with_fills(views, (fill, *old)))
    assert driver.written[0] == "\x07"
    assert len(driver.written) == 2
    assert driver.written[1].startswith("\x1b]9;captui: ")
    assert f"{fill.amount.normalize():f}" in driver.written[1]


def test_fills_that_come_together_are_one_notification(driver: KeepingDriver) -> None:
    views = samples.views("live")
    old = views.fills.fills
    it = watching(driver, notify="osc777", bell=False)
    it.look(with_fills(views, old))
    it.look(with_fills(views, (newer(old[0], 3), newer(old[0], 2), newer(old[0], 1), *old)))
    (written,) = driver.written
    assert written.startswith("\x1b]777;notify;captui;")
    assert "(and 2 more)" in written


def test_what_was_missed_and_is_read_again_is_told_of_but_no_old_page(driver: KeepingDriver) -> None:
    views = samples.views("live")
    old = views.fills.fills
    it = watching(driver)
    it.look(with_fills(views, old))
    it.look(with_fills(views, old, Freshness.STALE))
    it.look(with_fills(views, (*old, replace(old[-1], id="older", time_ms=old[-1].time_ms - 10**9))))
    assert driver.written == []
    it.look(with_fills(views, (newer(old[0], 1), *old)))
    assert driver.written


async def test_orders_are_kept_at_a_hang_up_where_nobody_says_otherwise() -> None:
    async with opened() as it:
        it.app._terminal_gone(Gone.CLOSED)
        assert is_leaving(it)
        assert it.session.cancelled == []
        assert it.app.last_words.startswith("captui ends because the terminal was closed. ")
        assert "open on the exchange" in it.app.last_words


async def test_without_an_order_cancel_mine_waits_for_nothing() -> None:
    async with opened(
        replace(samples.views("live"), orders=OrdersView()), config=Config(on_hangup="cancel-mine")
    ) as it:
        it.app._terminal_gone(Gone.ASKED)
        assert is_leaving(it)
        assert it.session.sent == []


async def test_a_hang_up_with_cancel_mine_ends_when_the_exchange_has_answered() -> None:
    async with opened(config=Config(fps=1, on_hangup="cancel-mine")) as it:
        it.app._terminal_gone(Gone.HUNG_UP)
        await it.frame()
        assert it.session.cancelled == [CancelAll()]
        assert not is_leaving(it)
        it.session.change(orders=OrdersView())
        await it.frame()
        assert is_leaving(it)
        assert it.app.return_code == 129
        assert it.app.last_words == "captui ends because the terminal hung up."


async def test_a_hang_up_ends_after_eight_seconds_without_an_answer() -> None:
    async with opened(config=Config(fps=1, on_hangup="cancel-mine")) as it:
        it.app._terminal_gone(Gone.ASKED)
        await it.later(7_900)
        assert not is_leaving(it)
        it.clock.ms += 200
        it.app.frame()
        assert is_leaving(it)
        assert it.app.return_code == 143
        assert "on the exchange" in it.app.last_words


async def test_a_slow_line_is_offered_less_once_and_taken_with_one_key() -> None:
    async with opened(remembered={"cumulative": "on"}) as it:
        assert adds_up(it)
        it.app._line_is_slow(True)
        await it.frame()
        assert "F8 draws less" in it.said
        await it.press("f8")
        assert slow(it)
        assert not adds_up(it)
        assert it.app.animation_level == "none"
        it.app._line_is_slow(True)
        await it.frame()
        assert "Less is drawn" in it.said
        await it.press("f8")
        assert not slow(it)
        assert "Everything is drawn" in it.said


async def test_slow_from_the_start() -> None:
    async with opened(config=Config(slow=True), remembered={"cumulative": "on"}) as it:
        assert it.app.is_slow
        assert not it.app.trade.panes.ladder.cumulative
        assert it.app._frames.gap_s == pytest.approx(0.25)
        await it.press("ctrl+l")
        assert "Something went wrong" not in it.said
