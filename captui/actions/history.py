"""Keys of the history screen."""

from __future__ import annotations

from captui.actions.action import Action, Scope

_S = Scope.HISTORY

HISTORY: tuple[Action, ...] = (
    Action(
        "history.filter",
        _S,
        ("slash", "f"),
        "Filter",
        "Show only one market, currency, side, state or period.",
        "filter",
        True,
        True,
    ),
    Action("history.clear", _S, ("F",), "Everything", "Take the filter away again.", "clear", True, True),
    Action(
        "history.read",
        _S,
        ("r",),
        "Read again",
        "Read the list anew, or try again what could not be read.",
        "read",
        True,
        True,
    ),
    Action(
        "history.export",
        _S,
        ("e",),
        "Export",
        "Write everything that the filter leaves, read so far or not, into a CSV file.",
        "export",
        True,
        True,
    ),
    Action(
        "history.copy",
        _S,
        ("y",),
        "Copy number",
        "Copy the number of the row under the cursor to the clipboard of your terminal.",
        "copy",
        False,
        True,
    ),
    Action(
        "history.rebuild",
        _S,
        ("R",),
        "Read all anew",
        "Throw the trades and orders that captui has recorded away and read them anew from the exchange; asks first.",
        "rebuild",
        False,
        True,
    ),
    *(
        Action(f"history.{name}", _S, (key,), label, f"Show your {what}.", f"show_kind('{name}')", False, True)
        for name, key, label, what in (
            ("orders", "1", "Past orders", "orders"),
            ("trades", "2", "Past trades", "own trades"),
            ("deposits", "3", "Deposits", "deposits"),
            ("withdrawals", "4", "Withdrawals", "withdrawals"),
        )
    ),
)
