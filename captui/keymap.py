"""A user's own keys: checked against the registry, and put into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from textual.keys import Keys, key_to_character

from captui.actions import ACTIONS, Action, Scope
from captui.errors import ConfigError

_PANES = (Scope.LADDER, Scope.CHART, Scope.TAPE, Scope.TICKET)
_SCREENS = (Scope.MARKETS, Scope.PORTFOLIO, Scope.HISTORY, Scope.FUNDING)
_TOGETHER = (
    *({Scope.EVERYWHERE, Scope.TRADE, pane} for pane in _PANES),
    {Scope.EVERYWHERE, Scope.TRADE, Scope.LADDER, Scope.STAGED},
    {Scope.EVERYWHERE, Scope.TRADE, Scope.ROWS, Scope.TABS},
    *({Scope.EVERYWHERE, Scope.PAGE, Scope.ROWS, screen} for screen in _SCREENS),
)
"""Scopes whose keys work at the same moment."""


def keymap(rebinding: Mapping[str, str]) -> dict[str, str]:
    """A user's `[keys]` table as Textual's keymap: action id -> key, or several with commas between them.

    Raises ConfigError for an id that does not exist (naming the nearest one that does), for a key that no terminal sends, and for a
    key that would then mean two things in one place.
    """
    known = {action.id for action in ACTIONS}
    for action_id, keys in rebinding.items():
        if action_id not in known:
            near = get_close_matches(action_id, known, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else "Press ? in captui for the list of actions."
            raise ConfigError(f"There is no action {action_id!r} to bind a key to.", advice=advice)
        for key in _split(keys):
            if not _is_key(key):
                raise ConfigError(
                    f"{key!r} is not a key (for the action {action_id!r}).",
                    advice="Keys are written like b, B, f2, ctrl+y, pageup, question_mark.",
                )
    _refuse_clashes(rebinding)
    return dict(rebinding)


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(","))


def _is_key(key: str) -> bool:
    if len(key) == 1:
        return key.isprintable() and not key.isspace()
    if key in {known.value for known in Keys}:
        return True
    # A symbol by its Unicode name, as Textual calls it.
    return key_to_character(key) is not None and "+" not in key


def _named(key: str) -> str:
    """One name for each key, whether it was written as a symbol or as a word: `?` and `question_mark`."""
    return (key_to_character(key) or key) if "+" not in key else key


def _refuse_clashes(rebinding: Mapping[str, str]) -> None:
    """Keys that work at the same moment must differ; the ladder's and the staged order's may share keys for one method."""
    actions = rebound(rebinding)
    for together in _TOGETHER:
        taken: dict[str, Action] = {}
        for action in actions:
            if action.scope not in together:
                continue
            for key in action.keys:
                other = taken.setdefault(_named(key), action)
                if other.method != action.method and {other.id, action.id} & rebinding.keys():
                    raise ConfigError(f"The key {key!r} would mean both {other.id!r} and {action.id!r}.")


def rebound(rebinding: Mapping[str, str]) -> tuple[Action, ...]:
    """The registry with a user's keys in place of the defaults, for what is shown: help, footer, palette."""
    return tuple(
        replace(action, keys=_split(rebinding[action.id])) if action.id in rebinding else action for action in ACTIONS
    )
