"""Whatever the order in which facts arrive, an order ends the same, and is one order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core import orders as lifecycle
from captui.core.events import OrderRecord, OrderState
from captui.core.orders import OrderEvent
from captui.core.types import Fill, Order, OrderDraft, OrderStatus, OrderType, Side
from captui.session.account import CLOSED_KEPT, FILLS_KEPT, HELD_KEPT, Account
from captui.session.context import SessionContext
from captui.session.settings import SessionSettings
from captui.session.views import Freshness

KEY = "5f0c2b7e-0000-4000-8000-000000000001"
DRAFT = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, Decimal(800_000), Decimal("0.01"))


def record(
    order_id: int = 7, state: OrderState = OrderState.WAIT, executed: str = "0", custom_id: str | None = None
) -> OrderRecord:
    return OrderRecord(
        id=order_id,
        uuid="",
        custom_id=custom_id,
        market="btczar",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=Decimal(800_000),
        average_price=Decimal(800_000) if Decimal(executed) else None,
        state=state,
        volume=Decimal("0.01"),
        remaining=Decimal("0.01") - Decimal(executed),
        executed=Decimal(executed),
        post_only=None,
        created_ms=1000,
        updated_ms=1000,
        trades_count=0,
    )


def fill(number: int, amount: str, order_id: int = 7, fee: str | None = "0.1") -> Fill:
    return Fill(
        id=str(number),
        market="btczar",
        side=Side.BUY,
        price=Decimal(800_000),
        amount=Decimal(amount),
        total=Decimal(800_000) * Decimal(amount),
        fee=None if fee is None else Decimal(fee),
        fee_currency="" if fee is None else "btc",
        maker=True,
        order_id=order_id,
        custom_order_id="",
        time_ms=1000 + number,
    )


@dataclass
class Bench:
    path: Path
    unmatched: list[int] = field(default_factory=list)
    resolved: list[Order] = field(default_factory=list)
    activity: int = 0

    def __post_init__(self) -> None:
        context = SessionContext(SessionSettings(journal_path=self.path))
        self.account = Account(context, on_activity=self._active, market_of=lambda _: None)
        self.account.on_unmatched = self.unmatched.append
        self.account.on_resolved = self.resolved.append

    def _active(self) -> None:
        self.activity += 1

    def send(self, key: str = KEY) -> None:
        self.account.draft(lifecycle.drafted(DRAFT, key, 1000))

    @property
    def orders(self) -> tuple[Order, ...]:
        view = self.account.orders_view()
        return (*view.open, *view.closed)


@pytest.fixture
async def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "journal.jsonl")


Fact = Callable[[Bench], object]

# What the exchange may say of one order that fills in two parts: by its stream, in answer to the create request, to a look-up.
FACTS: tuple[Fact, ...] = (
    lambda bench: bench.account.observe(record()),
    lambda bench: bench.account.observe(record(executed="0.004")),
    lambda bench: bench.account.observe(record(state=OrderState.DONE, executed="0.01")),
    lambda bench: bench.account.add_fill(fill(1, "0.004")),
    lambda bench: bench.account.add_fill(fill(2, "0.006", fee=None)),
    lambda bench: bench.account.add_fill(fill(2, "0.006"), live=False),
    lambda bench: bench.account.observe(record(executed="0.004", custom_id=KEY)),
)
ANSWERS: tuple[Fact, ...] = (
    lambda bench: bench.account.identify(KEY, record(state=OrderState.PENDING, custom_id=KEY)),
    # A server that does not repeat our id.
    lambda bench: bench.account.identify(KEY, record(state=OrderState.PENDING, custom_id="")),
)
FORGETFUL: tuple[Fact, ...] = (
    lambda bench: bench.account.observe(record(executed="0.004", custom_id="")),
    lambda bench: bench.account.observe(record(state=OrderState.DONE, executed="0.01", custom_id="")),
)


@given(st.lists(st.sampled_from(FACTS), max_size=12).flatmap(lambda more: st.permutations([*FACTS, *more, ANSWERS[0]])))
def test_any_order_of_arrival_ends_in_the_same_order(facts: list[Fact]) -> None:
    asyncio.run(_the_same_end(facts))


@given(
    st.lists(st.sampled_from(FORGETFUL), max_size=4).flatmap(
        lambda more: st.permutations([*FACTS[:6], *FORGETFUL, *more, ANSWERS[1]])
    )
)
def test_so_it_does_where_the_server_does_not_repeat_our_id(facts: list[Fact]) -> None:
    asyncio.run(_the_same_end(facts))


async def _the_same_end(facts: list[Fact]) -> None:
    bench = Bench(Path("unused"))
    bench.send()
    for fact in facts:
        fact(bench)
    (order,) = bench.orders
    assert (order.key, order.id, order.custom_id) == (KEY, 7, KEY)
    assert order.ours
    assert order.status is OrderStatus.DONE
    assert order.executed == order.volume == Decimal("0.01")
    assert order.average_price == Decimal(800_000)
    fills = bench.account.fills_view().fills
    assert sorted(one.id for one in fills) == ["1", "2"]
    assert all(one.fee is not None for one in fills)
    assert not bench.account.incomplete()
    assert len(bench.resolved) == 1


async def test_an_event_of_an_unknown_id_is_kept_while_a_request_is_on_its_way(bench: Bench) -> None:
    bench.send()
    bench.account.observe(record())
    assert bench.unmatched == []
    assert [order.id for order in bench.orders] == [None]

    bench.account.identify(KEY, record(state=OrderState.PENDING, custom_id=KEY))
    assert bench.unmatched == []
    assert [order.status for order in bench.orders] == [OrderStatus.WAIT]


async def test_once_no_request_is_on_its_way_it_is_somebody_else_s_and_fetched(bench: Bench) -> None:
    bench.send()
    bench.account.observe(record(order_id=8))
    bench.account.identify(KEY, record(order_id=7, custom_id=KEY))
    assert bench.unmatched == [8]


async def test_without_a_request_on_its_way_it_is_fetched_at_once(bench: Bench) -> None:
    bench.account.observe(record(order_id=8))
    bench.account.add_fill(fill(1, "0.004", order_id=9))
    assert bench.unmatched == [8, 9]
    bench.account.observe(record(order_id=9, executed="0.004", custom_id=""))
    (order,) = bench.orders
    assert order.key == "#9"
    assert order.executed == Decimal("0.004")
    assert not order.ours


async def test_a_lost_answer_makes_the_held_event_worth_fetching(bench: Bench) -> None:
    bench.send()
    bench.account.observe(record())
    bench.account.tell(KEY, OrderEvent.LOST, "The answer was lost.")
    assert bench.unmatched == [7]
    bench.account.observe(record(custom_id=KEY))
    assert [(order.key, order.status) for order in bench.orders] == [(KEY, OrderStatus.WAIT)]


async def test_two_orders_with_one_custom_id_are_two_orders(bench: Bench) -> None:
    bench.account.observe(record(order_id=7, custom_id="twin"))
    bench.account.observe(record(order_id=8, custom_id="twin"))
    assert {order.key for order in bench.orders} == {"twin", "#8"}
    assert {order.id for order in bench.orders} == {7, 8}


async def test_waiting_for_the_end_of_an_order(bench: Bench) -> None:
    bench.send()
    assert not await bench.account.wait_closed(KEY, 0.0)
    waiting = asyncio.create_task(bench.account.wait_closed(KEY, 10.0))
    await asyncio.sleep(0)
    bench.account.identify(KEY, record(state=OrderState.DONE, executed="0.01", custom_id=KEY))
    assert await waiting
    assert await bench.account.wait_closed(KEY, 0.0)
    assert await bench.account.wait_closed("never-was", 0.0)


async def test_what_a_copy_of_a_fill_tells(bench: Bench) -> None:
    bench.account.primed = True
    bench.account.observe(record(custom_id=""))
    assert bench.account.add_fill(fill(1, "0.004", fee=None))
    assert bench.account.incomplete()
    assert not bench.account.add_fill(fill(1, "0.004", fee=None))
    assert bench.account.add_fill(fill(1, "0.004"), live=False)
    assert not bench.account.add_fill(fill(1, "0.004"), live=False)
    assert not bench.account.incomplete()


async def test_a_later_record_asks_for_the_trades_that_it_speaks_of(bench: Bench) -> None:
    asked: list[bool] = []
    bench.account.on_incomplete = lambda: asked.append(True)
    bench.account.observe(record(custom_id=""))
    bench.account.observe(record(executed="0.004"))
    assert asked
    assert bench.account.incomplete()
    bench.account.add_fill(fill(1, "0.004"), live=False)
    assert not bench.account.incomplete()


async def test_an_event_that_has_no_place_is_not_an_error(bench: Bench) -> None:
    bench.account.observe(record(state=OrderState.DONE, executed="0.01", custom_id=KEY))
    assert bench.account.tell(KEY, OrderEvent.CANCEL_ASKED) is None
    assert bench.account.tell("never-was", OrderEvent.CANCEL_ASKED) is None


async def test_memory_is_bounded_and_the_newest_stay(bench: Bench) -> None:
    bench.account.primed = True
    bench.account.observe(record(order_id=1, custom_id=""))
    bench.account.add_fill(replace(fill(1, "0.001", order_id=1), time_ms=1))
    for number in range(2, 6 * CLOSED_KEPT):
        done = record(order_id=number, state=OrderState.DONE, executed="0.01", custom_id="")
        bench.account.observe(replace(done, updated_ms=1000 * number))
        bench.account.add_fill(fill(number, "0.01", order_id=number))
        if number % 100 == 0:
            bench.account.orders_view()
    view = bench.account.orders_view()
    assert [order.id for order in view.open] == [1]
    assert [order.id for order in view.closed] == list(range(6 * CLOSED_KEPT - 1, 5 * CLOSED_KEPT - 1, -1))
    assert len(bench.account._orders) <= 4 * CLOSED_KEPT + 200
    assert len(bench.account.fills_view().fills) == FILLS_KEPT
    assert bench.account._fill_count <= 4 * FILLS_KEPT
    # The open order's fill is as old as any, and still counts.
    bench.account.add_fill(fill(9_000_000, "0.009", order_id=1))
    order = bench.account.by_id(1)
    assert order is not None
    assert order.status is OrderStatus.DONE


async def test_ids_that_nobody_claims_are_bounded(bench: Bench) -> None:
    for number in range(HELD_KEPT + 100):
        bench.account.observe(record(order_id=number))
    assert len(bench.account._held) == HELD_KEPT


async def test_freshness_follows_the_connection(bench: Bench) -> None:
    assert bench.account.orders_view().freshness is Freshness.WAITING
    bench.account.current = bench.account.primed = True
    assert bench.account.orders_view().freshness is bench.account.fills_view().freshness is Freshness.LIVE
    bench.account.current = False
    assert bench.account.orders_view().freshness is Freshness.STALE
