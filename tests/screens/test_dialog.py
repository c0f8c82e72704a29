"""Nothing in a dialog is cut without a word about it."""

from __future__ import annotations

import pytest

from captui.render.lines import Line, plain, width_of
from captui.screens.dialog import Words

NAME = "The savings account of the Ndlovu family trust at First National Bank (beneficiary 801)"


def drawn(item: Line, width: int) -> list[str]:
    lines = Words((item,)).lines(width, 100)
    assert all(width_of(line) <= width for line in lines)
    return [plain(line) for line in lines]


@pytest.mark.parametrize("width", [30, 44, 60])
def test_what_stands_behind_a_label_is_whole(width: int) -> None:
    first, *rest = drawn((("to        ", "label"), (NAME, "strong")), width)
    assert first.startswith("to        The savings")
    assert rest
    assert all(line.startswith(" " * 10) for line in rest)
    assert " ".join([first[10:], *(line[10:] for line in rest)]) == NAME


def test_a_word_that_is_too_long_for_its_line_and_a_row_of_many_parts_end_in_an_ellipsis() -> None:
    assert drawn((("to  ", "label"), ("x" * 80, "strong")), 20) == ["to  " + "x" * 15 + "…"]
    assert drawn((("a" * 8, "dim"), ("b" * 8, "text"), ("価格" * 4, "bid")), 20) == ["a" * 8 + "b" * 8 + "価" + " …"]


def test_what_fits_is_as_it_is() -> None:
    assert drawn((("to  ", "label"), ("FNB", "strong")), 7) == ["to  FNB"]
    assert drawn(((NAME, "text"),), 200) == [NAME]
