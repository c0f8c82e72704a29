"""The words around a list, and around its export."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from captui.render.lines import plain
from captui.screens.history import telling
from captui.screens.history.exporting import export_form, file_name, path_of, told
from captui.screens.history.filters import Period, Selection
from captui.screens.history.news import News
from captui.session.commands import RecordKind
from captui.session.history_views import ExportProgress, HistoryView
from tests import samples, samples_history

TODAY = date(2026, 11, 20)
VIEW = samples_history.view()


def key(action_id: str) -> str:
    return {"history.read": "r", "history.clear": "F"}[action_id]


def nothing(view: HistoryView, kind: RecordKind = RecordKind.ORDERS, *, filtered: bool = False) -> str:
    return telling.nothing(view, kind, filtered=filtered, key=key)


def test_what_stands_in_the_place_of_rows() -> None:
    view = replace(VIEW, rows=(), has_more=False)
    assert nothing(view) == "You have no orders yet."
    assert nothing(view, RecordKind.TRADES) == "You have no own trades yet."
    assert nothing(view, filtered=True) == "None of your orders passes this filter; F takes it away."
    assert nothing(replace(view, loading=True)) == "Reading your orders."
    assert nothing(replace(view, has_more=True)) == "Reading your orders."
    assert nothing(replace(view, problem="Nothing came back.")) == "Nothing came back. r tries again."


def test_how_fresh_it_is() -> None:
    def said(view: HistoryView, news: News | None = None, *, old: bool = False) -> str:
        return plain(telling.freshness(view, news or News(), samples.NOW_MS, samples.TZ, old=old, key=key))

    assert said(VIEW) == "read 14:03:18"
    assert said(VIEW, News(frozenset("ab"))) == "2 new – r reads"
    assert said(replace(VIEW, loading=True)) == "reading…"
    assert said(replace(VIEW, loading=True), old=True) == "reading anew…"
    assert said(HistoryView()) == ""


def test_how_far_it_has_been_read() -> None:
    def said(view: HistoryView) -> str:
        return plain(telling.state(view, RecordKind.ORDERS, key=key))

    assert said(VIEW) == "the newest 50 orders; more is read as you go down"
    assert said(replace(VIEW, has_more=False)) == "that is all: 50 orders"
    assert said(replace(VIEW, has_more=False, rows=VIEW.rows[:1])) == "that is all: 1 order"
    assert said(replace(VIEW, loading=True)) == "reading…"
    assert said(replace(VIEW, problem="Nothing came back.")) == "r tries again: Nothing came back."
    assert said(replace(VIEW, rows=())) == ""


def test_counts() -> None:
    assert telling.count(VIEW) == "50+"
    assert telling.count(replace(VIEW, has_more=False)) == "50"
    assert telling.counted(1_203, RecordKind.WITHDRAWALS) == "1 203 withdrawals"


@pytest.mark.parametrize(
    ("selection", "kind", "name"),
    [
        (Selection(), RecordKind.ORDERS, "captui-orders-to-2026-11-20.csv"),
        (
            Selection("btczar", period=Period.TAX_YEAR),
            RecordKind.TRADES,
            "captui-trades-btczar-2026-03-01-to-2026-11-20.csv",
        ),
        (
            Selection(period=Period.LAST_TAX_YEAR, states={RecordKind.DEPOSITS: "accepted"}),
            RecordKind.DEPOSITS,
            "captui-deposits-accepted-2025-03-01-to-2026-02-28.csv",
        ),
        (Selection(currency="../../etc/x y"), RecordKind.WITHDRAWALS, "captui-withdrawals-etcxy-to-2026-11-20.csv"),
        (Selection("…"), RecordKind.ORDERS, "captui-orders-to-2026-11-20.csv"),
    ],
)
def test_a_file_is_named_after_what_is_in_it(selection: Selection, kind: RecordKind, name: str) -> None:
    assert file_name(selection.asked(kind, TODAY, samples.TZ), selection, TODAY) == name


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("~/trades.csv", ""),
        ("", "Write the name of a file."),
        ("~/", "That is a folder: add the name of a file."),
        ("~nobody-of-this-name/x.csv", "That path cannot be used: write a whole one, such as /tmp/trades.csv."),
    ],
)
def test_paths_that_cannot_be_are_said(path: str, sentence: str) -> None:
    form = export_form(RecordKind.TRADES, (), path, mode="DEMO")
    (field,) = form._fields
    assert field.check({"path": path}) == sentence


def test_a_path_is_made_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert path_of("~/a.csv") == tmp_path / "a.csv"
    assert path_of("b.csv") == tmp_path / "b.csv"


def test_how_far_an_export_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    under = ExportProgress(str(tmp_path / "a.csv"), 1_200)
    assert plain(told(under, RecordKind.TRADES)) == "exporting… 1 200 trades read, for ~/a.csv"
    assert under.is_running
    done = replace(under, done=True, path="/srv/a.csv")
    assert plain(told(done, RecordKind.TRADES)) == "exported 1 200 trades to /srv/a.csv"
    failed = replace(under, problem="The disk is full.")
    assert plain(told(failed, RecordKind.TRADES)) == "Not exported: The disk is full."
    assert not done.is_running
    assert not failed.is_running
