"""Keys of the history screen."""

from __future__ import annotations

from captui.actions.action import Action

HISTORY: tuple[Action, ...] = ()
