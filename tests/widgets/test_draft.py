"""What is known of the order being shaped."""

from __future__ import annotations

from decimal import Decimal

from captui.core.checks import Finding
from captui.core.types import OrderDraft, OrderType, Side
from captui.widgets.draft import DraftView

DRAFT = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, Decimal(834_100), Decimal("0.01"))


def test_it_is_blocked_by_the_first_finding_that_makes_it_impossible() -> None:
    risky = Finding("far", "It is far away.", blocking=False)
    first, second = Finding("tick", "It is off the tick.", blocking=True), Finding("funds", "No funds.", blocking=True)
    assert DraftView(DRAFT, None, (risky, first, second)).blocked == "It is off the tick."
    assert DraftView(DRAFT, None, (risky,)).blocked == ""
    assert DraftView(DRAFT, None).blocked == ""
