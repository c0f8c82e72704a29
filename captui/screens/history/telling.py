"""The words around a list: what stands in the place of rows, how fresh it is, how far it has been read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal

from captui.core.text import grouped, printable
from captui.render.lines import Line
from captui.screens.history.news import News
from captui.session.commands import RecordKind
from captui.session.history_views import HistoryView
from captui.widgets.rows import clock_text

Key = Callable[[str], str]
"""The user's key of an action by its id."""


def nothing(view: HistoryView, kind: RecordKind, *, filtered: bool, key: Key) -> str:
    """What stands in the place of rows."""
    what = "own trades" if kind is RecordKind.TRADES else kind.value
    if view.problem:
        return f"{printable(view.problem)} {key('history.read')} tries again."
    if view.loading or view.has_more:
        return f"Reading your {what}."
    if filtered:
        return f"None of your {what} passes this filter; {key('history.clear')} takes it away."
    return f"You have no {what} yet."


def freshness(view: HistoryView, news: News, now_ms: int, tz: tzinfo | None, *, old: bool, key: Key) -> Line:
    """When it was read and what has happened since. `old`: the rows are those of an earlier reading."""
    if view.loading:
        return (("reading anew…", "warning") if old else ("reading…", "dim"),)
    if news:
        return ((f"{news.words} – ", "own"), (key("history.read"), "accent"), (" reads", "dim"))
    return ((f"read {clock_text(view.read_ms, now_ms, tz)}", "dim"),) if view.read_ms else ()


def state(view: HistoryView, kind: RecordKind, *, key: Key) -> Line:
    """How far it has been read, or why not further."""
    if not view.rows:
        return ()
    if view.problem:
        # What can be done stands first: a long sentence loses its end.
        return ((key("history.read"), "accent"), (" tries again: ", "dim"), (printable(view.problem), "warning"))
    if view.loading:
        return (("reading…", "dim"),)
    number = counted(len(view.rows), kind)
    if view.has_more:
        return ((f"the newest {number}; more is read as you go down", "dim"),)
    return ((f"that is all: {number}", "dim"),)


def count(view: HistoryView) -> str:
    """`12`, or `50+` where there are more."""
    return f"{grouped(Decimal(len(view.rows)))}{'+' if view.has_more else ''}"


def counted(number: int, kind: RecordKind) -> str:
    """`1 trade`, `1 203 trades`"""
    return f"{grouped(Decimal(number))} {kind.value if number != 1 else kind.value[:-1]}"
