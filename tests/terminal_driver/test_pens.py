"""From pen to pen: whatever is written between, a terminal ends up with the pen that was wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.terminal.pens import PLAIN, NotUnderstoodError, Pen, after, change, draws_blank, of_blank

ATTRIBUTES = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53"]

foregrounds = st.sampled_from(["", "31", "97", "38;5;99", "38;2;1;2;3"])
backgrounds = st.sampled_from(["", "41", "107", "48;5;9", "48;2;9;8;7"])
attributes = st.sets(st.sampled_from(ATTRIBUTES), max_size=4).map(lambda chosen: tuple(sorted(chosen)))
pens = st.builds(Pen, attributes, foregrounds, backgrounds, st.sampled_from(["", "id=1;https://example.com"]))

_OFF = {"22": {"1", "2"}, "23": {"3"}, "24": {"4", "21"}, "25": {"5", "6"}, "27": {"7"}, "28": {"8"}, "29": {"9"}}


def terminal(pen: Pen, written: str) -> Pen:
    """What a terminal makes of it: SGR one code at a time, and links."""
    while written:
        if written.startswith("\x1b]8;"):
            link, _, written = written[4:].partition("\x1b\\")
            pen = pen._replace(link="" if link == ";" else link)
            continue
        assert written.startswith("\x1b[")
        codes, _, written = written[2:].partition("m")
        numbers = codes.split(";")
        while numbers:
            code = numbers.pop(0)
            if code in ("38", "48"):
                length = 2 if numbers[0] == "5" else 4
                pen = after(pen, ";".join([code, *numbers[:length]]))
                numbers = numbers[length:]
            elif code in _OFF:
                pen = pen._replace(attributes=tuple(each for each in pen.attributes if each not in _OFF[code]))
            else:
                pen = after(pen, code)
    return pen


@given(pens, pens)
def test_a_change_changes_one_pen_into_the_other(before: Pen, new: Pen) -> None:
    assert terminal(before, change(before, new)) == new


@given(pens, pens)
def test_a_change_from_an_unknown_pen_works_from_every_one(before: Pen, new: Pen) -> None:
    assert terminal(before, change(None, new)) == new


@given(pens, pens)
def test_no_change_is_longer_than_beginning_anew(before: Pen, new: Pen) -> None:
    assert len(change(before, new)) <= len(change(None, new))


def test_a_change_is_as_short_as_it_can_be() -> None:
    red = Pen((), "31", "48;2;1;2;3")
    assert change(red, red) == ""
    assert change(red, red._replace(foreground="32")) == "\x1b[32m"
    assert change(red, red._replace(attributes=("1",))) == "\x1b[1m"
    assert change(red._replace(attributes=("1",)), red) == "\x1b[22m"
    assert change(red, PLAIN) == "\x1b[m"
    assert change(None, PLAIN) == "\x1b]8;;\x1b\\\x1b[m"


@pytest.mark.parametrize(
    "codes", ["38", "38;5", "38;2;1;2", "38;7;1", "48;5;x", "22", "58;5;1", "110", "1:2", "38:2::1:2:3"]
)
def test_what_is_not_known_is_refused(codes: str) -> None:
    with pytest.raises(NotUnderstoodError):
        after(PLAIN, codes)


def test_of_a_blank_only_what_can_be_seen_counts() -> None:
    assert of_blank(Pen(("1", "3"), "31", "41")) == Pen((), "", "41")
    for code in ("4", "7", "9", "53"):
        assert of_blank(Pen((code,), "31", "41")) == Pen((code,), "31", "41")
    assert draws_blank(Pen(("1",), "31", "41"), Pen((), "", "41"))
    assert not draws_blank(Pen(("4",), "31", "41"), Pen((), "", "41"))
    assert not draws_blank(Pen((), "31", "42"), Pen((), "", "41"))
