"""What goes into a field of a form: pasted text made one harmless line, and choices found by what is typed."""

from __future__ import annotations

import pytest

from captui.widgets.form_fields import Field, matching, pasted

NOTE = Field("note", "Note")
ADDRESS = Field("address", "Address", one_word=True)
PIN = Field("pin", "Pin", secret=True)


@pytest.mark.parametrize(
    ("text", "note", "word"),
    [
        ("rent for may", "rent for may", "rentformay"),
        ("  lnbc1\r\n  pvj\n", "lnbc1 pvj", "lnbc1pvj"),
        ("12\x1b[2J34\x07", "12[2J34", "12[2J34"),
        ("\u202eevil\u200b", "evil", "evil"),
        ("\n\n", "", ""),
        ("", "", ""),
    ],
)
def test_pasted_text_becomes_one_line_without_control_characters(text: str, note: str, word: str) -> None:
    assert pasted(text, NOTE) == note
    assert pasted(text, ADDRESS) == word
    assert pasted(text, PIN) == word


@pytest.mark.parametrize(
    ("typed", "at", "found"),
    [
        ("b", 0, 0),
        ("b", 1, 2),
        ("bt", 1, 0),
        ("zar", 0, 0),
        ("zar", 2, 3),
        ("X", 0, 3),
        ("q", 0, None),
        ("", 1, 1),
    ],
)
def test_the_nearest_choice_that_begins_with_it_comes_first(typed: str, at: int, found: int | None) -> None:
    assert matching(("BTC/ZAR", "ETH/ZAR", "BCH/USDT", "XRP/ZAR"), typed, at) == found
