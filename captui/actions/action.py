"""One thing that a user can do, and where its key works."""

from __future__ import annotations

from enum import StrEnum

from textual.binding import Binding
from textual.keys import format_key

from captui.core.dataclass import dataclass


class Scope(StrEnum):
    """Where a key works. The value is the heading in help and README."""

    EVERYWHERE = "Everywhere"
    TRADE = "Trade screen"
    LADDER = "Ladder"
    STAGED = "Ladder, while an order is staged"
    CHART = "Chart"
    TAPE = "Tape"
    TICKET = "Order ticket"
    ROWS = "Tables"
    TABS = "Orders, history, trades, log"
    PAGE = "Screens beside trading"
    MARKETS = "Markets"
    PORTFOLIO = "Portfolio"
    HISTORY = "History"
    FUNDING = "Funding"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do."""

    id: str
    """`scope.verb`, used in the config to rebind and in tests; never reused for something else."""
    scope: Scope
    keys: tuple[str, ...]
    """Textual key names; the first is the one that is shown."""
    label: str
    """Two words or so, for the footer and the palette."""
    help: str
    """One sentence for the help and the README."""
    method: str
    """The Textual action that does it, on the widget, screen or app of the scope."""
    footer: bool = False
    """Shown in the footer of its scope."""
    palette: bool = False
    """Offered in the command palette."""
    urgent: bool = False
    """Done before the key travels through the widgets: each of them costs a turn of the loop."""

    def binding(self) -> Binding:
        return Binding(
            ",".join(self.keys),
            self.method,
            self.label,
            show=self.footer,
            tooltip=self.help,
            priority=self.urgent,
            id=self.id,
            key_display=display(self.keys[0]),
        )


def display(key: str) -> str:
    """The key as people write it: `Ctrl+P`, `?`, `↑`, `Enter`."""
    named = {
        "enter": "Enter",
        "escape": "Esc",
        "tab": "Tab",
        "shift+tab": "Shift+Tab",
        "space": "Space",
        "pageup": "PgUp",
        "pagedown": "PgDn",
    }
    named |= {"home": "Home", "end": "End", "delete": "Del", "backspace": "Backspace"}
    if key in named:
        return named[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key.removeprefix('ctrl+').upper()}"
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return format_key(key)
