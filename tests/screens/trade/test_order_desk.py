"""The one place that makes a PlaceOrder: what it refuses, what it asks, and that it sends once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from captui.core.checks import Finding, Limits, check
from captui.core.fees import Fees
from captui.core.types import OrderDraft, OrderType, Side
from captui.screens.trade import order_desk
from captui.screens.trade.order_desk import Blocked, NeedsConsent, OrderDesk, Sent, available_of, covered
from captui.session.commands import CancelAll, PlaceOrder
from captui.session.views import BalancesView, Freshness, Views
from tests import samples
from tests.ui.fake_session import FakeSession
from tests.ui.harness import Clock, Ids

D = Decimal
DRAFT = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, D("834100"), D("0.01"))


def desk(views: Views | None = None) -> tuple[OrderDesk, FakeSession, Clock]:
    session, clock = FakeSession(views or samples.views()), Clock()
    return OrderDesk(session, limits=Limits(), fees=Fees(), now_ms=clock, new_id=Ids()), session, clock


def test_a_good_order_is_sent_with_an_id_of_its_own() -> None:
    it, session, clock = desk()
    assert it.send(DRAFT) == Sent(PlaceOrder("id-1", DRAFT, frozenset()))
    clock.ms += 60_000
    assert it.send(DRAFT) == Sent(PlaceOrder("id-2", DRAFT, frozenset()))
    assert len(session.placed) == 2


def test_a_twin_is_asked_about_until_its_time_is_over() -> None:
    it, session, clock = desk()
    it.send(DRAFT)
    clock.ms += Limits().twin_window_ms
    asked = it.send(DRAFT)
    assert isinstance(asked, NeedsConsent)
    assert [finding.code for finding in asked.view.findings] == ["twin"]
    assert len(session.placed) == 1
    assert isinstance(it.send(DRAFT, frozenset({"twin"})), Sent)
    clock.ms += Limits().twin_window_ms + 1
    assert isinstance(it.send(DRAFT), Sent)


def test_what_was_looked_at_is_looked_at_again_only_when_something_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[OrderDraft] = []

    def counted(draft: OrderDraft, **known: Any) -> tuple[Finding, ...]:
        looks.append(draft)
        return check(draft, **known)

    monkeypatch.setattr(order_desk, "check", counted)
    it, session, _ = desk()
    it.look(DRAFT)
    assert isinstance(it.send(DRAFT), Sent)
    assert len(looks) == 1

    other = replace(DRAFT, volume=D("0.02"))
    it.look(other)
    session.change(book=replace(session.views.book, freshness=Freshness.STALE))
    refused = it.send(other)
    assert isinstance(refused, Blocked)
    assert "not up to date" in refused.reason
    assert len(session.placed) == 1


def test_the_same_order_again_is_a_twin_although_it_was_found_good_before() -> None:
    it, _, _ = desk()
    it.look(DRAFT)
    assert isinstance(it.send(DRAFT), Sent)
    assert isinstance(it.send(DRAFT), NeedsConsent)


def test_a_trade_with_oneself_is_asked_about() -> None:
    it, session, _ = desk()
    meets = replace(DRAFT, price=D("843500"))
    asked = it.send(meets)
    assert isinstance(asked, NeedsConsent)
    assert [finding.code for finding in asked.view.findings] == ["own-order"]
    assert "your own sell of 0.01 BTC at 843 500.00" in asked.view.findings[0].text
    assert session.sent == []
    assert isinstance(it.send(meets, frozenset({"own-order"})), Sent)


def test_consent_to_one_risk_is_not_consent_to_another() -> None:
    it, session, _ = desk()
    far = replace(DRAFT, price=D("700000"))
    asked = it.send(far, frozenset({"twin", "value"}))
    assert isinstance(asked, NeedsConsent)
    assert {finding.code for finding in asked.view.findings} == {"distance"}
    assert session.sent == []


def test_no_consent_makes_the_impossible_possible() -> None:
    it, session, _ = desk()
    off_tick = replace(DRAFT, price=D("834100.005"))
    refused = it.send(off_tick, frozenset(finding.code for finding in it.look(off_tick).findings))
    assert isinstance(refused, Blocked)
    assert "off the tick" in refused.reason
    assert session.sent == []


def test_locked() -> None:
    it, session, _ = desk()
    it.locked = True
    assert it.send(DRAFT) == Blocked("Trading is locked. Press a to arm it.")
    assert session.sent == []


def test_where_nothing_can_be_traded_the_reason_is_that_and_not_the_lock() -> None:
    it, _, _ = desk(samples.views("no-credentials"))
    it.locked = True
    allowed, reason = it.allowed()
    assert not allowed
    assert "CAPTUI_API_KEY" in reason


def test_an_unknown_market_is_refused() -> None:
    it, session, _ = desk()
    assert it.send(replace(DRAFT, market="nope")) == Blocked("This market is not known yet.")
    assert session.sent == []


def test_another_markets_book_is_not_used() -> None:
    it, session, _ = desk()
    assert session.views.book.market == "btczar"
    other = replace(DRAFT, market="ethzar", price=D("50000"))
    view = it.look(other)
    assert view.preview is not None
    assert view.preview.matches == ()
    assert "not up to date" in view.blocked


def test_available_is_unknown_until_balances_have_come() -> None:
    assert available_of(Views()) is None
    known = available_of(samples.views())
    assert known is not None
    assert known["zar"] == D("241659.00")
    assert available_of(replace(samples.views(), balances=BalancesView())) is None


def test_covered() -> None:
    buy, sell = samples.open_orders()
    other = samples.order("other", Side.BUY, "50000", "1", market="ethzar")
    everything = (buy, sell, other)
    assert covered(everything, CancelAll()) == [buy, sell, other]
    assert covered(everything, CancelAll("btczar")) == [buy, sell]
    assert covered(everything, CancelAll("btczar", Side.BUY)) == [buy]
    assert covered(everything, CancelAll(side=Side.BUY)) == [buy, other]


def test_a_held_cancel_key_does_not_go_on_to_the_next_order() -> None:
    it, _, clock = desk()
    assert not it.is_repeat("a")
    for _ in range(20):
        clock.ms += 30
        assert it.is_repeat("b")
    clock.ms += OrderDesk.REPEAT_MS
    assert not it.is_repeat("b")
    clock.ms += 30
    assert not it.is_repeat("b"), "the same order again is harmless"
