"""Every size of terminal: panes inside the screen, none over another, and the ones that trading needs always there."""

from __future__ import annotations

from itertools import combinations

import pytest

from captui.screens.trade.arrangement import FOCUS_ORDER, SMALLEST, TAB_PANES, Shape, arrange, shape, too_small

SMALL = [(72, 20), (80, 24), (80, 40), (100, 30), (111, 50)]
SIZES = [*SMALL, (112, 30), (120, 36), (139, 33), (160, 44), (170, 45), (200, 60), (320, 100)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("focus", FOCUS_ORDER)
@pytest.mark.parametrize("maximised", [False, True])
def test_panes_lie_inside_the_screen_and_apart(width: int, height: int, focus: str, maximised: bool) -> None:
    for tab in TAB_PANES:
        regions = arrange(width, height, focus=focus, tab=tab, maximised=maximised).regions
        for name, region in regions.items():
            assert region.width > 0, (name, region)
            assert region.height > 0, (name, region)
            assert region.x >= 0, (name, region)
            assert region.right <= width, (name, region)
            assert region.bottom <= height, (name, region)
        for (one, first), (other, second) in combinations(regions.items(), 2):
            assert not first.overlaps(second), (one, first, other, second)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_what_trading_needs_is_always_there(width: int, height: int) -> None:
    shown = arrange(width, height, focus="ladder", tab="orders")
    assert {"ladder", "ticket", "balances", "orders", "market-bar", "status-bar", "message", "key-bar"} <= set(
        shown.regions
    )
    assert shown.regions["ladder"].height >= 12
    assert shown.regions["ticket"].height >= 7


def test_shapes() -> None:
    assert shape(80, 24) is Shape.SMALL
    assert shape(120, 36) is Shape.MEDIUM
    assert shape(200, 60) is Shape.LARGE


@pytest.mark.parametrize(("width", "height", "small"), [(71, 24, True), (80, 19, True), (*SMALLEST, False)])
def test_too_small(width: int, height: int, small: bool) -> None:
    assert too_small(width, height) is small


def test_a_focused_chart_takes_the_upper_part_of_a_small_screen() -> None:
    shown = arrange(80, 24, focus="chart", tab="orders")
    assert shown.shows("chart")
    assert not shown.shows("ladder")
    assert shown.shows("orders")


def test_the_tape_is_a_tab_only_where_it_has_no_place() -> None:
    assert "tape" in arrange(120, 36, focus="ladder", tab="tape").tabs
    for size in ((80, 24), (200, 60)):
        shown = arrange(*size, focus="ladder", tab="tape")
        assert "tape" not in shown.tabs
        assert shown.shows("tape")


@pytest.mark.parametrize("focus", FOCUS_ORDER)
def test_a_maximised_pane_has_the_middle_for_itself(focus: str) -> None:
    for size in SIZES:
        shown = arrange(*size, focus=focus, tab=focus if focus in TAB_PANES else "orders", maximised=True)
        panes = [name for name in FOCUS_ORDER if shown.shows(name)]
        assert panes == [focus]
        assert shown.regions[focus].width == size[0]
