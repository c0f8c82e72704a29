from __future__ import annotations

from collections.abc import Sequence

import pytest

from captui.exchange.timerange import MILLISECONDS, SECONDS, TimeUnit

HOUR = 3_600_000
NOW = 1_702_023_419_500


class Server:
    """Holds things at these times and speaks of time in `unit` (1: milliseconds, 1000: seconds)."""

    def __init__(self, unit: int, *times_ms: int) -> None:
        self.unit = unit
        self.times_ms = times_ms
        self.asked: list[dict[str, str]] = []

    async def ask(self, parameters: dict[str, str]) -> Sequence[int]:
        self.asked.append(parameters)
        low = int(parameters.get("time_from", "0")) * self.unit
        high = int(parameters.get("time_to", str(10**18))) * self.unit
        return [time for time in self.times_ms if low <= time <= high]


async def ask(unit: TimeUnit, server: Server, from_ms: int | None = None, to_ms: int | None = None) -> Sequence[int]:
    return await unit.ask(server.ask, lambda times: times, from_ms=from_ms, to_ms=to_ms)


async def test_no_range_is_asked_once_and_teaches_nothing() -> None:
    unit, server = TimeUnit(), Server(SECONDS, NOW)

    assert await ask(unit, server) == [NOW]
    assert server.asked == [{}]
    assert unit.divisor is None


@pytest.mark.parametrize(("speaks", "questions"), [(MILLISECONDS, 1), (SECONDS, 2)])
async def test_a_range_finds_its_unit_and_remembers_it(speaks: int, questions: int) -> None:
    unit, server = TimeUnit(), Server(speaks, NOW - 3 * HOUR, NOW - HOUR, NOW)

    assert await ask(unit, server, NOW - 2 * HOUR, NOW - HOUR // 2) == [NOW - HOUR]
    assert unit.divisor == speaks
    assert len(server.asked) == questions
    assert await ask(unit, server, NOW - HOUR // 2, NOW) == [NOW]
    assert len(server.asked) == questions + 1


@pytest.mark.parametrize("speaks", [MILLISECONDS, SECONDS])
async def test_an_end_alone_is_respected(speaks: int) -> None:
    """Milliseconds taken for seconds are no bound at all: the newest would come back as if they were older."""
    unit, server = TimeUnit(), Server(speaks, NOW - 3 * HOUR, NOW - HOUR, NOW)

    assert await ask(unit, server, None, NOW - 2 * HOUR) == [NOW - 3 * HOUR]


async def test_an_end_alone_proves_nothing_by_chance() -> None:
    """In the wrong unit the end is no bound; that everything lies before it anyway must not settle the unit."""
    unit, server = TimeUnit(), Server(SECONDS, NOW - HOUR)

    assert await ask(unit, server, None, NOW) == [NOW - HOUR]
    assert unit.divisor is None
    assert await ask(unit, server, NOW - 2 * HOUR, NOW) == [NOW - HOUR]
    assert unit.divisor == SECONDS


@pytest.mark.parametrize("speaks", [MILLISECONDS, SECONDS])
async def test_a_range_that_is_empty_stays_empty_and_decides_nothing(speaks: int) -> None:
    unit, server = TimeUnit(), Server(speaks, NOW - 3 * HOUR)

    assert await ask(unit, server, NOW - HOUR) == []
    assert unit.divisor is None


async def test_seconds_never_cut_off_the_end_of_the_range() -> None:
    unit, server = TimeUnit(), Server(SECONDS, NOW - HOUR, NOW)
    unit.divisor = SECONDS

    assert await ask(unit, server, NOW - HOUR, NOW) == [NOW - HOUR, NOW]


async def test_a_candle_that_holds_the_start_belongs_to_the_range() -> None:
    unit, server = TimeUnit(), Server(MILLISECONDS)

    async def candle_before(parameters: dict[str, str]) -> Sequence[int]:
        server.asked.append(parameters)
        return [NOW - HOUR]

    found = await unit.ask(candle_before, lambda times: times, from_ms=NOW - HOUR // 2, to_ms=NOW, slack_ms=HOUR)

    assert found == [NOW - HOUR]
    assert len(server.asked) == 1
