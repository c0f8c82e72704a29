"""Whole flows from the keyboard: what a user presses, and what the session is asked to do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.intervals import Interval
from captui.core.types import Level, OrderStatus, OrderType, Side
from captui.render.lines import Line
from captui.session.commands import (
    CancelAll,
    CancelOrder,
    Command,
    LoadOlderCandles,
    PlaceOrder,
    Reconnect,
    Refresh,
    SelectInterval,
    SelectMarket,
)
from captui.session.views import Access, Freshness, OrdersView, Phase, Severity
from captui.widgets.line_pane import LinePane
from tests import samples
from tests.ui.harness import MEDIUM, SMALL, Opened, opened

D = Decimal


async def test_b_arrows_enter_is_a_whole_order() -> None:
    async with opened() as it:
        await it.press("b", "down", "right")
        staged = it.staged
        assert staged is not None
        assert "value" in it.text("#ladder") or "R " in it.text("#ladder")
        assert it.session.placed == []
        await it.press("enter")
        assert it.session.placed == [PlaceOrder("id-1", staged, frozenset())]
        assert it.staged is None


async def test_a_held_enter_sends_once() -> None:
    async with opened() as it:
        await it.press("b", *["enter"] * 12)
        assert len(it.session.placed) == 1


async def test_an_order_is_given_before_anything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as it:
        await it.press("b")
        happened: list[str] = []
        drawn, send = LinePane._drawn, it.session.send

        def draw(pane: LinePane, width: int, height: int) -> list[Line]:
            happened.append("drawn")
            return drawn(pane, width, height)

        def sent(command: Command) -> None:
            happened.append("sent")
            send(command)

        monkeypatch.setattr(LinePane, "_drawn", draw)
        monkeypatch.setattr(it.session, "send", sent)
        await it.press("enter")
        assert happened[0] == "sent"
        assert "drawn" in happened


async def test_escape_drops_and_sends_nothing() -> None:
    async with opened() as it:
        await it.press("s", "escape", "enter")
        assert it.session.sent == []


async def test_locked_keys_say_so_and_send_nothing() -> None:
    async with opened() as it:
        await it.press("b", "a", "enter")
        assert it.session.placed == []
        assert it.said == "Trading is locked. Press a to arm it."
        assert it.staged is not None
        await it.press("a", "enter")
        assert len(it.session.placed) == 1


async def test_without_credentials_a_trading_key_says_why() -> None:
    async with opened("no-credentials") as it:
        await it.press("b")
        assert it.session.sent == []
        assert "CAPTUI_API_KEY" in it.said
        assert "CAPTUI_API_KEY and CAPTUI_API_SECRET" in it.words("#balances")
        assert "to see your orders" in it.words("#orders")


async def test_a_book_gone_stale_keeps_the_stage_and_refuses() -> None:
    async with opened() as it:
        await it.press("b")
        stale = samples.views("stale")
        it.session.change(
            book=stale.book,
            connection=replace(it.session.views.connection, can_trade=False, why_not="The book is stale."),
        )
        await it.frame()
        await it.press("enter")
        assert it.session.placed == []
        assert it.said == "The book is stale."
        assert it.staged is not None


async def test_a_risky_order_asks_and_enter_alone_does_not_send() -> None:
    async with opened() as it:
        await it.press("b", "enter")
        assert len(it.session.placed) == 1
        # The same order again at once is a twin.
        await it.press("b", "enter")
        assert it.on_top == "Dialog"
        assert "DEMO" in it.text("#dialog-title")
        assert "was sent 0.0 s ago" in it.words("#dialog-words")
        await it.press("enter")
        assert it.on_top == "TradeScreen"
        assert len(it.session.placed) == 1
        staged = it.staged
        assert staged is not None, "what was not sent is still staged"
        await it.press("enter", "y")
        assert len(it.session.placed) == 1, "the key of every day does not agree to a risk"
        await it.press("Y")
        assert it.session.placed[1] == PlaceOrder("id-2", staged, frozenset({"twin"}))
        assert it.staged is None


async def test_keys_repeated_in_a_dialog_are_one_answer() -> None:
    async with opened() as it:
        await it.press("b", "enter", "b", "enter")
        await it.pilot.press("Y", "Y", "Y")
        await it.frame()
        assert len(it.session.placed) == 2


async def test_a_risk_that_comes_up_while_the_question_stands_is_not_agreed_to_by_the_old_key() -> None:
    async with opened() as it:
        await fill_ticket(it, "834100", "0.01")
        await it.press("enter")
        assert "y Send" in it.text("#answers")
        book = it.session.views.book
        far = replace(
            book, bids=(Level(D(900_000), D(1)),), asks=(Level(D(900_100), D(1)),), sequence=book.sequence + 1
        )
        it.session.change(book=far)
        await it.frame()
        assert "Y Send all the same" in it.text("#answers")
        await it.press("y")
        assert it.session.placed == []


@pytest.mark.parametrize("size", [(80, 20), (80, 23), SMALL, MEDIUM])
async def test_answers_and_warnings_are_on_the_screen_however_long_the_words(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await it.press("ctrl+x")
        answers = it.app.screen.query_one("#answers")
        assert answers.region.bottom <= size[1]
        assert "y Cancel them" in it.text("#answers")
        await it.press("escape", "T", "up", "up", "right", "down", "right", "right", "down")
        await it.write("0.6")
        await it.press("enter")
        assert "over your limit" in it.words("#dialog-words")
        assert it.app.screen.query_one("#answers").region.bottom <= size[1]
        assert "Send" in it.text("#answers")
        if size[1] < 24:
            assert "more" in it.text("#answers")
            await it.press("down", "down")
            assert it.app.screen.query_one("#dialog-body").scroll_offset.y == 2


async def test_the_way_out_works_under_a_question_and_answers_its_own() -> None:
    async with opened() as it:
        await it.press("b", "enter", "b", "enter")
        assert it.on_top == "Dialog"
        await it.press("ctrl+x")
        assert "Cancel all orders?" in it.text("#dialog-title")
        await it.press("ctrl+x")
        assert it.on_top == "TradeScreen"
        assert it.session.sent[-1] == CancelAll()


async def test_what_was_not_done_is_said() -> None:
    async with opened() as it:
        await it.press("ctrl+x", "enter")
        assert it.said.startswith("Nothing was cancelled")
        await fill_ticket(it, "834100", "0.01")
        await it.press("enter", "enter")
        assert it.said == "Nothing was sent."


async def test_under_a_question_no_other_keys_are_named() -> None:
    async with opened() as it:
        assert "b buy here" in it.text()
        await it.press("ctrl+x")
        assert "b buy here" not in "\n".join(it.app.trade.panes.key_bar.render_line(0).text.splitlines())
        await it.press("escape")
        assert "b buy here" in it.text()


async def fill_ticket(it: Opened, price: str, amount: str) -> None:
    await it.press("T")
    await it.write(price)
    await it.press("down")
    await it.write(amount)


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
async def test_ticket_reviews_and_y_sends(size: tuple[int, int]) -> None:
    async with opened(size=size) as it:
        await fill_ticket(it, "834100", "0.01")
        assert "R 8 341.00" in it.text("#ticket")
        await it.press("enter")
        assert it.on_top == "Dialog"
        shown = it.text("#dialog-words")
        assert "R 8 341.00" in shown
        assert "R 8.34" in shown
        assert "as maker" in shown
        assert "R 233 318.00" in shown
        assert it.session.placed == []
        await it.press("y")
        assert len(it.session.placed) == 1
        draft = it.session.placed[0].draft
        assert (draft.side, draft.type, draft.price, draft.volume) == (
            Side.BUY,
            OrderType.LIMIT,
            D("834100"),
            D("0.01"),
        )
        assert "0.01" not in it.text("#ticket"), "the amount is typed anew for the next order"


async def test_ticket_market_sell_by_share() -> None:
    async with opened() as it:
        await it.press("T", "up", "up", "right", "down", "right", "right", "down", "down", "right")
        assert "25%" in it.text("#ticket")
        await it.press("enter")
        assert "takes" in it.text("#dialog-words")
        assert "your own buy" in it.words("#dialog-words"), "so much reaches the own order that rests there"
        await it.press("Y")
        draft = it.session.placed[0].draft
        assert (draft.side, draft.type, draft.price, draft.volume) == (Side.SELL, OrderType.MARKET, None, D("0.185"))


async def test_ticket_keeps_bad_input_and_says_why() -> None:
    async with opened() as it:
        await fill_ticket(it, "834,100", "0.01")
        assert "834,100" in it.text("#ticket")
        assert "without commas" in it.words("#ticket")
        await it.press("enter")
        assert "without commas" in it.said
        assert it.session.sent == []


async def test_letters_typed_into_the_ticket_are_no_commands() -> None:
    async with opened() as it:
        await it.press("T")
        await it.write("BSX")
        assert it.session.sent == []
        assert "BSX" in it.text("#ticket")
        await it.press("question_mark")
        assert it.on_top == "Help"


async def test_price_keys_fill_the_price() -> None:
    async with opened() as it:
        await it.press("T", "less_than_sign")
        assert "835 956.80" in it.text("#ticket")


async def test_ticket_refuses_what_cannot_be() -> None:
    async with opened() as it:
        await fill_ticket(it, "834100.005", "0.01")
        assert "off the tick" in it.words("#ticket")
        await it.press("enter")
        assert "off the tick" in it.said
        assert it.session.sent == []
        assert "834100.005" in it.text("#ticket")


async def test_cancel_here_and_by_row() -> None:
    async with opened() as it:
        await it.press("n", "x")
        first = it.session.cancelled
        assert len(first) == 1
        assert isinstance(first[0], CancelOrder)
        await it.press("O", "down", "x")
        keys = {order.key for order in samples.open_orders()}
        assert {c.key for c in it.session.cancelled if isinstance(c, CancelOrder)} <= keys
        assert len(it.session.cancelled) == 2


async def test_a_held_cancel_key_cancels_one_order() -> None:
    async with opened() as it:
        await it.press("O", "x")
        left = samples.open_orders()[1:]
        it.session.change(orders=OrdersView(left, (), Freshness.LIVE))
        await it.frame()
        await it.press("x", "x")
        assert len(it.session.cancelled) == 1
        assert it.said == "Press x again to cancel this one too."
        await it.later(1_000)
        await it.press("x")
        assert it.session.cancelled[1:] == [CancelOrder(left[0].key)]


async def test_cancel_all_asks_when_there_are_more() -> None:
    async with opened() as it:
        await it.press("ctrl+x")
        assert it.on_top == "Dialog"
        await it.press("enter")
        assert it.session.cancelled == []
        await it.press("ctrl+x", "y")
        assert it.session.cancelled == [CancelAll()]
        await it.press("X", "y")
        assert it.session.cancelled[1] == CancelAll("btczar")


async def test_cancel_one_side() -> None:
    async with opened() as it:
        await it.press("B")
        buys = [order for order in samples.open_orders() if order.side is Side.BUY]
        assert it.session.cancelled == [CancelOrder(buys[0].key)]
        it.session.change(orders=OrdersView(freshness=Freshness.LIVE))
        await it.frame()
        await it.press("S")
        assert it.said == "There are no open sells on BTC/ZAR."
        assert len(it.session.cancelled) == 1


async def test_cancel_works_while_locked() -> None:
    async with opened() as it:
        await it.press("a", "B")
        assert len(it.session.cancelled) == 1


async def test_cancel_all_when_orders_are_not_known_asks_the_exchange() -> None:
    async with opened("reconnecting") as it:
        it.session.change(orders=OrdersView((), (), Freshness.STALE))
        await it.frame()
        await it.press("ctrl+x")
        assert "not up to date" in it.words("#dialog-words")
        await it.press("y")
        assert it.session.cancelled == [CancelAll()]


async def test_market_is_chosen_by_part_of_its_name() -> None:
    async with opened() as it:
        await it.press("slash")
        await it.write("et")
        await it.press("enter")
        assert it.session.sent == [SelectMarket("ethzar")]
        assert it.remembered["market"] == "ethzar"
        await it.press("slash", "escape")
        assert len(it.session.sent) == 1


async def test_intervals_step_and_are_chosen() -> None:
    async with opened() as it:
        await it.press("right_square_bracket")
        await it.press("i")
        await it.write("1d")
        await it.press("enter")
        assert it.session.sent == [SelectInterval(Interval.M30), SelectInterval(Interval.D1)]
        assert it.remembered["interval"] == "1d"


async def test_every_market_command_reaches_the_session() -> None:
    async with opened() as it:
        await it.press("ctrl+r", "ctrl+n")
        assert it.session.sent == [Refresh(), Reconnect()]


async def test_panning_past_the_oldest_candle_asks_for_more() -> None:
    async with opened() as it:
        await it.press("C", *["pageup"] * 20)
        assert LoadOlderCandles() in it.session.sent


async def test_details_of_an_order_and_cancel_there() -> None:
    async with opened() as it:
        await it.press("O", "enter")
        assert "It rests in the book." in it.text("#dialog-words")
        await it.press("x")
        assert len(it.session.cancelled) == 1


async def test_details_that_stand_open_follow_their_order() -> None:
    async with opened() as it:
        await it.press("O", "enter")
        assert "It rests in the book." in it.text("#dialog-words")
        assert "Cancel order" in it.text("Answers")
        open_now = it.session.views.orders.open
        ended = tuple(replace(order, status=OrderStatus.CANCELLED) for order in open_now)
        it.session.change(orders=OrdersView((), ended, Freshness.LIVE))
        await it.frame()
        assert "It is cancelled." in it.text("#dialog-words")
        assert "rests" not in it.text("#dialog-words")
        assert "Cancel order" not in it.text("Answers")
        await it.press("x")
        assert it.session.cancelled == []


async def test_quit_says_what_stays() -> None:
    async with opened() as it:
        await it.press("ctrl+q")
        assert "2 orders stay open on the exchange" in it.text("#dialog-words")
        await it.press("escape")
        assert it.app.is_running
        await it.press("ctrl+q", "ctrl+q", "y")
        assert it.app.last_words == "2 orders stay open on the exchange."


async def test_quit_after_cancelling_everything() -> None:
    async with opened() as it:
        await it.press("ctrl+q", "c")
        assert it.session.cancelled == [CancelAll()]
        await it.later(9_000)
        it.app.frame()
        assert it.said.startswith("Not quitting: 2 orders stay open")
        await it.press("ctrl+q", "c")
        it.session.change(orders=OrdersView(freshness=Freshness.LIVE))
        it.app.frame()
        assert it.app._exit


async def test_read_only_refuses_cancels_with_the_reason() -> None:
    views = replace(
        samples.views(), connection=samples.connection(Phase.LIVE, mode="READ-ONLY", access=Access.READ_ONLY)
    )
    async with opened(views) as it:
        await it.press("ctrl+x")
        assert "--read-only" in it.said
        assert it.session.sent == []


async def test_notices_are_shown_and_kept() -> None:
    async with opened() as it:
        it.session.tell("Refused: [/x] [b]no[/b] \x1b[31mred", at_ms=it.clock.ms, severity=Severity.ERROR)
        await it.frame()
        assert "Refused: [/x] [b]no[/b]" in it.text("#message")
        assert "\x1b" not in it.text("#message")
        await it.later(9_000)
        assert it.text("#message").strip() == ""
        await it.press("G")
        assert "[/x] [b]no[/b]" in it.text("#log"), it.text("#log")
        await it.press("enter")
        assert "[/x] [b]no[/b]" in it.text("#dialog-words")


async def test_a_log_stays_bounded() -> None:
    async with opened() as it:
        for n in range(1_100):
            it.session.tell(f"notice {n}", at_ms=it.clock.ms)
        await it.frame()
        assert len(it.app.trade.feed.notices) == 1_000
        assert it.said == "notice 1099"


async def test_a_key_held_down_says_its_sentence_once() -> None:
    async with opened("no-credentials") as it:
        before = len(it.app.trade.feed.notices)
        await it.press(*["b"] * 8)
        assert len(it.app.trade.feed.notices) == before + 1


async def test_one_markets_book_is_never_shown_as_anothers() -> None:
    async with opened() as it:
        await it.press("T", "less_than_sign", "escape")
        it.session.change(markets=replace(it.session.views.markets, selected="ethzar"))
        await it.frame()
        assert "835 956" not in it.text("#ladder")
        assert "835 956" not in it.text("#ticket")
        await it.press("T", "less_than_sign")
        assert "835 956" not in it.text("#ticket")
        assert "5 082.93" not in it.text("#market-bar")


async def test_ctrl_c_does_not_end_a_session() -> None:
    async with opened() as it:
        await it.press("ctrl+c")
        assert it.said == "Press Ctrl+Q to quit."
        assert it.app.is_running


async def test_a_handler_that_fails_leaves_the_keys_working(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as it:

        def fail(*_what: object) -> None:
            raise RuntimeError("no")

        monkeypatch.setattr(it.app.trade.desk, "look", fail)
        await it.press("b")
        assert it.said.startswith("Something went wrong")
        await it.press("B")
        assert len(it.session.cancelled) == 1
