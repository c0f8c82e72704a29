"""Keys of the portfolio screen."""

from __future__ import annotations

from captui.actions.action import Action, Scope

_S = Scope.PORTFOLIO

PORTFOLIO: tuple[Action, ...] = (
    Action(
        "portfolio.private",
        _S,
        ("p",),
        "Hide amounts",
        "Show dots instead of amounts, for eyes that are not yours, or the amounts again.",
        "private",
        True,
        True,
    ),
    Action(
        "portfolio.sort", _S, ("s",), "Sort", "Sort by the next of value, name, change, profit.", "sort", True, True
    ),
    Action(
        "portfolio.small",
        _S,
        ("d",),
        "Small amounts",
        "Leave out what is worth less than ten rand, or show it again.",
        "small",
        True,
        True,
    ),
    Action(
        "portfolio.curve",
        _S,
        ("c",),
        "Curve",
        "Show the value over time, or give its room to the table.",
        "curve",
        True,
        True,
    ),
    Action(
        "portfolio.shorter",
        _S,
        ("left_square_bracket",),
        "Shorter",
        "Show the value over a shorter time.",
        "step_period(-1)",
        False,
        True,
    ),
    Action(
        "portfolio.longer",
        _S,
        ("right_square_bracket",),
        "Longer",
        "Show the value over a longer time.",
        "step_period(1)",
        False,
        True,
    ),
)
