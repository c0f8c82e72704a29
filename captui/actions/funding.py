"""Keys of the funding screen."""

from __future__ import annotations

from captui.actions.action import Action

FUNDING: tuple[Action, ...] = ()
