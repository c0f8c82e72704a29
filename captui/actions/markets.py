"""Keys of the markets screen."""

from __future__ import annotations

from captui.actions.action import Action, Scope

_S = Scope.MARKETS

MARKETS: tuple[Action, ...] = (
    Action(
        "markets.trade",
        _S,
        ("t",),
        "Trade",
        "Trade the market under the cursor; Enter does the same.",
        "trade",
        True,
        True,
    ),
    Action(
        "markets.search",
        _S,
        ("slash",),
        "Search",
        "Show only the markets with what you type in their names; Esc shows all again.",
        "search",
        True,
        True,
    ),
    Action(
        "markets.favourite",
        _S,
        ("f",),
        "Favourite",
        "Put the market under the cursor first, or back among the others.",
        "favourite",
        True,
        True,
    ),
    Action(
        "markets.sort", _S, ("s",), "Sort", "Sort by the next column: name, change, volume, price.", "sort", True, True
    ),
    Action("markets.reverse", _S, ("S",), "Reverse", "Sort the other way round.", "reverse", False, True),
)
