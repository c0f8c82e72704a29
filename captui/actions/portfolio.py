"""Keys of the portfolio screen."""

from __future__ import annotations

from captui.actions.action import Action

PORTFOLIO: tuple[Action, ...] = ()
