"""Sections, headings, and words with a code beside or below them, at any size."""

from __future__ import annotations

import pytest

from captui.render import qr
from captui.render.lines import Line, plain, width_of
from captui.widgets.funding_panes import Heading, Section, SectionStrip, WordsAndCode
from tests import samples_funding as money

CODE = qr.blocks(money.BTC_ADDRESS)
HIGH, WIDE = len(CODE), len(CODE[0])


def pane(text: str = money.BTC_ADDRESS) -> WordsAndCode:
    made = WordsAndCode(id="x")
    made.show(lambda width: [(("word " * 20, "text"),), (("a", "strong"), (f" {width}", "dim"))], text)
    return made


def shown(lines: list[Line]) -> str:
    return "\n".join(plain(line) for line in lines)


def code_rows(lines: list[Line]) -> list[str]:
    return [text for line in lines for text, style in line if style == "code"]


def test_the_code_stands_beside_the_words_where_there_is_room() -> None:
    lines = pane().lines(WIDE + 40, HIGH)
    assert code_rows(lines) == CODE
    assert all(width_of(line) <= WIDE + 40 for line in lines)


def test_it_stands_below_them_where_there_is_only_that() -> None:
    lines = pane().lines(WIDE + 10, HIGH + 12)
    assert code_rows(lines) == CODE
    assert plain(lines[0]).strip().startswith("word")


@pytest.mark.parametrize(("width", "height"), [(WIDE + 40, HIGH - 1), (WIDE - 1, 60), (10, 10), (1, 1), (3, 2)])
def test_a_code_without_room_for_all_of_it_is_left_out(width: int, height: int) -> None:
    lines = pane().lines(width, height)
    assert not code_rows(lines)
    assert len(lines) <= height


def test_a_text_that_no_code_can_hold_is_shown_without() -> None:
    lines = pane("x" * 8_000).lines(200, 60)
    assert not code_rows(lines)
    assert "word" in shown(lines)


def test_sections_have_keys_and_counts() -> None:
    strip = SectionStrip([Section("in", "Deposit", "D"), Section("out", "Withdraw", "W")], id="x")
    strip.show("out", {"out": 2})
    (line,) = strip.lines(40, 1)
    assert "D Deposit" in plain(line)
    assert "W Withdraw 2" in plain(line)
    assert ("Withdraw", "accent") in line
    assert width_of(line) == 40


def test_a_heading_has_its_hint_at_the_right() -> None:
    heading = Heading("Deposits", id="x")
    heading.show((("read 4 s ago", "dim"),))
    assert plain(heading.lines(40, 1)[0]).rstrip().endswith("read 4 s ago")
    assert width_of(heading.lines(12, 1)[0]) <= 12


@pytest.mark.parametrize("width", [80, 100, 120])
def test_why_a_list_is_not_read_is_said_however_long_it_is(width: int) -> None:
    heading = Heading("Where withdrawals may go to", id="x")
    heading.show((("The exchange's answer cannot be read: " + "something that is very long " * 9, "warning"),))
    (line,) = heading.lines(width, 1)
    assert width_of(line) == width
    assert plain(line).startswith(" Where withdrawals")
    assert "The exchange's answer cannot be read" in plain(line)
    assert plain(line).rstrip().endswith("…")
