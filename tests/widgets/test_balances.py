"""Balances at every size: the market's own first, nothing cut, nothing stale drawn as live."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.types import Balance
from captui.render.lines import Line, plain, width_of
from captui.session.views import Access, BalanceRow, BalancesView, ConnectionView, Freshness
from captui.widgets.balances import Balances, sentence
from tests import samples

D = Decimal
VIEWS = samples.views()


def drawn(width: int, height: int, view: BalancesView = VIEWS.balances, access: Access = Access.TRADING) -> list[Line]:
    pane = Balances(id="balances")
    pane.show(view, VIEWS.markets, replace(VIEWS.connection, access=access))
    return pane.lines(width, height)


def text(lines: list[Line]) -> str:
    return "\n".join(plain(line).rstrip() for line in lines)


@pytest.mark.parametrize("width", [26, 28, 31, 34, 60, 120])
@pytest.mark.parametrize("height", [2, 3, 4, 5, 8, 30])
def test_it_fits_and_begins_with_what_is_traded(width: int, height: int) -> None:
    lines = drawn(width, height)
    assert len(lines) <= height
    assert all(width_of(line) <= width for line in lines)
    said = text(lines)
    assert "zar" in said
    assert "241 659.00" in said
    assert "R 1 237 279.80" in said


def test_the_markets_two_currencies_stay_in_a_low_pane() -> None:
    said = text(drawn(31, 3))
    assert said.splitlines()[0].startswith("zar")
    assert said.splitlines()[1].startswith("btc")
    assert "doge" not in said


def test_currencies_that_have_no_room_are_counted() -> None:
    held = len(VIEWS.balances.rows)
    lines = drawn(60, 5)
    shown = sum(plain(line).startswith(("zar", "btc", "eth", "doge", "xrp")) for line in lines)
    assert 0 < shown < held
    assert plain(lines[-1]).startswith(f"+{held - shown} more  total ")
    assert "R 1 237 279.80" in plain(lines[-1])
    assert lines[-1][0][1] == "dim"
    assert "more" not in text(drawn(60, 30))


def rows_of(count: int) -> tuple[BalanceRow, ...]:
    return tuple(BalanceRow(Balance(f"c{n}", D(n), D(0)), None) for n in range(count))


@pytest.mark.parametrize(("width", "said"), [(31, "+8 more  total "), (26, "+8  total R"), (22, "+8 R")])
def test_the_count_stays_where_the_total_leaves_little_room(width: int, said: str) -> None:
    lines = drawn(width, 3, BalancesView(rows_of(10), D("1237279.80"), Freshness.LIVE))
    assert len(lines) == 3
    assert plain(lines[-1]).startswith(said)
    assert "R 1 237 279.80" in plain(lines[-1])
    assert width_of(lines[-1]) <= width


@pytest.mark.parametrize("height", range(1, 14))
def test_without_a_total_the_count_has_a_line_of_its_own(height: int) -> None:
    view = BalancesView(rows_of(10), None, Freshness.LIVE)
    lines = drawn(40, height, view)
    assert len(lines) <= height
    shown = sum(plain(line).startswith("c") for line in lines)
    assert (plain(lines[-1]).strip() == f"+{10 - shown} more") is (shown < 10)
    assert shown == min(10, height - (1 if height > 4 else 0) - (1 if shown < 10 else 0))


def test_values_are_shown_where_there_is_room() -> None:
    said = text(drawn(60, 10))
    assert "630 780" in said
    assert "in rand" in said
    assert "–" in said, "a coin without a market has no value"


def test_small_amounts_are_not_rounded_away_to_look_like_nothing() -> None:
    view = BalancesView((BalanceRow(Balance("btc", D("0.00001234"), D(0)), None),), None, Freshness.LIVE)
    assert "0.00001234" in text(drawn(40, 5, view))


def test_where_digits_do_not_fit_it_is_never_more_than_there_is() -> None:
    view = BalancesView((BalanceRow(Balance("xrp", D("10044.47999999"), D("0.99999999")), None),), None, Freshness.LIVE)
    said = text(drawn(26, 5, view))
    assert "10 044.479" in said
    assert "10 044.48" not in said
    assert "0.999999" in said
    assert "1.0" not in said


def test_stale_amounts_are_drawn_stale() -> None:
    stale = replace(VIEWS.balances, freshness=Freshness.STALE)
    assert any(style == "stale" for line in drawn(31, 6, stale) for _, style in line)
    assert not any(style == "stale" for line in drawn(31, 6) for _, style in line)


def test_empty_panes_are_sentences() -> None:
    nothing = BalancesView()
    for access in Access:
        said = " ".join(text(drawn(28, 6, nothing, access)).split())
        assert said.endswith(".")
    assert "CAPTUI_API_KEY and CAPTUI_API_SECRET" in sentence(ConnectionView(), "balances")
    assert sentence(ConnectionView(access=Access.REFUSED, reason="Wrong key."), "balances") == "Wrong key."
    assert sentence(ConnectionView(access=Access.TRADING), "your orders") == "Waiting for your orders."
