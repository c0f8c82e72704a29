"""Typing in one line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from captui.widgets.entry import Entry


def test_typing_and_taking_back() -> None:
    entry = Entry().insert("834").insert("1").backspace()
    assert entry == Entry("834", 3)
    assert entry.home().insert("9") == Entry("9834", 1)
    assert entry.move(-1).delete() == Entry("83", 2)
    assert entry.move(-1).clear_before() == Entry("4", 0)
    assert entry.home().end() == entry


def test_the_ends_are_ends() -> None:
    assert Entry().backspace() == Entry()
    assert Entry.of("ab").delete() == Entry.of("ab")
    assert Entry.of("ab").move(9) == Entry.of("ab")
    assert Entry.of("ab").move(-9) == Entry("ab", 0)


STEPS = st.sampled_from(["insert", "backspace", "delete", "left", "right", "home", "end", "clear"])


@given(st.lists(STEPS, max_size=40))
def test_the_cursor_never_leaves_the_text(steps: list[str]) -> None:
    entry = Entry()
    for step in steps:
        entry = {
            "insert": lambda e: e.insert("x"),
            "backspace": Entry.backspace,
            "delete": Entry.delete,
            "left": lambda e: e.move(-1),
            "right": lambda e: e.move(1),
            "home": Entry.home,
            "end": Entry.end,
            "clear": Entry.clear_before,
        }[step](entry)
        assert 0 <= entry.cursor <= len(entry.text)
