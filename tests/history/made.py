"""Trades and orders as tests of the local history make them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from captui.core.types import Fill, Side
from captui.history.history import History

SCOPE = "exchange.example/abcd1234"


def pair_of(market: str) -> tuple[str, str]:
    return {"btczar": ("btc", "zar"), "ethbtc": ("eth", "btc")}.get(market, ("", ""))


def fill(
    number: int | str, side: Side = Side.BUY, amount: str = "1", total: str = "100", *, at: int = 0, order: int = 1
) -> Fill:
    return Fill(
        id=str(number),
        market="btczar",
        side=side,
        price=Decimal(100),
        amount=Decimal(amount),
        total=Decimal(total),
        fee=Decimal(0),
        fee_currency="",
        maker=None,
        order_id=order,
        custom_order_id="",
        time_ms=at,
    )


@contextmanager
def opened(path: Path, scope: str = SCOPE) -> Iterator[History]:
    history = History(path, scope=scope)
    assert history.open()
    try:
        yield history
    finally:
        history.close()


_NUMBERS = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(1, 10**40), st.integers(0, 40))
_WORDS = st.text(st.characters(codec="utf-8"), max_size=12)

fills = st.builds(
    Fill,
    id=st.one_of(st.integers(1, 10**25).map(str), _WORDS.filter(bool)),
    market=st.sampled_from(["btczar", "ethbtc", "gone"]),
    side=st.sampled_from(Side),
    price=_NUMBERS,
    amount=_NUMBERS,
    total=_NUMBERS,
    fee=st.none() | _NUMBERS,
    fee_currency=st.sampled_from(["", "btc", "zar"]),
    maker=st.none() | st.booleans(),
    order_id=st.none() | st.integers(1, 2**62),
    custom_order_id=_WORDS,
    time_ms=st.integers(0, 2**45),
)
