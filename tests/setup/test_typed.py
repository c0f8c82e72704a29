"""A secret being typed: never printed, and told apart from what cannot be one."""

from __future__ import annotations

import pytest

from captui.setup.typed import LONGEST, Typed, halves


def typed(text: str) -> Typed:
    return Typed().insert(text)


def test_editing_is_that_of_any_line() -> None:
    line = typed("abd").move(-1).insert("c")
    assert (line.secret().reveal(), line.cursor) == ("abcd", 3)
    assert line.backspace().secret().reveal() == "abd"
    assert line.delete().secret().reveal() == "abc"
    assert line.clear_before().secret().reveal() == "d"
    assert (line.home().cursor, line.end().cursor, len(line)) == (0, 4, 4)


def test_nothing_prints_it() -> None:
    line = typed("c0ffee")
    assert "c0ffee" not in f"{line!r} {line} {line.secret()!r}"
    assert not hasattr(line, "__dict__")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The API key is still missing."),
        ("c0f fee", "The API key holds a character that no key has: copy it again, without spaces or line ends."),
        ("c0ffee\n", "The API key holds a character that no key has: copy it again, without spaces or line ends."),
        ("c0ffée", "The API key holds a character that no key has: copy it again, without spaces or line ends."),
        ("\x1b[31m", "The API key holds a character that no key has: copy it again, without spaces or line ends."),
        ("'c0ffee'", "The API key holds a quote: copy it again, without quotes."),
        ("a" * (LONGEST + 1), "That is longer than any API key: copy it again."),
        ("a" * LONGEST, ""),
        ("c0ffee", ""),
    ],
)
def test_what_cannot_be_a_key_is_said_without_showing_it(text: str, sentence: str) -> None:
    assert typed(text).complaint("API key") == sentence


def test_a_clipboard_with_a_book_in_it_is_cut_short() -> None:
    assert len(typed("a" * 1_000_000)) == LONGEST + 1


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("c0ffee\n5ca1ab1e\n", ("c0ffee", "5ca1ab1e")),
        ("\r\n c0ffee \r\n\r\n5ca1ab1e", ("c0ffee", "5ca1ab1e")),
        ("c0ffee", None),
        ("a\nb\nc", None),
        ("", None),
    ],
)
def test_both_halves_may_come_at_once(pasted: str, found: tuple[str, str] | None) -> None:
    assert halves(pasted) == found
