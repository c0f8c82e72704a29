from __future__ import annotations

from decimal import Decimal

import pytest

from captui.simulator import wire
from captui.simulator.candles import DayFigures
from captui.simulator.markets import CURRENCIES
from captui.simulator.orders import Side
from captui.simulator.venue import BalanceNotice, BookUpdate
from captui.simulator.wire import Revision
from tests.simulator.venues import limit, market_order, venue


def test_times_are_iso_with_the_offset_of_south_africa_and_whole_seconds() -> None:
    assert wire.iso(1_702_023_419_999) == "2023-12-08T10:16:59+02:00"


def test_a_market_order_has_no_price() -> None:
    made = venue()
    made.place(limit(Side.SELL, "850000", "0.1"))
    order = made.orders[made.place(market_order(Side.BUY, "0.1")).id]
    assert wire.order(order, revision=Revision.TRADE)["price"] is None
    assert wire.order_event(order)["order"]["price"] is None


def test_only_the_newer_revision_tells_post_only() -> None:
    made = venue()
    order = made.orders[made.place(limit(Side.BUY, "800000", "0.1", post_only=True)).id]
    assert "post_only" not in wire.order(order, revision=Revision.TRADE)
    assert wire.order(order, revision=Revision.ATLAS)["post_only"] is True


def test_the_event_knows_neither_uuid_nor_custom_id() -> None:
    made = venue()
    order = made.orders[made.place(limit(Side.BUY, "800000", "0.1")).id]
    assert not {"uuid", "custom_order_id"} & set(wire.order_event(order)["order"])


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        (False, {"currency": "zar", "balance": "70.5", "locked": "30.0"}),
        (True, {"currency": "zar", "balance": "100.5", "available": "70.5", "locked": "30.0"}),
    ],
)
def test_a_balance_means_what_its_shape_says(newer: bool, expected: dict[str, str]) -> None:
    held = BalanceNotice("zar", Decimal("70.5"), Decimal(30))
    assert wire.balance_event(held, newer=newer) == {"balance": expected}
    assert wire.balance(held) == {"currency": "zar", "balance": "70.5", "locked": "30.0"}


@pytest.mark.parametrize(
    ("update", "content"),
    [
        (
            BookUpdate("btczar", 4, (("1.0", "2.0"),), (("3.0", ""),), flat=False),
            {"asks": (("1.0", "2.0"),), "bids": (("3.0", ""),), "sequence": 4},
        ),
        (BookUpdate("btczar", 5, (("1.0", "0.0"),), (), flat=True), {"asks": ("1.0", "0.0"), "sequence": 5}),
        (BookUpdate("btczar", 6, (), (("1.0", "2.0"),), flat=True), {"bids": ("1.0", "2.0"), "sequence": 6}),
    ],
)
def test_increments_are_nested_or_flat(update: BookUpdate, content: wire.Record) -> None:
    assert wire.book_increment(update) == {"btczar.ob-inc": content}


def test_a_ticker_tells_the_change_with_its_sign() -> None:
    day = DayFigures(*(Decimal(number) for number in ("100", "120", "90", "95", "10", "1000")))
    entry = wire.ticker(day, at_ms=5_000)["ticker"]
    assert entry["price_change_percent"] == "-5.00%"
    assert (entry["avg_price"], entry["vol"], entry["at"]) == ("100.0", "1000.0", 5)


def test_a_currency_has_every_field_of_the_document() -> None:
    assert set(wire.currency(CURRENCIES["btc"], deposits=True, withdrawals=True)) == {
        "id", "name", "symbol", "explorer_transaction", "explorer_address", "type", "deposit_enabled", "withdrawal_enabled",
        "deposit_fee", "min_deposit_amount", "withdraw_fee", "min_withdraw_amount", "withdraw_limit_24h", "withdraw_limit_72h",
        "base_factor", "precision", "position", "icon_url", "min_confirmations",
    }  # fmt: skip
