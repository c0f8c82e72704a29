"""A past from a seed: orders, own trades, deposits and withdrawals of the sample account, newest first."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from captui.core.events import OrderRecord, OrderState
from captui.core.funding import Deposit, DepositState, Withdrawal, WithdrawalState
from captui.core.types import Fill, OrderType, Side
from captui.session.commands import HistoryFilter, RecordKind
from captui.session.history_views import HistoryView, Record
from captui.session.views import Views
from tests import samples

D = Decimal
_HOUR = 3_600_000
_DAY = 24 * _HOUR
_TXID = "9f4d0a1b7c3e5d2f8a6b4c1e0d9f7a3b5c2e8d1f6a4b7c0e3d9f5a2b8c1e4d7f"


def order(number: int = 0, **changes: Any) -> OrderRecord:
    """The newest but `number`."""
    rng = random.Random(number)
    market = samples.MARKETS[number % 3]
    side = Side.BUY if rng.random() < 0.6 else Side.SELL
    kind = OrderType.MARKET if number % 5 == 3 else OrderType.LIMIT
    state = OrderState.WAIT if number == 0 else OrderState.CANCEL if number % 6 == 4 else OrderState.DONE
    price = market.min_price * 4 + D(rng.randint(0, 10_000)) / 100
    volume = D(rng.randint(1, 90_000)) / 10_000
    executed = volume if state is OrderState.DONE else volume / 4 if number == 0 else D(0)
    made = samples.NOW_MS - number * 7 * _HOUR - 600_000
    record = OrderRecord(
        id=71_000 - number,
        uuid=f"6f1c2a0e-0000-4000-8000-{number:012}",
        custom_id=f"c0ffee00-0000-4000-8000-{number:012}" if number % 2 == 0 else "",
        market=market.id,
        side=side,
        type=kind,
        price=price if kind is OrderType.LIMIT else None,
        average_price=price if executed else None,
        state=state,
        volume=volume,
        remaining=volume - executed,
        executed=executed,
        post_only=number % 4 == 2,
        created_ms=made,
        updated_ms=made + 60_000,
        trades_count=2 if executed else 0,
    )
    return replace(record, **changes)


def orders(count: int = 50, *, first: int = 0) -> tuple[OrderRecord, ...]:
    return tuple(order(number) for number in range(first, first + count))


def trade(number: int = 0, **changes: Any) -> Fill:
    rng = random.Random(100 + number)
    market = samples.MARKETS[number % 3]
    side = Side.BUY if number % 3 != 1 else Side.SELL
    price = market.min_price * 4 + D(rng.randint(0, 10_000)) / 100
    amount = D(rng.randint(1, 9_000)) / 10_000
    fee = (amount if side is Side.BUY else price * amount) * D("0.001")
    fill = Fill(
        id=str(40_000 - number),
        market=market.id,
        side=side,
        price=price,
        amount=amount,
        total=price * amount,
        fee=fee,
        fee_currency=market.base if side is Side.BUY else "zar",
        maker=number % 2 == 0,
        order_id=71_000 - number,
        custom_order_id="",
        time_ms=samples.NOW_MS - number * 9 * _HOUR - 300_000,
    )
    return replace(fill, **changes)


def trades(count: int = 50, *, first: int = 0) -> tuple[Fill, ...]:
    return tuple(trade(number) for number in range(first, first + count))


def deposits() -> tuple[Deposit, ...]:
    rows = (
        ("btc", "0.25", "0", _TXID, 1, DepositState.SUBMITTED, 1),
        ("zar", "50000", "0", "", None, DepositState.ACCEPTED, 30),
        ("eth", "1.500000000000000001", "0", f"0x{_TXID}", 12, DepositState.COLLECTED, 300),
        ("zar", "250", "12.50", "", None, DepositState.ACCEPTED, 700),
        ("btc", "0.000005", "0", _TXID[::-1], 3, DepositState.SKIPPED, 900),
        ("zar", "25", "0", "", None, DepositState.REJECTED, 9_000),
    )
    return tuple(
        Deposit(
            id=500 - at,
            currency=currency,
            amount=D(amount),
            fee=D(fee),
            txid=txid,
            confirmations=confirmations,
            state=state.value,
            created_ms=samples.NOW_MS - hours * _HOUR,
            completed_ms=0 if state is DepositState.SUBMITTED else samples.NOW_MS - hours * _HOUR + 90_000,
            tid=f"TID{at:08X}",
        )
        for at, (currency, amount, fee, txid, confirmations, state, hours) in enumerate(rows)
    )


def withdrawals() -> tuple[Withdrawal, ...]:
    rows = (
        ("zar", "12500", "8.50", "", "FNB 62…1234", WithdrawalState.PROCESSING, "rent", 2),
        (
            "btc",
            "0.05",
            "0.00012",
            _TXID,
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            WithdrawalState.SUCCEED,
            "",
            60,
        ),
        ("zar", "400", "8.50", "", "FNB 62…1234", WithdrawalState.FAILED, "", 800),
        (
            "eth",
            "2",
            "0.003",
            f"0x{_TXID}",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            WithdrawalState.ERRORED,
            "",
            8_000,
        ),
    )
    return tuple(
        Withdrawal(
            id=300 - at,
            currency=currency,
            kind="fiat" if currency == "zar" else "coin",
            amount=D(amount),
            fee=D(fee),
            txid=txid,
            rid=rid,
            state=state.value,
            confirmations=None if currency == "zar" else 6,
            note=note,
            created_ms=samples.NOW_MS - hours * _HOUR,
            updated_ms=samples.NOW_MS - hours * _HOUR + 60_000,
            done_ms=samples.NOW_MS - hours * _HOUR + 120_000 if state is WithdrawalState.SUCCEED else 0,
        )
        for at, (currency, amount, fee, txid, rid, state, note, hours) in enumerate(rows)
    )


def rows(kind: RecordKind) -> tuple[Record, ...]:
    match kind:
        case RecordKind.ORDERS:
            return orders()
        case RecordKind.TRADES:
            return trades()
        case RecordKind.DEPOSITS:
            return deposits()
        case RecordKind.WITHDRAWALS:
            return withdrawals()


def view(kind: RecordKind = RecordKind.ORDERS, *, wanted: HistoryFilter | None = None, **changes: Any) -> HistoryView:
    """As read a moment ago; of orders and trades there are more."""
    made = HistoryView(
        filter=wanted or HistoryFilter(kind),
        rows=rows(kind),
        has_more=kind in (RecordKind.ORDERS, RecordKind.TRADES),
        read_ms=samples.NOW_MS - 4_000,
    )
    return replace(made, **changes)


def views(state: str = "live") -> Views:
    """The sample views of this state without orders and trades of a moment ago, and with no list read yet."""
    made = samples.views(state)
    orders, fills = replace(made.orders, open=(), closed=()), replace(made.fills, fills=())
    return replace(made, orders=orders, fills=fills)
