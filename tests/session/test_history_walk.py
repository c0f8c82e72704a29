"""Whatever the server's habits, whatever comes new, wherever it is interrupted: no hole is left behind a mark."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captui.core.listed import OddRecord
from captui.errors import NoConnectionError, ProtocolError
from captui.exchange.pages import Page
from captui.session.history_walk import OVERLAP_MS, Step, walk

Item = tuple[int, int]
"""Time in ms and id."""


@dataclass
class Server:
    items: list[Item]
    page_size: int = 5
    sorts_by_time_alone: bool = False
    """Equal times come in another order on each page."""
    newest_first: bool = False
    heeds_time: bool = True
    tells_total: bool = False
    grows: float = 0.0
    """How often something new has come when a page is asked for."""
    seed: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.asked: list[tuple[int | None, int]] = []

    async def ask(self, from_ms: int | None, page: int) -> Page[Item]:
        self.asked.append((from_ms, page))
        if self.rng.random() < self.grows:
            newest = max(self.items, default=(10**12, 0))
            self.items.append((newest[0] + self.rng.choice((0, 1, 700, 90_000)), len(self.items) + 10_000))
        listed = [item for item in self.items if from_ms is None or not self.heeds_time or item[0] >= from_ms]
        if self.sorts_by_time_alone:
            self.rng.shuffle(listed)
            listed.sort(key=lambda item: item[0])
        else:
            listed.sort()
        if self.newest_first:
            listed.reverse()
        start = (page - 1) * self.page_size
        found = tuple(listed[start : start + self.page_size])
        more = start + self.page_size < len(listed) if self.tells_total else len(found) == self.page_size
        return Page(found, len(listed) if self.tells_total else None, more)


class Record:
    """What one run after the other has taken; the mark is what a run that is interrupted leaves to the next."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.taken: set[Item] = set()
        self.covered_ms: int | None = None
        self.finished = False

    async def run(self, steps: int | None = None) -> None:
        left = steps

        async def take(step: Step[Item]) -> None:
            nonlocal left
            if left is not None:
                left -= 1
                if left < 0:
                    raise NoConnectionError("The line was cut.", sent=True)
            self.taken |= set(step.items)
            if step.covered_ms is not None:
                self.covered_ms = max(step.covered_ms, self.covered_ms or 0)
            missing = {item for item in self.server.items if item[0] < (self.covered_ms or 0)} - self.taken
            assert not missing, "a hole behind the mark"
            self.finished = step.last

        await walk(
            self.server.ask,
            take,
            time_of=lambda item: item[0],
            identity=lambda item: item[1],
            covered_ms=self.covered_ms,
        )


_times = st.integers(0, 400).map(lambda number: 10**12 + number * 250)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(_times, max_size=40),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 0.0, 0.3]),
    st.lists(st.integers(0, 5), max_size=4),
    st.integers(2, 9),
    st.integers(0, 99),
)
async def test_nothing_is_missed(
    times: list[int],
    newest_first: bool,
    heeds_time: bool,
    tells_total: bool,
    grows: float,
    interruptions: list[int],
    page_size: int,
    seed: int,
) -> None:
    server = Server(
        [(time_ms, number) for number, time_ms in enumerate(times)],
        page_size=page_size,
        newest_first=newest_first,
        heeds_time=heeds_time,
        tells_total=tells_total,
        grows=grows,
        seed=seed,
    )
    record = Record(server)
    for steps in interruptions:
        try:
            await record.run(steps)
        except NoConnectionError:
            continue
        assert record.finished
    server.grows = 0.0
    await record.run()
    assert record.finished
    assert record.taken == set(server.items)
    # Not beyond: something may still come that bears the newest time.
    assert record.covered_ms == max((time_ms for time_ms, _ in server.items), default=None)


@settings(max_examples=100, deadline=None)
@given(st.lists(_times, max_size=60), st.integers(0, 99))
async def test_equal_times_in_any_order_are_not_missed_at_a_seam(times: list[int], seed: int) -> None:
    # At most four at a time here: more than a page of one second cannot be told apart by such a server.
    few = [time_ms for number, time_ms in enumerate(sorted(times)) if sorted(times)[max(0, number - 4)] != time_ms]
    spread = [time_ms * 5 for time_ms in few]
    server = Server([(time_ms, number) for number, time_ms in enumerate(spread)], sorts_by_time_alone=True, seed=seed)
    record = Record(server)
    await record.run()
    assert record.taken == set(server.items)


async def test_what_is_recorded_is_not_read_again() -> None:
    server = Server([(10**12 + number * 30_000, number) for number in range(100)])
    record = Record(server)
    await record.run()
    server.asked.clear()
    server.items.append((10**12 + 100 * 30_000, 100))
    await record.run()
    assert server.asked == [(10**12 + 99 * 30_000 - OVERLAP_MS, 1)]
    assert record.taken == set(server.items)


async def test_one_that_appears_late_is_found_within_the_overlap() -> None:
    server = Server([(10**12 + number * 1000, number) for number in range(20)])
    record = Record(server)
    await record.run()
    # Not behind the mark when it was set.
    server.items.append((10**12 + 15_500, 99))
    record.taken.add((10**12 + 15_500, 99))
    taken: list[Item] = []

    async def take(step: Step[Item]) -> None:
        taken.extend(step.items)

    await walk(
        server.ask, take, time_of=lambda item: item[0], identity=lambda item: item[1], covered_ms=record.covered_ms
    )
    assert (10**12 + 15_500, 99) in taken


async def test_a_server_that_does_not_turn_the_page_is_found_out() -> None:
    async def ask(from_ms: int | None, page: int) -> Page[Item]:
        return Page(((5, 1), (5, 2)), None, True)

    async def take(step: Step[Item]) -> None:
        assert step.covered_ms is None

    with pytest.raises(ProtocolError, match="over and over"):
        await walk(ask, take, time_of=lambda item: item[0], identity=lambda item: item[1], covered_ms=None)


async def test_pages_of_nothing_but_odd_records_are_passed() -> None:
    pages: list[Page[Item]] = [
        Page((), None, True, (OddRecord("1", "", "odd"),)),
        Page((), None, True, (OddRecord("2", "", "odd"),)),
        Page(((5, 1),), None, False),
    ]
    steps: list[Step[Item]] = []

    async def ask(from_ms: int | None, page: int) -> Page[Item]:
        return pages[page - 1]

    async def take(step: Step[Item]) -> None:
        steps.append(step)

    await walk(ask, take, time_of=lambda item: item[0], identity=lambda item: item[1], covered_ms=None)
    assert [step.covered_ms for step in steps] == [None, None, 5]
