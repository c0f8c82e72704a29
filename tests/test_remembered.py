"""Small choices survive a restart, and their file can be lost, damaged or unwritable without any harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from captui.remembered import Remembered


def test_what_is_remembered_is_there_next_time(tmp_path: Path) -> None:
    path = tmp_path / "new" / "remembered.json"
    Remembered(path).remember("market", "ethzar")
    assert Remembered(path).values == {"market": "ethzar"}


def test_a_later_choice_replaces_an_earlier_one_and_keeps_the_others(tmp_path: Path) -> None:
    remembered = Remembered(tmp_path / "remembered.json")
    for key, value in (("market", "ethzar"), ("theme", "captui-light"), ("market", "xrpzar")):
        remembered.remember(key, value)
    assert Remembered(tmp_path / "remembered.json").values == {"market": "xrpzar", "theme": "captui-light"}


@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", '"text"', '{"market": 5}', "\x00"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "remembered.json"
    path.write_text(damage, encoding="utf-8")
    remembered = Remembered(path)
    assert remembered.values == {}
    remembered.remember("market", "btczar")
    assert Remembered(path).values == {"market": "btczar"}


def test_a_place_that_cannot_be_written_costs_only_the_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    remembered = Remembered(blocked / "remembered.json")
    remembered.remember("market", "btczar")
    assert remembered.values == {"market": "btczar"}


def test_without_a_path_nothing_is_written(tmp_path: Path) -> None:
    remembered = Remembered(None)
    remembered.remember("market", "btczar")
    assert remembered.values == {"market": "btczar"}
    assert list(tmp_path.iterdir()) == []
