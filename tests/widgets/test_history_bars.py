"""The lines around a list of the past, at any width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from captui.render.lines import plain
from captui.session.commands import RecordKind
from captui.widgets.history_bars import FilterLine, Footing, HistoryFoot, HistoryTabs

COUNTS = {RecordKind.ORDERS: "1 250+", RecordKind.TRADES: "3", RecordKind.WITHDRAWALS: "0"}
STATE = (("read 14:03:18", "dim"),)


def test_the_tab_that_is_shown_is_in_brackets() -> None:
    tabs = HistoryTabs(id="tabs")
    tabs.show(RecordKind.TRADES, COUNTS, STATE)
    (line,) = tabs.lines(80, 1)
    assert plain(line) == "  Orders  1 250+ [My trades] 3  Deposits   Withdrawals  0         read 14:03:18 "


@pytest.mark.parametrize("width", [20, 40, 60, 79, 80, 120, 200])
def test_lines_are_as_wide_as_the_pane(width: int) -> None:
    tabs, line, foot = HistoryTabs(id="tabs"), FilterLine(id="line"), HistoryFoot(id="foot")
    tabs.show(RecordKind.WITHDRAWALS, COUNTS, STATE)
    line.show(("BTC/ZAR", "buys", "last 7 days, from 14 Nov", "価格" * 30), (("F", "accent"), (" everything", "dim")))
    foot.show(Footing((("x" * 300, "dim"),), (("y" * 300, "dim"),), "12 of 50+"))
    for drawn in (*tabs.lines(width, 1), *line.lines(width, 1), *foot.lines(width, 2)):
        assert cell_len(plain(drawn)) == width


def test_the_filter_in_words() -> None:
    line = FilterLine(id="line")
    assert plain(line.lines(30, 1)[0]).strip() == "everything"
    line.show(("BTC/ZAR", "buys"), (("F", "accent"), (" everything", "dim")))
    assert plain(line.lines(50, 1)[0]) == " only BTC/ZAR · buys                 F everything "


def test_the_foot_says_what_it_comes_to_how_far_it_was_read_and_where_the_cursor_is() -> None:
    foot = HistoryFoot(id="foot")
    foot.show(Footing((("that is all: 3 orders", "dim"),), (("3 done", "text"),), "1 of 3"))
    totals, state = (plain(line) for line in foot.lines(40, 2))
    assert totals.strip() == "3 done"
    assert state == " that is all: 3 orders           1 of 3 "
    assert len(foot.lines(40, 1)) == 1
