"""A user's own keys: right ones work, wrong ones are one sentence before anything is drawn."""

from __future__ import annotations

import pytest

from captui.actions import ACTIONS
from captui.errors import ConfigError
from captui.keymap import keymap, rebound


@pytest.mark.parametrize("key", ["f7", "ctrl+y", "b", "Z", "shift+up", "b,f9", "delete", "€", "exclamation_mark"])
def test_keys_that_can_be_bound(key: str) -> None:
    chosen = {"ladder.stage_buy": key}
    assert keymap(chosen) == chosen


def test_nothing_rebound_is_the_registry() -> None:
    assert rebound({}) == ACTIONS


def test_rebound_actions_show_the_new_keys() -> None:
    actions = {action.id: action for action in rebound({"ladder.stage_buy": "f7, ctrl+y"})}
    assert actions["ladder.stage_buy"].keys == ("f7", "ctrl+y")
    assert actions["ladder.stage_sell"].keys == ("s",)


def test_an_unknown_action_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"no action 'ladder\.stage_by'.*Did you mean 'ladder\.stage_buy'\?"):
        keymap({"ladder.stage_by": "f7"})


def test_an_action_like_no_other_points_to_the_help() -> None:
    with pytest.raises(ConfigError, match=r"Press \? in captui"):
        keymap({"zzz": "f7"})


@pytest.mark.parametrize("key", ["", "control+x", "bb", "no_such_key", "ctrl+b+b", "b,,x"])
def test_what_is_not_a_key(key: str) -> None:
    with pytest.raises(ConfigError, match=r"is not a key \(for the action 'ladder\.stage_buy'\)"):
        keymap({"ladder.stage_buy": key})


@pytest.mark.parametrize(
    ("rebinding", "both"),
    [
        ({"ladder.stage_buy": "x"}, r"'ladder\.stage_buy' and 'ladder\.cancel_here'"),
        ({"ladder.stage_buy": "?"}, r"'app\.help' and 'ladder\.stage_buy'"),
        ({"ladder.stage_buy": "question_mark"}, r"'app\.help' and 'ladder\.stage_buy'"),
        ({"app.help": "j"}, r"'app\.help' and '\w+\.\w+'"),
        ({"staged.send": "b"}, r"'ladder\.stage_buy' and 'staged\.send'"),
    ],
)
def test_one_key_for_two_things_is_refused(rebinding: dict[str, str], both: str) -> None:
    with pytest.raises(ConfigError, match=both):
        keymap(rebinding)


def test_keys_may_be_exchanged() -> None:
    assert keymap({"ladder.stage_buy": "s", "ladder.stage_sell": "b"})


def test_the_same_key_in_two_panes_is_no_clash() -> None:
    assert keymap({"chart.now": "b"})
