"""Every action of captui, once: its id, keys, where it works, what it is called and what it does.

Bindings, footer, help, the command palette and the key table of README.md are all made from this list; users rebind by id in
the config. Keys are ones that any terminal can send: no Ctrl+Enter, no key release, and Space only beside another key.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding
from textual.keys import format_key


class Scope(StrEnum):
    """Where a key works. The value is the heading in help and README."""

    EVERYWHERE = "Everywhere"
    LADDER = "Ladder"
    STAGED = "Ladder, while an order is staged"
    CHART = "Chart"
    TAPE = "Tape"
    TICKET = "Order ticket"
    TABS = "Orders, history, trades, log"


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

    def binding(self) -> Binding:
        return Binding(
            ",".join(self.keys),
            self.method,
            self.label,
            show=self.footer,
            tooltip=self.help,
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
    return format_key(key)


def _everywhere() -> tuple[Action, ...]:
    s = Scope.EVERYWHERE
    return (
        Action(
            "app.help",
            s,
            ("question_mark",),
            "Help",
            "Show the keys of the focused pane and of everything else.",
            "help",
            True,
            True,
        ),
        Action("app.palette", s, ("ctrl+p",), "Palette", "Find any action by its name.", "command_palette", True),
        Action(
            "market.choose",
            s,
            ("slash",),
            "Market",
            "Choose the market to trade by typing part of its name.",
            "choose_market",
            True,
            True,
        ),
        Action("pane.next", s, ("tab",), "Next pane", "Move to the next pane.", "move_pane(1)", True),
        Action("pane.previous", s, ("shift+tab",), "Previous pane", "Move to the previous pane.", "move_pane(-1)"),
        Action("pane.ladder", s, ("L",), "Ladder", "Go to the ladder.", "focus_pane('ladder')", False, True),
        Action("pane.chart", s, ("C",), "Chart", "Go to the chart.", "focus_pane('chart')", False, True),
        Action("pane.ticket", s, ("T",), "Ticket", "Go to the order ticket.", "focus_pane('ticket')", False, True),
        Action("pane.orders", s, ("O",), "Orders", "Go to the open orders.", "focus_pane('orders')", False, True),
        Action("pane.history", s, ("H",), "History", "Go to the order history.", "focus_pane('history')", False, True),
        Action("pane.trades", s, ("M",), "My trades", "Go to your own trades.", "focus_pane('trades')", False, True),
        Action(
            "pane.tape",
            s,
            ("P",),
            "Tape",
            "Go to the tape, the trades of everybody.",
            "focus_pane('tape')",
            False,
            True,
        ),
        Action("pane.log", s, ("G",), "Log", "Go to the log.", "focus_pane('log')", False, True),
        Action(
            "pane.maximise",
            s,
            ("z",),
            "Maximise",
            "Give the focused pane the whole screen, or give it back.",
            "maximise_pane",
            False,
            True,
        ),
        Action(
            "interval.shorter",
            s,
            ("left_square_bracket",),
            "Shorter",
            "Show shorter candles.",
            "step_interval(-1)",
            False,
            True,
        ),
        Action(
            "interval.longer",
            s,
            ("right_square_bracket",),
            "Longer",
            "Show longer candles.",
            "step_interval(1)",
            False,
            True,
        ),
        Action(
            "interval.choose",
            s,
            ("i",),
            "Interval",
            "Choose the candle interval from all twelve.",
            "choose_interval",
            False,
            True,
        ),
        Action(
            "orders.cancel_all",
            s,
            ("ctrl+x",),
            "Cancel all",
            "Cancel every open order on every market; asks first if there are several, and the same key again agrees.",
            "cancel_all",
            False,
            True,
        ),
        Action(
            "orders.cancel_market",
            s,
            ("X",),
            "Cancel market",
            "Cancel every open order on this market; asks first if there are several.",
            "cancel_market",
            False,
            True,
        ),
        Action(
            "orders.cancel_buys",
            s,
            ("B",),
            "Cancel buys",
            "Cancel every open buy on this market; asks first if there are several.",
            "cancel_side('buy')",
            False,
            True,
        ),
        Action(
            "orders.cancel_sells",
            s,
            ("S",),
            "Cancel sells",
            "Cancel every open sell on this market; asks first if there are several.",
            "cancel_side('sell')",
            False,
            True,
        ),
        Action(
            "trading.lock",
            s,
            ("a",),
            "Arm or lock",
            "Lock the trading keys, or arm them again.",
            "toggle_lock",
            False,
            True,
        ),
        Action(
            "app.refresh",
            s,
            ("ctrl+r",),
            "Refresh",
            "Fetch orders, trades and balances again, and draw the screen anew.",
            "refresh_all",
            False,
            True,
        ),
        Action(
            "app.reconnect",
            s,
            ("ctrl+n",),
            "Reconnect",
            "Connect now instead of waiting, also after a refused key.",
            "reconnect",
            False,
            True,
        ),
        Action(
            "app.theme",
            s,
            ("ctrl+t",),
            "Theme",
            "Change to the next theme: dark, light, and a pair that is safe for colour-blind eyes.",
            "next_theme",
            False,
            True,
        ),
        Action(
            "app.quit",
            s,
            ("ctrl+q",),
            "Quit",
            "Leave captui; open orders stay on the exchange, and it says how many.",
            "quit",
            False,
            True,
        ),
    )


def _ladder() -> tuple[Action, ...]:
    s, t = Scope.LADDER, Scope.STAGED
    return (
        Action("ladder.up", s, ("up", "k"), "Up", "Move the cursor to the next higher price.", "move(1)"),
        Action("ladder.down", s, ("down", "j"), "Down", "Move the cursor to the next lower price.", "move(-1)"),
        Action(
            "ladder.page_up",
            s,
            ("pageup",),
            "Page up",
            "Move the cursor up by half a screen; a staged order, to the next level.",
            "page(1)",
        ),
        Action(
            "ladder.page_down",
            s,
            ("pagedown",),
            "Page down",
            "Move the cursor down by half a screen; a staged order, to the next level.",
            "page(-1)",
        ),
        Action(
            "ladder.centre", s, ("c", "space", "home"), "Centre", "Bring the spread back to the middle.", "centre", True
        ),
        Action(
            "ladder.coarser", s, ("plus", "equals_sign"), "Coarser", "Group prices into larger steps.", "group(1)", True
        ),
        Action("ladder.finer", s, ("minus",), "Finer", "Group prices into smaller steps.", "group(-1)", True),
        Action(
            "ladder.cumulative",
            s,
            ("v",),
            "Cumulative",
            "Show sizes at each price, or added up from the spread.",
            "cumulative",
        ),
        Action("ladder.next_own", s, ("n",), "Own order", "Jump to your next own order.", "next_own"),
        *(
            Action(
                f"ladder.size_{n}",
                s,
                (str(n),),
                f"Size {n}",
                f"Use size preset {n} for the next order, or for the staged one.",
                f"preset({n})",
            )
            for n in range(1, 6)
        ),
        Action(
            "ladder.stage_buy",
            s,
            ("b",),
            "Buy here",
            "Stage a buy at the cursor. Nothing is sent yet.",
            "stage('buy')",
            True,
        ),
        Action(
            "ladder.stage_sell",
            s,
            ("s",),
            "Sell here",
            "Stage a sell at the cursor. Nothing is sent yet.",
            "stage('sell')",
            True,
        ),
        Action(
            "ladder.join_bid",
            s,
            ("q",),
            "Join bid",
            "Stage a buy at the best bid; it follows the best bid until you touch it.",
            "join('buy')",
        ),
        Action(
            "ladder.join_ask",
            s,
            ("w",),
            "Join ask",
            "Stage a sell at the best ask; it follows the best ask until you touch it.",
            "join('sell')",
        ),
        Action(
            "ladder.cancel_here", s, ("x",), "Cancel here", "Cancel your orders at the cursor.", "cancel_here", True
        ),
        Action(
            "staged.price_up",
            t,
            ("up", "k"),
            "Price up",
            "Raise the price by one tick of the ladder's grouping.",
            "move(1)",
        ),
        Action(
            "staged.price_down",
            t,
            ("down", "j"),
            "Price down",
            "Lower the price by one tick of the ladder's grouping.",
            "move(-1)",
        ),
        Action("staged.size_up", t, ("right", "l"), "Size up", "Make the order larger by one step.", "resize(1)"),
        Action("staged.size_down", t, ("left", "h"), "Size down", "Make the order smaller by one step.", "resize(-1)"),
        Action(
            "staged.post_only",
            t,
            ("p",),
            "Post-only",
            "Refuse to take: the order rests, or it is not placed.",
            "post_only",
        ),
        Action("staged.send", t, ("enter",), "Send", "Send the staged order.", "send_staged"),
        Action("staged.drop", t, ("escape",), "Drop", "Drop the staged order. Nothing is sent.", "drop_staged"),
    )


def _panes() -> tuple[Action, ...]:
    c, p, k, o = Scope.CHART, Scope.TAPE, Scope.TICKET, Scope.TABS
    return (
        Action("chart.left", c, ("left", "h"), "Left", "Move the crosshair one candle back in time.", "crosshair(-1)"),
        Action("chart.right", c, ("right", "l"), "Right", "Move the crosshair one candle forward.", "crosshair(1)"),
        Action(
            "chart.page_back",
            c,
            ("pageup",),
            "Back",
            "Pan half a screen into history; older candles are fetched.",
            "pan(-1)",
        ),
        Action("chart.page_forward", c, ("pagedown",), "Forward", "Pan half a screen towards now.", "pan(1)"),
        Action("chart.now", c, ("end", "c"), "Now", "Go back to the newest candle.", "now", True),
        Action(
            "chart.zoom_in", c, ("plus", "equals_sign"), "Zoom in", "Wider candles, fewer of them.", "zoom(1)", True
        ),
        Action("chart.zoom_out", c, ("minus",), "Zoom out", "Narrower candles, more of them.", "zoom(-1)", True),
        Action("chart.drop", c, ("escape",), "No crosshair", "Put the crosshair away.", "drop_crosshair"),
        Action("tape.up", p, ("up", "k"), "Up", "Scroll towards newer trades.", "scroll(-1)"),
        Action("tape.down", p, ("down", "j"), "Down", "Scroll towards older trades.", "scroll(1)"),
        Action("tape.newest", p, ("home", "c"), "Newest", "Go back to the newest trade.", "newest", True),
        Action("ticket.up", k, ("up",), "Previous field", "Go to the field above.", "previous_field"),
        Action("ticket.down", k, ("down",), "Next field", "Go to the field below.", "next_field"),
        Action(
            "ticket.choose_left",
            k,
            ("left",),
            "Choose left",
            "Take the choice to the left: side, type, share of funds, post-only.",
            "choose(-1)",
        ),
        Action("ticket.choose_right", k, ("right",), "Choose right", "Take the choice to the right.", "choose(1)"),
        Action(
            "ticket.review",
            k,
            ("enter",),
            "Review",
            "Show what the order will do; it is sent only when you confirm there.",
            "review",
            True,
        ),
        Action("ticket.clear", k, ("escape",), "Back", "Go back to the ladder; what you typed stays.", "leave", True),
        Action("tabs.up", o, ("up", "k"), "Up", "Move up one row.", "row(-1)"),
        Action("tabs.down", o, ("down", "j"), "Down", "Move down one row.", "row(1)"),
        Action("tabs.left", o, ("left", "h"), "Tab left", "Show the tab to the left.", "tab(-1)"),
        Action("tabs.right", o, ("right", "l"), "Tab right", "Show the tab to the right.", "tab(1)"),
        Action("tabs.details", o, ("enter",), "Details", "Show all that is known of the row.", "details", True),
        Action(
            "tabs.cancel", o, ("x", "delete"), "Cancel order", "Cancel the order under the cursor.", "cancel_row", True
        ),
    )


ACTIONS: tuple[Action, ...] = (*_everywhere(), *_ladder(), *_panes())


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


if __name__ == "__main__":
    print(key_table())  # noqa: T201 - what README.md holds between its two marks


if __name__ == "__main__":
    sys.stdout.write(key_table() + "\n")
