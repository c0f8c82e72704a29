from __future__ import annotations

import pytest

from captui.session.permission import money_refusal, order_refusal, read_refusal, write_refusal
from captui.session.views import Access, Phase


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.STOPPED])
def test_cancels_may_leave_in_any_phase_of_a_trading_session(phase: Phase) -> None:
    assert write_refusal(Access.TRADING, phase, "", reachable=True) == ""


@pytest.mark.parametrize("phase", list(Phase))
def test_orders_may_leave_only_when_live(phase: Phase) -> None:
    assert (order_refusal(phase) == "") is (phase is Phase.LIVE)


@pytest.mark.parametrize("access", [access for access in Access if access is not Access.TRADING])
def test_every_other_access_has_its_own_sentence(access: Access) -> None:
    sentence = write_refusal(access, Phase.LIVE, "", reachable=True)
    assert sentence.endswith((".", "trade."))
    others = {write_refusal(other, Phase.LIVE, "", reachable=True) for other in Access if other is not access}
    assert sentence not in others


def test_a_refused_key_s_reason_is_the_exchange_s() -> None:
    assert write_refusal(Access.REFUSED, Phase.REFUSED, "Switched off.", reachable=True) == "Switched off."


def test_nothing_leaves_before_there_is_a_way_or_after_the_end() -> None:
    assert write_refusal(Access.TRADING, Phase.CONNECTING, "", reachable=False)
    assert write_refusal(Access.TRADING, Phase.STOPPED, "", reachable=True)


@pytest.mark.parametrize("phase", list(Phase))
def test_money_moves_only_when_what_is_available_is_known(phase: Phase) -> None:
    assert (money_refusal(phase) == "") is (phase is Phase.LIVE)


@pytest.mark.parametrize("access", list(Access))
def test_own_records_can_be_read_with_a_key_that_is_accepted(access: Access) -> None:
    assert (read_refusal(access, "", reachable=True) == "") is (access in (Access.TRADING, Access.READ_ONLY))
    assert read_refusal(access, "Switched off.", reachable=False)
    assert read_refusal(Access.REFUSED, "Switched off.", reachable=True) == "Switched off."
