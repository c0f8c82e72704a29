"""The curve of the account's value: what it shows, how it is labelled, and what it must not show."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captui.render.equity import Period, change, draw_equity, thinned, within
from captui.render.lines import Line, plain, width_of
from captui.session.history_views import EquityPoint

D = Decimal
DAY_MS = 86_400_000
NOW_MS = 1_795_176_202_000


def points(*values: str, every_ms: int = 3_600_000) -> tuple[EquityPoint, ...]:
    count = len(values)
    return tuple(EquityPoint(NOW_MS - (count - 1 - index) * every_ms, D(value)) for index, value in enumerate(values))


def drawn(
    found: tuple[EquityPoint, ...], *, width: int = 70, height: int = 12, private: bool = False, style: str = "bid"
) -> list[Line]:
    return draw_equity(found, width, height, UTC, private=private, style=style)


def test_a_period_ends_now_and_has_both_ends() -> None:
    week = tuple(EquityPoint(NOW_MS - day * DAY_MS, D(day)) for day in range(400, -1, -1))
    lengths = {period: len(within(week, period, NOW_MS)) for period in Period}
    assert lengths == {Period.DAY: 2, Period.WEEK: 8, Period.MONTH: 31, Period.YEAR: 366, Period.ALL: 401}


def test_periods_stop_at_the_ends() -> None:
    assert Period.DAY.step(-1) is Period.DAY
    assert Period.DAY.step(1) is Period.WEEK
    assert Period.ALL.step(1) is Period.ALL


def test_the_change_is_from_the_first_to_the_last() -> None:
    moved = change(points("1000", "5000", "1012.34"))
    assert moved is not None
    assert (moved.amount, moved.percent) == (D("12.34"), D("1.23"))
    assert moved.since_ms == NOW_MS - 2 * 3_600_000


@pytest.mark.parametrize("values", [(), ("1",)])
def test_one_value_is_no_change(values: tuple[str, ...]) -> None:
    assert change(points(*values)) is None


def test_from_nothing_there_is_no_percentage() -> None:
    moved = change(points("0", "5"))
    assert moved is not None
    assert (moved.amount, moved.percent) == (D(5), None)


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=400, unique=True), st.integers(4, 60))
def test_thinning_keeps_the_ends_the_order_and_the_number(times: list[int], most: int) -> None:
    found = tuple(EquityPoint(at_ms, D(at_ms)) for at_ms in sorted(times))
    kept = thinned(found, most)
    assert len(kept) <= most
    assert (kept[0], kept[-1]) == (found[0], found[-1])
    assert list(kept) == sorted(set(kept), key=lambda point: point.at_ms)
    if len(found) <= most:
        assert kept == found


def test_the_curve_is_labelled_in_rand_and_local_time() -> None:
    lines = [plain(line) for line in drawn(points(*(str(1_200_000 + 5_000 * n) for n in range(20))))]
    assert len(lines) == 12
    assert "1 220 000┤" in "\n".join(lines)
    # From 17:03 on the day before to 12:03.
    assert lines[-1].split() == ["20:00", "20", "Nov", "04:00", "08:00"]


def test_it_rises_where_the_value_rises() -> None:
    lines = drawn(points(*(str(n) for n in range(30))))
    marked = [[x for x, cell in enumerate(plain(line)) if "▀" <= cell <= "▟"] for line in lines]
    rows = [row for row in marked if row]
    assert rows[0][-1] > rows[-1][-1]
    assert rows[0][0] > rows[-1][0]


def test_the_curve_has_the_style_and_the_rest_is_quiet() -> None:
    styles = {style for line in drawn(points("3", "2", "1"), style="ask") for _, style in line}
    assert styles == {"ask", "grid", "dim"}


def test_in_private_there_is_no_amount() -> None:
    text = "\n".join(plain(line) for line in drawn(points("800000", "880000", "840000"), private=True))
    assert "+10 %" in text
    assert "80" not in text
    assert "84" not in text


def test_a_value_that_never_moved_is_a_line() -> None:
    lines = [plain(line) for line in drawn(points("500", "500", "500"))]
    assert sum("▀" <= cell <= "▟" for cell in "".join(lines)) > 40
    assert "500.00" in "\n".join(lines)


@settings(max_examples=40)
@given(
    st.lists(st.decimals("0", "100000000", places=2), min_size=2, max_size=40),
    st.integers(20, 200),
    st.integers(4, 40),
    st.sampled_from([60_000, 3_600_000, DAY_MS, 30 * DAY_MS]),
    st.booleans(),
)
def test_it_never_leaves_its_room(values: list[Decimal], width: int, height: int, every_ms: int, private: bool) -> None:
    lines = drawn(points(*map(str, values), every_ms=every_ms), width=width, height=height, private=private)
    assert len(lines) <= height
    assert all(width_of(line) <= width for line in lines)
    assert not {cell for line in lines for cell in plain(line) if not cell.isprintable()}
