"""The demo says what its exchange takes; other modes never do."""

from __future__ import annotations

import pytest

from captui.render.lines import plain
from captui.screens.funding import rehearsal
from captui.simulator.beneficiaries import PIN
from captui.simulator.vouchers import SOLD
from captui.simulator.withdrawals import OTP


def test_what_is_said_is_what_the_embedded_exchange_takes() -> None:
    assert str(PIN) == rehearsal.PIN
    assert str(OTP) == rehearsal.OTP
    sold = {number: worth for number, _, worth in SOLD}
    for number, worth in rehearsal.VOUCHERS:
        assert worth == f"R {sold[number]:,}".replace(",", " ")
    assert rehearsal.PIN in plain(rehearsal.pin("DEMO")[0])
    assert rehearsal.OTP in plain(rehearsal.one_time_password("DEMO")[0])
    assert all(number in plain(rehearsal.vouchers("DEMO")[0]) for number, _ in rehearsal.VOUCHERS)


@pytest.mark.parametrize("mode", ["LIVE", "READ-ONLY", ""])
def test_nothing_is_said_where_money_is_real(mode: str) -> None:
    assert rehearsal.pin(mode) == rehearsal.one_time_password(mode) == rehearsal.vouchers(mode) == []
