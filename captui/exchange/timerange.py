"""Time ranges in the unit that the server speaks: the API document says milliseconds, the software's own code seconds.

A server that reads milliseconds as seconds looks for a time 50,000 years away: a range from there is empty, a range up to there
has no bound. So a range is asked for in milliseconds, and once more in seconds where the answer is empty or outside it; whichever
answer shows something inside settles the unit for good (exchange notes, REST).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

MILLISECONDS: Final = 1
SECONDS: Final = 1000


class TimeUnit:
    """What one server has shown of its unit: `divisor` turns milliseconds into it, None while it is open."""

    def __init__(self) -> None:
        self.divisor: int | None = None

    async def ask(
        self,
        ask: Callable[[dict[str, str]], Awaitable[T]],
        times: Callable[[T], Sequence[int]],
        *,
        from_ms: int | None,
        to_ms: int | None,
        slack_ms: int = 0,
    ) -> T:
        """The answer of `ask(range parameters)`, asked twice at most.

        `times` gives the times of an answer's items, in milliseconds. `slack_ms` is how far before the range an item may start
        and still belong to it (a candle holds the time that was asked for).
        """
        if from_ms is None and to_ms is None:
            return await ask({})
        first = await ask(_parameters(from_ms, to_ms, self.divisor or MILLISECONDS))
        if self.divisor is not None:
            return first
        if _shows_range(times(first), from_ms, to_ms, slack_ms):
            # An end alone holds no proof: in the wrong unit it is no bound at all, and the items may lie inside by chance.
            if from_ms is not None:
                self.divisor = MILLISECONDS
            return first
        second = await ask(_parameters(from_ms, to_ms, SECONDS))
        if _shows_range(times(second), from_ms, to_ms, slack_ms):
            self.divisor = SECONDS
            return second
        return first


def _parameters(from_ms: int | None, to_ms: int | None, divisor: int) -> dict[str, str]:
    parameters = {}
    if from_ms is not None:
        parameters["time_from"] = str(from_ms // divisor)
    if to_ms is not None:
        # Rounded up: the range may become a little longer but never loses its last second.
        parameters["time_to"] = str(-(-to_ms // divisor))
    return parameters


def _shows_range(times: Sequence[int], from_ms: int | None, to_ms: int | None, slack_ms: int) -> bool:
    """Whether there is something and all of it lies in the range, give or take the second that seconds are rounded by."""
    low = None if from_ms is None else from_ms - slack_ms - SECONDS
    high = None if to_ms is None else to_ms + SECONDS
    return bool(times) and all((low is None or time >= low) and (high is None or time <= high) for time in times)
