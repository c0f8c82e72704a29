"""What of a list is news, and for how long."""

from __future__ import annotations

from captui.widgets.changes import Changes


def test_nothing_of_the_first_reading_is_news() -> None:
    changes = Changes()
    changes.note({"a": 1, "b": 1}, 0)
    assert not changes.is_news("a", 0)


def test_what_changes_and_what_comes_on_top_is_news_for_a_while() -> None:
    changes = Changes()
    changes.note({"b": 1, "a": 1}, 0)
    changes.note({"c": 1, "b": 1, "a": 2}, 1_000)
    assert [key for key in "abc" if changes.is_news(key, 1_000)] == ["a", "c"]
    assert changes.is_news("a", 1_000 + Changes.SHOWN_MS - 1)
    assert not changes.is_news("a", 1_000 + Changes.SHOWN_MS)


def test_older_pages_are_no_news() -> None:
    changes = Changes()
    changes.note({"b": 1}, 0)
    changes.note({"b": 1, "a": 1}, 1_000)
    assert not changes.is_news("a", 1_000)


def test_the_first_of_an_empty_list_is_news() -> None:
    changes = Changes()
    changes.note({}, 0)
    changes.note({"a": 1}, 1_000)
    assert changes.is_news("a", 1_000)


def test_what_comes_back_as_it_was_has_not_changed() -> None:
    changes = Changes()
    changes.note({"a": 1, "b": 1}, 0)
    changes.note({"b": 1}, 1_000)
    changes.note({"a": 1, "b": 1}, 2_000)
    assert not changes.is_news("a", 2_000)
