"""The curve's pane: what it says where there is no curve, and how seldom it is drawn anew."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.render.equity import Period
from captui.render.lines import plain, width_of
from captui.session.history_views import PortfolioView, SyncProgress
from captui.widgets.equity_pane import EquityPane
from tests import samples, samples_portfolio

D = Decimal
NOW_MS = samples.NOW_MS
VIEW = samples_portfolio.portfolio()


def pane(
    view: PortfolioView = VIEW,
    value: str | None = "1237585.44",
    *,
    period: Period = Period.MONTH,
    private: bool = False,
) -> EquityPane:
    made = EquityPane(id="equity", period=period, tz=samples.TZ)
    made.show(view, None if value is None else D(value), NOW_MS, private=private)
    return made


def text(made: EquityPane, width: int = 100, height: int = 14) -> list[str]:
    lines = made.lines(width, height)
    assert len(lines) <= height
    assert all(width_of(line) <= width for line in lines)
    return [plain(line).rstrip() for line in lines]


def test_the_heading_has_the_periods_and_what_became_of_the_value() -> None:
    heading, *curve = text(pane())
    assert heading.startswith(" value  1d  7d  30d  1y  all ")
    assert heading.endswith("−R 47 611.00  −3.70 %  since 21 Oct 2026 14:03")
    assert len(curve) == 13
    assert any("▀" <= cell <= "▟" for cell in "".join(curve))


def test_where_there_is_room_it_says_that_deposits_are_in_it() -> None:
    assert text(pane(), width=118)[0].endswith("since 21 Oct 2026 14:03, money in and out included")


def test_the_last_point_is_the_value_of_now() -> None:
    assert "+R 52 389.00" in text(pane(value="1337585.44"))[0]


def test_without_a_live_value_the_curve_ends_where_it_was_recorded() -> None:
    recorded = VIEW.equity[-1].value - next(
        point.value for point in VIEW.equity if point.at_ms >= VIEW.equity[-1].at_ms - 30 * 86_400_000
    )
    shown = f"{abs(recorded):,.2f}".replace(",", " ")
    assert f"−R {shown}" in text(pane(value=None))[0]


def test_another_period() -> None:
    made = pane()
    made.choose(Period.ALL)
    assert text(made)[0].endswith("since 4 May 2026 14:03")


def test_in_private_there_are_percentages_only() -> None:
    lines = text(pane(private=True))
    assert "R •••••  −3.70 %" in lines[0]
    assert not any("000" in line for line in lines)
    assert any(" %┤" in line for line in lines[1:])


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (PortfolioView(), "captui notes it while it runs; there is nothing yet."),
        (replace(VIEW, equity=VIEW.equity[-1:]), "The newest value is of 20 Nov 2026 10:03: R 1 2"),
        (PortfolioView(kept=False, sync=SyncProgress(problem="No history is kept.")), "No history is kept."),
        (PortfolioView(kept=False), "captui keeps no history in this session."),
    ],
)
def test_where_there_is_no_line_it_says_why(view: PortfolioView, sentence: str) -> None:
    assert sentence in " ".join(" ".join(text(pane(view, None))).split())


def test_one_value_in_private_is_not_told() -> None:
    lines = " ".join(text(pane(replace(VIEW, equity=VIEW.equity[-1:]), None, private=True)))
    assert "10:03. The line begins with the next one." in " ".join(lines.split())


@pytest.mark.parametrize(("width", "height"), [(100, 4), (20, 14), (40, 2), (10, 1)])
def test_too_little_room_is_no_mistake(width: int, height: int) -> None:
    assert text(pane(), width, height)


def test_it_is_drawn_anew_for_a_new_point_and_else_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    made = pane()
    drawn: list[int] = []
    monkeypatch.setattr(made, "redraw", lambda: drawn.append(1))
    for ms in range(0, 5_000, 100):
        made.show(VIEW, D(1_300_000 + ms), NOW_MS + ms, private=False)
    assert not drawn
    made.show(VIEW, D(1_400_000), NOW_MS + 5_000, private=False)
    assert len(drawn) == 1
    made.show(replace(VIEW, equity=samples_portfolio.curve()), D(1_400_001), NOW_MS + 5_100, private=False)
    assert len(drawn) == 2
    made.show(made._view, None, NOW_MS + 5_200, private=False)
    assert len(drawn) == 3
