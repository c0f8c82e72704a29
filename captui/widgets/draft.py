"""What the screen knows about the order being shaped: the draft, what it would do, and what speaks against it."""

from __future__ import annotations

from captui.core.checks import Finding
from captui.core.dataclass import dataclass
from captui.core.preview import Preview
from captui.core.types import OrderDraft


@dataclass(frozen=True, slots=True)
class DraftView:
    draft: OrderDraft
    preview: Preview | None
    """None where it cannot be worked out, e.g. before the first book."""
    findings: tuple[Finding, ...] = ()

    @property
    def blocked(self) -> str:
        """The first finding that makes the order impossible, in words; empty if there is none."""
        return next((finding.text for finding in self.findings if finding.blocking), "")
