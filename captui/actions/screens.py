"""Keys of the screens beside trading, and of the tables that all screens have."""

from __future__ import annotations

from captui.actions.action import Action, Scope

_R = Scope.ROWS

ROWS = (
    Action("tabs.up", _R, ("up", "k"), "Up", "Move up one row.", "row(-1)"),
    Action("tabs.down", _R, ("down", "j"), "Down", "Move down one row.", "row(1)"),
    Action("rows.page_up", _R, ("pageup",), "Page up", "Move up by as many rows as are shown.", "page(-1)"),
    Action("rows.page_down", _R, ("pagedown",), "Page down", "Move down by as many rows as are shown.", "page(1)"),
    Action("rows.first", _R, ("home",), "First", "Go to the first row.", "end(-1)"),
    Action("rows.last", _R, ("end",), "Last", "Go to the last row.", "end(1)"),
    Action("tabs.left", _R, ("left", "h"), "Tab left", "Show the tab to the left.", "tab(-1)"),
    Action("tabs.right", _R, ("right", "l"), "Tab right", "Show the tab to the right.", "tab(1)"),
    Action("tabs.details", _R, ("enter",), "Details", "Show all that is known of the row.", "details", True),
)

PAGE = (Action("screen.back", Scope.PAGE, ("escape",), "Trade", "Go back to the trade screen.", "back", True),)
