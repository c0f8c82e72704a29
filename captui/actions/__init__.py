"""Every action of captui, once: its id, keys, where it works, what it is called and what it does.

Bindings, footer, help, the command palette and the key table of README.md are all made from this list; users rebind by id in
the config. Keys are ones that any terminal can send: no Ctrl+Enter, no key release, and Space only beside another key.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding

from captui.actions.action import Action, Scope, display
from captui.actions.everywhere import EVERYWHERE
from captui.actions.funding import FUNDING
from captui.actions.history import HISTORY
from captui.actions.markets import MARKETS
from captui.actions.portfolio import PORTFOLIO
from captui.actions.screens import PAGE, ROWS
from captui.actions.trade import TRADE

__all__ = ["ACTIONS", "Action", "Scope", "bindings", "display", "key_table"]

ACTIONS: tuple[Action, ...] = (*EVERYWHERE, *TRADE, *ROWS, *PAGE, *MARKETS, *PORTFOLIO, *HISTORY, *FUNDING)


def bindings(*scopes: Scope) -> list[Binding]:
    """The Textual bindings of these scopes, with ids, labels and tooltips.

    Where two scopes of one widget share a key (the ladder and its staged order), both stand: Textual takes the first, and the method
    knows which is meant.
    """
    return [action.binding() for action in ACTIONS if action.scope in scopes]


def key_table(actions: Iterable[Action] = ACTIONS) -> str:
    """The Markdown key tables of README.md, one per scope."""
    lines: list[str] = []
    for scope in Scope:
        rows = [action for action in actions if action.scope is scope]
        if not rows:
            continue
        lines += [f"**{scope.value}**", "", "| key | action | what it does |", "| --- | --- | --- |"]
        lines += [f"| {' '.join(f'`{display(key)}`' for key in row.keys)} | `{row.id}` | {row.help} |" for row in rows]
        lines.append("")
    return "\n".join(lines)
