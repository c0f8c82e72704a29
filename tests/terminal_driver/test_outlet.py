"""Bytes go out in order, nobody waits, and what cannot go out does not pile up. Pipes and ptys stand for the terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from captui.terminal.outlet import CUT, Outlet


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a pty: the terminal's and the program's."""
    theirs, ours = pty.openpty()
    os.set_blocking(theirs, False)
    yield theirs, ours
    for descriptor in (theirs, ours):
        os.close(descriptor)


def until(done: Callable[[], bool], within: float = 5.0) -> None:
    deadline = time.monotonic() + within
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def read(descriptor: int, size: int, within: float = 5.0) -> bytes:
    data = bytearray()

    def enough() -> bool:
        with contextlib.suppress(BlockingIOError):
            data.extend(os.read(descriptor, 65536))
        return len(data) >= size

    until(enough, within)
    return bytes(data)


def test_everything_goes_out_in_order(terminal: tuple[int, int]) -> None:
    theirs, ours = terminal
    written: list[int] = []
    idle = threading.Event()
    outlet = Outlet(ours, on_written=written.append, on_idle=idle.set)
    wanted = b"".join(b"%05d," % number for number in range(5000))
    for at in range(0, len(wanted), 777):
        assert outlet.put(wanted[at : at + 777])
    assert read(theirs, len(wanted)) == wanted
    assert idle.wait(5)
    assert outlet.is_idle
    assert sum(written) == len(wanted)
    assert outlet.close(within_s=1)


def test_whoever_writes_never_waits_and_what_waits_is_bounded(terminal: tuple[int, int]) -> None:
    theirs, ours = terminal
    outlet = Outlet(ours, bound=100_000)
    before = time.monotonic()
    taken = sum(outlet.put(b"x" * 1000) for _ in range(1000))
    assert time.monotonic() - before < 1
    assert 100 <= taken < 140, "the bound, and what the kernel holds"
    assert not outlet.is_idle
    assert not outlet.put(b"x" * 100_001)
    read(theirs, taken * 1000)
    until(lambda: outlet.is_idle)
    assert outlet.put(b"y")
    assert outlet.close(within_s=1)


def test_the_shell_s_own_descriptor_goes_on_blocking(terminal: tuple[int, int]) -> None:
    _, ours = terminal
    outlet = Outlet(ours)
    assert os.get_blocking(ours)
    assert outlet.close(within_s=1)


def test_a_terminal_that_stands_still_is_put_right_all_the_same(terminal: tuple[int, int]) -> None:
    theirs, ours = terminal
    outlet = Outlet(ours)
    for _ in range(100):
        outlet.put(b"\x1b]52;c;" + b"x" * 1000)
    before = time.monotonic()
    assert not outlet.close(within_s=0.3, instead=b"[restored]")
    assert time.monotonic() - before < 2
    data = b""
    while not data.endswith(CUT + b"[restored]"):
        data += read(theirs, 1)
    assert len(data) < 90_000, "what waited was dropped"
    assert not outlet.put(b"more")


def test_a_terminal_that_has_gone_is_told_of_once() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    failures: list[OSError] = []
    outlet = Outlet(writing, on_failure=failures.append)
    outlet.put(b"x")
    until(lambda: bool(failures))
    assert not outlet.put(b"x")
    assert outlet.is_idle
    assert not outlet.close(within_s=1)
    assert len(failures) == 1
    os.close(writing)


def test_no_thread_stays_behind(terminal: tuple[int, int]) -> None:
    _, ours = terminal
    before = set(threading.enumerate())
    outlet = Outlet(ours)
    assert set(threading.enumerate()) - before
    outlet.close(within_s=1)
    assert set(threading.enumerate()) == before
