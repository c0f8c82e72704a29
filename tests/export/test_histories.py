"""What belongs into an export, and in which order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.types import Fill, Side
from captui.export.histories import DEPOSIT_HISTORY, ORDER_HISTORY, TRADE_HISTORY, WITHDRAWAL_HISTORY

FILL = Fill(
    id="9",
    market="btczar",
    side=Side.BUY,
    price=Decimal(1),
    amount=Decimal(1),
    total=Decimal(1),
    fee=None,
    fee_currency="",
    maker=None,
    order_id=1,
    custom_order_id="",
    time_ms=1000,
)


def test_a_range_has_its_start_and_not_its_end() -> None:
    fills = [replace(FILL, id=str(ms), time_ms=ms) for ms in (999, 1000, 1999, 2000)]
    held = TRADE_HISTORY.oldest_first(reversed(fills), from_ms=1000, to_ms=2000)
    assert [fill.time_ms for fill in held] == [1000, 1999]
    assert len(TRADE_HISTORY.oldest_first(fills, from_ms=None, to_ms=None)) == 4


def test_trades_of_one_millisecond_come_in_the_order_of_their_numbers() -> None:
    fills = [
        replace(FILL, id="10"),
        FILL,
        replace(FILL, side=Side.SELL, order_id=2),
        replace(FILL, id="8", time_ms=2000),
    ]
    ordered = TRADE_HISTORY.oldest_first(fills, from_ms=None, to_ms=None)
    assert [(fill.id, fill.side) for fill in ordered] == [
        ("9", Side.BUY),
        ("9", Side.SELL),
        ("10", Side.BUY),
        ("8", Side.BUY),
    ]


def test_the_two_sides_of_a_trade_with_oneself_are_two_records() -> None:
    assert TRADE_HISTORY.identity(FILL) != TRADE_HISTORY.identity(replace(FILL, side=Side.SELL, order_id=2))
    assert TRADE_HISTORY.identity(FILL) == TRADE_HISTORY.identity(replace(FILL, fee=Decimal(1)))


def test_every_history_tells_when_whom_and_how_it_is_told_apart() -> None:
    """What a tax return needs is among the columns, under names that stay."""
    fields = {
        history.what: {column.field for column in history.columns}
        for history in (ORDER_HISTORY, TRADE_HISTORY, DEPOSIT_HISTORY, WITHDRAWAL_HISTORY)
    }
    assert fields["trades"] >= {
        "id",
        "created_at",
        "market",
        "side",
        "price",
        "amount",
        "total",
        "fee_amount",
        "fee_currency",
    }
    assert fields["orders"] >= {
        "id",
        "created_at",
        "market",
        "side",
        "price",
        "origin_volume",
        "executed_volume",
        "state",
    }
    assert fields["deposits"] >= {"id", "created_at", "currency", "amount", "fee", "txid", "state"}
    assert fields["withdrawals"] >= {"id", "created_at", "currency", "amount", "fee", "rid", "state"}
