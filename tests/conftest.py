"""What holds for every test: a mistake in drawing is an error, not a sentence on the screen; a busy machine is not a mistake."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from captui.widgets.line_pane import LinePane

# How long an example takes says more about the machine than about the code. A gate looks for the same examples every time, so that what it
# refuses can be seen again; everywhere else new ones are tried.
settings.register_profile(
    "captui", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("captui")

# Nobody's own keyring is looked into or written to, neither here nor in the processes that tests start.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


@pytest.fixture(autouse=True)
def _drawing_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinePane, "fails_loudly", True)
