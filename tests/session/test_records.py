"""The local history of a session on a real exchange: filled, gone on with, kept apart, and nothing that trades waits for it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui.core import codec
from captui.core.fifo import CostBasis, Position, trading_order
from captui.core.types import OrderStatus, Side
from captui.session import history_reading, history_sync, history_walk, local_history
from captui.session.commands import RebuildHistory
from captui.session.views import Views
from captui.simulator.server import Endpoints
from tests.history.made import opened
from tests.paths import ROOT
from tests.session.client import Client, exchange_process

PAGE = 10
Start = Callable[..., Endpoints]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_reading, "PAGE", PAGE)
    monkeypatch.setattr(history_reading, "PAUSE_S", 0.01)
    monkeypatch.setattr(history_walk, "OVERLAP_MS", 2000)
    monkeypatch.setattr(history_sync, "SETTLE_S", 0.05)
    monkeypatch.setattr(history_sync, "RETRY_WAITS_S", (0.05,))
    monkeypatch.setattr(local_history, "OPEN_WAITS_S", (0.0, 0.05))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


@pytest.fixture
def begin(exchange: Start, tmp_path: Path, path: Path) -> Callable[..., Client]:
    """Makes clients, all of one exchange, which is made with the first. `recording=False` for one that keeps nothing."""
    made: list[Endpoints] = []

    def make(*, recording: bool = True, **options: Any) -> Client:
        if not made:
            made.append(exchange())
        return Client(
            made[0], tmp_path / "journal.jsonl", settings={"history_path": path if recording else None}, **options
        )

    return make


def trade(client: Client, count: int, *, every_ms: int = 1500) -> int:
    """At least so many own trades in all, bought and sold by turns. Returns how many there are; as time passes, the exchange's makers
    trade too."""
    side = Side.BUY
    while (trades := len(listed(client))) < count:
        book = client.views.book
        assert book.best_bid is not None
        assert book.best_ask is not None
        price = book.best_bid.price + 1 if side is Side.BUY else book.best_ask.price - 1
        key = client.place(side, price, "0.02")
        client.wait_status(key, OrderStatus.WAIT, OrderStatus.DONE)
        for _ in range(min(count - trades, 15)):
            order = client.order(key)
            if order is None or order.status is OrderStatus.DONE:
                break
            client.control.trade("btczar", side.opposite.value, Decimal("0.001"), price)
            client.control.advance(every_ms)
        client.cancel(key)
        client.wait_status(key, OrderStatus.CANCELLED, OrderStatus.DONE)
        side = side.opposite
    return trades


def listed(client: Client) -> list[dict[str, Any]]:
    """The exchange's own list."""
    return list(client.control.state()["trades"])


def truth(client: Client) -> dict[str, Position]:
    """Positions from the exchange's own list."""
    basis = CostBasis()
    for fill in sorted(codec.fills(json.dumps(listed(client)).encode()), key=trading_order):
        market = client.views.markets.of(fill.market)
        assert market is not None
        basis.apply(fill, base=market.base, quote=market.quote)
    return basis.positions()


def refuse_trades(client: Client) -> None:
    """Until the faults are cleared."""
    client.control.fault(kind="reply", status=403, path="/market/trades", count=10**6)


def complete(client: Client, trades: int | None = None) -> Views:
    """Waits until everything is recorded and reckoned with."""
    wanted, positions = len(listed(client)) if trades is None else trades, truth(client)
    return client.wait(
        lambda views: (
            views.portfolio.sync.done
            and views.portfolio.trades == wanted
            and views.portfolio.positions == positions
            and not views.portfolio.sync.problem
        ),
        f"{wanted} trades recorded",
    )


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def asked(client: Client, path: str = "market/trades") -> list[dict[str, str]]:
    """The queries of the requests for the history, oldest first: only they ask for the oldest first."""
    arrived = [dict(one["query"]) for one in client.control.requests() if one["path"].endswith(path)]
    return [query for query in arrived if query.get("order_by") == "asc"]


@pytest.mark.parametrize("every_ms", [1500, 0])
@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_everything_is_recorded_page_by_page_and_once(
    begin: Callable[..., Client], path: Path, every_ms: int, revision: str
) -> None:
    with begin(recording=False) as client:
        client.live()
        trades = trade(client, 3 * PAGE + 5, every_ms=every_ms)
    with begin(revision=revision) as client:
        client.live()
        views = complete(client, trades)
        assert views.portfolio.kept
        assert views.portfolio.sync.trades >= trades
        assert views.portfolio.since_ms == codec.fills(json.dumps(listed(client)).encode())[0].time_ms
        client.told(f"All {trades} of your trades")
        assert len(asked(client)) > 3
    assert rows(path, "SELECT count(*), min(settled) FROM trades") == [(trades, 1)]


def test_what_is_traded_while_the_pages_are_read_is_in_it(
    begin: Callable[..., Client], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin(recording=False) as client:
        client.live()
        before = trade(client, 3 * PAGE)
    monkeypatch.setattr(history_reading, "PAUSE_S", 0.5)
    with begin() as client:
        client.live()
        client.wait(lambda views: 0 < views.portfolio.sync.trades < 2 * PAGE, "the first page")
        refuse_trades(client)
        after = trade(client, before + 3, every_ms=100)
        assert not client.views.portfolio.sync.done
        client.control.fault(kind="clear")
        complete(client, after)
    assert rows(path, "SELECT count(*), count(DISTINCT id), min(settled) FROM trades") == [(after, after, 1)]


def test_the_next_start_reads_only_what_is_new(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        trade(client, 2 * PAGE + 3)
        complete(client)
    with begin(recording=False) as client:
        client.live()
        client.control.advance(120_000)
        count = len(listed(client))
        trade(client, count + 4)
        requests = len(asked(client))
    with begin() as client:
        # Known before the exchange has said anything.
        early = client.wait(lambda views: views.portfolio.trades, "the record of the run before")
        assert early.portfolio.positions
        client.live()
        complete(client)
        new = asked(client)[requests:]
        assert all("time_from" in query for query in new)
        assert client.views.portfolio.sync.trades < count
        assert not client.was_told("of your trades are in the local history now")


def test_a_trade_is_recorded_as_it_arrives_and_reckoned_with_once_the_list_shows_it(
    begin: Callable[..., Client], path: Path
) -> None:
    with begin() as client:
        client.live()
        complete(client)
        refuse_trades(client)
        trade(client, 1, every_ms=0)
        client.wait(lambda views: views.portfolio.trades == 1, "the trade")
        client.wait(lambda views: views.portfolio.sync.problem, "the refused look at the list")
        assert client.views.portfolio.positions == {}
        assert rows(path, "SELECT settled FROM trades") == [(0,)]
        client.control.fault(kind="clear")
        views = complete(client, 1)
        assert views.portfolio.positions["btc"].cost > 0
        assert rows(path, "SELECT settled FROM trades") == [(1,)]


def test_what_is_traded_while_the_line_is_down_is_read_when_it_is_back(begin: Callable[..., Client]) -> None:
    with begin() as client:
        client.live()
        trade(client, 5)
        complete(client)
        bid = client.views.book.best_bid
        assert bid is not None
        key = client.place(Side.BUY, bid.price + 1, "0.01")
        client.wait_status(key, OrderStatus.WAIT)
        client.control.fault(kind="drop_websockets")
        client.control.trade("btczar", "sell", Decimal("0.001"), bid.price + 1)
        complete(client)


def test_accounts_share_a_file_and_do_not_see_each_other(
    begin: Callable[..., Client], exchange: Start, tmp_path: Path, path: Path
) -> None:
    with begin() as client:
        client.live()
        trade(client, 5)
        complete(client)
        with Client(exchange(), tmp_path / "other.jsonl", settings={"history_path": path}) as other:
            other.live()
            views = complete(other, 0)
            assert views.portfolio.since_ms is None
            assert views.portfolio.positions == {}
    assert len(rows(path, "SELECT * FROM scopes")) == 2


def test_two_sessions_of_one_account_fill_one_record(begin: Callable[..., Client], path: Path) -> None:
    with begin() as one:
        one.live()
        with begin() as two:
            two.live()
            trades = trade(two, 2 * PAGE)
            complete(one, trades)
            complete(two, trades)
    assert rows(path, "SELECT count(*) FROM trades") == [(trades,)]


def test_read_anew_it_is_the_same(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        trades = trade(client, PAGE + 5)
        before = complete(client).portfolio
        client.send(RebuildHistory())
        client.told("is being read anew")
        views = complete(client, trades)
        assert views.portfolio.positions == before.positions
        assert views.portfolio.equity[: len(before.equity)] == before.equity


def test_errors_are_told_and_it_goes_on(begin: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    with begin(recording=False) as client:
        client.live()
        trades = trade(client, 2 * PAGE + 5)
    with begin() as client:
        client.live()
        complete(client)
        refuse_trades(client)
        client.send(RebuildHistory())
        client.wait(lambda views: views.portfolio.sync.problem, "a problem")
        client.control.fault(kind="clear")
        views = complete(client, trades)
        assert views.portfolio.sync.problem == ""
        assert views.connection.can_trade


def test_orders_are_recorded_as_they_end(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        done = [client.resting().id for _ in range(PAGE + 3)]
        stays = client.resting(away="2000")
        for order in client.views.orders.open[1:]:
            client.cancel(order.key)
        for order_id in done:
            client.wait(
                lambda _, wanted=order_id: wanted in {order.id for order in client.views.orders.closed},  # type: ignore[misc]
                "cancelled",
            )
        complete(client)
        client.wait(
            lambda _: rows(path, "SELECT state, count(*) FROM orders GROUP BY state")[:1] == [("cancel", PAGE + 3)],
            "every end recorded",
        )
    with begin(recording=False) as client:
        client.live()
        client.cancel(stays.key)
        client.wait_status(stays.key, OrderStatus.CANCELLED)
    with begin() as client:
        client.live()
        complete(client)
        truth = {(order["id"], order["state"]) for order in client.exchange_orders().values()}
        assert set(rows(path, "SELECT id, state FROM orders")) == truth


def test_orders_that_ended_while_nobody_looked_are_looked_up(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        stays = client.resting(away="2000")
        client.send(RebuildHistory())
        client.wait(lambda _: rows(path, "SELECT state FROM orders") == [("wait",)], "recorded while open")
        complete(client)
    with begin(recording=False) as client:
        client.live()
        client.cancel(stays.key)
        client.wait_status(stays.key, OrderStatus.CANCELLED)
        # Long ago by now, and no longer on the first page of the newest.
        client.control.advance(120_000)
        for _ in range(3):
            client.cancel(client.resting().key)
    with begin() as client:
        client.live()
        complete(client)
        assert (stays.id, "cancel") in rows(path, "SELECT id, state FROM orders")


def test_without_a_key_there_is_nothing_to_keep(begin: Callable[..., Client], path: Path) -> None:
    with begin(credentials=False) as client:
        views = client.wait(lambda views: views.portfolio.sync.problem, "why nothing is kept")
        assert not views.portfolio.kept
        assert views.portfolio.sync.problem == "Without an API key there is nothing to record."
        client.send(RebuildHistory())
        client.told("cannot be read anew")
    assert not path.parent.exists()


def test_without_a_path_nothing_is_kept(begin: Callable[..., Client], path: Path) -> None:
    with begin(recording=False) as client:
        views = client.live()
        assert not views.portfolio.kept
        assert views.portfolio.sync.problem == "This session keeps no local history."
    assert not path.exists()


def test_a_damaged_file_is_set_aside_and_filled_anew(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        trades = trade(client, 5)
        complete(client)
    wait_for(lambda: not path.with_name("history.sqlite-wal").exists(), "the file closed")
    path.write_bytes(path.read_bytes()[:5000])
    with begin() as client:
        client.live()
        complete(client, trades)
        assert "history.sqlite.damaged" in client.told("was damaged").text
    assert path.with_name("history.sqlite.damaged").stat().st_size == 5000


def test_damage_while_it_runs_costs_nothing_but_reading(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        trades = trade(client, 5)
        complete(client)
        client.wait(lambda views: views.portfolio.equity, "a value of the account")
        value = client.views.portfolio.equity
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE trades SET amount = 'much', settled = 1")
            connection.execute("DELETE FROM cost_bases")
            connection.execute("UPDATE scopes SET epoch = epoch + 1")
            connection.commit()
        trades = trade(client, trades + 1)
        client.told("was damaged")
        views = complete(client, trades)
        assert views.portfolio.equity == value
    assert rows(path, "SELECT at_ms FROM account_values") == [(value[0].at_ms,)]


def test_deleted_while_it_runs_it_is_filled_again(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        trades = trade(client, 5)
        complete(client)
        client.wait(lambda views: views.portfolio.equity, "a value of the account")
        value = client.views.portfolio.equity
        path.unlink()
        trades = trade(client, trades + 1)
        client.told("is gone, and is begun anew")
        views = complete(client, trades)
        assert views.portfolio.equity[: len(value)] == value
        wait_for(lambda: rows(path, "SELECT count(*), min(settled) FROM trades") == [(trades, 1)], "filled again")
        assert rows(path, "SELECT at_ms FROM account_values ORDER BY at_ms")[0] == (value[0].at_ms,)


def test_a_file_that_another_program_holds_is_done_without(
    begin: Callable[..., Client], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_history, "WAIT_S", 0.05)
    with opened(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other, begin() as client:
        other.execute("BEGIN IMMEDIATE")
        client.live()
        views = client.wait(lambda views: not views.portfolio.kept, "without it")
        assert "another program is writing to it" in views.portfolio.sync.problem
        assert "goes on without it" in client.told("another program").text
        trade(client, 2)
        other.execute("ROLLBACK")
        client.wait(lambda views: views.portfolio.kept, "with it")
        complete(client)


_FILL_SLOWLY = """
import json, sys, time
from pathlib import Path
from captui.session import history_reading
history_reading.PAGE = 10
history_reading.PAUSE_S = 0.3
from captui.simulator.server import Endpoints
from tests.session.client import Client
endpoints, journal, path = json.loads(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
with Client(Endpoints(**endpoints), journal, settings={"history_path": path}) as client:
    while True:
        client.wait(lambda views: True, "")
        print(client.views.portfolio.sync.trades, flush=True)
        time.sleep(0.01)
"""


def test_killed_while_it_fills_the_next_run_goes_on_without_a_hole(tmp_path: Path, path: Path) -> None:
    with exchange_process(manual_clock=True) as endpoints:
        settings = {"history_path": path}
        with Client(endpoints, tmp_path / "journal.jsonl") as client:
            client.live()
            trades = trade(client, 6 * PAGE)
        for pages in (1, 3):
            process = subprocess.Popen(
                [sys.executable, "-c", _FILL_SLOWLY, json.dumps(_plain(endpoints)), tmp_path / "j", path],
                stdout=subprocess.PIPE,
                cwd=ROOT,
            )
            assert process.stdout is not None
            while int(process.stdout.readline()) < pages * PAGE:
                pass
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            process.stdout.close()
            assert 0 < rows(path, "SELECT count(*) FROM trades WHERE settled = 1")[0][0] < trades
        with Client(endpoints, tmp_path / "journal.jsonl", settings=settings) as client:
            client.live()
            complete(client, trades)
            assert client.views.portfolio.sync.trades < trades


def _plain(endpoints: Endpoints) -> dict[str, object]:
    return {name: getattr(endpoints, name) for name in endpoints.__dataclass_fields__}


def test_the_account_is_valued_once_everything_is_live(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        views = client.wait(lambda views: views.portfolio.equity, "a value")
        assert views.portfolio.equity[0].value == views.balances.total_value
    with begin() as client:
        # What the run before recorded is there before anything is live.
        client.wait(lambda views: views.portfolio.equity, "the value of the run before")
        assert client.views.portfolio.equity[0] == views.portfolio.equity[0]
        client.live()
        complete(client)
    minutes = [at_ms // 60_000 for (at_ms,) in rows(path, "SELECT at_ms FROM account_values")]
    assert len(minutes) == len(set(minutes)) <= 2


def test_a_trade_with_oneself_is_recorded_on_both_sides(begin: Callable[..., Client], path: Path) -> None:
    with begin() as client:
        client.live()
        bid = client.views.book.best_bid
        assert bid is not None
        key = client.place(Side.BUY, bid.price + 1, "0.002")
        client.wait_status(key, OrderStatus.WAIT)
        client.wait_status(client.place(Side.SELL, bid.price + 1, "0.002"), OrderStatus.DONE)
        client.wait(lambda views: views.portfolio.trades == 2, "both sides")
        complete(client, 2)
    assert sorted(rows(path, "SELECT side, settled FROM trades")) == [("buy", 1), ("sell", 1)]
    assert len(rows(path, "SELECT DISTINCT id FROM trades")) == 1
