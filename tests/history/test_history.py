from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from captui.history.history import History
from captui.history.trades import BEFORE_ALL
from tests.history.made import fill, opened, pair_of


def amounts(history: History) -> list[Decimal]:
    return [one.fill.amount for one in history.trades.settled_after(BEFORE_ALL, before_ms=None, limit=100)]


def test_a_rebuild_leaves_nothing_of_trades_and_orders_and_all_values(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history:
        history.trades.settle([fill(1)], pair_of, covered_ms=5)
        history.orders.put([], covered_ms=6)
        history.values.add(1, Decimal(7))
        history.reckoning.positions()
        history.rebuild()
        assert amounts(history) == []
        assert history.covered_ms("trades") is history.covered_ms("orders") is None
        assert history.values.every() == ((1, Decimal(7)),)
        assert history.reckoning.positions() == {}


def test_scopes_do_not_see_each_other(tmp_path: Path) -> None:
    path = tmp_path / "h"
    with opened(path, "one") as one, opened(path, "two") as two:
        one.trades.settle([fill(1)], pair_of, covered_ms=5)
        two.trades.settle([fill(1, amount="9"), fill(2)], pair_of)
        assert amounts(one) == [1]
        assert amounts(two) == [9, 1]
        assert two.covered_ms("trades") is None
        two.rebuild()
        assert amounts(one) == [1]
        assert one.covered_ms("trades") == 5
