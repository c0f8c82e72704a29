"""Whatever the order in which trades become known: the positions are those of all of them in order."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captui.core.fifo import CostBasis, Position, trading_order
from captui.core.types import Fill, Side
from captui.history import reckoning
from captui.history.history import History
from tests.history.made import SCOPE, fill, opened, pair_of


def truth(made: Iterable[Fill]) -> dict[str, Position]:
    basis = CostBasis()
    for one in sorted(made, key=trading_order):
        basis.apply(one, base="btc", quote="zar")
    return basis.positions()


def trades(count: int, seed: int = 1) -> list[Fill]:
    rng = random.Random(seed)
    return [
        fill(
            number,
            rng.choice(list(Side)),
            str(rng.randint(1, 999)),
            str(rng.randint(1, 99_999)),
            at=number // 3 * 1000,
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reckoning, "BATCH", 7)
    monkeypatch.setattr(reckoning, "PUT_AWAY_EVERY", 5)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(Side), st.integers(1, 20), st.integers(1, 500), st.integers(0, 60)), max_size=60
    ),
    st.randoms(use_true_random=False),
    st.integers(1, 9),
)
def test_in_any_order_and_by_any_hand(drawn: list[tuple[Side, int, int, int]], rng: random.Random, pages: int) -> None:
    made = [
        fill(number, side, str(amount), str(total), at=at) for number, (side, amount, total, at) in enumerate(drawn, 1)
    ]
    rng.shuffle(made)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "h"
        with opened(path) as one, opened(path) as two:
            for start in range(0, len(made), pages):
                page = made[start : start + pages]
                rng.choice((one, two)).trades.settle(page, pair_of)
                assert rng.choice((one, two)).reckoning.positions() == truth(made[: start + pages])
            assert one.reckoning.positions() == two.reckoning.positions() == truth(made)
        with opened(path) as later:
            assert later.reckoning.positions() == truth(made)


def test_a_start_goes_on_from_what_was_put_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = trades(40)
    with opened(tmp_path / "h") as history:
        history.trades.settle(made, pair_of)
        history.reckoning.positions()
    applied: list[Fill] = []
    apply = CostBasis.apply

    def counted(self: CostBasis, one: Fill, *, base: str, quote: str) -> None:
        applied.append(one)
        apply(self, one, base=base, quote=quote)

    with opened(tmp_path / "h") as history:
        monkeypatch.setattr(CostBasis, "apply", counted)
        found = history.reckoning.positions()
        assert len(applied) < 15
        applied.clear()
        history.trades.settle([fill(41, at=10**6)], pair_of)
        after = history.reckoning.positions()
        # A new trade costs itself, and not those before it.
        assert applied == [fill(41, at=10**6)]
        monkeypatch.undo()
        assert found == truth(made)
        assert after == truth([*made, fill(41, at=10**6)])


@pytest.mark.parametrize("state", ["", "{}", '{"home": "zar", "holdings": []}', "[1]"])
def test_a_state_that_cannot_be_read_costs_only_time(tmp_path: Path, state: str) -> None:
    made = trades(40)
    with opened(tmp_path / "h") as history:
        history.trades.settle(made, pair_of)
        history.reckoning.positions()
        with history.file.writing() as connection:
            assert connection.execute("UPDATE cost_bases SET state = ?", (state,)).rowcount == reckoning.KEPT
    with opened(tmp_path / "h") as history:
        assert history.reckoning.positions() == truth(made)


def test_a_state_in_another_currency_is_not_taken(tmp_path: Path) -> None:
    made = trades(40)
    with opened(tmp_path / "h") as history:
        history.trades.settle(made, pair_of)
        history.reckoning.positions()
    other = History(tmp_path / "h", scope=SCOPE, home="btc")
    other.open()
    assert set(other.reckoning.positions()) == {"zar"}
    other.close()


def test_only_what_is_before_the_mark_counts(tmp_path: Path) -> None:
    made = trades(30)
    with opened(tmp_path / "h") as history:
        history.trades.settle(made, pair_of)
        found = history.reckoning.positions(before_ms=5000)
        assert found == truth(one for one in made if one.time_ms < 5000)
        assert history.reckoning.positions() == truth(made)


def test_what_only_the_stream_told_does_not_count_yet(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history:
        history.trades.tell([fill(1)], pair_of)
        assert history.reckoning.positions() == {}


def test_after_a_rebuild_everything_is_reckoned_anew(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history, opened(tmp_path / "h") as other:
        history.trades.settle(trades(40), pair_of)
        assert other.reckoning.positions() == history.reckoning.positions()
        history.rebuild()
        assert history.reckoning.positions() == other.reckoning.positions() == {}
        history.trades.settle(trades(20, seed=2), pair_of)
        assert history.reckoning.positions() == other.reckoning.positions() == truth(trades(20, seed=2))
