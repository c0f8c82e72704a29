"""The three rows above the holdings."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.holdings import holdings
from captui.render.lines import plain, width_of
from captui.session.history_views import PortfolioView, SyncProgress
from captui.widgets.portfolio_summary import PortfolioSummary, Summary
from tests import samples, samples_markets, samples_portfolio

D = Decimal
FOUND = holdings(
    samples_portfolio.BALANCES, samples_markets.TICKERS, samples_markets.MARKETS, samples_portfolio.POSITIONS
)
WHOLE = Summary(FOUND, samples_portfolio.portfolio(), sort="value")


def text(summary: Summary | None, width: int = 120, height: int = 3) -> list[str]:
    made = PortfolioSummary(id="portfolio-summary", tz=samples.TZ)
    made.show(summary)
    lines = made.lines(width, height)
    assert all(width_of(line) <= width for line in lines)
    return [" ".join(plain(line).split()) for line in lines]


def test_total_profit_and_how_far_it_reaches_back() -> None:
    assert text(WHOLE) == [
        "total R 1 237 585.44 24 h +R 6 925.87 +0.56 % by value",
        "unrealised +R 47 019.51 +7.65 % realised +R 13 575.53 cost R 615 006.00 of unknown cost R 325 559.93",
        "Cost and profit: first in first out, 412 own trades since 4 May 2026.",
    ]


def test_a_narrow_one_keeps_what_matters() -> None:
    total, profit, reach = text(WHOLE, width=72)
    assert total.startswith("total R 1 237 585.44 24 h +R 6 925.87")
    assert profit == "unrealised +R 47 019.51 +7.65 % realised +R 13 575.53"
    assert reach == "Cost and profit: first in first out, 412 own trades since 4 May 2026."


def test_in_private_only_percentages_are_left() -> None:
    total, profit, _ = text(replace(WHOLE, private=True, hidden=2, hidden_value=D("3.50")))
    assert total == "total R ••••• 24 h R ••••• +0.56 % amounts are hidden"
    assert profit == "unrealised R ••••• +7.65 % realised R ••••• cost R ••••• of unknown cost R •••••"
    assert "3.50" not in "".join(text(replace(WHOLE, private=True, hidden=2, hidden_value=D("3.50"))))


@pytest.mark.parametrize("width", [72, 80, 120])
def test_old_numbers_are_told_and_look_old(width: int) -> None:
    stale = replace(WHOLE, problem="not live")
    assert text(stale, width)[0].endswith("not live")
    made = PortfolioSummary(id="portfolio-summary", tz=samples.TZ)
    made.show(stale)
    total, profit, _ = made.lines(width, 3)
    # What is realised stays what it is, whatever the prices do.
    unrealised = profit[: next(at for at, run in enumerate(profit) if run[0] == "realised ")]
    assert not {style for _, style in (*total, *unrealised)} & {"bid", "ask", "strong"}


@pytest.mark.parametrize(
    ("sync", "sentence"),
    [
        (SyncProgress(1, 420), "Reading the past: 1 trade, 420 orders. Cost and profit are not complete."),
        (SyncProgress(problem="The disk is full."), "The disk is full."),
        (SyncProgress(problem="\x1b[2Jhm", done=True), "[2Jhm"),
    ],
)
def test_a_past_that_is_not_whole_says_so(sync: SyncProgress, sentence: str) -> None:
    assert text(replace(WHOLE, view=samples_portfolio.portfolio(sync=sync)))[2] == sentence


def test_without_own_trades_there_is_no_profit_to_tell() -> None:
    _, profit, reach = text(replace(WHOLE, view=PortfolioView(sync=SyncProgress(done=True))))
    assert profit == "cost and profit are not known"
    assert reach == "There are no own trades."


def test_before_the_first_trade_is_read_nothing_is_denied() -> None:
    assert text(replace(WHOLE, view=PortfolioView()))[1] == "cost and profit are not known yet"


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [("The disk is full.", "The disk is full."), ("", "captui keeps no history in this session.")],
)
def test_a_session_without_a_history_says_why(problem: str, sentence: str) -> None:
    view = PortfolioView(kept=False, sync=SyncProgress(problem=problem))
    assert text(replace(WHOLE, view=view))[1:] == ["cost and profit are not known", sentence]


def test_what_is_left_out_is_counted() -> None:
    reach = text(replace(WHOLE, hidden=2, hidden_value=D("5.65")))[2]
    assert reach.endswith("2 small amounts left out, R 5.65 together")


def test_an_account_that_cannot_be_valued() -> None:
    found = holdings(samples_portfolio.BALANCES[-1:], {}, (), {})
    assert text(replace(WHOLE, holdings=found))[:2] == ["total – by value", "unrealised – realised R 0.00"]


def test_nothing_known_is_nothing_said() -> None:
    assert text(None) == []
