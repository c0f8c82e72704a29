"""The chart: candles of the chosen interval, held by time while the user looks back."""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from captui.actions import Scope, bindings
from captui.core.types import Candle, Market, Order
from captui.render.axes import PriceScale
from captui.render.candles import DEFAULT_ZOOM, ZOOMS, OrderLine, Scene, axis_width, draw_chart, merged
from captui.render.ladder import waiting
from captui.render.ladder_rows import amount_places
from captui.render.lines import Line
from captui.session.views import ChartView, Freshness
from captui.widgets.line_pane import LinePane

_NEAR_THE_START = 20
"""Candles left of the screen below which older ones are asked for."""


class Chart(LinePane, can_focus=True):
    """Shows `ChartView`; the crosshair and the window stand still at their times while new candles arrive."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.CHART)]
    BINDING_GROUP_TITLE = "Chart"

    class NeedOlder(Message):
        """The user has come near the oldest candle that is known. Posted once until more arrive."""

        def __init__(self, chart: Chart) -> None:
            super().__init__()
            self.chart = chart

        @property
        def control(self) -> Chart:
            return self.chart

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
        disabled: bool = False,
        tz: tzinfo | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes, disabled=disabled, tz=tz)
        self._market: Market | None = None
        self._chart = ChartView()
        self._orders: tuple[OrderLine, ...] = ()
        self._last: Decimal | None = None
        self._zoom = DEFAULT_ZOOM
        self._until_ms: int | None = None
        """Time of the rightmost candle while looking back; None follows the newest."""
        self._cross_ms: int | None = None
        self._scale: PriceScale | None = None
        self._asked_at = 0

    def show_market(self, market: Market | None) -> None:
        if market != self._market:
            self._market = market
            self._look_at_now()
            self._chart = ChartView()
            self._orders, self._last = (), None
            self.redraw()

    def show_chart(self, view: ChartView) -> None:
        if view is self._chart or self._market is None or (view.market and view.market != self._market.id):
            return
        if view.interval is not self._chart.interval:
            self._look_at_now()
        if len(view.candles) != len(self._chart.candles) or not view.loading_older:
            self._asked_at = min(self._asked_at, len(view.candles) - 1)
        self._chart = view
        self.redraw()

    def show_orders(self, orders: tuple[Order, ...]) -> None:
        """Open orders of this market; each becomes a dashed line at its price."""
        lines = tuple(OrderLine(order.price, order.side) for order in orders if order.price is not None)
        if lines != self._orders:
            self._orders = lines
            self.redraw()

    def show_last(self, price: Decimal | None) -> None:
        if price != self._last:
            self._last = price
            self.redraw()

    def _look_at_now(self) -> None:
        self._until_ms = self._cross_ms = self._scale = None
        self._asked_at = 0

    def _candles(self) -> tuple[Candle, ...]:
        return merged(self._chart.candles, ZOOMS[self._zoom].merged, self._chart.interval)

    def _window(self, width: int) -> tuple[tuple[Candle, ...], int, int]:
        """All candles at this zoom, and the half-open range of those on the screen."""
        candles = self._candles()
        places = self._market.price_precision if self._market else 2
        cells = ZOOMS[self._zoom].cells
        end, most = len(candles), max(1, width // cells)
        if self._until_ms is not None:
            end = next((n for n, candle in enumerate(candles) if candle.time_ms > self._until_ms), len(candles))
        # The prices of all that could be shown: for those that are, the axis is never wider than this.
        room = width - axis_width(candles[max(0, end - most) : max(end, most)], self._last, places)
        count = max(1, (room if room >= 8 else width) // cells)
        # Never less than a screenful while there is one: panning to the far end shows the oldest candles, not emptiness.
        end = max(end, min(count, len(candles)))
        return candles, max(0, end - count), end

    def lines(self, width: int, height: int) -> list[Line]:
        chart, market = self._chart, self._market
        if market is None:
            return waiting("Waiting for the markets.", width, height)
        if not chart.candles:
            return waiting(f"Waiting for the {chart.interval.label} candles of {market.name}.", width, height)
        candles, start, end = self._window(width)
        shown = candles[start:end]
        cross = next((n for n, candle in enumerate(shown) if candle.time_ms == self._cross_ms), None)
        scene = Scene(
            chart.interval,
            shown,
            ZOOMS[self._zoom],
            market.price_precision,
            amount_places(market, shown[-1].close),
            self._tz,
            self._last,
            self._orders,
            cross,
            chart.freshness is not Freshness.LIVE,
            self._note(start),
        )
        made, self._scale = draw_chart(scene, width, height, self._scale)
        return made

    def _note(self, start: int) -> str:
        if self._chart.freshness is not Freshness.LIVE:
            return "not live"
        if self._chart.loading_older:
            return "loading older candles"
        if self._until_ms is not None:
            return "the first candle there is" if start == 0 and self._chart.reached_start else "looking back"
        return ""

    def _ask_for_older(self) -> None:
        chart = self._chart
        _, start, _ = self._window(max(1, self.content_size.width))
        if start * ZOOMS[self._zoom].merged >= _NEAR_THE_START or chart.reached_start or chart.loading_older:
            return
        if chart.candles and self._asked_at < len(chart.candles):
            self._asked_at = len(chart.candles)
            self.post_message(self.NeedOlder(self))

    def action_crosshair(self, by: int) -> None:
        candles, start, end = self._window(self.content_size.width)
        if not candles:
            return
        at = next((n for n, candle in enumerate(candles) if candle.time_ms == self._cross_ms), None)
        at = end - 1 if at is None else max(0, min(len(candles) - 1, at + by))
        self._cross_ms = candles[at].time_ms
        if at < start:
            self._until_ms = candles[max(0, end - 1 - (start - at))].time_ms
        elif at >= end:
            self._until_ms = None if at == len(candles) - 1 else candles[at].time_ms
        self._ask_for_older()
        self.redraw()

    def action_pan(self, by: int) -> None:
        candles, start, end = self._window(self.content_size.width)
        if not candles:
            return
        half = max(1, (end - start) // 2)
        target = end - 1 + by * half
        if target >= len(candles) - 1:
            self._until_ms = None
        else:
            self._until_ms = candles[max(min(end - start, len(candles)) - 1, target)].time_ms
        self._ask_for_older()
        self.redraw()

    def action_now(self) -> None:
        """Also puts the crosshair away: what is left is what everybody sees who has just come."""
        self._until_ms = self._cross_ms = None
        self.redraw()

    def action_zoom(self, by: int) -> None:
        zoom = max(0, min(len(ZOOMS) - 1, self._zoom + by))
        if zoom == self._zoom:
            return
        if self._cross_ms is not None:
            span = ZOOMS[zoom].merged * self._chart.interval.milliseconds
            self._cross_ms = self._cross_ms // span * span
        self._zoom = zoom
        self._scale = None
        self._ask_for_older()
        self.redraw()

    def action_drop_crosshair(self) -> None:
        if self._cross_ms is not None:
            self._cross_ms = None
            self.redraw()
