"""How a staged order's price and size move."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.types import Market, OrderType, Side
from captui.widgets.staging import Stage, held_price, held_size, moved_price, moved_size, preset_sizes
from tests import samples

D = Decimal
MARKET = samples.BTCZAR


def test_a_price_moves_by_the_step_onto_its_multiples() -> None:
    assert moved_price(D("834100.00"), 1, D("0.01"), MARKET) == D("834100.01")
    assert moved_price(D("834100.00"), -1, D("0.01"), MARKET) == D("834099.99")
    assert moved_price(D("834120"), 1, D(50), MARKET) == D("834150")
    assert moved_price(D("834120"), -1, D(50), MARKET) == D("834100")
    assert moved_price(D("834120"), 0, D(50), MARKET) == D("834120")


def test_a_price_stays_inside_the_markets_range() -> None:
    assert moved_price(D("200000"), -1, D(50), MARKET) == D("200000")
    assert held_price(D(1), MARKET) == D("200000")
    assert held_price(D(900_000), replace(MARKET, max_price=D("850000.005"))) == D("850000")
    assert held_price(D(0), replace(MARKET, min_price=D(0))) == D("0.01")


@pytest.mark.parametrize(
    ("size", "by", "expected"),
    [
        ("0.01", 1, "0.02"),
        ("0.02", 1, "0.05"),
        ("0.05", 1, "0.1"),
        ("0.01", -1, "0.005"),
        ("0.02", -1, "0.01"),
        ("0.0075", 1, "0.01"),
        ("0.0075", -1, "0.005"),
        ("0.01", 3, "0.1"),
    ],
)
def test_sizes_go_by_one_two_five(size: str, by: int, expected: str) -> None:
    assert moved_size(D(size), by, MARKET) == D(expected)


def test_a_size_never_falls_below_the_minimum() -> None:
    assert moved_size(D("0.00001"), -1, MARKET) == D("0.00001")
    assert moved_size(D(1), -1, samples.XRPZAR) == D(1)


@given(st.decimals("0.000000001", "100000", places=9), st.sampled_from(samples.MARKETS))
def test_a_held_size_is_whole_lots_and_large_enough(size: Decimal, market: Market) -> None:
    held = held_size(size, market)
    assert held % market.lot == 0
    assert held >= market.min_amount
    assert held <= max(size, market.min_amount)


def test_presets_are_round_and_worth_roughly_a_hundred_to_ten_thousand_rand() -> None:
    assert preset_sizes(MARKET, D("838498")) == (D("0.0001"), D("0.0005"), D("0.001"), D("0.005"), D("0.01"))
    assert preset_sizes(samples.XRPZAR, D("11.5"))[0] == D(5)


def test_presets_without_a_price_start_at_the_minimum() -> None:
    assert preset_sizes(MARKET, None)[0] == MARKET.min_amount


def test_the_next_size_is_what_was_chosen_last() -> None:
    stage = Stage(MARKET)
    assert stage.size(D("838498")) == D("0.0005")
    stage.chosen = D("0.02")
    assert stage.size(D("838498")) == D("0.02")
    draft = stage.placed(Side.BUY, D("834100"), D("838498"))
    assert (draft.volume, draft.price, draft.type, draft.post_only) == (D("0.02"), D("834100"), OrderType.LIMIT, False)


def test_the_users_presets_come_first() -> None:
    stage = Stage(MARKET, sizes=(D("0.3"), D("0.4")))
    assert stage.preset(1, None) == D("0.3")
    assert stage.preset(3, None) is None
    assert stage.size(None) == D("0.4")
    assert Stage(MARKET, sizes=(D("0.3"),)).size(None) == D("0.3")


def test_a_joined_order_follows_its_side_of_the_book() -> None:
    stage = Stage(MARKET, follows=Side.BUY)
    assert stage.followed(samples.book()) is None
    stage.draft = stage.placed(Side.BUY, D("830000"), None)
    followed = stage.followed(samples.book())
    assert followed is not None
    assert followed.price == D("835956.8")
    stage.follows = None
    assert stage.followed(samples.book()) == stage.draft
    stage.follows = Side.SELL
    assert stage.followed(replace(samples.book(), asks=())) == stage.draft


def test_moving_without_a_price_does_nothing() -> None:
    stage = Stage(MARKET)
    assert stage.moved(1, D(1)) is None
