"""Where each pane of the trade screen goes, for every size of terminal. Pure: sizes in, regions out.

Three shapes. Small (80×24): ladder beside ticket, balances and tape, with the tabs under both; the chart, when it is gone to,
covers the upper part. Medium (120×36): the ladder at full height, chart and ticket to its right, the tabs under those. Large
(200×60): the tape gets a column of its own, the open orders stand beside the other tables, and everything is deeper.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from textual.geometry import Region

from captui.core.dataclass import dataclass

SMALLEST = (72, 20)
"""Columns and rows below which nothing can be traded on."""

TAB_PANES = ("orders", "history", "trades", "tape", "log")
"""Panes that can be shown under the tab strip, in its order."""
FOCUS_ORDER = ("ladder", "chart", "ticket", "tape", "orders", "history", "trades", "log")
"""The order of Tab; panes that are not on screen are passed over."""


class Shape(Enum):
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is where."""

    shape: Shape
    regions: dict[str, Region]
    """By pane id; a pane that is not named is not on screen."""
    tabs: tuple[str, ...]
    """The panes that the strip offers; those that have a place of their own leave it."""

    def shows(self, pane: str) -> bool:
        return pane in self.regions


def too_small(width: int, height: int) -> bool:
    return width < SMALLEST[0] or height < SMALLEST[1]


def shape(width: int, height: int) -> Shape:
    if width >= 170 and height >= 45:
        return Shape.LARGE
    return Shape.MEDIUM if width >= 112 and height >= 30 else Shape.SMALL


@lru_cache(maxsize=16)
def arrange(width: int, height: int, *, focus: str, tab: str, maximised: bool = False) -> Arrangement:
    """`focus` is the focused pane, `tab` the one chosen in the strip. The tape as `tab` is shown there only where it has no column."""
    which = shape(width, height)
    apart = {Shape.SMALL: {"tape"}, Shape.MEDIUM: set[str](), Shape.LARGE: {"tape", "orders"}}[which]
    tabs = tuple(pane for pane in TAB_PANES if pane not in apart)
    body = tab if tab in tabs else tabs[0]
    roomy = height >= 32
    top = 2 if roomy else 1
    bottom = height - 3
    regions = {
        "market-bar": Region(0, 0, width, 1),
        "message": Region(1, bottom, width - 2, 1),
        "status-bar": Region(0, bottom + 1, width, 1),
        "key-bar": Region(0, bottom + 2, width, 1),
    }
    middle = Region(0, top, width, bottom - top - (1 if roomy else 0))
    if maximised:
        regions |= _maximised(middle, focus, body, tabs)
    elif which is Shape.SMALL:
        regions |= _small(middle, focus, body)
    elif which is Shape.MEDIUM:
        regions |= _medium(middle, body)
    else:
        regions |= _large(middle, body)
    return Arrangement(which, regions, tabs)


def _maximised(middle: Region, focus: str, body: str, tabs: tuple[str, ...]) -> dict[str, Region]:
    if focus in tabs:
        return _tabs(middle, body)
    if focus == "orders":
        return _orders(middle)
    return {focus: middle}


def _orders(area: Region) -> dict[str, Region]:
    """The open orders by themselves, under a strip of one."""
    return {
        "orders-strip": Region(area.x, area.y, area.width, 1),
        "orders": Region(area.x, area.y + 1, area.width, area.height - 1),
    }


def _tabs(area: Region, body: str) -> dict[str, Region]:
    return {
        "tab-strip": Region(area.x, area.y, area.width, 1),
        body: Region(area.x, area.y + 1, area.width, area.height - 1),
    }


def _small(middle: Region, focus: str, body: str) -> dict[str, Region]:
    tabs_height = 4 if middle.height < 18 else 5 if middle.height < 26 else max(6, middle.height // 3)
    upper = middle.height - tabs_height
    found = _tabs(Region(middle.x, middle.y + upper, middle.width, tabs_height), body)
    if focus == "chart":
        return found | {"chart": Region(middle.x, middle.y, middle.width, upper)}
    left = 46 if middle.width >= 78 else 43
    right = middle.width - left - 2
    balances = 3 if upper < 18 else 5
    ticket = min(9, max(7, upper - balances - 5)) if upper >= 13 else 7
    tape_y = ticket + balances
    found |= {
        "ladder": Region(middle.x, middle.y, left, upper),
        "ticket": Region(middle.x + left + 2, middle.y, right, ticket),
        "balances": Region(middle.x + left + 2, middle.y + ticket, right, min(balances, upper - ticket)),
    }
    if upper - tape_y >= 3:
        found["tape"] = Region(middle.x + left + 2, middle.y + tape_y, right, upper - tape_y)
    return found


def _medium(middle: Region, body: str) -> dict[str, Region]:
    ladder = 44 if middle.width < 140 else 48
    side = 28 if middle.width < 140 else 32
    lower = max(8, middle.height * 3 // 10)
    upper = middle.height - lower - 1
    x = middle.x + ladder + 2
    chart = middle.width - ladder - side - 4
    ticket = 11 if upper < 24 else 12
    return {
        "ladder": Region(middle.x, middle.y, ladder, middle.height),
        "chart": Region(x, middle.y, chart, upper),
        "ticket": Region(x + chart + 2, middle.y, side, ticket),
        "balances": Region(x + chart + 2, middle.y + ticket + 1, side, upper - ticket - 1),
        **_tabs(Region(x, middle.y + upper + 1, middle.width - x, lower), body),
    }


def _large(middle: Region, body: str) -> dict[str, Region]:
    ladder, tape, side = 52, 36, 34
    lower = max(14, middle.height * 3 // 10)
    upper = middle.height - lower - 1
    x = middle.x + ladder + 2
    chart = middle.width - ladder - tape - side - 6
    ticket = 13
    lower_y, below = middle.y + upper + 1, middle.width - x
    half = (below - 2) // 2
    return {
        "ladder": Region(middle.x, middle.y, ladder, middle.height),
        "chart": Region(x, middle.y, chart, upper),
        "tape": Region(x + chart + 2, middle.y, tape, upper),
        "ticket": Region(x + chart + tape + 4, middle.y, side, ticket),
        "balances": Region(x + chart + tape + 4, middle.y + ticket + 1, side, upper - ticket - 1),
        **_orders(Region(x, lower_y, half, lower)),
        **_tabs(Region(x + half + 2, lower_y, below - half - 2, lower), body),
    }
