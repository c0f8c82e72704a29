"""Frames follow the terminal's answers. Time is a number here."""

from __future__ import annotations

import heapq
import itertools
import random
from statistics import median

import pytest

from captui.terminal.pacing import ANSWER_WITHIN_S, WIDEST, Pacer


def known(way_s: float = 0.1) -> Pacer:
    """A pacer whose first question was answered at 0."""
    pacer = Pacer()
    pacer.asked(-way_s, 4)
    pacer.heard(0.0)
    assert pacer.open == 0
    return pacer


def test_nothing_is_held_back_before_the_first_answer_is_due() -> None:
    pacer = Pacer()
    assert pacer.answers is None
    sent = 0
    while pacer.may_send(0.0):
        pacer.asked(0.0, 100)
        sent += 1
        assert sent < 10
    assert sent == 3


def test_without_any_answer_pacing_is_given_up_and_a_late_one_begins_it_again() -> None:
    pacer = Pacer()
    pacer.asked(0.0, 4)
    assert pacer.may_send(ANSWER_WITHIN_S)
    assert (pacer.is_pacing, pacer.answers) == (False, False)
    assert pacer.due(3.0) is None
    pacer.heard(5.0)
    assert pacer.may_send(5.0)
    assert pacer.is_pacing
    pacer.asked(5.0, 4)
    assert pacer.may_send(5.0 + ANSWER_WITHIN_S)
    assert not pacer.is_pacing, "a key that looks like an answer does not stop a terminal that gives none"


def test_after_it_was_given_up_each_late_answer_belongs_to_its_own_question() -> None:
    pacer = Pacer()
    pacer.asked(0.0, 4)
    pacer.asked(0.1, 4)
    assert pacer.may_send(ANSWER_WITHIN_S)
    assert not pacer.is_pacing
    pacer.heard(3.0)
    assert pacer.may_send(3.0)
    pacer.asked(3.0, 4)
    pacer.heard(3.1)
    assert pacer.open == 1, "that was the answer to the second"
    pacer.heard(3.2)
    assert pacer.open == 0


def test_at_most_six_questions_are_open() -> None:
    pacer = known()
    for number in range(WIDEST):
        assert pacer.may_send(number * 0.001)
        pacer.asked(number * 0.001, 10)
    assert not pacer.may_send(0.01)
    pacer.heard(0.1)
    assert pacer.may_send(0.1)


def test_an_answer_that_nobody_asked_for_counts_nothing() -> None:
    pacer = known()
    for _ in range(5):
        pacer.heard(1.0)
    assert pacer.open == 0
    pacer.asked(2.0, 50)
    assert pacer.open == 1
    pacer.asked(3.0, 50)
    pacer.heard(2.9)
    assert pacer.open == 1


def test_of_a_terminal_that_tells_the_right_place_a_key_is_no_answer() -> None:
    pacer = known()
    for number in range(4):
        pacer.asked(1.0 + number, 10, (7, number))
        pacer.heard(1.1 + number, (7, number))
    pacer.asked(10.0, 10, (30, 40))
    pacer.heard(10.01, (0, 1))
    assert pacer.open == 1
    pacer.heard(10.1, (30, 40))
    assert pacer.open == 0


def test_of_a_terminal_that_tells_other_places_every_answer_counts() -> None:
    pacer = known()
    for number in range(20):
        pacer.asked(1.0 + number, 10, (7, number))
        pacer.heard(1.1 + number, (number, 3))
        assert pacer.open == 0


def test_a_lost_answer_is_seen_by_the_next_one() -> None:
    pacer = known()
    for number in range(4):
        pacer.asked(1.0 + number, 10, (7, number))
        pacer.heard(1.1 + number, (7, number))
    pacer.asked(10.0, 10, (1, 1))
    pacer.asked(10.1, 10, (2, 2))
    pacer.heard(10.2, (2, 2))
    assert pacer.open == 0


def test_a_question_expires_and_each_time_later() -> None:
    pacer = known()
    waits = []
    now = 0.0
    for _ in range(5):
        pacer.asked(now, 50)
        asked = now
        now = pacer.due(now + 0.5) or 0.0
        assert not pacer.may_send(now - 0.01)
        assert pacer.may_send(now)
        waits.append(round(now - asked, 3))
    assert waits == [1.0, 2.0, 4.0, 8.0, 8.0]


def test_answers_that_come_after_all_belong_to_the_questions_that_were_given_up() -> None:
    pacer = known()
    pacer.asked(1.0, 2000)
    assert pacer.may_send(2.0)
    pacer.asked(2.0, 2000)
    pacer.heard(4.0)
    assert pacer.open == 1
    assert pacer.round_trip_s == pytest.approx((0.1 + 3.0) / 2)
    pacer.heard(6.0)
    assert pacer.open == 0


def test_a_slow_terminal_is_called_slow_until_it_is_quick_for_a_while() -> None:
    pacer = known()
    now = 0.0
    for _ in range(9):
        pacer.asked(now, 50)
        now += 0.7
        pacer.heard(now)
    assert pacer.is_slow(now)
    for _ in range(5):
        pacer.asked(now, 50)
        now += 0.2
        pacer.heard(now)
    assert not pacer.is_slow(now)
    pacer.asked(now, 50)
    assert pacer.is_slow(now + 4), "it does not answer at all"


def age_s(rate: float, delay_s: float, jitter_s: float, *, fps: int = 20, seconds: int = 60) -> float:
    """Median age of what a line of `rate` bytes a second shows: each change is worth 70 bytes, what is not sent is overtaken."""
    chance, pacer = random.Random(1), Pacer()
    events: list[tuple[float, int, int, int]] = []
    number = changes = sent = 0
    free = 0.0
    shown = [(0.0, 0)]

    def later(at: float, kind: int, what: int = 0) -> None:
        nonlocal number
        number += 1
        heapq.heappush(events, (at, number, kind, what))

    def advance(now: float) -> None:
        nonlocal sent, free
        if changes == sent:
            return
        if not pacer.may_send(now):
            later(max(pacer.due(now) or now, now + 0.001), 3)
            return
        size = min(1100, 34 + 70 * (changes - sent))
        sent = changes
        free = max(now, free) + size / rate
        later(free, 1, changes)
        later(free + delay_s + chance.random() * jitter_s, 2)
        pacer.asked(now, size)

    pacer.asked(0.0, 4)
    later(delay_s, 2)
    for tick in range(1, fps * seconds):
        later(tick / fps, 0)
    while events:
        now, _, kind, what = heapq.heappop(events)
        if kind == 0:
            changes += 1
        elif kind == 1:
            shown.append((now, what))
            continue
        elif kind == 2:
            pacer.heard(now)
        advance(now)
    ages = []
    for (_, what), (until, _) in itertools.pairwise(shown):
        ages.append(until - what / fps)
    return median(ages[len(ages) // 4 :])


@pytest.mark.parametrize(
    ("rate", "delay_s", "jitter_s", "at_most_s"),
    [
        (2_000, 0.15, 0.0, 0.5),
        (2_000, 0.15, 0.05, 0.5),
        (2_000, 0.15, 0.15, 0.5),
        (10_000, 0.15, 0.05, 0.2),
        (1_000_000, 0.005, 0.002, 0.12),
        (20_000, 0.6, 0.1, 0.7),
    ],
)
def test_what_is_shown_is_new_on_any_line(rate: float, delay_s: float, jitter_s: float, at_most_s: float) -> None:
    assert age_s(rate, delay_s, jitter_s) < at_most_s
