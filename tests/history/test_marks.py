from __future__ import annotations

from pathlib import Path

from tests.history.made import opened, pair_of


def test_a_mark_never_goes_back(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history:
        for covered_ms in (None, 5, 3, 7, None):
            history.trades.settle([], pair_of, covered_ms=covered_ms)
        assert history.covered_ms("trades") == 7
        assert history.covered_ms("orders") is None
