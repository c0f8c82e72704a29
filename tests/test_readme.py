"""README.md is true: its keys are the registry's, its config is one that captui reads, its pictures exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from captui import config
from captui.actions import key_table
from captui.config import Config, Funding
from captui.core.checks import Limits
from captui.core.fees import Fees

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIG = re.search(r"```toml\n((?:(?!```|\[\[fault).)*?)```", README, re.DOTALL)


def test_the_key_tables_are_those_of_the_registry() -> None:
    found = re.search(r"<!-- keys: .*? -->\n(.*?)<!-- end of keys -->", README, re.DOTALL)
    assert found is not None
    assert found[1].strip() == key_table().strip(), "run `python -m captui.actions` and paste what it prints"


def test_the_config_shown_is_one_that_captui_reads(tmp_path: Path) -> None:
    assert CONFIG is not None
    path = tmp_path / "config.toml"
    path.write_text(CONFIG[1], encoding="utf-8")
    loaded = config.load(path)
    assert loaded.limits == Config().limits, "the README shows the defaults"
    assert loaded.fees == Config().fees
    assert (loaded.fps, loaded.revision, loaded.log_level) == (Config().fps, Config().revision, Config().log_level)


def test_every_setting_is_in_the_readme() -> None:
    assert CONFIG is not None
    for name in config.SETTINGS:
        assert re.search(rf"(^|\n)(# )?(\[{name}\]|{name} =)", CONFIG[1]), name


@pytest.mark.parametrize(("table", "kind"), [("limits", Limits), ("fees", Fees), ("funding", Funding)])
def test_every_setting_of_a_table_is_in_the_readme(table: str, kind: type[Limits] | type[Fees] | type[Funding]) -> None:
    assert CONFIG is not None
    assert set(tomllib.loads(CONFIG[1])[table]) == set(kind.__dataclass_fields__)


def test_the_two_commands_stand_at_the_top() -> None:
    top = "\n".join(README.splitlines()[:12])
    assert "make demo" in top
    assert "make test" in top


def test_its_pictures_exist() -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file(), picture


def test_every_promise_names_tests_that_there_are() -> None:
    promises = README.partition("## What captui promises")[2].partition("\n## ")[0]
    rows = [row for row in promises.splitlines() if row.startswith("| ") and not row.startswith(("| promise", "| ---"))]
    assert len(rows) > 5
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
        assert named, row
        for path, name in named:
            assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), name
