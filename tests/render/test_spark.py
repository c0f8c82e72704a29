"""Small pictures of one row, and the larger one of a day."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.render.lines import plain, width_of
from captui.render.spark import area, range_bar, spark

D = Decimal
prices = st.lists(st.decimals("0.0001", "2000000", places=4), min_size=1, max_size=60)


def of(*values: int) -> list[Decimal]:
    return [D(value) for value in values]


def test_lowest_and_highest_are_the_ends_of_the_scale() -> None:
    assert spark(of(1, 4, 7, 4, 1), 5) == "▁▄▇▄▁"


def test_more_values_than_cells_show_the_newest_of_each_share() -> None:
    assert spark(of(9, 1, 9, 2, 9, 3), 3) == "▁▄▇"


def test_fewer_values_than_cells_are_repeated() -> None:
    assert spark(of(1, 7), 6) == "▁▁▁▇▇▇"


def test_a_price_that_never_moved_is_in_the_middle() -> None:
    assert spark(of(5, 5, 5), 4) == "▄▄▄▄"


@pytest.mark.parametrize(("values", "width"), [([], 8), ([D(1)], 0)])
def test_nothing_is_nothing(values: list[Decimal], width: int) -> None:
    assert spark(values, width) == ""


@given(prices, st.integers(1, 90))
def test_it_has_its_width_and_ends_at_the_newest(values: list[Decimal], width: int) -> None:
    line = spark(values, width)
    assert len(line) == width
    assert set(line) <= set("▁▂▃▄▅▆▇")
    turned = [-value for value in values]
    flipped = dict(zip("▁▂▃▄▅▆▇", "▇▆▅▄▃▂▁", strict=True))
    # Half steps round to even, so the mirrored line may differ by one step there.
    steps = "▁▂▃▄▅▆▇"
    for one, other in zip(line, spark(turned, width), strict=True):
        assert abs(steps.index(flipped[one]) - steps.index(other)) <= 1


@pytest.mark.parametrize(
    ("at", "expected"),
    [("0", "├●──────┤"), ("50", "├───●───┤"), ("100", "├──────●┤"), ("-5", "├●──────┤"), ("400", "├──────●┤")],
)
def test_the_price_stands_in_its_range(at: str, expected: str) -> None:
    assert plain(range_bar(D(0), D(100), D(at), 9)) == expected


def test_a_range_of_nothing_has_the_price_in_its_middle() -> None:
    assert plain(range_bar(D(7), D(7), D(7), 9)) == "├───●───┤"


@given(
    st.decimals("0", "1000", places=2),
    st.decimals("0", "1000", places=2),
    st.decimals("0", "1000", places=2),
    st.integers(0, 80),
)
def test_the_bar_has_its_width(low: Decimal, high: Decimal, at: Decimal, width: int) -> None:
    assert width_of(range_bar(low, high, at, width)) == max(5, width)


def test_a_shape_rises_to_its_highest_value() -> None:
    lines = [plain(line) for line in area(of(0, 100), 9, 2, "bid")]
    assert len(lines) == 2
    assert lines[0].endswith("█")
    assert lines[0].startswith(" ")
    assert lines[1].startswith("▁")
    assert lines[1].endswith("█")


def test_its_edge_has_the_colour_and_what_is_below_is_quieter() -> None:
    top, bottom = area(of(100, 100, 100, 0), 4, 2, "ask")
    assert top[0] == ("███", "ask")
    assert bottom[0] == ("███", "ask-edge")


def test_old_prices_have_one_colour() -> None:
    assert {style for line in area(of(0, 50, 100), 20, 4, "stale") for _, style in line} <= {"stale", "text"}


def test_a_flat_day_is_half_high() -> None:
    lines = [plain(line).strip() for line in area(of(5, 5), 6, 4, "bid")]
    assert lines == ["", "", "██████", "██████"]


@pytest.mark.parametrize(
    ("values", "width", "height"), [([], 9, 2), ([D(1)], 9, 2), ([D(1), D(2)], 0, 2), ([D(1), D(2)], 9, 0)]
)
def test_no_shape_where_there_is_nothing_to_draw(values: list[Decimal], width: int, height: int) -> None:
    assert area(values, width, height, "bid") == []


@given(st.lists(st.decimals("0", "1000000", places=2), min_size=2, max_size=40), st.integers(1, 60), st.integers(1, 12))
def test_every_row_has_its_width(values: list[Decimal], width: int, height: int) -> None:
    lines = area(values, width, height, "bid")
    assert len(lines) == height
    assert {width_of(line) for line in lines} == {width}
