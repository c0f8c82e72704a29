"""What is remembered of the newest export: its path comes back with its reason, and its end is told once."""

from __future__ import annotations

from pathlib import Path

from captui.render.lines import plain
from captui.screens.form import Filled
from captui.screens.history.exporting import Exports
from captui.session.commands import ExportHistory, HistoryFilter, RecordKind
from captui.session.history_views import ExportProgress, HistoryView
from tests import samples
from tests.ui.fake_session import FakeSession

TRADES = HistoryFilter(RecordKind.TRADES)


def begun() -> tuple[FakeSession, Exports]:
    session = FakeSession(samples.views())
    exports = Exports(session)
    exports.asked(TRADES, Filled({"path": "/srv/a.csv"}, {}))
    return session, exports


def test_its_end_is_told_until_it_was_seen_and_its_way_always() -> None:
    session, exports = begun()
    assert session.sent == [ExportHistory(TRADES, Path("/srv/a.csv"))]
    assert not exports.line()
    session.change(history=HistoryView(export=ExportProgress("/srv/a.csv", 3)))
    exports.dismiss()
    assert exports.is_running
    assert "3 trades read" in plain(exports.line())
    session.change(history=HistoryView(export=ExportProgress("/srv/a.csv", 4, done=True)))
    assert "exported 4 trades" in plain(exports.line())
    exports.dismiss()
    assert not exports.line()
    assert not exports.refused


def test_a_refused_path_is_offered_again_until_the_user_leaves_the_form() -> None:
    session, exports = begun()
    session.change(history=HistoryView(export=ExportProgress("/srv/a.csv", problem="The disk is full.")))
    assert exports.refused == "The disk is full."
    exports.asked(TRADES, None)
    assert exports.refused == ""
