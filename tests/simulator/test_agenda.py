from __future__ import annotations

from captui.simulator.agenda import Agenda


def test_things_happen_in_order_of_time_then_of_entry() -> None:
    agenda = Agenda()
    done: list[tuple[str, int]] = []
    agenda.at(20, lambda now_ms: done.append(("late", now_ms)))
    agenda.at(10, lambda now_ms: done.append(("first", now_ms)))
    agenda.at(10, lambda now_ms: done.append(("second", now_ms)))
    while agenda.due_ms is not None:
        agenda.act(agenda.due_ms)
    assert done == [("first", 10), ("second", 10), ("late", 20)]


def test_a_deed_can_put_the_next_one_on() -> None:
    agenda = Agenda()
    done: list[int] = []
    agenda.at(5, lambda now_ms: agenda.at(now_ms + 5, done.append))
    agenda.act(5)
    agenda.act(10)
    assert done == [10]
    assert agenda.due_ms is None


def test_everything_can_be_postponed() -> None:
    agenda = Agenda()
    agenda.at(5, lambda _now_ms: None)
    agenda.at(7, lambda _now_ms: None)
    agenda.postpone(100)
    assert agenda.due_ms == 105
    agenda.act(105)
    assert agenda.due_ms == 107
