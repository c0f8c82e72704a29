"""Bars of fields that give way."""

from __future__ import annotations

from captui.render.fields import Field, draw_fields
from captui.render.lines import plain, width_of

FIELDS = [
    Field((("must", "text"),), 0),
    Field((("third", "text"),), 3),
    Field((("first", "text"),), 1),
    Field((("right", "text"),), 2, align_right=True),
]


def test_all_of_them_where_there_is_room() -> None:
    assert plain(draw_fields(FIELDS, 40)) == " must  third  first" + " " * 15 + "right "


def test_the_least_important_goes_first() -> None:
    assert plain(draw_fields(FIELDS, 22)).split() == ["must", "third", "right"]
    assert plain(draw_fields(FIELDS, 15)).split() == ["must", "third"]
    assert plain(draw_fields(FIELDS, 8)).split() == ["must"]


def test_every_width_is_filled_exactly() -> None:
    assert all(width_of(draw_fields(FIELDS, width)) == width for width in range(1, 60))


def test_an_empty_field_takes_no_gap() -> None:
    assert plain(draw_fields([Field((), 0), Field((("a", "text"),), 0)], 5)) == " a   "
