"""The past page by page, with every filter, against what the exchange holds itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui.core.events import OrderRecord
from captui.core.funding import Deposit, Withdrawal
from captui.core.types import Fill, Side
from captui.export.histories import DEPOSIT_HISTORY, ORDER_HISTORY, TRADE_HISTORY, WITHDRAWAL_HISTORY
from captui.session.commands import ExportHistory, HistoryFilter, ReadHistory, RecordKind
from captui.session.history_pages import PAGE_SIZE
from captui.session.history_views import HistoryView, Record
from captui.simulator.server import Endpoints
from tests.session.client import Client
from tests.session.money import arrived
from tests.session.past import CANCELLED, DEPOSITS, RESTING, SOLD, WITHDRAWALS, Past, past

Start = Callable[..., Endpoints]
HISTORIES: dict[RecordKind, Any] = {
    RecordKind.ORDERS: ORDER_HISTORY,
    RecordKind.TRADES: TRADE_HISTORY,
    RecordKind.DEPOSITS: DEPOSIT_HISTORY,
    RecordKind.WITHDRAWALS: WITHDRAWAL_HISTORY,
}


@pytest.fixture(scope="module", params=["trade", "atlas"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    with past(tmp_path_factory.mktemp("past"), revision=request.param) as made:
        yield made


def read(client: Client, wanted: HistoryFilter, *, more: bool = False) -> HistoryView:
    before = client.views.history
    client.send(ReadHistory(wanted, more=more))
    return client.wait(
        lambda views: views.history.filter == wanted and not views.history.loading and views.history is not before,
        f"{wanted} read",
    ).history


def whole(client: Client, wanted: HistoryFilter) -> list[HistoryView]:
    """The view after each page."""
    views = [read(client, wanted)]
    while views[-1].has_more:
        assert len(views) < 10
        views.append(read(client, wanted, more=True))
    return views


def ids(rows: tuple[Record, ...]) -> list[int]:
    return [int(row.id) for row in rows]


def truth(lived: Past, kind: RecordKind) -> dict[int, dict[str, Any]]:
    """What the exchange holds, by id."""
    state, funding = lived.client.control.state(), lived.client.control.funding()
    held = {
        RecordKind.ORDERS: state["orders"],
        RecordKind.TRADES: state["trades"],
        RecordKind.DEPOSITS: funding["deposits"],
        RecordKind.WITHDRAWALS: funding["withdrawals"],
    }[kind]
    return {int(each["id"]): each for each in held}


@pytest.mark.parametrize("kind", list(RecordKind))
def test_everything_comes_in_pages_newest_first(lived: Past, kind: RecordKind) -> None:
    views = whole(lived.client, HistoryFilter(kind))
    expected = sorted(truth(lived, kind), reverse=True)
    assert len(expected) > 2 * PAGE_SIZE
    assert [len(view.rows) for view in views[:2]] == [PAGE_SIZE, 2 * PAGE_SIZE]
    for view in views:
        assert ids(view.rows) == expected[: len(view.rows)]
        assert view.problem == ""
        assert view.read_ms > 0
    assert len(views[-1].rows) == len(expected)
    lived.client.send(ReadHistory(HistoryFilter(kind), more=True))
    assert lived.client.views.history.rows == views[-1].rows


@pytest.mark.parametrize("kind", list(RecordKind))
@pytest.mark.parametrize("half", ["before", "after"])
def test_a_range_of_time(lived: Past, kind: RecordKind, half: str) -> None:
    wanted = (
        HistoryFilter(kind, to_ms=lived.middle_ms) if half == "before" else HistoryFilter(kind, from_ms=lived.middle_ms)
    )
    views = whole(lived.client, wanted)
    everything = whole(lived.client, HistoryFilter(kind))[-1].rows
    time_of = HISTORIES[kind].time_of
    expected = [row for row in everything if (time_of(row) < lived.middle_ms) is (half == "before")]
    assert 0 < len(expected) < len(everything)
    assert list(views[-1].rows) == expected
    # Pages are full although the exchange itself may not know this filter.
    assert len(views[0].rows) >= min(PAGE_SIZE, len(expected))


def test_orders_by_market_side_and_state(lived: Past) -> None:
    client = lived.client
    held = truth(lived, RecordKind.ORDERS).values()
    filters: list[tuple[HistoryFilter, Callable[[dict[str, Any]], bool]]] = [
        (HistoryFilter(RecordKind.ORDERS, market="ethzar"), lambda order: order["market"] == "ethzar"),
        (HistoryFilter(RecordKind.ORDERS, side=Side.SELL), lambda order: order["side"] == "sell"),
        (HistoryFilter(RecordKind.ORDERS, state="wait"), lambda order: order["state"] == "wait"),
        (
            HistoryFilter(RecordKind.ORDERS, market="btczar", side=Side.BUY, state="cancel"),
            lambda order: order["state"] == "cancel",
        ),
    ]
    for wanted, fits in filters:
        rows = whole(client, wanted)[-1].rows
        assert ids(rows) == sorted((order["id"] for order in held if fits(order)), reverse=True)
        assert all(isinstance(row, OrderRecord) for row in rows)
    assert len(whole(client, HistoryFilter(RecordKind.ORDERS, state="wait"))[-1].rows) == RESTING
    assert len(whole(client, HistoryFilter(RecordKind.ORDERS, state="cancel"))[-1].rows) == CANCELLED


def test_trades_by_market_and_side_although_the_exchange_knows_no_sides(lived: Past) -> None:
    views = whole(lived.client, HistoryFilter(RecordKind.TRADES, market="btczar", side=Side.SELL))
    rows = views[-1].rows
    assert len(rows) >= SOLD
    assert len(views[0].rows) >= PAGE_SIZE
    assert all(isinstance(row, Fill) and (row.market, row.side) == ("btczar", Side.SELL) for row in rows)
    ether = whole(lived.client, HistoryFilter(RecordKind.TRADES, market="ethzar"))[-1].rows
    assert {row.market for row in ether if isinstance(row, Fill)} == {"ethzar"}


def test_money_by_currency_and_state(lived: Past) -> None:
    client = lived.client
    bitcoin = whole(client, HistoryFilter(RecordKind.DEPOSITS, currency="btc"))[-1].rows
    assert {row.currency for row in bitcoin if isinstance(row, Deposit)} == {"btc"}
    assert sum(row.amount == Decimal(1) for row in bitcoin if isinstance(row, Deposit)) == DEPOSITS // 5
    odd = whole(client, HistoryFilter(RecordKind.DEPOSITS, state="rejected"))[-1].rows
    held = truth(lived, RecordKind.DEPOSITS).values()
    assert ids(odd) == sorted((each["id"] for each in held if each["state"] == "rejected"), reverse=True)
    done = whole(client, HistoryFilter(RecordKind.WITHDRAWALS, currency="zar", state="succeed"))[-1].rows
    assert len(done) == WITHDRAWALS
    assert all(isinstance(row, Withdrawal) for row in done)
    assert whole(client, HistoryFilter(RecordKind.WITHDRAWALS, currency="eth"))[-1].rows == ()


def test_a_new_filter_drops_the_old_rows_and_the_old_answer(lived: Past, tmp_path: Path) -> None:
    client = lived.client
    read(client, HistoryFilter(RecordKind.TRADES))
    slow, quick = HistoryFilter(RecordKind.ORDERS), HistoryFilter(RecordKind.DEPOSITS, currency="btc")
    client.control.fault(kind="delay", ms=400, path="/market/orders", count=1)
    before = arrived(client)
    client.send(ReadHistory(slow))
    loading = client.wait(lambda views: views.history.filter == slow, "the new filter").history
    assert (loading.rows, loading.loading, loading.has_more) == ((), True, False)
    client.wait(lambda _: client.control.requests(after=before), "the question to arrive")
    shown = read(client, quick)
    client.wait(lambda _: client.control.requests(after=before)[0]["status"] == 200, "the answer to the first")
    # Several answers more have come after it when this is there.
    path = tmp_path / "out.csv"
    client.send(ExportHistory(HistoryFilter(RecordKind.DEPOSITS), path))
    client.wait(lambda views: views.history.export is not None and views.history.export.done, "the export")
    assert (client.views.history.filter, client.views.history.rows) == (quick, shown.rows)
    assert ids(read(client, quick).rows) == ids(shown.rows)


def test_a_page_that_cannot_be_read_is_told_and_what_was_read_stays(lived: Past) -> None:
    client, wanted = lived.client, HistoryFilter(RecordKind.DEPOSITS)
    first = read(client, wanted)
    client.control.fault(kind="reply", status=403, path="/account/deposits", method="GET", count=40)
    failed = read(client, wanted, more=True)
    assert failed.problem
    assert (failed.rows, failed.has_more) == (first.rows, True)
    client.control.fault(kind="clear")
    again = read(client, wanted, more=True)
    assert (again.problem, len(again.rows)) == ("", 2 * PAGE_SIZE)


def test_new_records_while_it_is_read_leave_no_hole_and_no_twin(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl") as client:
        client.live()
        for number in range(2 * PAGE_SIZE):
            client.control.deposit("zar", Decimal(1000 + number))
        wanted = HistoryFilter(RecordKind.DEPOSITS)
        shown = read(client, wanted)
        newest = int(shown.rows[0].id)
        while shown.has_more:
            client.control.deposit("zar", Decimal(7))
            shown = read(client, wanted, more=True)
        expected = [each["id"] for each in client.control.funding()["deposits"] if each["id"] <= newest]
        assert [number for number in ids(shown.rows) if number <= newest] == sorted(expected, reverse=True)
        assert len(set(ids(shown.rows))) == len(shown.rows)


def test_records_that_leave_a_filtered_list_while_it_is_read_take_no_others_with_them(
    exchange: Start, tmp_path: Path
) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", revision="trade") as client:
        client.live()
        # Ether takes twelve confirmations, bitcoin two: what is on top leaves first, and what is below moves up.
        slow = [client.control.incoming("eth", Decimal("0.01"))["id"] for _ in range(PAGE_SIZE + 10)]
        for _ in range(PAGE_SIZE):
            client.control.incoming("btc", Decimal("0.01"))
        wanted = HistoryFilter(RecordKind.DEPOSITS, state="submitted")
        assert {row.currency for row in read(client, wanted).rows if isinstance(row, Deposit)} == {"btc"}
        client.control.advance(4000)
        shown = read(client, wanted, more=True)
        while shown.has_more:
            shown = read(client, wanted, more=True)
        assert [row.id for row in reversed(shown.rows) if isinstance(row, Deposit) and row.currency == "eth"] == slow


def test_without_a_key_there_is_a_reason(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", credentials=False) as client:
        client.wait(lambda views: views.markets.markets, "the markets")
        client.send(ReadHistory(HistoryFilter(RecordKind.ORDERS)))
        shown = client.wait(lambda views: views.history.problem, "the reason").history
        assert "no API key" in shown.problem
        assert not shown.loading
