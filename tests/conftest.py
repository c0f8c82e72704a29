"""What holds for every test: a mistake in drawing is an error, not a sentence on the screen."""

from __future__ import annotations

import pytest

from captui.widgets.line_pane import LinePane


@pytest.fixture(autouse=True)
def _drawing_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinePane, "fails_loudly", True)
