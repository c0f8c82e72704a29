"""Keys of the trade screen: of all of it, of the ladder, and of its other panes."""

from __future__ import annotations

from captui.actions.action import Action, Scope

_S = Scope.TRADE

_SCREEN = (
    Action(
        "market.choose",
        _S,
        ("slash",),
        "Market",
        "Choose the market to trade by typing part of its name.",
        "choose_market",
        True,
        True,
    ),
    Action("pane.ladder", _S, ("L",), "Ladder", "Go to the ladder.", "focus_pane('ladder')", False, True),
    Action("pane.chart", _S, ("C",), "Chart", "Go to the chart.", "focus_pane('chart')", False, True),
    Action("pane.ticket", _S, ("T",), "Ticket", "Go to the order ticket.", "focus_pane('ticket')", False, True),
    Action("pane.orders", _S, ("O",), "Orders", "Go to the open orders.", "focus_pane('orders')", False, True),
    Action("pane.history", _S, ("H",), "History", "Go to the order history.", "focus_pane('history')", False, True),
    Action("pane.trades", _S, ("M",), "My trades", "Go to your own trades.", "focus_pane('trades')", False, True),
    Action(
        "pane.tape",
        _S,
        ("P",),
        "Tape",
        "Go to the tape, the trades of everybody.",
        "focus_pane('tape')",
        False,
        True,
    ),
    Action("pane.log", _S, ("G",), "Log", "Go to the log.", "focus_pane('log')", False, True),
    Action(
        "pane.maximise",
        _S,
        ("z",),
        "Maximise",
        "Give the focused pane the whole screen, or give it back.",
        "maximise_pane",
        False,
        True,
    ),
    Action(
        "interval.shorter",
        _S,
        ("left_square_bracket",),
        "Shorter",
        "Show shorter candles.",
        "step_interval(-1)",
        False,
        True,
    ),
    Action(
        "interval.longer",
        _S,
        ("right_square_bracket",),
        "Longer",
        "Show longer candles.",
        "step_interval(1)",
        False,
        True,
    ),
    Action(
        "interval.choose",
        _S,
        ("i",),
        "Interval",
        "Choose the candle interval from all twelve.",
        "choose_interval",
        False,
        True,
    ),
    Action(
        "orders.cancel_market",
        _S,
        ("X",),
        "Cancel market",
        "Cancel every open order on this market; asks first if there are several.",
        "cancel_market",
        False,
        True,
    ),
    Action(
        "orders.cancel_buys",
        _S,
        ("B",),
        "Cancel buys",
        "Cancel every open buy on this market; asks first if there are several.",
        "cancel_side('buy')",
        False,
        True,
    ),
    Action(
        "orders.cancel_sells",
        _S,
        ("S",),
        "Cancel sells",
        "Cancel every open sell on this market; asks first if there are several.",
        "cancel_side('sell')",
        False,
        True,
    ),
    Action(
        "trading.lock",
        _S,
        ("a",),
        "Arm or lock",
        "Lock the trading keys, or arm them again.",
        "toggle_lock",
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
        Action("staged.send", t, ("enter",), "Send", "Send the staged order.", "send_staged", urgent=True),
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
        Action(
            "tabs.cancel", o, ("x", "delete"), "Cancel order", "Cancel the order under the cursor.", "cancel_row", True
        ),
    )


TRADE = (*_SCREEN, *_ladder(), *_panes())
