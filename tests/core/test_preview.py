from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.fees import Fees
from captui.core.preview import Preview, preview
from captui.core.types import Level, OrderDraft, OrderType, Side
from tests.core.strategies import BTCZAR, drafts, side_of_book

D = Decimal
ASKS = (Level(D(500_100), D(1)), Level(D(500_200), D(2)), Level(D(500_300), D(4)))
BIDS = (Level(D(499_900), D(1)), Level(D(499_800), D(2)), Level(D(499_700), D(4)))
FEES = Fees()


def draft(side: str, volume: str, price: str | None = None) -> OrderDraft:
    kind = OrderType.MARKET if price is None else OrderType.LIMIT
    return OrderDraft("btczar", Side(side), kind, None if price is None else D(price), D(volume))


def shown(
    what: OrderDraft,
    bids: tuple[Level, ...] = BIDS,
    asks: tuple[Level, ...] = ASKS,
    available: dict[str, Decimal] | None = None,
) -> Preview:
    return preview(what, market=BTCZAR, bids=bids, asks=asks, available=available or {}, fees=FEES)


def test_a_buy_that_rests() -> None:
    what = shown(draft("buy", "2", "499800"), available={"zar": D(1_000_000)})
    assert what == Preview(
        value=D(999_600),
        fee=D("0.002"),
        fee_currency="btc",
        fee_value=D("999.6"),
        maker=True,
        matches=(),
        matched=D(0),
        average_price=None,
        rests=D(2),
        ahead=D(3),
        distance_percent=D("-0.04"),
        spends=D(999_600),
        spend_currency="zar",
        left=D(400),
        receives=D("1.998"),
        receive_currency="btc",
        shortfall=D(0),
    )


def test_a_buy_that_matches_and_rests() -> None:
    what = shown(draft("buy", "5", "500200"))
    assert what.matches == (Level(D(500_100), D(1)), Level(D(500_200), D(2)))
    assert (what.matched, what.rests, what.ahead, what.maker) == (D(3), D(2), D(0), False)
    assert what.average_price == D(1_500_500) / 3
    assert what.fee == D(3) * FEES.taker + D(2) * FEES.maker
    assert what.fee_value == D(1_500_500) * FEES.taker + D(2) * 500_200 * FEES.maker
    assert what.spends == what.value == D(2_501_000)
    assert what.left is None


def test_a_sell_at_the_market() -> None:
    what = shown(draft("sell", "2"), available={"btc": D("1.5")})
    assert what.matches == (Level(D(499_900), D(1)), Level(D(499_800), D(1)))
    assert (what.value, what.fee_currency, what.fee, what.fee_value) == (D(999_700), "zar", D("1999.4"), D("1999.4"))
    assert (what.spends, what.spend_currency, what.left) == (D(2), "btc", D("-0.5"))
    assert (what.receives, what.receive_currency) == (D("997700.6"), "zar")
    assert what.distance_percent == D("-0.03")


def test_a_market_order_that_outruns_the_book() -> None:
    what = shown(draft("buy", "9"))
    assert (what.matched, what.rests, what.shortfall) == (D(7), D(0), D(2))
    assert what.spends == what.value == D(500_100) + 2 * D(500_200) + 4 * D(500_300)


def test_a_sell_that_rests_waits_behind_its_price_and_better_ones() -> None:
    assert shown(draft("sell", "1", "500200")).ahead == 3
    assert shown(draft("sell", "1", "500150")).ahead == 1
    assert shown(draft("sell", "1", "500000")).ahead == 0


def test_without_a_book_there_is_no_distance() -> None:
    assert shown(draft("buy", "1", "500000"), (), ()).distance_percent is None
    assert shown(draft("buy", "1"), (), ()).distance_percent is None
    assert shown(draft("buy", "1", "500100"), (), ASKS).distance_percent == 0


def test_impossible_drafts_are_refused() -> None:
    with pytest.raises(ValueError, match="price"):
        shown(replace(draft("buy", "1", "1"), price=None))
    with pytest.raises(ValueError, match="negative"):
        shown(draft("buy", "-1", "1"))


@given(
    drafts(sound=True), side_of_book(ascending=False), side_of_book(ascending=True), st.integers(0, 10**7).map(Decimal)
)
def test_nothing_is_made_or_lost(
    what: OrderDraft, bids: tuple[Level, ...], asks: tuple[Level, ...], have: Decimal
) -> None:
    seen = preview(what, market=BTCZAR, bids=bids, asks=asks, available={"zar": have, "btc": have}, fees=FEES)
    assert seen.matched + seen.rests + seen.shortfall == what.volume
    assert seen.matched == sum(level.amount for level in seen.matches)
    assert seen.left == have - seen.spends
    cost = sum((level.price * level.amount for level in seen.matches), D(0))
    limit = what.price or D(0)
    gross = seen.matched + seen.rests if what.side is Side.BUY else cost + limit * seen.rests
    assert seen.receives + seen.fee == gross
    assert seen.maker == (what.type is OrderType.LIMIT and not seen.matches)
    assert {seen.spend_currency, seen.receive_currency} == {"btc", "zar"}
    assert seen.fee_currency == seen.receive_currency
    if seen.average_price is not None:
        assert min(x.price for x in seen.matches) <= seen.average_price <= max(x.price for x in seen.matches)
    opposite = asks if what.side is Side.BUY else bids
    for taken, level in zip(seen.matches, opposite, strict=False):
        assert taken.price == level.price
        assert 0 < taken.amount <= level.amount
        assert what.price is None or (level.price <= what.price if what.side is Side.BUY else level.price >= what.price)
    # A level is only touched when every better one has been taken whole.
    assert all(taken == level for taken, level in zip(seen.matches[:-1], opposite, strict=False))
    if what.side is Side.BUY and what.type is OrderType.LIMIT:
        assert seen.spends >= cost + limit * seen.rests
