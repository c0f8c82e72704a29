"""Cost and profit, against an oracle in fractions that starts from the beginning every time."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.fifo import COST_STEP, CostBasis, Position, trading_order
from captui.core.types import Fill, Side

D = Decimal
MARKETS = {"btczar": ("btc", "zar"), "ethzar": ("eth", "zar"), "ethbtc": ("eth", "btc"), "btceth": ("btc", "eth")}
CURRENCIES = ("zar", "btc", "eth", "cape")


def fill(
    side: Side,
    amount: str,
    total: str,
    *,
    fee: str | None = "0",
    fee_currency: str = "",
    market: str = "btczar",
    at: int = 1,
    number: str = "1",
    order: int = 1,
) -> Fill:
    return Fill(
        id=number,
        market=market,
        side=side,
        price=D(total) / D(amount),
        amount=D(amount),
        total=D(total),
        fee=None if fee is None else D(fee),
        fee_currency=fee_currency,
        maker=None,
        order_id=order,
        custom_order_id="",
        time_ms=at,
    )


def basis_of(*fills: Fill) -> CostBasis:
    basis = CostBasis()
    for one in sorted(fills, key=trading_order):
        base, quote = MARKETS[one.market]
        basis.apply(one, base=base, quote=quote)
    return basis


def positions(*fills: Fill) -> dict[str, Position]:
    return {name: held for name, held in basis_of(*fills).positions().items() if name != "zar"}


def test_a_purchase_costs_all_the_rand_and_brings_what_the_fee_left() -> None:
    assert positions(fill(Side.BUY, "1", "1000", fee="0.002", fee_currency="btc")) == {
        "btc": Position("btc", amount=D("0.998"), cost=D(1000), first_ms=1)
    }


def test_a_fee_in_rand_is_part_of_the_cost_of_a_purchase() -> None:
    assert positions(fill(Side.BUY, "1", "1000", fee="2", fee_currency="zar"))["btc"] == Position(
        "btc", amount=D(1), cost=D(1002), first_ms=1
    )


def test_a_fee_whose_currency_is_not_told_is_in_what_was_received() -> None:
    assert positions(fill(Side.BUY, "1", "1000", fee="0.1"))["btc"].amount == D("0.9")


def test_the_oldest_is_sold_first() -> None:
    held = positions(
        fill(Side.BUY, "1", "100", at=1),
        fill(Side.BUY, "1", "200", at=2, number="2"),
        fill(Side.SELL, "1.5", "450", fee="9", fee_currency="zar", at=3, number="3"),
    )["btc"]
    assert held == Position("btc", amount=D("0.5"), cost=D(100), realised=D(441) - D(200), first_ms=2)
    assert held.average == D(200)
    assert held.unrealised(D(300)) == D(50)


def test_what_was_never_bought_is_sold_without_a_profit() -> None:
    assert positions(fill(Side.SELL, "2", "600"))["btc"] == Position("btc", uncosted=D(2))


def test_only_the_part_with_a_cost_has_a_profit() -> None:
    held = positions(fill(Side.BUY, "1", "100"), fill(Side.SELL, "4", "800", at=2, number="2"))["btc"]
    assert held == Position("btc", realised=D(100), uncosted=D(3))
    assert held.average is None


def test_a_coin_for_a_coin_moves_the_cost_along() -> None:
    held = positions(
        fill(Side.BUY, "2", "1000", at=1),
        fill(Side.BUY, "10", "1", market="ethbtc", fee="0.5", fee_currency="eth", at=2, number="2"),
        fill(Side.SELL, "9.5", "700", market="ethzar", at=3, number="3"),
    )
    assert held["btc"] == Position("btc", amount=D(1), cost=D(500), first_ms=1)
    assert held["eth"] == Position("eth", realised=D(200))


def test_a_coin_for_a_coin_whose_cost_is_half_known() -> None:
    held = positions(
        fill(Side.BUY, "1", "100", at=1),
        fill(Side.SELL, "2", "8", market="btceth", at=2, number="2"),
    )
    assert held["btc"] == Position("btc", uncosted=D(1))
    assert held["eth"] == Position("eth", amount=D(4), cost=D(100), first_ms=2)


def test_a_fee_in_a_third_currency_adds_what_that_had_cost() -> None:
    basis = basis_of(fill(Side.BUY, "1", "100"))
    basis.apply(fill(Side.BUY, "10", "50", fee="0.5", fee_currency="btc"), base="eth", quote="zar")
    held = basis.positions()
    assert (held["btc"].amount, held["btc"].cost) == (D("0.5"), D(50))
    assert (held["eth"].amount, held["eth"].cost) == (D(10), D(100))


def test_a_trade_with_oneself_counts_on_both_sides() -> None:
    both = positions(
        fill(Side.SELL, "1", "100", fee="1", fee_currency="zar", order=1),
        fill(Side.BUY, "1", "100", order=2),
    )["btc"]
    assert both == Position("btc", realised=D(-1))
    older = positions(
        fill(Side.BUY, "1", "40", at=0, number="0"),
        fill(Side.SELL, "1", "100", order=1),
        fill(Side.BUY, "1", "100", order=2),
    )["btc"]
    assert older == Position("btc", amount=D(1), cost=D(100), realised=D(60), first_ms=1)


def test_a_fee_that_is_not_told_is_none() -> None:
    assert positions(fill(Side.BUY, "1", "100", fee=None))["btc"].amount == D(1)


def test_money_that_bought_nothing_is_lost() -> None:
    assert positions(fill(Side.BUY, "1", "100", fee="1", fee_currency="btc"))["btc"] == Position(
        "btc", realised=D(-100)
    )


def test_trades_are_in_order_of_time_then_number_of_their_id() -> None:
    made = [fill(Side.BUY, "1", "1", number=number, at=at) for at, number in ((2, "1"), (1, "10"), (1, "9"))]
    assert [(one.time_ms, one.id) for one in sorted(made, key=trading_order)] == [(1, "9"), (1, "10"), (2, "1")]


@pytest.mark.parametrize("damaged", [{}, {"home": "zar", "holdings": {"btc": {"lots": [["x", "1", 1]]}}}])
def test_what_is_no_state_is_refused(damaged: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError, ArithmeticError)):
        CostBasis.restored(damaged)


# Properties

_NUMBERS = st.integers(50, 5000).map(lambda hundredths: D(hundredths).scaleb(-2))


@st.composite
def _fills(draw: st.DrawFn) -> Fill:
    amount, total = draw(_NUMBERS), draw(_NUMBERS)
    side = draw(st.sampled_from(Side))
    market = draw(st.sampled_from(sorted(MARKETS)))
    base, quote = MARKETS[market]
    fee_currency = draw(st.sampled_from((*CURRENCIES, "")))
    received, received_currency = (amount, base) if side is Side.BUY else (total, quote)
    fee = draw(st.sampled_from((D(0), D("0.001"), D("0.002"), D("0.5"), D(1), None)))
    share = None if fee is None else fee * (received if fee_currency in ("", received_currency) else D(3))
    return Fill(
        id=str(draw(st.integers(1, 300))),
        market=market,
        side=side,
        price=D(1),
        amount=amount,
        total=total,
        fee=share,
        fee_currency=fee_currency,
        maker=None,
        order_id=draw(st.integers(1, 50)),
        custom_order_id="",
        time_ms=draw(st.integers(0, 40)),
    )


class Oracle:
    """The rules once more, in fractions, with every sum made from the whole list of what happened."""

    def __init__(self, fills: list[Fill]) -> None:
        self.lots: dict[str, list[tuple[Fraction, Fraction]]] = {name: [] for name in CURRENCIES}
        self.bought = dict.fromkeys(CURRENCIES, Fraction(0))
        self.sold = dict.fromkeys(CURRENCIES, Fraction(0))
        self.realised = dict.fromkeys(CURRENCIES, Fraction(0))
        self.uncosted = dict.fromkeys(CURRENCIES, Fraction(0))
        for one in fills:
            self._trade(one)

    def _trade(self, one: Fill) -> None:
        base, quote = MARKETS[one.market]
        buying = one.side is Side.BUY
        moves = {base: Fraction(one.amount) * (1 if buying else -1)}
        moves[quote] = Fraction(one.total) * (-1 if buying else 1)
        into, out = (base, quote) if buying else (quote, base)
        fee_currency, fee = one.fee_currency or into, Fraction(one.fee or 0)
        cost = Fraction(0)
        if fee_currency in moves:
            moves[fee_currency] -= fee
        else:
            cost += fee if fee_currency == "zar" else self._remove(fee_currency, fee)[1]
        if out == "zar":
            self._add(into, moves[into], cost - moves[out])
            return
        covered, spent = self._remove(out, -moves[out])
        if into == "zar":
            self.realised[out] += (moves[into] - cost) * covered - spent
        else:
            self._add(into, moves[into] * covered, cost + spent)

    def _add(self, currency: str, amount: Fraction, cost: Fraction) -> None:
        if amount > 0:
            self.bought[currency] += amount
            self.lots[currency].append((amount, cost))
        else:
            self.realised[currency] -= cost

    def _remove(self, currency: str, amount: Fraction) -> tuple[Fraction, Fraction]:
        """The covered part of it, between 0 and 1, and its cost."""
        have = sum((lot for lot, _ in self.lots[currency]), Fraction(0))
        taken = min(have, amount)
        self.sold[currency] += amount
        self.uncosted[currency] += amount - taken
        kept, cost, passed = [], Fraction(0), Fraction(0)
        for lot, price in self.lots[currency]:
            share = min(max(taken - passed, Fraction(0)), lot)
            passed += lot
            cost += price * share / lot
            if share < lot:
                kept.append((lot - share, price * (lot - share) / lot))
        self.lots[currency] = kept
        return (taken / amount if amount else Fraction(0)), cost


_CLOSE = 10**9 * Fraction(COST_STEP)


def _close(value: Decimal, truth: Fraction) -> bool:
    """Each of a few dozen divisions loses less than a step, multiplied on by what is sold for what."""
    return abs(Fraction(value) - truth) <= _CLOSE * max(Fraction(1), abs(truth))


@given(st.lists(_fills(), max_size=30))
def test_amounts_costs_and_profits_are_those_of_the_oracle(fills: list[Fill]) -> None:
    ordered = sorted(fills, key=trading_order)
    oracle, found = Oracle(ordered), positions(*ordered)
    for currency, held in found.items():
        lots = oracle.lots[currency]
        assert _close(held.amount, sum((amount for amount, _ in lots), Fraction(0)))
        assert _close(held.cost, sum((cost for _, cost in lots), Fraction(0)))
        assert _close(held.realised, oracle.realised[currency])
        assert _close(held.uncosted, oracle.uncosted[currency])


_RAND = ("btczar", "ethzar")


@given(st.lists(_fills().filter(lambda one: one.market in _RAND and one.fee_currency != "cape"), max_size=30))
def test_nothing_is_lost_and_nothing_made(fills: list[Fill]) -> None:
    """Against rand alone nothing is divided but costs: amounts are exact to the last digit, and so is every sum of costs."""
    ordered = sorted(fills, key=trading_order)
    oracle, found = Oracle(ordered), positions(*ordered)
    for currency, held in found.items():
        left_and_gone = Fraction(held.amount) + oracle.sold[currency] - Fraction(held.uncosted)
        assert oracle.bought[currency] == left_and_gone


@given(st.lists(st.tuples(st.sampled_from(Side), _NUMBERS, _NUMBERS), max_size=30))
def test_all_that_was_paid_is_in_what_is_left_or_in_what_was_sold(trades: list[tuple[Side, Decimal, Decimal]]) -> None:
    basis, paid, proceeds, closed = CostBasis(), Fraction(0), Fraction(0), D(0)
    for number, (side, amount, total) in enumerate(trades):
        # Nothing is sold that is not there: then every rand of the proceeds is in the profit.
        held = basis.positions().get("btc", Position("btc")).amount
        amount = amount if side is Side.BUY else min(amount, held)
        if not amount:
            continue
        one = fill(side, str(amount), str(total), at=number, number=str(number))
        basis.apply(one, base="btc", quote="zar")
        if side is Side.BUY:
            paid += Fraction(total)
        else:
            proceeds += Fraction(total)
            closed += amount
    held_now = basis.positions().get("btc", Position("btc"))
    assert held_now.uncosted == 0
    assert Fraction(held_now.cost) + (proceeds - Fraction(held_now.realised)) == paid


@given(st.lists(_fills(), max_size=30), st.integers(0, 30))
def test_what_was_put_away_goes_on_as_if_it_had_not_been(fills: list[Fill], at: int) -> None:
    ordered = sorted(fills, key=trading_order)
    basis = basis_of(*ordered[:at])
    restored = CostBasis.restored(json.loads(json.dumps(basis.state())))
    assert restored.positions() == basis.positions()
    assert restored.lot_count == basis.lot_count
    for one in ordered[at:]:
        base, quote = MARKETS[one.market]
        basis.apply(one, base=base, quote=quote)
        restored.apply(one, base=base, quote=quote)
    assert restored.positions() == basis.positions()
