"""Keys of the markets screen."""

from __future__ import annotations

from captui.actions.action import Action

MARKETS: tuple[Action, ...] = ()
