"""Finding one of a list by what is typed."""

from __future__ import annotations

import pytest

from captui.actions import ACTIONS
from captui.core.intervals import Interval
from captui.render.lines import plain
from captui.screens.picker import Choice, PickList, interval_picker, market_picker, matching, palette
from tests import samples


def choices_of(picker: object) -> tuple[Choice, ...]:
    found = vars(picker)["_list"]
    assert isinstance(found, PickList)
    return found.choices


MARKETS = choices_of(market_picker(samples.views().markets, samples.views().tickers, "DEMO"))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "btczar"),
        ("eth", "ethzar"),
        ("XRP", "xrpzar"),
        ("btc/zar", "btczar"),
        ("zar btc", "btczar"),
        ("ethz", "ethzar"),
    ],
)
def test_markets_by_part_of_their_name(typed: str, first: str) -> None:
    assert matching(MARKETS, typed)[0].value == first


def test_nothing_matches_nonsense() -> None:
    assert matching(MARKETS, "qqq") == []


def test_a_halted_market_says_so() -> None:
    lines = {choice.value: plain(choice.line) for choice in MARKETS}
    assert "halted" in lines["usdtzar"]
    assert "841 039.73" in lines["btczar"]


def test_all_twelve_intervals_are_offered() -> None:
    choices = choices_of(interval_picker(Interval.H1, "DEMO"))
    assert [choice.value for choice in choices] == [interval.label for interval in Interval]
    assert matching(choices, "4h")[0].value == "4h"
    assert matching(choices, "week")[0].value == "1w"
    assert matching(choices, "1 day")[0].value == "1d"


def test_the_palette_offers_every_action_but_itself() -> None:
    choices = choices_of(palette(ACTIONS, "DEMO"))
    assert {choice.value for choice in choices} == {action.id for action in ACTIONS} - {"app.palette"}
    for action in ACTIONS:
        if action.id != "app.palette":
            assert action.id in [choice.value for choice in matching(choices, action.label)]
