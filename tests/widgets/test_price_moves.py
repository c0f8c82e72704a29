"""What is remembered of each price."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.types import Ticker
from captui.widgets.market_rows import PriceMove
from captui.widgets.price_moves import LIT_MS, PriceMoves
from tests import samples


def at(last: str) -> dict[str, Ticker]:
    return {"btczar": replace(samples.ticker(), last=Decimal(last))}


def test_the_first_price_is_no_move() -> None:
    moves = PriceMoves()
    moves.note(at("5"), 0)
    moves.note(at("5"), 10)
    assert moves.of("btczar", 10) is None
    assert moves.of("unknown", 10) is None
    assert not moves.lit(10)


def test_a_move_is_lit_and_then_only_remembered() -> None:
    moves = PriceMoves()
    moves.note(at("5"), 0)
    moves.note(at("6"), 100)
    assert moves.of("btczar", 100 + LIT_MS - 1) == PriceMove(up=True, fresh=True)
    assert moves.of("btczar", 100 + LIT_MS) == PriceMove(up=True, fresh=False)
    moves.note(at("6"), 5_000)
    assert moves.of("btczar", 5_000) == PriceMove(up=True, fresh=False)
    moves.note(at("5.99"), 6_000)
    assert moves.of("btczar", 6_000) == PriceMove(up=False, fresh=True)


def test_rows_are_due_until_a_second_after_the_light_went_out() -> None:
    moves = PriceMoves()
    moves.note(at("5"), 0)
    moves.note(at("6"), 0)
    assert moves.lit(LIT_MS + 999)
    assert not moves.lit(LIT_MS + 1_000)
