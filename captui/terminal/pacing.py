"""Frames go out only as fast as the terminal shows them, told by its own answers: no clock and no terminal in here.

Each frame ends with a question for the cursor's position (DSR 6, ECMA-48 8.3.35). The terminal answers when it has drawn what came
before, however many buffers, multiplexers and network links lie between. While enough questions are open, frames wait, and what
waits is only the newest state. A small window opens and closes with the round trip. Times are in seconds of any clock that never
goes back.
"""

from __future__ import annotations

from collections import deque
from statistics import median

QUESTION = "\x1b[6n"

WIDEST = 6
"""Questions open at once."""
ANSWER_WITHIN_S = 2.0
"""A terminal that has not answered its first question by then is taken for one that never does."""
SLOW_S = 0.6
"""A frame that is drawn this late (median of the last ones) is seen to be late."""
_QUICK_S = 0.3
_MEASURED = 9
_EXPIRES_AFTER_S = 1.0
_LONGEST_WAIT_S = 8.0
_FORGETS = 1.002
"""By how much the shortest round trip is thought to grow with each answer: a line may get longer for good."""


class Pacer:
    """`heard` may be called from any thread, everything else from one."""

    def __init__(self) -> None:
        self._heard: deque[float] = deque()
        """When answers came that have not been looked at."""
        self._open: deque[float] = deque()
        """When each question was asked that is not answered yet."""
        self._window = 1
        self._shortest_s: float | None = None
        self._round_trips: deque[float] = deque(maxlen=_MEASURED)
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
    def window(self) -> int:
        return self._window

    @property
    def round_trip_s(self) -> float | None:
        """From a frame to the answer that it is drawn, median of the last ones."""
        return median(self._round_trips) if self._round_trips else None

    def is_slow(self, now: float) -> bool:
        """Whether what is shown is late; holds on a while, so that it does not flicker."""
        self._take_answers()
        waited = now - self._open[0] if self._open and self._round_trips else 0.0
        usual = self.round_trip_s or 0.0
        limit = _QUICK_S if self._is_slow else SLOW_S
        enough = len(self._round_trips) == _MEASURED
        self._is_slow = (enough and usual > limit) or waited > 5 * SLOW_S
        return self._is_slow

    def may_send(self, now: float) -> bool:
        """Whether a frame may go out now. Gives up questions whose answer must be lost."""
        self._take_answers()
        if self._given_up:
            return True
        if self._open and now - self._open[0] >= self._expiry_s():
            self._give_up()
        return len(self._open) < self._window

    def asked(self, now: float) -> None:
        """A question has been sent."""
        self._open.append(now)

    def heard(self, now: float) -> None:
        """Something that reads as an answer has come."""
        self._heard.append(now)

    def _take_answers(self) -> None:
        while self._heard:
            self._answered(self._heard.popleft())

    def _answered(self, at: float) -> None:
        if self._given_up:
            # It may answer after all, only late; the next question will tell.
            self._given_up = False
            return
        if not self._open or at < self._open[0]:
            # Nobody has asked: in some terminals a modified F3 looks the same.
            return
        took = at - self._open.popleft()
        self._expired = 0
        self._round_trips.append(took)
        shortest = took if self._shortest_s is None else min(self._shortest_s * _FORGETS, took)
        self._shortest_s = shortest
        if took < shortest * 1.4 + 0.03:
            self._window = min(self._window + 1, WIDEST)
        elif took > shortest * 2 + 0.06:
            self._window = max(self._window - 1, 1)

    def due(self) -> float | None:
        """When `may_send` is to be asked again even if no answer comes."""
        return self._open[0] + self._expiry_s() if self._open and not self._given_up else None

    def start_over(self) -> None:
        """Another terminal may be there now; what was learned of the line stays until its answers say otherwise."""
        self._open.clear()
        self._heard.clear()
        self._given_up = False
        self._expired = 0
        self._window = 1

    def _expiry_s(self) -> float:
        if not self._round_trips:
            return ANSWER_WITHIN_S
        usual = max(_EXPIRES_AFTER_S, 6 * (self.round_trip_s or 0.0))
        # A terminal that has stopped reading loses nothing: each frame on its way to it only makes it later.
        return min(usual * 2.0 ** min(self._expired, 8), _LONGEST_WAIT_S)

    def _give_up(self) -> None:
        self._open.clear()
        self._window = 1
        if self._round_trips:
            self._expired += 1
        else:
            self._given_up = True
