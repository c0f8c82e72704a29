from __future__ import annotations

from dataclasses import replace

import pytest

from captui.session.history_reading import pair_in
from tests.core.strategies import BTCZAR

MARKETS = (
    BTCZAR,
    replace(BTCZAR, id="ethbtc", base="eth", quote="btc"),
    replace(BTCZAR, id="btcusdt", quote="usdt"),
    replace(BTCZAR, id="odd-name", base="xyz", quote="zar"),
)


@pytest.mark.parametrize(
    ("market", "pair"),
    [
        ("btczar", ("btc", "zar")),
        ("odd-name", ("xyz", "zar")),
        # No longer listed: the id ends with what it was paid in.
        ("dogezar", ("doge", "zar")),
        ("dogebtc", ("doge", "btc")),
        ("zarusdt", ("zar", "usdt")),
        ("zar", ("", "")),
        ("something", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_market_names_two_currencies(market: str, pair: tuple[str, str]) -> None:
    assert pair_in(MARKETS, market) == pair


def test_where_two_endings_fit_the_longer_counts() -> None:
    markets = (*MARKETS, replace(BTCZAR, id="btcxzar", quote="xzar"))
    assert pair_in(markets, "dogexzar") == ("doge", "xzar")


def test_without_markets_nothing_can_be_told() -> None:
    assert pair_in((), "btczar") == ("", "")
