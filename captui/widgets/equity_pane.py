"""The value of the account over time, for a period that the user chooses; drawn anew only now and then, because it is looked at."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from textual import events
from textual.message import Message

from captui.core.text import printable
from captui.render.equity import Period, change, draw_equity, within
from captui.render.lines import Line, Run, spread, width_of, wrapped
from captui.session.history_views import EquityPoint, PortfolioView
from captui.widgets.line_pane import LinePane
from captui.widgets.portfolio_rows import gain, gain_percent, rand

_EVERY_MS = 5_000
"""The last point follows the value of the moment no more often than this."""
_LEAST_ROWS, _LEAST_CELLS = 4, 24
_NOT_PROFIT = ", money in and out included"
"""Said where there is room: a deposit raises the value and is no profit."""


class EquityPane(LinePane):
    class Chosen(Message):
        """A period was clicked."""

        def __init__(self, period: Period) -> None:
            super().__init__()
            self.period = period

    def __init__(self, *, id: str, period: Period, tz: tzinfo | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, tz=tz)
        self.period = period
        self._view = PortfolioView()
        self._private = False
        self._last: EquityPoint | None = None
        """The value of this moment, or of a few seconds ago; None while it is not live."""

    def show(self, view: PortfolioView, value: Decimal | None, now_ms: int, *, private: bool) -> None:
        """`value` is that of everything now, None where that is not known or not live."""
        recorded = view.equity is not self._view.equity
        last = self._last
        if value is None:
            last = None
        elif recorded or last is None or now_ms - last.at_ms >= _EVERY_MS:
            last = EquityPoint(now_ms, value)
        due = recorded or last is not self._last or private != self._private or view.sync != self._view.sync
        self._view, self._last, self._private = view, last, private
        if due:
            self.redraw()

    def choose(self, period: Period) -> None:
        self.period = period
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        points = self._points()
        heading = self._heading(points, width)
        words = self._why_nothing(points)
        if words or height - 1 < _LEAST_ROWS or width < _LEAST_CELLS:
            return [heading, *(((" ", "text"), (line, "dim")) for line in wrapped(words, width - 2, height - 1))]
        moved = change(points)
        style = "ask" if moved is not None and moved.amount < 0 else "bid"
        curve = draw_equity(points, width - 2, height - 1, self._tz, private=self._private, style=style)
        return [heading, *(((" ", "text"), *line) for line in curve)]

    def _points(self) -> tuple[EquityPoint, ...]:
        recorded, last = self._view.equity, self._last
        newest = recorded[-1] if recorded else None
        if last is not None and newest is not None and last.at_ms > newest.at_ms:
            recorded = (*recorded, last)
        now_ms = recorded[-1].at_ms if recorded else 0
        return within(recorded, self.period, now_ms)

    def _why_nothing(self, points: tuple[EquityPoint, ...]) -> str:
        """A sentence where there is no line to draw."""
        view = self._view
        if not view.kept:
            return printable(view.sync.problem) or "captui keeps no history in this session."
        if not view.equity:
            return "Here will be what your account is worth over time. captui notes it while it runs; there is nothing yet."
        if len(points) < 2 or points[0].at_ms == points[-1].at_ms:
            newest = view.equity[-1]
            worth = "" if self._private else f": {rand(newest.value)}"
            return f"The newest value is of {self._moment(newest.at_ms)}{worth}. The line begins with the next one."
        return ""

    def _heading(self, points: tuple[EquityPoint, ...], width: int) -> Line:
        runs: list[Run] = [(" ", "text"), ("value  ", "label")]
        for period in Period:
            runs += [(period.value, "accent" if period is self.period else "dim"), ("  ", "text")]
        moved = change(points)
        if moved is None:
            return spread(tuple(runs), (), width)
        back: list[Run] = [gain(moved.amount, private=self._private)]
        if moved.percent is not None:
            back += [("  ", "text"), gain_percent(moved.percent)]
        back.append((f"  since {self._moment(moved.since_ms)}", "dim"))
        if width_of(runs) + width_of(back) + len(_NOT_PROFIT) + 2 <= width:
            back.append((_NOT_PROFIT, "dim"))
        return spread(tuple(runs), (*back, (" ", "text")), width)

    def _moment(self, at_ms: int) -> str:
        at = datetime.fromtimestamp(at_ms / 1000, self._tz)
        return f"{at.day} {at:%b %Y %H:%M}"

    def on_click(self, event: events.Click) -> None:
        x = 1 + len("value  ")
        for period in Period:
            if event.y == 0 and x <= event.x < x + len(period.value):
                self.post_message(self.Chosen(period))
            x += len(period.value) + 2
