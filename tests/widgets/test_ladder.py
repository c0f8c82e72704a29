"""The ladder under the keys: staging, sending once, cancelling, and what stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar
from unittest.mock import patch

import pytest
from textual import events
from textual.message import Message
from textual.pilot import Pilot

from captui.actions import ACTIONS
from captui.core.types import Level, OrderDraft, OrderStatus, OrderType, Side
from captui.session.views import BookView, Freshness, OrdersView, Views
from captui.widgets.ladder import Ladder
from tests import samples
from tests.widgets.panes import Panes

D = Decimal


@asynccontextmanager
async def running(
    views: Views | None = None, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[Panes, Ladder, Pilot[None]]]:
    app = Panes(views or samples.views())
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield app, app.query_one(Ladder), pilot


M = TypeVar("M", bound=Message)


def heard(app: Panes, kind: type[M]) -> list[M]:
    return [message for message in app.heard if isinstance(message, kind)]


def screen(app: Panes) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


def moved(book: BookView, by: str) -> BookView:
    return replace(
        book,
        bids=tuple(Level(level.price + D(by), level.amount) for level in book.bids),
        asks=tuple(Level(level.price + D(by), level.amount) for level in book.asks),
    )


async def test_b_arrows_enter_is_a_whole_order() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("down", "b", "down", "right", "p")
        expected = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, D("835399.99"), D("0.001"), post_only=True)
        assert ladder.staged == expected
        assert any("BUY 0.001 @ 835 399.99  post-only" in line for line in screen(app))
        await pilot.press("enter")
        sent = heard(app, Ladder.SendDraft)
        assert [message.draft for message in sent] == [expected]
        assert [message.control for message in sent] == [ladder]
        assert ladder.staged is None


async def test_a_held_enter_sends_once() -> None:
    async with running() as (app, _, pilot):
        await pilot.press("b", *["enter"] * 20)
        assert len(heard(app, Ladder.SendDraft)) == 1
        assert not heard(app, Ladder.Declined)


async def test_each_change_is_announced_and_dropping_too() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("b", "up", "escape")
        drafts = [message.draft for message in heard(app, Ladder.DraftChanged)]
        assert [draft.price if draft else None for draft in drafts] == [D("835956.80"), D("835956.81"), None]
        assert not heard(app, Ladder.SendDraft)
        assert ladder.staged is None


async def test_nothing_is_staged_when_trading_is_not_allowed_and_the_reason_is_told() -> None:
    async with running(samples.views("no-credentials")) as (app, ladder, pilot):
        await pilot.press("b", "s", "q", "w", "enter")
        assert ladder.staged is None
        reasons = [message.reason for message in heard(app, Ladder.Declined)]
        assert reasons == [app.views.connection.why_not] * 4
        assert "CAPTUI_API_KEY" in reasons[0]


async def test_when_the_book_goes_stale_the_stage_stays_and_sending_is_declined() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("b")
        staged = ladder.staged
        app.show(samples.views("stale"))
        await pilot.press("enter")
        assert ladder.staged == staged is not None
        assert not heard(app, Ladder.SendDraft)
        assert len(heard(app, Ladder.Declined)) == 1
        app.show(samples.views())
        await pilot.press("enter")
        assert len(heard(app, Ladder.SendDraft)) == 1


async def test_an_impossible_order_is_declined_with_its_reason_and_kept() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("w", "b", "up", "p", "enter")
        (declined,) = heard(app, Ladder.Declined)
        assert "post-only" in declined.reason
        assert ladder.staged is not None
        assert not heard(app, Ladder.SendDraft)


async def test_a_joined_order_follows_the_best_bid_until_it_is_touched() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("q")
        app.show(replace(app.views, book=moved(app.views.book, "10")))
        await pilot.pause()
        assert ladder.staged is not None
        assert ladder.staged.price == D("835966.80")
        await pilot.press("up")
        app.show(replace(app.views, book=moved(app.views.book, "500")))
        await pilot.pause()
        assert ladder.staged.price == D("835966.81")


async def test_an_order_staged_at_the_cursor_does_not_follow() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("b")
        app.show(replace(app.views, book=moved(app.views.book, "10")))
        await pilot.pause()
        assert ladder.staged is not None
        assert ladder.staged.price == D("835956.80")


async def test_an_untouched_cursor_stays_on_the_best_bid() -> None:
    """Left behind, it would stage a buy above the market at the first key."""
    async with running() as (app, ladder, pilot):
        app.show(replace(app.views, book=moved(app.views.book, "-7000")))
        await pilot.press("b")
        assert ladder.staged is not None
        assert ladder.staged.price == D("828956.80")


async def test_a_moved_cursor_stays_at_its_price() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("down")
        app.show(replace(app.views, book=moved(app.views.book, "-300")))
        await pilot.pause()
        assert ladder._view.cursor == D("835400")


async def test_a_changed_size_keeps_following_and_takes_the_preset() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("w", "5")
        assert ladder.staged is not None
        assert (ladder.staged.side, ladder.staged.volume) == (Side.SELL, D("0.01"))
        app.show(replace(app.views, book=moved(app.views.book, "10")))
        await pilot.pause()
        assert ladder.staged.price == D("841049.73")


async def test_joining_an_empty_side_is_declined() -> None:
    views = samples.views()
    async with running(replace(views, book=replace(views.book, asks=()))) as (app, ladder, pilot):
        await pilot.press("w")
        assert ladder.staged is None
        assert len(heard(app, Ladder.Declined)) == 1


async def test_pages_take_a_staged_order_from_level_to_level() -> None:
    async with running() as (_, ladder, pilot):
        await pilot.press("b", "pagedown", "pagedown")
        assert ladder.staged is not None
        assert ladder.staged.price == D("834900")


async def test_the_same_key_turns_the_side_of_a_staged_order_around() -> None:
    async with running() as (_, ladder, pilot):
        await pilot.press("b", "5", "s")
        assert ladder.staged is not None
        assert (ladder.staged.side, ladder.staged.price, ladder.staged.volume) == (Side.SELL, D("835956.80"), D("0.01"))


async def test_sizes_and_post_only_are_kept_for_the_next_order() -> None:
    async with running() as (_, ladder, pilot):
        await pilot.press("p", "right", "right", "b")
        assert ladder.staged is not None
        assert (ladder.staged.volume, ladder.staged.post_only) == (D("0.002"), True)


async def test_the_shells_presets_are_used() -> None:
    async with running() as (_, ladder, pilot):
        ladder.show_market(samples.BTCZAR, (D("0.3"), D("0.4")))
        await pilot.press("b", "1")
        assert ladder.staged is not None
        assert ladder.staged.volume == D("0.3")
        await pilot.press("5")
        assert ladder.staged.volume == D("0.3")


async def test_grouped_prices_move_by_the_grouping() -> None:
    async with running(replace(samples.views(), book=samples.deep_book())) as (_, ladder, pilot):
        assert ladder.grouping == D(50)
        await pilot.press("b", "up")
        assert ladder.staged is not None
        assert ladder.staged.price == D("841050")


async def test_grouping_is_announced_remembered_and_survives_the_first_book() -> None:
    views = samples.views()
    async with running(replace(views, book=BookView())) as (app, ladder, pilot):
        ladder.grouping = D(500)
        ladder.grouping = D("0.003")
        app.show(views)
        await pilot.pause()
        assert ladder.grouping == D(500)
        await pilot.press("plus")
        assert ladder.grouping == D(1000)
        await pilot.press("minus", "minus", "v")
        assert ladder.grouping == D(200)
        assert ladder.cumulative
        assert len(heard(app, Ladder.ViewChanged)) == 4


async def test_another_market_drops_the_stage_and_its_old_book_is_ignored() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("b")
        old = app.views.book
        ladder.show_market(samples.ETHZAR)
        ladder.show_book(replace(old, sequence=9))
        await pilot.pause()
        assert ladder.staged is None
        last = heard(app, Ladder.DraftChanged)[-1]
        assert last.draft is None
        text = "\n".join(line[:46] for line in screen(app))
        assert "835 956" not in text
        assert "Waiting for the order book of" in text


async def test_cancelling_at_the_cursor_names_the_orders_there() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("n", "x")
        await pilot.press("n", "x")
        keys = [message.keys for message in heard(app, Ladder.CancelOrders)]
        assert keys == [("o-buy",), ("o-sell",)]
        assert ladder.staged is None


async def test_cancelling_where_there_is_nothing_says_so() -> None:
    async with running() as (app, _, pilot):
        await pilot.press("x")
        (declined,) = heard(app, Ladder.Declined)
        assert declined.reason == "You have no order at 835 956.80 to cancel."


async def test_an_order_that_is_being_cancelled_is_not_cancelled_again() -> None:
    views = samples.views()
    going = samples.order("gone", Side.BUY, "835956.8", "0.01", status=OrderStatus.CANCELLING)
    async with running(replace(views, orders=OrdersView((going,), (), Freshness.LIVE))) as (app, _, pilot):
        await pilot.press("x")
        assert not heard(app, Ladder.CancelOrders)


async def test_cancelling_works_while_trading_is_locked() -> None:
    async with running() as (app, ladder, pilot):
        ladder.allow(False, "Trading is locked.")
        await pilot.press("n", "x")
        assert len(heard(app, Ladder.CancelOrders)) == 1


async def test_next_own_without_orders_says_so() -> None:
    async with running(samples.views("no-credentials")) as (app, _, pilot):
        await pilot.press("n")
        (declined,) = heard(app, Ladder.Declined)
        assert declined.reason == "You have no open order on this market."


async def test_a_refused_order_can_be_staged_again() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("b", "enter")
        (sent,) = heard(app, Ladder.SendDraft)
        ladder.restage(sent.draft)
        await pilot.press("enter")
        assert len(heard(app, Ladder.SendDraft)) == 2
        ladder.restage(replace(sent.draft, market="ethzar"))
        assert ladder.staged is None


async def test_a_preview_of_another_draft_is_not_shown() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("b")
        old = ladder._draft_view
        with patch.object(Panes, "work_out"):
            await pilot.press("up")
            ladder.show_draft(old)
            await pilot.pause()
            assert any("working out" in line for line in screen(app))


async def test_the_ladder_stands_still_until_it_is_centred() -> None:
    async with running() as (app, _, pilot):
        await pilot.press("down")
        row = next(y for y, line in enumerate(screen(app)) if "835 400.00" in line[:46])
        asks = (Level(D("840900"), D(1)), Level(D("840950"), D(1)), *app.views.book.asks)
        app.show(replace(app.views, book=replace(app.views.book, asks=asks)))
        await pilot.pause()
        assert "835 400.00" in screen(app)[row][:46]
        app.show(replace(app.views, book=moved(app.views.book, "100000")))
        await pilot.pause()
        assert any("market at" in line for line in screen(app))
        await pilot.press("c")
        assert any("935 956.80" in line[:46] for line in screen(app))
        assert not any("market at" in line for line in screen(app))


def inside_is_shown(app: Panes) -> bool:
    book = app.views.book
    wanted = [f"{level.price:,.2f}".replace(",", " ") for level in (book.bids[0], book.asks[0])]
    return all(any(price in line[:46] for line in screen(app)) for price in wanted)


async def test_an_untouched_ladder_goes_after_the_market() -> None:
    async with running() as (app, _, pilot):
        for by in ("100000", "-300000", "2000", "90000"):
            app.show(replace(app.views, book=moved(app.views.book, by)))
            await pilot.pause()
            assert inside_is_shown(app)
            assert not any("market at" in line for line in screen(app))


@pytest.mark.parametrize("end", ["enter", "escape"])
async def test_the_hold_ends_with_the_staged_order(end: str) -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("pagedown", "b", "down")
        app.show(replace(app.views, book=moved(app.views.book, "100000")))
        await pilot.pause()
        assert any("market at" in line for line in screen(app))
        await pilot.press(end)
        assert inside_is_shown(app)
        assert ladder._view.cursor == D("935956.80")
        app.show(replace(app.views, book=moved(app.views.book, "-100000")))
        await pilot.pause()
        assert inside_is_shown(app)


async def test_the_cursor_moved_after_a_staged_order_holds_again() -> None:
    async with running() as (app, ladder, pilot):
        await pilot.press("b", "escape", "down")
        app.show(replace(app.views, book=moved(app.views.book, "100000")))
        await pilot.pause()
        assert ladder._view.cursor == D("835400")
        assert any("market at" in line for line in screen(app))


async def test_centring_lets_go_of_the_ladder() -> None:
    async with running() as (app, _, pilot):
        await pilot.press("down", "c")
        app.show(replace(app.views, book=moved(app.views.book, "100000")))
        await pilot.pause()
        assert inside_is_shown(app)


async def test_a_resize_puts_the_spread_of_an_untouched_ladder_in_the_middle() -> None:
    async with running() as (app, ladder, pilot):
        for height in (14, 60, 9, 36):
            await pilot.resize_terminal(120, height)
            await pilot.pause()
            assert inside_is_shown(app)
            rows = ladder.content_size.height - 2
            best = next(y for y, line in enumerate(screen(app)) if "835 956.80" in line[:46])
            assert abs(best - 2 - rows // 2) <= 1


async def test_an_own_fill_does_not_lose_the_market() -> None:
    """Each filled order takes its row away: with many of them above the spread the rest moves up by as many."""
    own = tuple(samples.order(f"o{n}", Side.SELL, f"{841040 + n}", "0.01") for n in range(40))
    views = samples.views()
    async with running(replace(views, orders=OrdersView(own, (), Freshness.LIVE))) as (app, _, pilot):
        for left in (20, 1, 0):
            app.show(replace(app.views, orders=OrdersView(own[:left], (), Freshness.LIVE)))
            await pilot.pause()
            assert inside_is_shown(app)


@pytest.mark.parametrize("key", ["c", "space", "home"])
async def test_centring_brings_a_lost_cursor_along(key: str) -> None:
    async with running() as (app, ladder, pilot):
        app.show(replace(app.views, book=moved(app.views.book, "100000")))
        await pilot.press(key)
        assert ladder._view.cursor == D("935956.80")


async def test_one_changed_level_draws_one_line() -> None:
    async with running() as (app, ladder, pilot):
        book = app.views.book
        drawn: list[int] = []
        original: Callable[[int, int], object] = ladder.strip_of

        def counted(y: int, width: int) -> object:
            drawn.append(y)
            return original(y, width)

        with patch.object(ladder, "strip_of", counted):
            bids = (*book.bids[:2], Level(book.bids[2].price, D("0.0820")), *book.bids[3:])
            app.show(replace(app.views, book=replace(book, bids=bids)))
            await pilot.pause()
        assert len(drawn) == 1
        assert "0.0820" in screen(app)[drawn[0] + 1]


async def test_an_equal_frame_draws_nothing() -> None:
    async with running() as (app, ladder, pilot):
        with patch.object(ladder, "render_line", side_effect=AssertionError("drawn although nothing changed")):
            app.show(replace(app.views, book=replace(app.views.book, sequence=4712)))
            await pilot.pause()


async def test_the_mouse_moves_the_cursor_but_not_a_staged_order() -> None:
    async with running() as (app, ladder, pilot):
        row = next(y for y, line in enumerate(screen(app)) if "834 900.00" in line[:46])
        await pilot.click(Ladder, offset=(20, row - 1))
        assert ladder._view.cursor == D("834900")
        await pilot.press("b")
        await pilot.click(Ladder, offset=(20, row - 4))
        assert ladder.staged is not None
        assert ladder.staged.price == D("834900")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (72, 20), (50, 9)])
async def test_the_staged_order_is_on_the_screen_at_every_size(size: tuple[int, int]) -> None:
    async with running(size=size) as (app, ladder, pilot):
        for _ in range(30):
            ladder.action_move(-1)
        await pilot.press("b")
        text = screen(app)
        assert any(line.startswith("▌") and "▸" in line for line in text)
        assert any("BUY" in line for line in text)
        assert any("Esc" in line for line in text)


async def test_hints_name_the_users_own_keys() -> None:
    async with running() as (app, ladder, pilot):
        other = {"staged.send": "f5", "ladder.centre": "f6"}
        ladder.show_keys(replace(action, keys=(other.get(action.id, action.keys[0]),)) for action in ACTIONS)
        await pilot.press("b")
        assert any("F5 send Esc drop" in line for line in screen(app))
        app.show(replace(app.views, book=moved(app.views.book, "100000")))
        await pilot.pause()
        assert any("F6 brings it back" in line for line in screen(app))


async def test_own_orders_that_may_have_changed_are_not_drawn_as_live() -> None:
    async with running() as (_, ladder, pilot):
        own = ladder.palette.style("own").color

        def loud() -> int:
            strips = (ladder.render_line(y) for y in range(ladder.content_size.height))
            return sum(bool(segment.style and segment.style.color == own) for strip in strips for segment in strip)

        assert loud() == 2
        ladder.show_orders(samples.open_orders(), live=False)
        await pilot.pause()
        assert loud() == 0


async def test_the_wheel_moves_the_cursor_by_rows() -> None:
    async with running() as (_, ladder, pilot):
        await pilot._post_mouse_events([events.MouseScrollDown], Ladder, (5, 5))
        assert ladder._view.cursor == D("835400")
        await pilot._post_mouse_events([events.MouseScrollUp], Ladder, (5, 5))
        assert ladder._view.cursor == D("835956.80")
