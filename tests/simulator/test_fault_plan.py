from __future__ import annotations

from captui.simulator.fault_plan import Fault, FaultPlan, Operation, PlannedFault, operation_of

CREATE = ("POST", "/api/v2/trade/market/orders")


def test_what_a_request_is_for() -> None:
    assert operation_of("GET", "/api/v2/trade/market/orders") is Operation.READ
    assert operation_of(*CREATE) is Operation.CREATE
    assert operation_of("POST", "/api/v2/atlas/market/orders/7/cancel") is Operation.CANCEL
    assert operation_of("POST", "/api/v2/atlas/market/orders/cancel") is Operation.CANCEL_ALL
    assert operation_of("POST", "/api/v2/atlas/account/withdraws") is Operation.WITHDRAW
    assert operation_of("POST", "/somewhere/else") is None


def test_the_first_entry_that_is_not_used_up_decides() -> None:
    plan = FaultPlan(
        [
            PlannedFault("create", Fault.RESET_AFTER, after=1, times=2),
            PlannedFault("read", Fault.DELAY),
            PlannedFault("create", Fault.STATUS),
        ]
    )
    met = [[fault.do for fault in plan.of_request(*CREATE)] for _ in range(5)]
    assert met == [[], [Fault.RESET_AFTER], [Fault.RESET_AFTER], [Fault.STATUS], []]
    assert [entry["struck"] for entry in plan.report()] == [2, 0, 1]


def test_what_happens_beside_a_request_lets_it_go_on_to_the_next_entry() -> None:
    plan = FaultPlan(
        [
            PlannedFault("any", Fault.CLOCK, ms=9_000),
            PlannedFault("create", Fault.STATUS),
            PlannedFault("create", Fault.DELAY),
        ]
    )
    assert [fault.do for fault in plan.of_request(*CREATE)] == [Fault.CLOCK, Fault.STATUS]
    assert [fault.do for fault in plan.of_request(*CREATE)] == [Fault.DELAY]


def test_paths_narrow_and_upgrades_are_no_requests() -> None:
    plan = FaultPlan(
        [
            PlannedFault("read", Fault.STATUS, path="/account"),
            PlannedFault("connect", Fault.STATUS, path="/api/v2/stream"),
        ]
    )
    assert list(plan.of_request("GET", "/api/v2/trade/market/orders")) == []
    assert len(list(plan.of_request("GET", "/api/v2/trade/account/balances"))) == 1
    assert list(plan.of_upgrade("/api/v2/websocket/private")) == []
    assert len(list(plan.of_upgrade("/api/v2/stream/private"))) == 1


def test_a_method_narrows_too_and_an_upgrade_is_a_get() -> None:
    plan = FaultPlan([PlannedFault("any", Fault.STATUS, method="GET", times=2)])
    assert list(plan.of_request("POST", "/x")) == []
    assert [fault.do for fault in plan.of_request("GET", "/x")] == [Fault.STATUS]
    assert [fault.do for fault in plan.of_upgrade("/x")] == [Fault.STATUS]


def test_frames_are_matched_by_pattern_and_looked_at_only_while_there_is_something_for_them() -> None:
    plan = FaultPlan([PlannedFault("create", Fault.STATUS)])
    assert not plan.concerns_frames
    plan.extend([PlannedFault("*.ob-inc", Fault.LOSE, after=1)])
    assert bool(plan.concerns_frames) is True
    assert list(plan.of_frame("order")) == []
    assert list(plan.of_frame("btczar.ob-inc")) == []
    assert [fault.do for fault in plan.of_frame("ethzar.ob-inc")] == [Fault.LOSE]
    assert not plan.concerns_frames
    plan.clear()
    assert plan.report() == []
