"""The history screen by keys: four lists, read as one goes down, filtered, looked at one by one, copied, exported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App

from captui.core.events import OrderState
from captui.core.types import OrderStatus, Side
from captui.screens.base import PageName
from captui.screens.history.filters import midnight_ms, today_of
from captui.screens.history.screen import GROWN_OLD_MS, NEWS_EVERY_MS
from captui.session.commands import ExportHistory, HistoryFilter, ReadHistory, RebuildHistory, RecordKind, Refresh
from captui.session.history_views import ExportProgress, HistoryView, Record
from captui.session.views import Access, FillsView, Freshness, OrdersView, Phase, Views
from tests import samples, samples_history
from tests.ui.harness import LARGE, MEDIUM, SMALL, Opened, opened
from tests.ui.test_hostile_text import NASTY


class Past(Opened):
    """The history screen, and a session that answers when it is told to."""

    @property
    def asked(self) -> list[ReadHistory]:
        return [command for command in self.session.sent if isinstance(command, ReadHistory)]

    @property
    def exports(self) -> list[ExportHistory]:
        return [command for command in self.session.sent if isinstance(command, ExportHistory)]

    async def answer(self, rows: tuple[Record, ...] | None = None, **changes: Any) -> None:
        """To what was asked last, with these rows or those of its kind."""
        wanted = self.asked[-1].filter
        shown = samples_history.rows(wanted.kind) if rows is None else rows
        made = {"has_more": rows is None and wanted.kind in (RecordKind.ORDERS, RecordKind.TRADES), **changes}
        self.session.change(history=HistoryView(wanted, shown, read_ms=self.clock.ms, **made))
        await self.frame()

    async def write(self, text: str) -> None:
        """In one bunch, as a terminal sends what is typed fast."""
        for character in text:
            self.app.post_message(events.Key("space" if character == " " else character, character))
        await self.settle()
        while self.app.has_keys_to_deal_with:
            await self.settle()

    def table(self, kind: RecordKind = RecordKind.ORDERS) -> str:
        return self.text(f"#past-{kind.value}")


@asynccontextmanager
async def past(
    views: Views | str = "live", *, size: tuple[int, int] = SMALL, answered: bool = True
) -> AsyncIterator[Past]:
    async with opened(samples_history.views(views) if isinstance(views, str) else views, size=size) as it:
        past = Past(it.app, it.session, it.pilot, it.clock, it.remembered)
        await past.press("f5")
        if answered:
            await past.answer()
        yield past


async def test_orders_are_read_when_the_screen_is_first_shown() -> None:
    async with past(answered=False) as it:
        assert it.asked == [ReadHistory(HistoryFilter(RecordKind.ORDERS))]
        assert "Reading your orders." in it.table()
        assert "reading…" in it.text("#history-tabs")
        await it.answer()
        assert "[Orders] 50+" in it.text("#history-tabs")
        assert "read 14:03:22" in it.text("#history-tabs")
        assert "everything" in it.text("#history-filter")
        assert it.text("#history-foot").split()[-3:] == ["1", "of", "50+"]
        assert len(it.asked) == 1


async def test_every_list_is_beside_the_other_and_is_read_when_it_is_shown() -> None:
    async with past() as it:
        for key, kind in (("right", RecordKind.TRADES), ("l", RecordKind.DEPOSITS), ("right", RecordKind.WITHDRAWALS)):
            await it.press(key)
            assert it.asked[-1] == ReadHistory(HistoryFilter(kind))
            await it.answer()
            assert it.app.focused is not None
            assert it.app.focused.id == f"past-{kind.value}"
        assert "Orders  50+  My trades  50+  Deposits  6 [Withdrawals] 4" in it.text("#history-tabs")
        await it.press("right")
        assert it.asked[-1].filter.kind is RecordKind.ORDERS
        await it.press("h", "4", "1", "3", "2")
        kinds = [command.filter.kind.value for command in it.asked[5:]]
        assert kinds == ["withdrawals", "orders", "deposits", "trades"]


async def test_a_tab_can_be_clicked() -> None:
    async with past() as it:
        at = it.text("#history-tabs").index("Deposits")
        await it.pilot.click("#history-tabs", offset=(at + 2, 0))
        await it.settle()
        assert it.asked[-1].filter.kind is RecordKind.DEPOSITS


async def test_what_was_read_before_stands_faded_while_it_is_read_anew() -> None:
    async with past() as it:
        before = it.table()
        await it.press("right")
        await it.answer()
        await it.press("left")
        assert it.table() == before
        assert "reading anew…" in it.text("#history-tabs")
        table = it.app.screen.query_one("#past-orders")
        assert {style for line in table._shown[2:10] for _, style in line} <= {"stale", "text"}  # type: ignore[attr-defined]
        await it.answer()
        assert "read 14:03:22" in it.text("#history-tabs")


async def test_the_next_page_is_read_near_the_end_and_once() -> None:
    async with past() as it:
        await it.press("end", "up", "down")
        assert it.asked[1:] == [ReadHistory(HistoryFilter(RecordKind.ORDERS), more=True)]
        await it.answer(samples_history.orders(50), loading=True, has_more=True)
        assert "reading…" in it.text("#history-foot")
        await it.press("up")
        assert len(it.asked) == 2
        await it.answer(samples_history.orders(100), has_more=True)
        assert "49 of 100+" in it.text("#history-foot")
        await it.press("end")
        assert len(it.asked) == 3
        await it.answer(samples_history.orders(120), has_more=False)
        await it.press("end")
        assert len(it.asked) == 3
        assert "that is all: 120 orders" in it.text("#history-foot")
        assert "120 of 120" in it.text("#history-foot")


async def test_a_screen_with_room_is_filled() -> None:
    async with past(size=(120, 80), answered=False) as it:
        await it.answer()
        assert it.asked[1:] == [ReadHistory(HistoryFilter(RecordKind.ORDERS), more=True)]


async def test_a_page_that_cannot_be_read_keeps_the_others_and_can_be_tried_again() -> None:
    async with past() as it:
        await it.press("end")
        await it.answer(samples_history.orders(50), has_more=True, problem="Nothing came back.")
        assert "r tries again: Nothing came back." in it.text("#history-foot")
        assert "cancelled" in it.table()
        await it.press("up", "end")
        assert len(it.asked) == 2, "not again and again by itself"
        await it.press("r")
        assert it.asked[2:] == [ReadHistory(HistoryFilter(RecordKind.ORDERS), more=True)]


async def test_a_first_page_that_cannot_be_read_says_so_in_its_place() -> None:
    async with past(answered=False) as it:
        await it.answer((), problem="The exchange is being maintained.")
        assert "The exchange is being maintained. r tries again." in it.words("#past-orders")
        await it.press("r")
        assert it.asked[1:] == [ReadHistory(HistoryFilter(RecordKind.ORDERS))]


async def test_without_a_key_it_says_what_is_missing() -> None:
    sentence = "There is no API key: market data only. Set CAPTUI_API_KEY and CAPTUI_API_SECRET to see your own."
    async with past("no-credentials", answered=False) as it:
        it.session.change(history=HistoryView(it.asked[-1].filter, problem=sentence))
        await it.frame()
        assert sentence in it.words("#past-orders")
        await it.press("e")
        assert it.said == sentence
        assert it.on_top == "HistoryScreen"


async def test_it_is_tried_again_when_the_connection_is_back() -> None:
    async with past("reconnecting", answered=False) as it:
        it.session.change(history=HistoryView(it.asked[-1].filter, problem="Not connected yet."))
        await it.frame()
        assert len(it.asked) == 1
        it.session.change(connection=samples.connection())
        await it.frame()
        assert len(it.asked) == 2
        it.session.change(connection=samples.connection(Phase.LIVE, access=Access.READ_ONLY))
        await it.answer()
        assert len(it.asked) == 2


async def choose(it: Past, **typed: str) -> None:
    """Fill the filter form in, by its labels in order."""
    await it.press("slash")
    for name in ("market", "currency", "side", "state", "period", "first", "last"):
        if not it.app.screen.query(f"#field-{name}"):
            continue
        if name in typed:
            await it.write(typed[name])
        it.app.post_message(events.Key("down", None))
    await it.press("enter")


async def test_a_filter_is_chosen_asked_for_and_shown_in_words() -> None:
    async with past() as it:
        await choose(it, market="eth", side="sell", state="done", period="last 30")
        start = midnight_ms(today_of(it.clock.ms, samples.TZ), samples.TZ) - 29 * 86_400_000
        wanted = HistoryFilter(RecordKind.ORDERS, market="ethzar", side=Side.SELL, state="done", from_ms=start)
        assert it.asked[1:] == [ReadHistory(wanted)]
        assert "only ETH/ZAR · sells · done · last 30 days, from 22 Oct" in it.text("#history-filter")
        assert "Reading your orders." in it.table()
        await it.answer(())
        assert "None of your orders passes this filter; F takes it away." in it.table()
        await it.press("right")
        assert it.asked[-1].filter == replace(wanted, kind=RecordKind.TRADES, state="")
        await it.press("F")
        assert it.asked[-1].filter == HistoryFilter(RecordKind.TRADES)
        assert "everything" in it.text("#history-filter")
        await it.press("F")
        assert it.said == "Everything is shown already."


async def test_a_filter_of_currencies_is_one_for_deposits_and_withdrawals() -> None:
    async with past() as it:
        await it.press("3")
        await it.answer()
        await choose(it, currency="btc", state="arriving", first="2026-03-01", last="2026-03-31")
        wanted = it.asked[-1].filter
        assert (wanted.currency, wanted.state, wanted.market) == ("btc", "submitted", "")
        assert wanted.from_ms is not None
        assert wanted.to_ms is not None
        assert wanted.to_ms - wanted.from_ms == 31 * 86_400_000
        assert "only BTC · arriving · from 1 Mar to 31 Mar" in it.text("#history-filter")
        await it.press("4")
        assert (it.asked[-1].filter.currency, it.asked[-1].filter.state) == ("btc", "")


async def test_a_bad_day_is_said_at_its_field_and_asks_for_nothing() -> None:
    async with past() as it:
        await choose(it, first="yesterday")
        assert it.on_top == "Form"
        assert "A day is a year, a month and a day of it" in it.words("#wrong-first")
        assert len(it.asked) == 1
        await it.press("escape")
        assert it.on_top == "HistoryScreen"


async def test_the_same_filter_again_asks_for_nothing() -> None:
    async with past() as it:
        await choose(it)
        assert len(it.asked) == 1


async def test_details_and_copying() -> None:
    async with past() as it:
        copied: list[str] = []
        with patch.object(App, "copy_to_clipboard", lambda _app, text: copied.append(text)):
            await it.press("down", "down", "enter")
            order = samples_history.order(2)
            assert it.on_top == "Dialog"
            shown = it.words("#dialog-words")
            assert order.uuid in shown
            assert "SAST" in shown
            assert "UTC" in shown
            await it.press("enter")
            assert (it.on_top, copied) == ("HistoryScreen", []), "Enter alone does nothing"
            await it.press("enter", "y")
            await it.press("enter", "o")
            await it.press("home", "y")
        assert copied == [str(order.id), order.custom_id, str(samples_history.order(0).id)]
        assert it.said == f"Copied the number of the order: {samples_history.order(0).id}"


async def test_what_could_do_something_where_it_is_pasted_is_not_copied() -> None:
    async with past() as it:
        await it.press("2")
        await it.answer((samples_history.trade(0, id="1\nrm -rf ~\n"),), has_more=False)
        copied: list[str] = []
        with patch.object(App, "copy_to_clipboard", lambda _app, text: copied.append(text)):
            await it.press("y")
        assert copied == []
        assert it.said.startswith("Not copied: the number of the trade holds characters")


async def test_there_is_nothing_to_copy_where_there_is_nothing() -> None:
    async with past(answered=False) as it:
        await it.press("y", "enter")
        assert it.said == "There is nothing to copy here."
        assert it.on_top == "HistoryScreen"


async def test_the_trades_of_an_order_are_those_that_are_known() -> None:
    async with past() as it:
        trade = replace(samples.fills()[0], order_id=71_000, market="btczar")
        it.session.change(fills=FillsView((trade,), Freshness.LIVE))
        await it.press("enter")
        assert "trades 2, 1 of them known here" in it.words("#dialog-words")


def new_trade(number: int) -> FillsView:
    fill = samples_history.trade(0, id=str(60_000 + number), time_ms=samples.NOW_MS)
    return FillsView((fill, *samples_history.trades(3)), Freshness.LIVE)


async def test_news_are_read_by_themselves_while_the_top_is_looked_at() -> None:
    async with past() as it:
        await it.press("2")
        it.session.change(fills=FillsView(samples_history.trades(3), Freshness.LIVE))
        await it.answer()
        number = len(it.asked)
        it.session.change(fills=new_trade(1))
        await it.later(NEWS_EVERY_MS - 1)
        assert len(it.asked) == number, "not at every trade"
        assert "1 new – r reads" in it.text("#history-tabs")
        await it.later(1_000)
        assert it.asked[number:] == [ReadHistory(HistoryFilter(RecordKind.TRADES))]
        await it.answer(samples_history.trades(50), has_more=True)
        await it.later(60_000)
        assert len(it.asked) == number + 1, "an answer without it does not make it ask for ever"


async def test_news_are_told_and_not_read_while_one_looks_further_down() -> None:
    async with past() as it:
        await it.press("2")
        await it.answer()
        await it.press("down")
        number = len(it.asked)
        it.session.change(fills=new_trade(1))
        await it.later(NEWS_EVERY_MS * 2)
        assert len(it.asked) == number
        assert "1 new – r reads" in it.text("#history-tabs")
        await it.press("r")
        assert len(it.asked) == number + 1


async def test_details_that_stand_open_follow_their_order() -> None:
    async with past() as it:
        row = samples_history.order(0)
        await it.press("enter")
        assert "wait" in it.text("#dialog-words")
        order = samples.order("o", row.side, "834100", "0.01", status=OrderStatus.CANCELLED)
        order = replace(order, id=row.id, executed=row.executed, updated_ms=samples.NOW_MS)
        it.session.change(orders=OrdersView((), (order,), Freshness.LIVE))
        await it.frame()
        assert "cancelled" in it.text("#dialog-words")
        assert "wait" not in it.text("#dialog-words")


async def test_a_state_that_is_no_longer_true_is_not_shown_as_if_it_were() -> None:
    async with past() as it:
        row = samples_history.order(0)
        order = samples.order("o", row.side, "834100", "0.01", status=OrderStatus.CANCELLED)
        order = replace(order, id=row.id, executed=row.executed, updated_ms=samples.NOW_MS)
        assert "wait" in it.table()
        it.session.change(orders=OrdersView((), (order,), Freshness.LIVE))
        await it.frame()
        assert "wait" not in it.table()
        assert "changed" in it.table().splitlines()[1]
        assert "1 changed – r reads" in it.text("#history-tabs")
        await it.press("enter")
        assert "cancelled" in it.text("#dialog-words")
        await it.press("escape")
        cancelled = samples_history.order(0, state=OrderState.CANCEL, remaining=Decimal(0))
        await it.press("r")
        await it.answer((cancelled, *samples_history.orders(49, first=1)), has_more=True)
        assert "cancelled" in it.table().splitlines()[1]
        assert "read 14:03:22" in it.text("#history-tabs")


async def test_a_list_that_one_comes_back_to_is_read_anew_when_it_is_old() -> None:
    async with past() as it:
        await it.press("f2", "f5")
        assert len(it.asked) == 1
        await it.press("f2")
        await it.later(GROWN_OLD_MS + 1)
        await it.press("f5")
        assert len(it.asked) == 2
        await it.answer()
        await it.press("down", "f2")
        await it.later(GROWN_OLD_MS + 1)
        await it.press("f5")
        assert len(it.asked) == 2, "not under the cursor of somebody who looks at a row"


async def test_today_is_another_day_after_midnight() -> None:
    async with past() as it:
        await choose(it, period="today")
        await it.answer()
        number = len(it.asked)
        await it.later(10 * 3_600_000)
        assert len(it.asked) == number + 1
        before, after = it.asked[-2].filter.from_ms, it.asked[-1].filter.from_ms
        assert before is not None
        assert after == before + 86_400_000


async def test_refreshing_everything_refreshes_the_list() -> None:
    async with past() as it:
        await it.press("ctrl+r")
        assert Refresh() in it.session.sent
        assert len(it.asked) == 2


async def export(it: Past, path: str) -> None:
    await it.press("e", "ctrl+u")
    await it.write(path)
    await it.press("enter")


def progress(it: Past, **changes: Any) -> None:
    export = ExportProgress(str(it.exports[-1].path), **changes)
    it.session.change(history=replace(it.session.views.history, export=export))


async def test_an_export_is_asked_for_told_and_done(tmp_path: Path) -> None:
    async with past() as it:
        await it.press("e")
        assert "captui-orders-to-2026-11-20.csv" in it.text()
        assert "Orders: everything" in it.words("#dialog-words")
        await it.press("escape")
        assert it.exports == []
        await export(it, str(tmp_path / "a.csv"))
        assert it.exports == [ExportHistory(HistoryFilter(RecordKind.ORDERS), tmp_path / "a.csv")]
        progress(it, records=1_200)
        await it.frame()
        assert "exporting… 1 200 orders read" in it.text("#history-foot")
        await it.press("e")
        assert it.said == "An export is being written: wait for its end."
        progress(it, records=1_203, done=True)
        await it.frame()
        assert "exported 1 203 orders to" in it.text("#history-foot")
        await it.press("right")
        assert "exported" not in it.text("#history-foot")


async def test_an_export_that_failed_comes_back_with_its_path_and_its_reason(tmp_path: Path) -> None:
    async with past() as it:
        path = str(tmp_path / "a.csv")
        await export(it, path)
        progress(it, problem="a.csv is there already: choose another name.")
        await it.frame()
        assert "Not exported: a.csv is there already" in it.text("#history-foot")
        await it.press("e")
        assert "! a.csv is there already: choose another name." in it.words("#wrong-path")
        await it.press("backspace", "backspace", "backspace", "backspace", *"2.csv", "enter")
        assert it.exports[-1].path == tmp_path / "a2.csv"


async def test_what_is_exported_is_what_the_filter_leaves() -> None:
    async with past() as it:
        await choose(it, market="btc")
        await it.answer()
        await it.press("e")
        assert "Orders: BTC/ZAR" in it.words("#dialog-words")
        await it.press("enter")
        assert it.exports[-1].filter == HistoryFilter(RecordKind.ORDERS, market="btczar")
        assert it.exports[-1].path.name == "captui-orders-btczar-to-2026-11-20.csv"


async def test_the_local_history_is_read_anew_only_after_asking() -> None:
    async with past() as it:
        for keys in (("R", "escape"), ("R", "enter"), ("R", "n")):
            await it.press(*keys)
            assert RebuildHistory() not in it.session.sent
        await it.press("R")
        assert "thrown away and read anew" in it.words("#dialog-words")
        await it.press("y")
        assert it.session.sent.count(RebuildHistory()) == 1


async def test_the_totals_are_those_of_the_rows() -> None:
    async with past() as it:
        await it.press("2")
        await it.answer(samples_history.trades(6))
        fills = samples_history.trades(6)
        bought = sum((fill.total for fill in fills if fill.side is Side.BUY), Decimal(0))
        assert f"bought 4 trades for R {bought:,.2f}".replace(",", " ") in it.text("#history-foot")


@pytest.mark.parametrize("size", [(72, 20), SMALL, MEDIUM, LARGE])
async def test_every_list_fits_every_terminal(size: tuple[int, int]) -> None:
    async with past(size=size) as it:
        for key, kind in zip("1234", RecordKind, strict=True):
            await it.press(key)
            await it.answer()
            await it.press("end")
            shown = it.text().splitlines()
            assert len(shown) == size[1]
            assert all(cell_len(line) == size[0] for line in shown)
            assert it.table(kind).strip()
            assert "History" in shown[0]


HOSTILE = [text for text in NASTY if not text.startswith("%")]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_no_text_of_the_exchange_does_anything(text: str) -> None:
    rows: dict[RecordKind, Record] = {
        RecordKind.ORDERS: samples_history.order(0, market=text, uuid=text, custom_id=text),
        RecordKind.TRADES: samples_history.trade(0, market=text, id=text, fee_currency=text, custom_order_id=text),
        RecordKind.DEPOSITS: replace(samples_history.deposits()[0], currency=text, txid=text, tid=text, state=text),
        RecordKind.WITHDRAWALS: replace(
            samples_history.withdrawals()[0], currency=text, txid=text, rid=text, state=text, note=text, kind=text
        ),
    }
    views = samples_history.views()
    market = replace(samples.BTCZAR, name=text)
    currencies = {text: replace(views.markets.currencies["btc"], id=text, name=text)}
    views = replace(views, markets=replace(views.markets, markets=(market,), currencies=currencies))
    # Each kind of text meets each kind of dialog in the tests of what is drawn there; here one of them stands for all.
    over = dict(zip(RecordKind, ("enter", "enter", "slash", "enter"), strict=True))
    async with past(views) as it:
        for key, kind in zip("1234", RecordKind, strict=True):
            await it.press(key)
            await it.answer((rows[kind],), has_more=False, problem=text)
            for shown in (it.text(), await over_it(it, over[kind])):
                assert all(cell_len(line) <= SMALL[0] for line in shown.splitlines())
                assert not {c for c in shown if not c.isprintable()} - {"\n"}
        assert it.app.is_running
        assert it.app.page is not None
        assert it.app.page.NAME is PageName.HISTORY


async def over_it(it: Past, key: str) -> str:
    """What the screen shows while the dialog of this key is open."""
    await it.press(key)
    assert it.on_top in ("Dialog", "Form")
    shown = it.text()
    await it.press("escape")
    return shown
