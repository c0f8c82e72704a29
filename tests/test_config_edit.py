"""One switch is changed, and not a letter besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from captui import config
from captui.cli.commands.configuration import template
from captui.config_edit import set_flag
from captui.errors import ConfigError

BEFORE = """# mine

fps = 5  # slow line

[limits]
max_value = 5
read_only = "not this one"

[profiles.work]
fps = 6
[profiles.work.limits]
max_value = 7

[profiles.home]
read_only = true   # for the children
"""
LIMITS = BEFORE.replace('read_only = "not this one"\n', "")


def changed(folder: Path, before: str | None, *, value: bool = True, profile: str = "") -> str:
    path = folder / "own" / "config.toml"
    if before is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(before)
    set_flag(path, "read_only", value, profile=profile)
    assert config.load(path, profile=profile).read_only is value
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]
    return path.read_text()


def test_a_missing_file_is_begun_for_this_user_alone(tmp_path: Path) -> None:
    assert changed(tmp_path, None) == "read_only = true\n"
    assert (tmp_path / "own/config.toml").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("profile", "value", "old", "new"),
    [
        ("", True, "# mine\n", "# mine\nread_only = true\n"),
        ("work", True, "[profiles.work]\n", "[profiles.work]\nread_only = true\n"),
        ("home", False, "read_only = true   # for", "read_only = false  # for"),
    ],
)
def test_the_rest_stays_as_it_is(tmp_path: Path, profile: str, value: bool, old: str, new: str) -> None:
    assert changed(tmp_path, LIMITS, value=value, profile=profile) == LIMITS.replace(old, new)


def test_there_and_back(tmp_path: Path) -> None:
    for before in (LIMITS, template()):
        once = changed(tmp_path, before)
        assert changed(tmp_path, once, value=False) == once.replace("read_only = true", "read_only = false", 1)


def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "own" / "config.toml"
    link.parent.mkdir()
    real.write_text("fps = 5\n")
    real.chmod(0o640)
    link.symlink_to(real)
    set_flag(link, "read_only", True)
    assert link.is_symlink()
    assert config.load(real).read_only
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("before", "profile"),
    [
        ('"read_only" = false\n', ""),
        ("profiles = {work = {fps = 5}}\n", "work"),
        ("[profiles.'work']\nfps = 5", "work"),
    ],
)
def test_what_cannot_be_changed_surely_is_left_to_the_user(tmp_path: Path, before: str, profile: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(before)
    with pytest.raises(ConfigError) as caught:
        set_flag(path, "read_only", True, profile=profile)
    assert str(path) in caught.value.sentence
    assert "Write `read_only = true` into it" in caught.value.advice
    assert [each.name for each in tmp_path.iterdir()] == ["config.toml"]
    assert path.read_text() == before


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("")
    with pytest.raises(ConfigError, match="cannot be"):
        set_flag(tmp_path / "own" / "config.toml", "read_only", True)
