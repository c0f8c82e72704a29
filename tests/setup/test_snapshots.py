"""Every page of set-up as a picture, at both sizes.

A picture that changed on purpose is looked at, and then accepted with `pytest tests/setup/test_snapshots.py --snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from captui.errors import UnauthorisedError
from captui.setup.app import SetupApp
from captui.setup.ports import Place
from tests.setup.harness import FACTS, KEY, MEDIUM, PLAIN, SECRET, SMALL, MadeUpExchange, make

Compare = Callable[..., bool]
Run = Callable[[Pilot[Any]], Any]
SIZES = pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=["80x24", "120x36"])


def keys(*pressed: str) -> Run:
    """These keys; `paste` pastes both halves of a key, `answer` waits for the answer of the exchange."""

    async def run(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, SetupApp)
        for key in pressed:
            if key == "paste":
                app.post_message(events.Paste(f"{KEY}\n{SECRET}"))
                await pilot.pause()
            elif key == "answer":
                while app._state.draft.findings.asking:
                    await pilot.pause()
            else:
                await pilot.press(key)
        await pilot.pause()

    return run


TESTED = ("2", "enter", "paste", "enter", "answer")


@SIZES
@pytest.mark.parametrize(
    "pressed",
    [
        (),
        ("2", "enter", "paste"),
        TESTED,
        (*TESTED, "r", "enter"),
        (*TESTED, "enter", "4", "enter"),
        ("enter",),
        ("3", "enter"),
    ],
    ids=["welcome", "key", "test", "keep", "store", "last", "look"],
)
def test_page(snap_compare: Compare, pressed: tuple[str, ...], size: tuple[int, int]) -> None:
    assert snap_compare(make(), terminal_size=size, run_before=keys(*pressed))


def test_complaint(snap_compare: Compare) -> None:
    assert snap_compare(make(), terminal_size=SMALL, run_before=keys("2", "enter", "a", "space", "tab"))


def test_refused(snap_compare: Compare) -> None:
    error = UnauthorisedError("The exchange does not know this API key.", codes=("authz.unexistent_apikey",))
    app = make(exchange=MadeUpExchange(facts=FACTS[:3], error=error))
    assert snap_compare(app, terminal_size=SMALL, run_before=keys(*TESTED))


def test_keep_where_there_is_a_key_already(snap_compare: Compare) -> None:
    circumstances = replace(
        PLAIN,
        keyring_refusal="This machine has no keyring.",
        before="the commands of the config",
        holding={Place.FILE: PLAIN.host},
    )
    assert snap_compare(make(circumstances), terminal_size=SMALL, run_before=keys(*TESTED, "enter"))


@pytest.mark.parametrize("theme", ["captui-light", "captui-16"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(make(theme=theme), terminal_size=SMALL, run_before=keys("2"))
