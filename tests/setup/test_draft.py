"""Which step follows which, and what comes out at the end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from captui.actions import ACTIONS, Scope
from captui.errors import CredentialsError
from captui.render.status_bar import MODE_STYLES
from captui.setup.draft import Draft, Step, toggled
from captui.setup.pages import KEYS_WORTH_KNOWING
from captui.setup.ports import Choice, Place, Way
from captui.setup.typed import Typed
from tests.setup.harness import KEY, PLAIN, SECRET

FILLED = Draft(way=Way.KEY, api_key=Typed().insert(KEY), api_secret=Typed().insert(SECRET))


@pytest.mark.parametrize(
    ("draft", "steps"),
    [
        (Draft(), "welcome last"),
        (Draft(way=Way.LOOK), "welcome last"),
        (FILLED, "welcome key test keep last"),
        (replace(FILLED, place=Place.STORE), "welcome key test keep store last"),
    ],
)
def test_every_step_leads_to_the_next_and_back(draft: Draft, steps: str) -> None:
    order = [Step(name) for name in steps.split()]
    for one, other in pairwise(order):
        assert draft.after(one) is other
        assert draft.before(other) is one
    assert draft.before(order[0]) is None
    assert draft.after(order[-1]) is None


def test_only_an_own_key_comes_with_a_key_and_a_place() -> None:
    assert Draft().choice() == Choice(Way.DEMO)
    assert replace(FILLED, way=Way.LOOK).choice() == Choice(Way.LOOK)
    chosen = replace(FILLED, read_only=True, place=Place.NOWHERE).choice()
    assert chosen == Choice(Way.KEY, FILLED.pair(), read_only=True, place=Place.NOWHERE)
    assert KEY not in repr(chosen)
    assert KEY not in repr(FILLED)
    with pytest.raises(CredentialsError):
        Draft(way=Way.KEY).choice()


def test_the_mode_is_that_of_the_screen_to_come() -> None:
    assert [Draft().mode, FILLED.mode, replace(FILLED, read_only=True).mode] == ["DEMO", "LIVE", "READ-ONLY"]
    assert replace(FILLED, way=Way.LOOK).mode == "LOOK"


def test_the_place_at_first_is_the_safest_that_there_is() -> None:
    assert Draft.of(PLAIN).place is Place.KEYRING
    assert Draft.of(replace(PLAIN, keyring_refusal="This machine has no keyring.")).place is Place.FILE


def test_read_only_from_the_command_line_stays() -> None:
    forced = replace(PLAIN, always_read_only=True)
    assert Draft.of(forced).read_only
    assert toggled(Draft.of(forced), forced).read_only
    assert toggled(Draft.of(PLAIN), PLAIN).read_only


def test_each_mode_names_actions_that_there_are_and_only_those_that_work_in_it() -> None:
    known = {action.id: action for action in ACTIONS}
    modes = {draft.mode for draft in (Draft(), Draft(way=Way.LOOK), FILLED, replace(FILLED, read_only=True))}
    assert set(KEYS_WORTH_KNOWING) == modes == set(MODE_STYLES)
    assert all(each in known for keys in KEYS_WORTH_KNOWING.values() for each in keys)
    trading = (Scope.STAGED, Scope.TICKET, Scope.TABS)
    for mode in ("LOOK", "READ-ONLY"):
        for each in KEYS_WORTH_KNOWING[mode]:
            assert known[each].scope not in trading
            assert not each.startswith(("orders.", "trading.", "ladder.stage", "ladder.join", "ladder.cancel"))
