"""The keys, as the small terminal shows them: nothing that explains a key is cut off."""

from __future__ import annotations

import pytest

from captui.actions import ACTIONS, Scope
from captui.render.lines import width_of
from captui.screens.dialog import Words
from captui.screens.help import help_items


@pytest.mark.parametrize("width", [40, 66, 200])
def test_every_sentence_is_there_to_its_end(width: int) -> None:
    lines = Words(help_items(ACTIONS, [Scope.LADDER])).lines(width, 10_000)
    assert max(width_of(line) for line in lines) <= width
    shown = " ".join(" ".join(text.strip() for text, _ in line) for line in lines)
    for action in ACTIONS:
        assert action.help in " ".join(shown.split())


def test_what_a_key_does_goes_on_under_itself() -> None:
    action = max(ACTIONS, key=lambda action: len(action.help))
    first, *rest = Words(help_items([action], [action.scope])).lines(50, 10)[1:]
    assert rest
    assert first[1][0][:1].isupper()
    indent = len(first[0][0])
    for line in rest[:1]:
        assert line[0][0] == " " * indent
