"""What hypothesis may make of this domain: exact numbers, levels, books, histories of an order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from captui.core.events import OrderRecord, OrderState
from captui.core.types import Fill, Level, Market, OrderDraft, OrderType, Side

BTCZAR = Market(
    id="btczar",
    name="BTC/ZAR",
    base="btc",
    quote="zar",
    min_price=Decimal(200_000),
    max_price=Decimal(1_200_000),
    min_amount=Decimal("0.00001"),
    amount_precision=8,
    price_precision=2,
    enabled=True,
)


def amounts(*, min_value: int = 0, max_value: int = 10**30) -> st.SearchStrategy[Decimal]:
    """Decimals of up to 38 digits, with trailing zeros and exponents as they come."""
    return st.builds(
        lambda digits, places: Decimal(digits).scaleb(-places) if places else Decimal(digits),
        st.integers(min_value, max_value),
        st.integers(0, 8),
    )


def levels(prices: st.SearchStrategy[int], *, removals: bool) -> st.SearchStrategy[tuple[Level, ...]]:
    smallest = 0 if removals else 1
    level = st.builds(lambda price, lots: Level(Decimal(price), Decimal(lots) / 4), prices, st.integers(smallest, 40))
    return st.lists(level, max_size=6).map(tuple)


def side_of_book(*, ascending: bool) -> st.SearchStrategy[tuple[Level, ...]]:
    """Sorted, prices unique, best first; bids below 500 000, asks from there."""
    prices = st.integers(500_000, 520_000) if ascending else st.integers(480_000, 499_999)
    return st.dictionaries(prices, st.integers(1, 10**9), max_size=8).map(
        lambda side: tuple(
            Level(Decimal(price), Decimal(lots).scaleb(-8))
            for price, lots in sorted(side.items(), reverse=not ascending)
        )
    )


def drafts(*, sound: bool = False) -> st.SearchStrategy[OrderDraft]:
    """Any draft at all, or (`sound`) one whose numbers and shape make sense."""
    if sound:
        price = st.integers(47_000_000, 53_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
        volume = st.integers(0, 3 * 10**9).map(lambda lots: Decimal(lots).scaleb(-8))
        limit = st.builds(
            OrderDraft, st.just("btczar"), st.sampled_from(Side), st.just(OrderType.LIMIT), price, volume, st.booleans()
        )
        market = st.builds(
            OrderDraft, st.just("btczar"), st.sampled_from(Side), st.just(OrderType.MARKET), st.none(), volume
        )
        return limit | market
    anything = st.decimals(allow_nan=True, allow_infinity=True)
    return st.builds(
        OrderDraft,
        st.sampled_from(["btczar", "ethzar", ""]),
        st.sampled_from(Side),
        st.sampled_from(OrderType),
        st.none() | anything,
        anything,
        st.booleans(),
    )


@dataclass(frozen=True)
class History:
    """What one order went through at the exchange, and every record and fill that told of it."""

    volume: Decimal
    records: tuple[OrderRecord, ...]
    fills: tuple[Fill, ...]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A consistent life: accepted, placed, some fills, and perhaps an end; each step told of by REST, by the stream, or both."""
    lots = draw(st.lists(st.integers(1, 50), max_size=5))
    prices = [Decimal(draw(st.integers(800_000, 900_000))) for _ in lots]
    ending = (
        draw(st.sampled_from(["open", "done", "cancel"]))
        if lots
        else draw(st.sampled_from(["open", "cancel", "reject"]))
    )
    unfilled = 0 if ending == "done" else draw(st.integers(1, 50))
    volume = Decimal(sum(lots) + unfilled)

    def record(state: OrderState, count: int, at: int, *, from_rest: bool) -> OrderRecord:
        executed = Decimal(sum(lots[:count]))
        value = sum((price * lot for price, lot in zip(prices[:count], lots[:count], strict=True)), Decimal(0))
        return OrderRecord(
            id=7,
            uuid="u-7" if from_rest else "",
            custom_id="c-7" if from_rest else None,
            market="btczar",
            side=Side.BUY,
            type=OrderType.LIMIT,
            price=Decimal(900_000),
            # Servers round it, each source its own way.
            average_price=round(value / executed, 2 if from_rest else 5) if executed else None,
            state=state,
            volume=volume,
            remaining=volume - executed,
            executed=executed,
            post_only=False if from_rest else None,
            created_ms=1_000,
            updated_ms=at,
            trades_count=count,
        )

    steps: list[tuple[OrderState, int]] = [(OrderState.PENDING, 0)]
    if ending == "reject":
        steps.append((OrderState.REJECT, 0))
    else:
        steps.append((OrderState.WAIT, 0))
        steps += [(OrderState.WAIT, count) for count in range(1, len(lots) + (ending != "done"))]
        if ending != "open":
            steps.append((OrderState(ending), len(lots)))
    told = draw(
        st.lists(st.sampled_from(["rest", "stream", "both", "nobody"]), min_size=len(steps), max_size=len(steps))
    )
    records = []
    for index, ((state, count), source) in enumerate(zip(steps, told, strict=True)):
        # The last word is always told, by both: what the permutations must agree on.
        last = index == len(steps) - 1
        if last or source in ("rest", "both"):
            records.append(record(state, count, 1_000 + index, from_rest=True))
        if last or source in ("stream", "both"):
            records.append(record(state, count, 1_000 + index, from_rest=False))
    fills = []
    for index, (price, lot) in enumerate(zip(prices, lots, strict=True)):
        older = Fill(
            id=str(100 + index),
            market="btczar",
            side=Side.BUY,
            price=price,
            amount=Decimal(lot),
            total=price * lot,
            fee=None,
            fee_currency="",
            maker=True,
            order_id=7,
            custom_order_id="",
            time_ms=1_001 + index,
        )
        newer = Fill(
            **{name: getattr(older, name) for name in Fill.__dataclass_fields__}
            | {"fee": Decimal("0.1"), "fee_currency": "btc"}
        )
        fills += draw(st.sampled_from([[older], [newer], [older, newer]]))
    return History(volume, tuple(records), tuple(fills))
