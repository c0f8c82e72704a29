"""The registry is whole: every action exists where it says, has a key of its own, and can be told apart."""

from __future__ import annotations

import re

import pytest
from textual.widget import Widget

from captui.actions import ACTIONS, Action, Scope, bindings, display, key_table
from captui.screens.funding.screen import FundingScreen
from captui.screens.history.screen import HistoryScreen
from captui.screens.markets import MarketsScreen
from captui.screens.page import Page
from captui.screens.portfolio import PortfolioScreen
from captui.screens.trade.screen import SCOPES, TradeScreen
from captui.widgets.chart import Chart
from captui.widgets.ladder import Ladder
from captui.widgets.table import Table, TabTable
from captui.widgets.tape import Tape
from captui.widgets.ticket import Ticket

WHERE: dict[Scope, type[Widget]] = {
    Scope.EVERYWHERE: TradeScreen,
    Scope.LADDER: Ladder,
    Scope.STAGED: Ladder,
    Scope.CHART: Chart,
    Scope.TAPE: Tape,
    Scope.TICKET: Ticket,
    Scope.TRADE: TradeScreen,
    Scope.ROWS: Table,
    Scope.TABS: TabTable,
    Scope.PAGE: Page,
    Scope.MARKETS: MarketsScreen,
    Scope.PORTFOLIO: PortfolioScreen,
    Scope.HISTORY: HistoryScreen,
    Scope.FUNDING: FundingScreen,
}
every = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)


@every
def test_its_method_exists(action: Action) -> None:
    name = action.method.partition("(")[0]
    assert callable(getattr(WHERE[action.scope], f"action_{name}", None)), f"{WHERE[action.scope].__name__}.{name}"


@every
def test_it_has_words_and_keys(action: Action) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_0-9]+", action.id)
    assert action.keys
    assert action.label
    assert len(action.label) <= 16
    assert action.help.endswith(".")


@every
def test_any_terminal_can_send_its_first_key(action: Action) -> None:
    key = action.keys[0]
    # Ctrl+Enter and the like do not exist on most terminals; Ctrl+B is tmux, Ctrl+S and Ctrl+Q on some lines flow control,
    # Ctrl+Z suspends, Ctrl+I and Ctrl+M are Tab and Enter.
    assert not re.fullmatch(r"ctrl\+(enter|space|tab|[bsimzh]|\d)", key)
    assert not key.startswith("alt+")
    assert key != "space", "never without another key beside it"


TOGETHER = [
    *((*scopes, Scope.TRADE) for scopes in SCOPES.values() if Scope.STAGED not in scopes),
    (Scope.LADDER, Scope.TRADE),
    (Scope.STAGED, Scope.TRADE),
    *((scope, Scope.PAGE, Scope.ROWS) for scope in (Scope.MARKETS, Scope.PORTFOLIO, Scope.HISTORY, Scope.FUNDING)),
]
"""Scopes whose keys work at the same moment."""


@pytest.mark.parametrize("scopes", TOGETHER, ids="+".join)
def test_a_key_means_one_thing_in_one_place(scopes: tuple[Scope, ...]) -> None:
    seen: dict[str, Action] = {}
    for action in ACTIONS:
        if action.scope in (*scopes, Scope.EVERYWHERE):
            for key in action.keys:
                assert key not in seen, (key, action.id, seen[key].id)
                seen[key] = action


def test_ids_are_unique() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_bindings_carry_id_label_and_tooltip() -> None:
    for scope in Scope:
        for binding in bindings(scope):
            assert binding.id
            assert binding.description
            assert binding.tooltip


def test_every_scope_belongs_to_a_pane() -> None:
    assert {scope for scopes in (*SCOPES.values(), *TOGETHER) for scope in scopes} | {Scope.EVERYWHERE} == set(Scope)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+p", "Ctrl+P"),
        ("question_mark", "?"),
        ("up", "↑"),
        ("enter", "Enter"),
        ("B", "B"),
        ("left_square_bracket", "["),
        ("shift+tab", "Shift+Tab"),
        ("equals_sign", "="),
    ],
)
def test_keys_are_shown_as_people_write_them(key: str, shown: str) -> None:
    assert display(key) == shown


def test_the_key_table_names_every_action() -> None:
    table = key_table()
    for action in ACTIONS:
        assert f"`{action.id}`" in table
        assert action.help in table
    assert table.count("| --- | --- | --- |") == len(Scope)
