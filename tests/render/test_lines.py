"""Lines before they have colours, and the palette that gives them some."""

from __future__ import annotations

import pytest
from rich.style import Style

from captui.render.lines import (
    LOOKS,
    MEANINGS,
    Line,
    Palette,
    cut,
    joined,
    laid_out,
    left,
    on,
    padded,
    plain,
    right,
    spread,
    width_of,
    wrapped,
)
from captui.themes import THEMES


@pytest.fixture
def palette() -> Palette:
    styles = {name: Style(color="red", bgcolor="black") for name in MEANINGS}
    return Palette(styles | {"bid-bar": Style(color="white", bgcolor="green")})


def test_runs_of_one_style_become_one() -> None:
    assert joined([("a", "bid"), ("b", "bid"), ("", "ask"), ("c", "ask")]) == (("ab", "bid"), ("c", "ask"))


def test_left_and_right_fill_exactly_and_show_that_they_cut() -> None:
    assert left("abc", 5) == "abc  "
    assert left("abcdef", 4) == "abc…"
    assert right("12.5", 6) == "  12.5"
    assert right("123456.78", 6) == "12345…"
    assert left("abc", 0) == ""


def test_wide_characters_count_as_two_cells() -> None:
    assert width_of(((left("日本語", 4), "text"),)) == 4
    assert width_of(cut((("日本語", "text"),), 3)) == 3


def test_cut_and_padded_give_the_width_asked_for() -> None:
    line = (("abc", "bid"), ("def", "ask"))
    assert cut(line, 4) == (("abc", "bid"), ("d", "ask"))
    assert cut(line, 3) == (("abc", "bid"),)
    assert width_of(padded(line, 9)) == 9
    assert plain(padded(line, 2)) == "ab"


def test_a_background_is_kept_where_there_is_one() -> None:
    assert on((("a", "bid"), ("b", "ask@lit")), "cursor") == (("a", "bid@cursor"), ("b", "ask@lit"))


def test_the_front_gives_way_to_the_back_and_says_so() -> None:
    front, back = (("rests behind 0.0120", "text"),), (("Esc drop", "dim"),)
    assert plain(spread(front, back, 30)) == "rests behind 0.0120   Esc drop"
    assert plain(spread(front, back, 20)) == "rests behi… Esc drop"


def test_words_are_wrapped_and_numbers_kept_whole() -> None:
    text = "This order needs 423 514 ZAR; 241 659 ZAR is available."
    assert wrapped(text, 28, 3) == ["This order needs 423 514", "ZAR; 241 659 ZAR is", "available."]


def test_what_does_not_fit_into_the_lines_ends_in_an_ellipsis() -> None:
    assert wrapped("one two three four", 7, 2) == ["one two", "three …"]
    assert wrapped("one", 5, 0) == []
    assert wrapped("one", 0, 2) == []


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert wrapped("incomprehensible", 6, 2) == ["incom…"]


def test_a_joined_style_takes_only_the_background_of_the_second(palette: Palette) -> None:
    style = palette.style("text@bid-bar")
    assert (style.color, style.bgcolor) == (Style(color="red").color, Style(bgcolor="green").bgcolor)


def test_an_unknown_meaning_is_an_error(palette: Palette) -> None:
    with pytest.raises(KeyError):
        palette.style("rainbow")
    with pytest.raises(KeyError):
        palette.style("text@rainbow")


def test_a_strip_is_exactly_as_wide_as_asked(palette: Palette) -> None:
    line = (("abc", "bid"), ("def", "ask@bid-bar"))
    assert palette.strip(line, 10).cell_length == 10
    assert palette.strip(line, 4).text == "abcd"


def test_exchange_text_is_never_markup(palette: Palette) -> None:
    assert palette.strip((("[bold]x[/nope]", "text"),), 14).text == "[bold]x[/nope]"


def test_every_look_names_colours_that_each_theme_has() -> None:
    named = {name for look in LOOKS.values() for name in (look.front, look.back) if name}
    for theme in THEMES:
        assert named <= theme.to_color_system().generate().keys() | theme.variables.keys()


def test_words_are_wrapped_made_printable_and_never_cut_without_a_word() -> None:
    long: list[Line] = [(("\x1b[2Jone two three four", "text"),), (("as it is, however long", "text"), ("", "dim"))]
    lines = laid_out(long, 10, most=8)
    assert all(plain(line).isprintable() for line in lines)
    assert plain(lines[-1]) == "as it is,…"
    assert len(lines) > 2
    assert laid_out([(("to  ", "label"), ("FNB", "strong"))], 7, most=8) == [(("to  ", "label"), ("FNB", "strong"))]
