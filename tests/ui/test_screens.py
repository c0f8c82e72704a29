"""Going from screen to screen: what is shown, what the session is told, and what works everywhere."""

from __future__ import annotations

import pytest

from captui.screens.base import PageName
from captui.screens.page import Page
from captui.session.commands import CancelAll, Watch, Watched
from captui.session.funding_views import FundingView, Move, MoveKind, MoveStatus
from captui.session.views import OrdersView
from tests import samples
from tests.samples_funding import redemption
from tests.ui.harness import MEDIUM, SMALL, opened

KEYS = {"f3": PageName.MARKETS, "f4": PageName.PORTFOLIO, "f5": PageName.HISTORY, "f6": PageName.FUNDING}


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
async def test_every_screen_is_one_key_away_from_every_other(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        for key, name in KEYS.items():
            await it.press(key)
            assert it.app.page is not None
            assert it.app.page.NAME is name
            assert it.app.screen is it.app.page
            assert name.value.capitalize() in it.text("#screen-strip")
            assert len(it.app.screen_stack) == 2
        await it.press("f2")
        assert it.app.screen is it.app.trade


async def test_the_strip_names_all_screens_and_can_be_clicked() -> None:
    async with opened(size=SMALL) as it:
        await it.press("f3")
        strip = it.text("#screen-strip")
        assert all(name.value.capitalize() in strip for name in PageName)
        await it.pilot.click("#screen-strip", offset=(strip.index("Portfolio") + 2, 0))
        await it.settle()
        assert it.app.page is not None
        assert it.app.page.NAME is PageName.PORTFOLIO
        await it.pilot.click("#screen-strip", offset=(strip.index("Trade") + 2, 0))
        await it.settle()
        assert it.app.screen is it.app.trade


async def test_g_offers_the_screens_by_name() -> None:
    async with opened() as it:
        await it.press("g")
        await it.write("fund")
        await it.press("enter")
        assert it.app.page is not None
        assert it.app.page.NAME is PageName.FUNDING


async def test_the_session_is_told_what_is_looked_at() -> None:
    async with opened() as it:
        await it.press("f3", "f4", "f2")
        watched = [command.what for command in it.session.sent if isinstance(command, Watch)]
        assert watched == [Watched.MARKETS, Watched.PORTFOLIO, Watched.NOTHING]


async def test_going_where_one_is_does_nothing() -> None:
    async with opened() as it:
        await it.press("f2", "f3", "f3")
        assert [command for command in it.session.sent if isinstance(command, Watch)] == [Watch(Watched.MARKETS)]


async def test_a_screen_that_was_left_is_as_it_was() -> None:
    async with opened() as it:
        await it.press("f3")
        first = it.app.page
        await it.press("f2", "f3")
        assert it.app.page is first


async def test_the_way_out_works_on_every_screen() -> None:
    async with opened() as it:
        for key in KEYS:
            await it.press(key, "ctrl+x")
            assert it.on_top == "Dialog"
            await it.press("ctrl+x")
            assert isinstance(it.session.sent[-1], CancelAll)


async def test_notices_are_seen_on_every_screen() -> None:
    async with opened() as it:
        await it.press("f5")
        it.session.tell("Bought 0.01 BTC.", at_ms=it.clock.ms)
        await it.frame()
        assert "Bought 0.01 BTC." in it.text("#message")
        await it.later(60_000)
        assert "Bought" not in it.text("#message")
        await it.press("f2", "G")
        assert "Bought 0.01 BTC." in it.text("#log")


async def test_an_old_notice_is_not_news_when_a_screen_is_opened() -> None:
    async with opened() as it:
        it.session.tell("Bought 0.01 BTC.", at_ms=it.clock.ms)
        await it.later(60_000)
        await it.press("f3")
        assert "Bought" not in it.text("#message")


async def test_what_changed_meanwhile_is_shown_on_coming_back() -> None:
    async with opened() as it:
        await it.press("f3")
        stale = samples.views("stale")
        it.session.change(book=stale.book, connection=stale.connection)
        await it.frame()
        await it.press("f2")
        assert "not live" in it.text("#status-bar")


async def test_a_staged_order_waits_for_its_screen() -> None:
    async with opened() as it:
        await it.press("b", "f3", "down", "escape", "f2")
        assert it.staged is not None
        assert not it.session.placed


async def test_choosing_a_market_drops_what_is_staged_so_that_enter_twice_sends_nothing() -> None:
    async with opened() as it:
        await it.press("b", "f3", "enter", "enter")
        assert it.app.screen is it.app.trade
        await it.press("b", "slash", "enter", "enter")
        assert it.staged is None
        assert not it.session.placed


async def test_too_small_a_terminal_covers_every_screen() -> None:
    async with opened() as it:
        await it.press("f4")
        await it.pilot.resize_terminal(40, 10)
        await it.settle()
        assert it.on_top == "TooSmall"
        await it.press("f3")
        assert it.on_top == "TooSmall"
        await it.pilot.resize_terminal(*MEDIUM)
        await it.settle()
        assert it.app.screen is it.app.page


async def test_help_names_the_keys_of_the_screen_first() -> None:
    async with opened() as it:
        await it.press("f3", "question_mark")
        assert it.on_top == "Help"
        assert it.text("#dialog-words").lstrip().startswith("Markets")


async def test_escape_goes_back_to_trading() -> None:
    async with opened() as it:
        await it.press("f4", "escape")
        assert it.app.screen is it.app.trade


async def test_quitting_asks_over_any_screen() -> None:
    async with opened() as it:
        await it.press("f6", "ctrl+q")
        assert it.on_top == "Dialog"
        await it.press("escape")
        assert it.app.screen is it.app.page


async def test_a_screen_that_cannot_show_its_views_takes_nothing_else_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as it:
        await it.press("f3")
        assert isinstance(it.app.page, Page)

        def broken(*_what: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(it.app.page, "show", broken)
        it.session.change(tickers=samples.views().tickers)
        await it.frame()
        assert "Something went wrong" in it.said
        await it.press("f2")
        assert it.app.screen is it.app.trade


async def test_quitting_with_a_change_voucher_asks_although_no_order_is_open() -> None:
    async with opened() as it:
        move = Move(
            "v-1",
            MoveKind.VOUCHER,
            "Redeem a voucher",
            MoveStatus.ACCEPTED,
            it.clock.ms,
            result=redemption(change=True),
        )
        it.session.change(funding=FundingView(moves=(move,)), orders=OrdersView())
        await it.frame()
        await it.press("ctrl+q")
        assert it.on_top == "Dialog"
        assert "change voucher over R 400.00" in it.words("#dialog-words")
        assert "2593564009582386" not in it.text()
        assert "Cancel all" not in it.text("#answers")
        await it.press("escape")
        assert it.app.is_running


async def test_quitting_while_money_is_being_sent_asks() -> None:
    async with opened() as it:
        move = Move("w-1", MoveKind.WITHDRAWAL, "Withdraw 1 BTC to cold", MoveStatus.SENDING, it.clock.ms)
        it.session.change(funding=FundingView(moves=(move,)), orders=OrdersView())
        await it.frame()
        await it.press("ctrl+q")
        assert "Withdraw 1 BTC to cold: it is being sent" in it.words("#dialog-words")
