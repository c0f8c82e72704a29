"""What holds for every test: a mistake in drawing is an error, not a sentence on the screen; a busy machine is not a mistake."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from captui.widgets.line_pane import LinePane
from tests.parsed_css import parse_once
from tests.quiet import wait_for_idle, wait_for_screen

# How long an example takes says more about the machine than about the code. A gate looks for the same examples every time, so that what it
# refuses can be seen again; everywhere else new ones are tried.
settings.register_profile(
    "captui", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("captui")

# Nobody's own keyring is looked into or written to, neither here nor in the processes that tests start.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

LONG = (
    "terminal_driver/test_lines.py",
    "terminal_driver/test_hang_ups.py",
    "faults/test_requests.py",
    "faults/test_streams.py",
    "faults/test_chaos.py",
    "faults/test_kills.py",
    "secrets/test_nothing_leaks.py",
    "terminal/test_demo.py",
    "terminal_driver/test_endings.py",
    "terminal_driver/test_same_picture.py",
    "faults/test_hostile.py",
    "faults/test_soak.py",
    "terminal/test_trouble.py",
    "terminal/test_burst.py",
    "faults/test_freshness.py",
)
"""Files of which one alone keeps a worker busy for long: with `--dist loadfile` they come first, so that none is left alone at the end."""


def pytest_configure(config: pytest.Config) -> None:
    # xdist would hand out the files with the most tests first; those with the longest have few.
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        ranks = {Path(__file__).parent / file: rank for rank, file in enumerate(LONG)}
        items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nothing is found by looking through it for garbage, and there is a lot of it."""
    gc.collect()
    gc.freeze()
    # What an app leaves is one large knot of garbage: looked for after a few of them, not a few times in each.
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(autouse=True)
def _drawing_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinePane, "fails_loudly", True)


@pytest.fixture(autouse=True)
def _textual_waits_no_longer_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.app.wait_for_idle", wait_for_idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", wait_for_idle)
    monkeypatch.setattr(Pilot, "_wait_for_screen", wait_for_screen)


@pytest.fixture(autouse=True)
def _stylesheets_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stylesheet, "_parse_rules", parse_once)
