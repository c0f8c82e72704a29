"""The portfolio screen as pictures.

A picture that changed on purpose is looked at, and then accepted with `pytest tests/ui/test_snapshots_portfolio.py --snapshot-update`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from captui.app import CaptuiApp
from captui.config import Config
from tests import samples, samples_portfolio
from tests.ui.fake_session import FakeSession
from tests.ui.harness import MEDIUM, SMALL, Clock, Ids
from tests.ui.test_snapshots import keys

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=["80x24", "120x36"])


def make(state: str = "live", theme: str = "captui-dark") -> CaptuiApp:
    # Slow enough that the only frame is the one that the test asks for.
    config = Config(theme=theme, fps=1)
    session = FakeSession(samples_portfolio.views(state))
    return CaptuiApp(session, config=config, now_ms=Clock(), new_id=Ids(), tz=samples.TZ)


@SIZES
@pytest.mark.parametrize("state", ["live", "reconnecting", "filling", "no-credentials"])
def test_portfolio(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    assert snap_compare(make(state), terminal_size=size, run_before=keys("f4"))


@SIZES
def test_private(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make(), terminal_size=size, run_before=keys("f4", "p", "right_square_bracket"))


@SIZES
def test_details(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make(), terminal_size=size, run_before=keys("f4", "enter"))


@pytest.mark.parametrize("theme", ["captui-light", "captui-16"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(make(theme=theme), terminal_size=MEDIUM, run_before=keys("f4"))
