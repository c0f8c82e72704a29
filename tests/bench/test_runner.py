"""The benches' runner: what it prints, and what it says of a name that there is not. The benches themselves run with `make bench`."""

from __future__ import annotations

import json

import pytest

from bench import __main__ as runner
from bench.row import Row


def test_a_goal_is_for_the_ratio_or_for_the_figure_itself() -> None:
    assert Row("x", "ms", 1.0, "y", 2.0, goal_ratio=0.5).is_met
    assert not Row("x", "ms", 1.1, "y", 2.0, goal_ratio=0.5).is_met
    assert not Row("x", "ms", 1.0, goal_ratio=0.5).is_met, "a yardstick that is missing is no success"
    assert Row("x", "ms", 1.0, goal=1.0).is_met
    assert not Row("x", "ms", 1.0, goal=0.9).is_met
    assert Row("x", "ms", 1.0, "y", 2.0).is_met is None


def test_every_bench_is_found_by_its_name() -> None:
    assert set(runner.found()) >= {"book", "candles", "first_frame", "growth", "key_to_post", "load", "terminal"}


def test_a_bench_that_there_is_not_is_told_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["ONLY=nothing"]) == 2
    assert "book" in capsys.readouterr().err


def test_one_bench_alone_as_a_table_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["ONLY=candles", "--small"]) == 0
    assert "plotext" in capsys.readouterr().out
    assert runner.main(["ONLY=candles", "--small", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["ratio"] == pytest.approx(row["ours"] / row["yardstick"])


def test_a_bench_that_fails_does_not_take_the_others_with_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*, small: bool) -> list[Row]:
        raise OSError("no disk")

    def working(*, small: bool) -> list[Row]:
        return [Row("b", "ms", 1.0)]

    monkeypatch.setattr(runner, "found", lambda: {"a": failing, "b": working})
    assert runner.main([]) == 1
    told = capsys.readouterr()
    assert "no disk" in told.err
    assert "b" in told.out.splitlines()[-1]
