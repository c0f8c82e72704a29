"""Frames go out only as fast as the terminal shows them, told by its own answers: no clock and no terminal in here.

Each frame ends with a question for the cursor's position (DSR 6, ECMA-48 8.3.35). The terminal answers when it has drawn what came
before, however many buffers, multiplexers and network links lie between. From its answers follow how far away it is and how many bytes
a second the line carries, and so when the line will have carried what is on its way: the next frame goes out just then, and holds the
newest state. At most six questions are open at once, one where the terminal is late with its answer. Times are in seconds of any clock
that never goes back.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

QUESTION = "\x1b[6n"

WIDEST = 6
"""Questions open at once."""
ANSWER_WITHIN_S = 2.0
"""A terminal that has not answered its first question by then is taken for one that never does."""
SLOW_S = 0.6
"""A frame that is drawn this late (median of the last ones) is seen to be late."""
_QUICK_S = 0.3
_BEFORE_THE_FIRST_ANSWER = 3
"""Questions open at once while it is not known whether the terminal answers."""
_MEASURED = 9
_EXPIRES_AFTER_S = 1.0
_LONGEST_WAIT_S = 8.0
_AHEAD_S = 0.03
"""How long before the line is free the next frame may go out: answers come a little early and a little late."""
_LATE_S = 0.1
_FORGETS = 1.002
"""By how much the way is thought to grow with each answer: it may get longer for good."""
_WEIGHT = 0.3
"""Of the newest measurement of the line's speed."""
_MEASURABLE = 48
"""Bytes from which a frame says something about the speed of the line."""


_OVERDUE = 16
"""Questions remembered after they were given up: on a slow line their answers may still come."""
_TRUSTED = 4
"""Answers in a row whose position was the expected one, from which on a position is believed: terminals count some characters otherwise."""

Position = tuple[int | None, int | None]
"""Row and column from 0, as far as they are known."""
ANYWHERE: Position = (None, None)


class _Question(NamedTuple):
    asked: float
    size: int
    """Bytes of the frame, the question included."""
    expected: float
    """When the answer should be here."""
    position: Position

    def fits(self, position: Position) -> bool:
        """Whether this may be its answer."""
        return all(None in pair or pair[0] == pair[1] for pair in zip(self.position, position, strict=True))


class _Answer(NamedTuple):
    at: float
    position: Position


class Pacer:
    """`heard` may be called from any thread, everything else from one."""

    def __init__(self) -> None:
        self._heard: deque[_Answer] = deque()
        """Answers that have not been looked at."""
        self._open: deque[_Question] = deque()
        self._overdue: deque[_Question] = deque(maxlen=_OVERDUE)
        """Given up, oldest first, all of them older than those that are open."""
        self._trust = 0
        self._round_trips: deque[float] = deque(maxlen=_MEASURED)
        self._way_s: float | None = None
        """There and back, for next to nothing."""
        self._byte_s = 0.0
        """What a byte takes on the line."""
        self._free = 0.0
        """When the line will have carried everything that was sent."""
        self._last_answer = float("-inf")
        self._expired = 0
        """Questions given up since the last answer."""
        self._given_up = False
        self._is_slow = False

    @property
    def answers(self) -> bool | None:
        """Whether this terminal answers; None while that is not known."""
        if self._round_trips:
            return True
        return False if self._given_up else None

    @property
    def is_pacing(self) -> bool:
        """Whether frames end with a question and wait for answers."""
        return not self._given_up

    @property
    def open(self) -> int:
        """Questions without an answer."""
        self._take_answers()
        return len(self._open)

    @property
    def round_trip_s(self) -> float | None:
        """From a frame to the answer that it is drawn, median of the last ones."""
        ordered = sorted(self._round_trips)
        half = len(ordered) // 2
        return (ordered[half] + ordered[~half]) / 2 if ordered else None

    def is_slow(self, now: float) -> bool:
        """Whether what is shown is late; holds on a while, so that it does not flicker."""
        self._take_answers()
        waited = now - self._open[0].asked if self._open and self._round_trips else 0.0
        limit = _QUICK_S if self._is_slow else SLOW_S
        enough = len(self._round_trips) == _MEASURED
        self._is_slow = (enough and (self.round_trip_s or 0.0) > limit) or waited > 5 * SLOW_S
        return self._is_slow

    def may_send(self, now: float) -> bool:
        """Whether a frame may go out now. Gives up questions whose answer must be lost."""
        self._take_answers()
        if not self._given_up and self._open and now - self._open[0].asked >= self._expiry_s():
            self._give_up()
        if self._given_up or not self._open:
            return True
        return self._has_room(now) and self._free - now <= _AHEAD_S

    def _has_room(self, now: float) -> bool:
        """Whether another question may be open besides those that are."""
        if self._way_s is None:
            return len(self._open) < _BEFORE_THE_FIRST_ANSWER
        late = now > self._open[0].expected + max(_LATE_S, self._way_s / 2)
        return len(self._open) < WIDEST and not late

    def due(self, now: float) -> float | None:
        """When `may_send` is to be asked again if no answer comes before."""
        if self._given_up or not self._open:
            return None
        expiry = self._open[0].asked + self._expiry_s()
        return min(expiry, self._free - _AHEAD_S) if self._has_room(now) else expiry

    def asked(self, now: float, size: int, position: Position = ANYWHERE) -> None:
        """A question has been sent behind a frame; that many bytes in all, which left the cursor there."""
        self._free = max(self._free, now) + size * self._byte_s
        self._open.append(_Question(now, size, self._free + (self._way_s or 0.0), position))

    def heard(self, now: float, position: Position = ANYWHERE) -> None:
        """Something that reads as an answer has come."""
        self._heard.append(_Answer(now, position))

    def _take_answers(self) -> None:
        while self._heard:
            answer = self._heard.popleft()
            if self._given_up:
                # It may answer after all, only late; the next question will tell. This one has had its answer.
                self._given_up = False
                self._asked_for(answer)
            else:
                self._answered(answer)

    def _answered(self, answer: _Answer) -> None:
        question = self._asked_for(answer)
        if question is None:
            return
        took = answer.at - question.asked
        self._expired = 0
        self._round_trips.append(took)
        way = self._way_s = took if self._way_s is None else min(self._way_s * _FORGETS, took)
        if question.size >= _MEASURABLE:
            # It was carried from when it was sent, or from when the line had carried what came before it.
            carried_s = max(0.0, min(took - way, answer.at - self._last_answer))
            self._byte_s += _WEIGHT * (carried_s / question.size - self._byte_s)
        self._last_answer = answer.at
        self._free = answer.at - way + self._byte_s * sum(other.size for other in self._open)

    def _asked_for(self, answer: _Answer) -> _Question | None:
        """The question that this answers, which is open no longer. None where nobody has asked: a modified F3 looks the same.

        Answers come in the order of the questions, and where the cursor is tells whether one of them was lost.
        """
        waiting = [*self._overdue, *self._open]
        if not waiting or answer.at < waiting[0].asked:
            return None
        number: int | None = 0
        if waiting[0].fits(answer.position):
            self._trust = min(self._trust + (None not in waiting[0].position), _TRUSTED)
        elif self._trust:
            if self._trust == _TRUSTED:
                number = next((n for n, question in enumerate(waiting) if question.fits(answer.position)), None)
            self._trust -= 1
        if number is None:
            return None
        for _ in range(number + 1):
            (self._overdue or self._open).popleft()
        return waiting[number]

    def start_over(self) -> None:
        """Another terminal may be there now; what was learned of the line stays until its answers say otherwise."""
        self._open.clear()
        self._overdue.clear()
        self._heard.clear()
        self._given_up = False
        self._expired = 0

    def _expiry_s(self) -> float:
        if not self._round_trips:
            return ANSWER_WITHIN_S
        usual = max(_EXPIRES_AFTER_S, 6 * (self.round_trip_s or 0.0))
        # A terminal that has stopped reading loses nothing: each frame on its way to it only makes it later.
        return min(usual * 2.0 ** min(self._expired, 8), _LONGEST_WAIT_S)

    def _give_up(self) -> None:
        self._overdue.extend(self._open)
        self._open.clear()
        if self._round_trips:
            self._expired += 1
        else:
            self._given_up = True
