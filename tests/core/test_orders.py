from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.events import OrderRecord, OrderState
from captui.core.orders import (
    TRANSITIONS,
    FillLedger,
    OrderEvent,
    after,
    apply,
    drafted,
    fill,
    from_record,
    observe,
)
from captui.core.types import Fill, Order, OrderDraft, OrderStatus, OrderType, Side
from captui.errors import LifecycleError
from tests.core.strategies import History, histories

DRAFT = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, Decimal(900_000), Decimal(10))
EXCHANGE_FINAL = {OrderStatus.DONE, OrderStatus.CANCELLED, OrderStatus.REJECTED}
OBSERVATIONS = {OrderEvent.PENDING, OrderEvent.PLACED, OrderEvent.FILLED, OrderEvent.CANCELLED, OrderEvent.REJECTED}

MISTAKES = {
    # An order without an id at the exchange cannot be cancelled, nor one that has ended.
    *product(
        [OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.ABSENT, *EXCHANGE_FINAL], [OrderEvent.CANCEL_ASKED]
    ),
    # Nor can a cancel fail that could not be asked for.
    *product([OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.ABSENT], [OrderEvent.CANCEL_FAILED]),
}


def record(state: str, executed: int = 0, *, at: int = 2_000, custom_id: str | None = "c-7") -> OrderRecord:
    return OrderRecord(
        id=7,
        uuid="u-7",
        custom_id=custom_id,
        market="btczar",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=Decimal(900_000),
        average_price=Decimal(899_000) if executed else None,
        state=OrderState(state),
        volume=Decimal(10),
        remaining=Decimal(10 - executed),
        executed=Decimal(executed),
        post_only=None,
        created_ms=1_500,
        updated_ms=at,
        trades_count=0,
    )


def trade(identity: int, amount: int, price: int = 899_000, order_id: int = 7) -> Fill:
    return Fill(
        id=str(identity),
        market="btczar",
        side=Side.BUY,
        price=Decimal(price),
        amount=Decimal(amount),
        total=Decimal(price * amount),
        fee=None,
        fee_currency="",
        maker=None,
        order_id=order_id,
        custom_order_id="",
        time_ms=3_000 + identity,
    )


@pytest.mark.parametrize(("status", "event"), list(product(OrderStatus, OrderEvent)), ids=lambda value: value.value)
def test_every_pair_has_a_row_or_is_a_mistake_of_ours(status: OrderStatus, event: OrderEvent) -> None:
    if (status, event) in MISTAKES:
        with pytest.raises(LifecycleError) as caught:
            after(status, event)
        assert status.value in str(caught.value)
        assert event.value in str(caught.value)
        return
    result = after(status, event)
    assert result is TRANSITIONS[status, event]
    if status in EXCHANGE_FINAL:
        assert result is status, "a final state of the exchange never leaves"
    if event in OBSERVATIONS:
        assert result is not OrderStatus.UNKNOWN, "an order that was seen is known"
        assert result not in (OrderStatus.SENDING, OrderStatus.ABSENT)


def test_the_table_names_no_pair_twice_and_no_stranger() -> None:
    assert set(TRANSITIONS) == set(product(OrderStatus, OrderEvent)) - MISTAKES


def ending(start: Order, history: History, order_of_arrival: list[int]) -> Order:
    """The order after everything that was told, in this order of arrival; numbers past the end are repeats."""
    ledger = FillLedger()
    facts: list[OrderRecord | Fill] = [*history.records, *history.fills]
    order = start
    for index in order_of_arrival:
        fact = facts[index % len(facts)]
        if isinstance(fact, Fill):
            ledger.add(fact)
        else:
            order = observe(order, fact)
        order = fill(order, ledger.of(7))
    return order


@given(histories(), st.randoms(use_true_random=False), st.booleans())
def test_any_permutation_with_repeats_ends_in_the_same_order(history: History, rng: random.Random, ours: bool) -> None:
    start = drafted(replace(DRAFT, volume=history.volume), "c-7", 500)
    if not ours:
        start = from_record(history.records[-2], ours=False)
    count = len(history.records) + len(history.fills)
    straight = list(range(count))
    shuffled = straight + [rng.randrange(count) for _ in range(rng.randrange(count + 1))]
    rng.shuffle(shuffled)
    assert ending(start, history, shuffled) == ending(start, history, straight)


@given(histories(), st.randoms(use_true_random=False))
def test_nothing_moves_backwards(history: History, rng: random.Random) -> None:
    facts: list[OrderRecord | Fill] = [*history.records, *history.fills] * 2
    rng.shuffle(facts)
    ledger = FillLedger()
    order = drafted(replace(DRAFT, volume=history.volume), "c-7", 500)
    for fact in facts:
        before = order
        if isinstance(fact, Fill):
            ledger.add(fact)
            order = fill(order, ledger.of(7))
        else:
            order = observe(order, fact)
        assert order.executed >= before.executed
        assert order.updated_ms >= before.updated_ms or before.id is None
        assert before.status not in EXCHANGE_FINAL or order.status is before.status
        assert 0 <= order.executed <= order.volume
    told = sum((one.amount for one in ledger.of(7)), Decimal(0))
    assert order.executed == told, "every fill counted once"
    if told:
        value = sum((one.price * one.amount for one in ledger.of(7)), Decimal(0))
        assert order.average_price == value / told


def test_a_draft_is_sending_and_ours() -> None:
    order = drafted(DRAFT, "c-7", 500)
    assert (order.key, order.status, order.ours, order.id) == ("c-7", OrderStatus.SENDING, True, None)
    with pytest.raises(ValueError, match="custom id"):
        drafted(DRAFT, "", 500)


def test_the_stream_may_be_faster_than_the_answer() -> None:
    order = observe(drafted(DRAFT, "c-7", 500), record("wait", at=2_500, custom_id=None))
    assert order.status is OrderStatus.WAIT
    answered = observe(order, record("pending", at=2_000))
    assert (answered.status, answered.updated_ms) == (OrderStatus.WAIT, 2_500)


def test_a_lost_answer_is_unknown_until_the_order_is_found_or_absent() -> None:
    lost = apply(drafted(DRAFT, "c-7", 500), OrderEvent.LOST, reason="No answer within 10 s.", now_ms=900)
    assert (lost.status, lost.reason, lost.updated_ms) == (OrderStatus.UNKNOWN, "No answer within 10 s.", 900)
    found = observe(lost, record("wait"))
    assert (found.status, found.reason, found.id, found.created_ms) == (OrderStatus.WAIT, "", 7, 1_500)
    absent = apply(lost, OrderEvent.ABSENT, reason="It never reached the exchange.", now_ms=60_000)
    assert absent.status.is_final
    assert observe(absent, record("wait")).status is OrderStatus.WAIT, "what turns up after all is shown"


def test_an_answer_that_was_taken_for_a_refusal_gives_way_to_the_record() -> None:
    refused = apply(drafted(DRAFT, "c-7", 500), OrderEvent.REFUSED, reason="Too many requests.", now_ms=900)
    assert refused.status is OrderStatus.REJECTED
    found = observe(refused, record("wait"))
    assert found.status is OrderStatus.WAIT
    rejected = observe(drafted(DRAFT, "c-7", 500), record("reject"))
    assert observe(rejected, record("wait")).status is OrderStatus.REJECTED, "the exchange's own word is final"


def test_a_cancel_only_asks() -> None:
    asked = apply(observe(drafted(DRAFT, "c-7", 500), record("wait")), OrderEvent.CANCEL_ASKED, now_ms=3_000)
    assert asked.status is OrderStatus.CANCELLING
    assert observe(asked, record("wait", 4)).status is OrderStatus.CANCELLING, "the answer is the order as it stood"
    assert observe(asked, record("done", 10)).status is OrderStatus.DONE
    cancelled = observe(asked, record("cancel", 4))
    assert (cancelled.status, cancelled.executed, cancelled.remaining) == (
        OrderStatus.CANCELLED,
        Decimal(4),
        Decimal(6),
    )
    assert apply(asked, OrderEvent.CANCEL_FAILED, reason="It had gone.", now_ms=4_000).status is OrderStatus.WAIT


def test_a_fill_proves_that_the_order_exists() -> None:
    lost = apply(drafted(DRAFT, "c-7", 500), OrderEvent.LOST, now_ms=900)
    assert fill(lost, [trade(1, 4)]).status is OrderStatus.WAIT
    assert fill(lost, [trade(1, 4), trade(2, 6)]).status is OrderStatus.DONE
    assert fill(lost, []) is lost


def test_fills_that_are_behind_the_records_change_nothing() -> None:
    order = observe(drafted(DRAFT, "c-7", 500), record("wait", 5))
    assert fill(order, [trade(1, 4)]) is order


def test_late_fills_of_a_cancelled_order_still_count() -> None:
    order = observe(drafted(DRAFT, "c-7", 500), record("cancel", 3))
    grown = fill(order, [trade(1, 3), trade(2, 1)])
    assert (grown.status, grown.executed) == (OrderStatus.CANCELLED, Decimal(4))


def test_an_event_that_changes_nothing_leaves_the_order_as_it_was() -> None:
    order = observe(drafted(DRAFT, "c-7", 500), record("wait"))
    assert apply(order, OrderEvent.LOST, now_ms=9_000) is order
    done = observe(order, record("done", 10))
    assert apply(done, OrderEvent.CANCEL_FAILED, reason="It was already filled.", now_ms=9_000) is done
    noted = apply(order, OrderEvent.CANCEL_FAILED, reason="It could not be cancelled.", now_ms=9_000)
    assert (noted.status, noted.reason) == (OrderStatus.WAIT, "It could not be cancelled.")


@pytest.mark.parametrize("event", [OrderEvent.LOST, OrderEvent.REFUSED, OrderEvent.ABSENT])
def test_what_became_of_the_request_no_longer_matters_once_the_order_is_seen(event: OrderEvent) -> None:
    order = observe(drafted(DRAFT, "c-7", 500), record("wait"))
    assert apply(order, event, reason="The answer was lost.", now_ms=9_000) is order


def test_an_order_rejected_later_says_so() -> None:
    rejected = observe(drafted(DRAFT, "c-7", 500), record("reject"))
    assert (rejected.status, rejected.reason) == (OrderStatus.REJECTED, "The exchange rejected the order.")
    refused = apply(drafted(DRAFT, "c-7", 500), OrderEvent.REFUSED, reason="There is not enough money.", now_ms=900)
    assert (refused.status, refused.reason) == (OrderStatus.REJECTED, "There is not enough money.")


def test_orders_met_at_the_exchange_have_a_key_of_their_own() -> None:
    assert from_record(record("wait"), ours=True).key == "c-7"
    strange = from_record(record("wait", custom_id=None), ours=False)
    assert (strange.key, strange.custom_id, strange.ours) == ("#7", "", False)
    named = observe(strange, record("wait"))
    assert (named.key, named.custom_id) == ("#7", "c-7"), "a key never changes"


def test_another_orders_record_is_a_mistake() -> None:
    order = from_record(record("wait"), ours=True)
    with pytest.raises(ValueError, match="order 8"):
        observe(order, replace(record("wait"), id=8))


def test_the_ledger_counts_once_and_completes() -> None:
    ledger = FillLedger()
    with_fee = replace(trade(1, 4), fee=Decimal("0.008"), fee_currency="btc", maker=False)
    assert ledger.add(trade(1, 4))
    assert not ledger.add(with_fee)
    assert not ledger.add(trade(1, 4))
    assert ledger.of(7) == (with_fee,)
    assert ledger.of(8) == ()


def test_a_trade_with_oneself_is_two_fills_with_one_id() -> None:
    ledger = FillLedger()
    assert ledger.add(trade(1, 4, order_id=7))
    assert ledger.add(replace(trade(1, 4, order_id=8), side=Side.SELL))
    assert {one.order_id for one in ledger.newest(5)} == {7, 8}
    assert len(ledger.newest(1)) == 1


def test_fills_come_in_the_order_in_which_they_happened() -> None:
    ledger = FillLedger()
    for identity in (10, 9, 11):
        ledger.add(replace(trade(identity, 1), time_ms=5_000))
    assert [one.id for one in ledger.of(7)] == ["9", "10", "11"]
    assert [one.id for one in ledger.newest(2)] == ["11", "10"]
