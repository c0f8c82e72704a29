"""Keys that work on every screen."""

from __future__ import annotations

from captui.actions.action import Action, Scope

_S = Scope.EVERYWHERE

EVERYWHERE = (
    Action(
        "app.help",
        _S,
        ("question_mark", "f1"),
        "Help",
        "Show the keys of the focused pane and of everything else.",
        "help",
        True,
        True,
    ),
    Action("app.palette", _S, ("ctrl+p",), "Palette", "Find any action by its name.", "command_palette", True),
    Action(
        "screen.choose",
        _S,
        ("g",),
        "Screens",
        "Choose the screen: trade, markets, portfolio, history, funding.",
        "choose_screen",
        True,
    ),
    *(
        Action(f"screen.{name}", _S, (key,), name.capitalize(), f"Go to {what}.", f"show_screen('{name}')", False, True)
        for name, key, what in (
            ("trade", "f2", "the trade screen"),
            ("markets", "f3", "all markets"),
            ("portfolio", "f4", "what you own, what it cost and what it is worth"),
            ("history", "f5", "your orders, trades, deposits and withdrawals of the past"),
            ("funding", "f6", "deposits, withdrawals, vouchers and lightning"),
        )
    ),
    Action("pane.next", _S, ("tab",), "Next pane", "Move to the next pane.", "move_pane(1)", True),
    Action("pane.previous", _S, ("shift+tab",), "Previous pane", "Move to the previous pane.", "move_pane(-1)"),
    Action(
        "orders.cancel_all",
        _S,
        ("ctrl+x",),
        "Cancel all",
        "Cancel every open order on every market; asks first if there are several, and the same key again agrees.",
        "cancel_all",
        False,
        True,
    ),
    Action(
        "app.refresh",
        _S,
        ("ctrl+r",),
        "Refresh",
        "Fetch orders, trades and balances again, and draw the screen anew.",
        "refresh_all",
        False,
        True,
    ),
    Action(
        "app.redraw",
        _S,
        ("ctrl+l",),
        "Redraw",
        "Draw the whole screen again, whatever the terminal shows.",
        "redraw",
        False,
        True,
    ),
    Action(
        "app.slow_line",
        _S,
        ("f8",),
        "Slow line",
        "Draw less for a slow line (fewer frames, no sums, no movement), or everything again.",
        "slow_line",
        False,
        True,
    ),
    Action(
        "app.reconnect",
        _S,
        ("ctrl+n",),
        "Reconnect",
        "Connect now instead of waiting, also after a refused key.",
        "reconnect",
        False,
        True,
    ),
    Action(
        "app.theme",
        _S,
        ("ctrl+t",),
        "Theme",
        "Change to the next theme: dark, light, and a pair that is safe for colour-blind eyes.",
        "next_theme",
        False,
        True,
    ),
    Action(
        "app.quit",
        _S,
        ("ctrl+q",),
        "Quit",
        "Leave captui; open orders stay on the exchange, and it says how many.",
        "quit",
        False,
        True,
    ),
)
