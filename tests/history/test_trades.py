from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from captui.core.fifo import trading_order
from captui.core.types import Fill, Side
from captui.history.history import History
from captui.history.trades import BEFORE_ALL, Trade, place_of, place_text
from tests.history.made import fill, fills, opened, pair_of


def everything(history: History) -> tuple[Fill, ...]:
    return tuple(one.fill for one in history.trades.settled_after(BEFORE_ALL, before_ms=None, limit=10**6))


def unique(made: list[Fill]) -> list[Fill]:
    """The exchange never tells two trades of one identity."""
    return list({(one.id, one.side, one.order_id): one for one in made}.values())


@settings(max_examples=60)
@given(st.lists(fills, max_size=12).map(unique))
def test_what_is_written_is_read_again_exactly_and_in_order(made: list[Fill]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        with opened(path) as history:
            history.trades.settle(made, pair_of)
        with opened(path) as history:
            known = [one for one in made if one.market != "gone"]
            read = history.trades.settled_after(BEFORE_ALL, before_ms=None, limit=10**6)
            assert read == tuple(Trade(one, *pair_of(one.market)) for one in sorted(known, key=trading_order))
            assert history.trades.count() == len(made)
            assert history.trades.oldest_ms() == min((one.time_ms for one in made), default=None)
            assert history.trades.unplaced_markets() == (("gone",) if len(known) < len(made) else ())


@given(fills)
def test_a_place_is_written_and_read(made: Fill) -> None:
    place = trading_order(made)
    assert place_of(place_text(place)) == place


def test_pages_follow_each_other_without_a_seam(tmp_path: Path) -> None:
    made = [fill(number, at=number // 4, side=side) for number in range(1, 40) for side in Side]
    with opened(tmp_path / "h") as history:
        history.trades.settle(made, pair_of)
        place, read = BEFORE_ALL, []
        while page := history.trades.settled_after(place, before_ms=None, limit=7):
            read += [one.fill for one in page]
            place = trading_order(page[-1].fill)
        assert read == sorted(made, key=trading_order)
        before = history.trades.settled_after(BEFORE_ALL, before_ms=5, limit=100)
        assert {one.fill.time_ms for one in before} == {0, 1, 2, 3, 4}


def test_a_trade_with_oneself_is_two(tmp_path: Path) -> None:
    both = [fill(1, Side.BUY, order=1), fill(1, Side.SELL, order=2)]
    with opened(tmp_path / "h") as history:
        history.trades.settle(both, pair_of)
        history.trades.settle(both, pair_of)
        assert list(everything(history)) == both


def test_what_the_stream_told_gives_way_to_what_the_exchange_lists(tmp_path: Path) -> None:
    told = replace(fill(1, at=1000), fee=None, fee_currency="")
    listed = replace(told, fee=Decimal("0.002"), fee_currency="btc", time_ms=1234)
    with opened(tmp_path / "h") as history:
        history.trades.tell([told, replace(fill(2), order_id=None)], pair_of)
        assert history.trades.count() == 2
        assert everything(history) == ()
        assert history.trades.oldest_ms() is None
        history.trades.settle([listed, fill(2, order=7)], pair_of)
        assert set(everything(history)) == {listed, fill(2, order=7)}
        assert history.trades.count() == 2


def test_what_is_settled_never_changes(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history:
        history.trades.settle([fill(1)], pair_of)
        history.trades.tell([fill(1, amount="2")], pair_of)
        history.trades.settle([fill(1, amount="3")], pair_of)
        assert everything(history) == (fill(1),)


def test_what_was_told_but_never_listed_is_forgotten_once_the_list_is_past_it(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history:
        history.trades.tell([fill(1, at=1000), fill(2, at=80_000)], pair_of)
        history.trades.settle([fill(3, at=50_000)], pair_of, covered_ms=50_000)
        assert history.trades.count() == 3
        history.trades.settle([fill(4, at=90_000)], pair_of, covered_ms=90_000)
        assert history.trades.count() == 3
        history.trades.settle([fill(2, at=80_500)], pair_of)
        assert [one.id for one in everything(history)] == ["3", "2", "4"]
        assert history.trades.count() == 3
