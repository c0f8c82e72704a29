"""What can be answered to a dialog. Apart from the dialog itself, which is imported when the first one is opened."""

from __future__ import annotations

from captui.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    key: str
    """The key that gives it at once."""
    label: str
    value: str
    """What the dialog returns; empty for the answer that does nothing."""
    style: str = "text"
