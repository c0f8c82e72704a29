from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from captui.errors import ConfigError
from captui.simulator.fault_file import planned, read_plan
from captui.simulator.fault_plan import OF_FRAMES, OF_REQUESTS, Fault, Operation, PlannedFault
from tests.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PLAN: list[dict[str, Any]] = [
    {"on": "create", "do": "reset after", "after": 2},
    {"on": "btczar.ob-inc", "do": "lose", "times": 3},
]
READ = (PlannedFault("create", Fault.RESET_AFTER, after=2), PlannedFault("btczar.ob-inc", Fault.LOSE, times=3))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plan.json", json.dumps(PLAN)),
        ("plan.json", json.dumps({"fault": PLAN})),
        (
            "plan.toml",
            '[[fault]]\non = "create"\ndo = "reset after"\nafter = 2\n[[fault]]\non = "btczar.ob-inc"\ndo = "lose"\ntimes = 3',
        ),
    ],
)
def test_json_and_toml_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert read_plan(path) == READ


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("drop", "no table"),
        ({"on": "create", "do": "explode"}, "explode"),
        ({"on": "creation", "do": "status"}, "creation"),
        ({"on": "create", "do": "status", "often": 3}, "often"),
        ({"on": "create", "do": "status", "times": -1}, "times"),
        ({"on": "create", "do": "status", "times": True}, "times"),
        ({"on": "create", "do": "status", "status": 42}, "status"),
        ({"on": "create", "do": "lose"}, "cannot do 'lose'"),
        ({"on": "connect", "do": "reset after"}, "cannot do 'reset after'"),
        ({"on": "order", "do": "status"}, "cannot do 'status'"),
        ({"on": "any", "do": "disable market", "market": "dogezar"}, "market"),
        ({"on": "any", "do": "rewrite", "fields": ["name"]}, "fields"),
        ({"on": "any", "do": "rewrite", "kept": "side"}, "names"),
    ],
)
def test_what_is_not_understood_is_said_with_its_number(entry: object, words: str) -> None:
    with pytest.raises(ConfigError, match=r"Fault 2 of the plan") as error:
        planned([{"on": "create", "do": "status"}, entry])
    assert words in str(error.value)


@pytest.mark.parametrize(("name", "text"), [("a.json", "{"), ("a.toml", "on ="), ("a.json", "3"), ("a.json", "{}")])
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError, match=name):
        read_plan(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_plan(tmp_path / "none.toml")


def test_a_clock_may_be_set_back() -> None:
    assert planned([{"on": "any", "do": "clock", "ms": -60_000}])[0].ms == -60_000


def test_the_readme_shows_a_plan_that_is_read_and_names_every_word() -> None:
    block = next(text for text in re.findall(r"```toml\n(.*?)```", README, re.DOTALL) if "[[fault]]" in text)
    assert len(planned(tomllib.loads(block)["fault"])) > 2
    for word in (*Operation, *OF_REQUESTS, *OF_FRAMES):
        assert f"`{word}`" in README, word
