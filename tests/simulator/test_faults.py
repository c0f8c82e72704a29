from __future__ import annotations

import pytest

from captui.simulator.faults import Faults, Refusal, Write, within_base, write_of
from captui.simulator.orders import OrderRefusedError


@pytest.mark.parametrize(
    ("method", "path", "write"),
    [
        ("POST", "/api/v2/trade/market/orders", Write.CREATE),
        ("POST", "/api/v2/atlas/market/orders/7/cancel", Write.CANCEL),
        ("POST", "/api/v2/atlas/market/orders/cancel", Write.CANCEL),
        ("GET", "/api/v2/trade/market/orders", None),
        ("GET", "/api/v2/trade/account/withdraws", None),
        ("POST", "/api/v2/trade/account/withdraws", Write.WITHDRAW),
        ("POST", "/api/v2/atlas/account/lightning/pays", Write.PAY),
        ("POST", "/api/v2/atlas/account/lightning/invoices", Write.INVOICE),
        ("POST", "/api/v2/atlas/payments/vouchers/new", Write.REDEEM),
        ("POST", "/api/v2/trade/account/beneficiaries", Write.BENEFICIARY),
        ("PATCH", "/api/v2/trade/account/beneficiaries/7/activate", Write.BENEFICIARY),
        ("DELETE", "/api/v2/trade/account/beneficiaries/7", Write.BENEFICIARY),
    ],
)
def test_writes_are_told_from_the_rest(method: str, path: str, write: Write | None) -> None:
    assert write_of(method, path) is write


def test_paths_are_seen_with_and_without_their_base() -> None:
    assert within_base("/api/v2/trade/market/orders") == "/market/orders"
    assert within_base("/control/state") == "/control/state"


def test_rejects_are_used_up_one_by_one() -> None:
    faults = Faults(rejects=1)
    assert [faults.take_reject(), faults.take_reject()] == [True, False]


def test_a_refusal_is_for_its_write_only() -> None:
    faults = Faults(refusals=[Refusal(Write.CANCEL, "market.order.cancel_error", 1)])
    faults.refuse(Write.CREATE)
    with pytest.raises(OrderRefusedError) as refused:
        faults.refuse(Write.CANCEL)
    assert refused.value.code == "market.order.cancel_error"
    faults.refuse(Write.CANCEL)


def test_clearing_forgets_everything() -> None:
    faults = Faults(
        clock_skew_ms=5,
        rejects=1,
        refusals=[Refusal(Write.CANCEL, "x", 1)],
    )
    faults.clear()
    assert faults == Faults()
