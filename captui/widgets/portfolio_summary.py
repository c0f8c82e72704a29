"""The rows above the holdings: the total and what became of it, and how far own trades reach back."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.holdings import Holdings
from captui.core.text import printable
from captui.render.fields import Field, draw_fields
from captui.render.lines import Line, Run, spread
from captui.render.numbers import fixed
from captui.session.history_views import PortfolioView
from captui.widgets import wording
from captui.widgets.line_pane import LinePane
from captui.widgets.portfolio_rows import gain, gain_percent, rand


@dataclass(frozen=True, slots=True)
class Summary:
    holdings: Holdings
    view: PortfolioView
    private: bool = False
    problem: str = ""
    """Why the numbers are not live; empty while they are."""
    sort: str = ""
    hidden: int = 0
    """Holdings left out of the table because they are small."""
    hidden_value: Decimal = Decimal(0)


class PortfolioSummary(LinePane):
    """Three rows: the total, cost and profit, and what is left out or not known."""

    def __init__(self, *, id: str, tz: tzinfo | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, tz=tz)
        self._summary: Summary | None = None

    def show(self, summary: Summary | None) -> None:
        if summary != self._summary:
            self._summary = summary
            self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        summary = self._summary
        if summary is None:
            return []
        return [self._worth(summary, width), self._profit(summary, width), self._reach(summary, width)][:height]

    def _worth(self, summary: Summary, width: int) -> Line:
        found, private = summary.holdings, summary.private
        tint = "stale" if summary.problem else "strong"
        total = "–" if found.total is None else rand(found.total, private=private)
        fields = [Field((("total ", "label"), (total, tint)), 0)]
        if found.change is not None:
            runs: list[Run] = [("24 h ", "label"), gain(found.change, private=private)]
            if found.change_percent is not None:
                runs += [("  ", "text"), gain_percent(found.change_percent)]
            fields.append(Field(_still(runs, summary), 8))
        if summary.problem:
            fields.append(Field(((printable(summary.problem), "warning"),), 9, align_right=True))
        elif private:
            fields.append(Field((("amounts are hidden", "dim"),), 5, align_right=True))
        else:
            fields.append(Field(((f"by {summary.sort}", "dim"),), 1, align_right=True))
        return draw_fields(fields, width)

    def _profit(self, summary: Summary, width: int) -> Line:
        found, private = summary.holdings, summary.private
        view = summary.view
        if not view.trades:
            yet = " yet" if view.kept and not view.sync.done else ""
            return draw_fields([Field(((f"cost and profit are not known{yet}", "dim"),), 0)], width)
        unrealised: list[Run] = [("unrealised ", "label"), gain(found.unrealised, private=private)]
        if found.unrealised_percent is not None:
            unrealised += [("  ", "text"), gain_percent(found.unrealised_percent)]
        fields = [
            Field(_still(unrealised, summary), 9),
            Field((("realised ", "label"), gain(found.realised, private=private)), 8),
        ]
        if found.unrealised is not None:
            fields.append(Field((("cost ", "label"), (rand(found.cost, private=private), "dim")), 3))
        if found.uncosted_value:
            runs = [("of unknown cost ", "label"), (rand(found.uncosted_value, private=private), "dim")]
            fields.append(Field(tuple(runs), 4))
        return draw_fields(fields, width)

    def _reach(self, summary: Summary, width: int) -> Line:
        runs: list[Run] = [(" ", "text"), self._records(summary.view)]
        if summary.hidden:
            small = wording.count(summary.hidden, "small amount")
            together = "" if summary.private else f", R {fixed(summary.hidden_value, 2)} together"
            runs.append((f"   {small} left out{together}", "dim"))
        return spread(tuple(runs), (), width)

    def _records(self, view: PortfolioView) -> Run:
        """Of own trades: how many, since when, and whether that is all."""
        sync = view.sync
        if sync.problem or not view.kept:
            return printable(sync.problem) or "captui keeps no history in this session.", "warning"
        if not sync.done:
            read = f"{wording.count(sync.trades, 'trade')}, {wording.count(sync.orders, 'order')}"
            return f"Reading the past: {read}. Cost and profit are not complete.", "warning"
        if view.since_ms is None:
            return "There are no own trades.", "dim"
        since = datetime.fromtimestamp(view.since_ms / 1000, self._tz)
        day = f"{since.day} {since:%B %Y}"
        trades = wording.count(view.trades, "own trade")
        return f"Cost and profit: first in first out, {trades} since {day}.", "dim"


def _still(runs: list[Run], summary: Summary) -> tuple[Run, ...]:
    """Old numbers without the colours of live ones."""
    if not summary.problem:
        return tuple(runs)
    return tuple((text, style if style == "label" else "stale") for text, style in runs)
