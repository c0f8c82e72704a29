"""What goes to the terminal, and when: bytes for changes of the ladder, the age of what a slow line shows, and how soon a key is heard.

Bytes are those of whole frames, with all that is written for them. Two rows change on the trade screen over a made-up book; a thousand
increments a second come from an exchange. What the same cells cost otherwise is worked out from the very frames that captui sent
(`_cells` says how that is counted). Textual's own frames are those of another run: bytes are given for each frame, because a busy machine
draws fewer than it is asked for, and not equally few with every driver.

The slow line carries 2 kB a second and answers 150 ms late; half of that is taken to be the way there. A key is timed from the write to the
pseudo terminal until its binding runs; how much of that captui itself was on a processor says what the rest of the machine has added.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench._cells import At, Picture, fewest, in_rows
from bench._exchange import CAPTUI, captui, exchange
from bench._lines import ages_s, keys_at_an_exchange, keys_on_a_line, program
from bench._probed import Moment, Reports
from bench._pty import OnPty
from bench._trade_screen import F10
from bench.load import PER_SECOND, WARM_UP_S
from bench.row import Row
from captui.terminal.pacing import QUESTION
from tests.terminal_driver.judge import Judge, assert_same
from tests.terminal_driver.line import COLUMNS, LINES, environment

TEXTUAL_ALONE = (sys.executable, "-m", "bench._textual_alone")
FPS = 20
EVERY_LEVEL = 28
_OURS_ENDS, _TEXTUALS_ENDS = QUESTION.encode(), b"\x1b[?2026l"
_QUIET_S = 1.0
_BEHIND_A_FRAME_S = 0.05
"""Nothing more belongs to it by then."""


def rows(*, small: bool) -> Iterator[Row]:
    yield from two_rows(5 if small else 100)
    yield from thousand_a_second(1.0 if small else 20.0)
    yield from age(1.0 if small else 15.0)
    yield from keys(4 if small else 80)


class Frames(NamedTuple):
    before: bytes
    """What had been written."""
    frames: list[bytes]

    @classmethod
    def of(cls, recorded: bytearray, begun: int, ends: bytes) -> Frames:
        """Whole frames only, from the one that was written when so much had been recorded."""
        start = recorded.rfind(ends, 0, begun) + len(ends)
        return cls(bytes(recorded[:start]), [frame + ends for frame in bytes(recorded[start:]).split(ends)[:-1]])

    @property
    def size(self) -> float:
        """Bytes of each."""
        return sum(map(len, self.frames)) / len(self.frames)

    def cost(self, way: Callable[[Picture, Picture, At], tuple[int, At]]) -> float:
        """Bytes of each, had what it changed been written this way."""
        judge, at, total = Judge(COLUMNS, LINES), At(), 0
        judge.feed(self.before.decode())
        shown = judge.picture
        for frame in self.frames:
            judge.feed(frame.decode())
            now = judge.picture
            more, at = way(shown, now, at)
            shown, total = now, total + more
        return total / len(self.frames)

    def judge(self) -> Judge:
        """What is shown at the end."""
        judge = Judge(COLUMNS, LINES)
        judge.feed((self.before + b"".join(self.frames)).decode())
        return judge


def two_rows(times: int) -> Iterator[Row]:
    ours, plain = changes("frugal", times, _OURS_ENDS), changes("plain", times, _TEXTUALS_ENDS)
    assert_same(plain.judge().picture, ours.judge().picture, "the same changes with both drivers")
    yield Row("a frame, two ladder rows change", "bytes", ours.size, "the fewest", ours.cost(fewest), goal_ratio=1.1)
    yield Row("the same", "bytes", ours.size, "--plain-driver", plain.size)


def changes(driver: str, times: int, ends: bytes) -> Frames:
    """Of two rows that change so many times, each change a frame."""
    with (
        Reports() as reports,
        OnPty(program(driver, reports, "--steps"), environment(), lines=LINES, records=True) as screen,
    ):
        screen.until(b"palette")
        before = -1
        while before != screen.received:
            before = screen.received
            screen.read_for(_QUIET_S)
        for _ in range(times):
            screen.press(F10.encode())
            screen.until(ends)
            screen.read_for(_BEHIND_A_FRAME_S)
        assert screen.recorded is not None
        return Frames.of(screen.recorded, before, ends)


def thousand_a_second(seconds: float) -> Iterator[Row]:
    ours = busy(seconds, _OURS_ENDS)
    plain = busy(seconds, _TEXTUALS_ENDS, "--plain-driver")
    textual = busy(seconds, _TEXTUALS_ENDS, "--plain-driver", program=TEXTUAL_ALONE)
    what = "a frame, 1,000 increments/s"
    yield Row(what, "bytes", ours.size, "Textual alone", textual.size, goal_ratio=0.25)
    yield Row(what, "bytes", ours.size, "cells, row by row", ours.cost(in_rows), goal_ratio=0.5)
    yield Row(what, "bytes", ours.size, "--plain-driver", plain.size)
    frames = [len(each.frames) / seconds for each in (ours, textual)]
    yield Row("frames of 20 a second, the same", "a second", frames[0], "Textual alone", frames[1])
    yield Row(
        "all that, a second", "bytes", ours.size * frames[0], "Textual alone", textual.size * frames[1], goal_ratio=0.25
    )


def busy(seconds: float, ends: bytes, *options: str, program: tuple[str, ...] = CAPTUI) -> Frames:
    command = (*program, "--fps", str(FPS), *options)
    with (
        # The same one again each time: a burst changes other rows of a book that has seen one before.
        exchange("--seed", "2") as at,
        tempfile.TemporaryDirectory() as folder,
        captui(at, Path(folder), command=command, lines=LINES, records=True) as screen,
    ):
        screen.read_for(WARM_UP_S)
        at.burst("btczar", per_second=PER_SECOND, seconds=seconds + 2)
        screen.read_for(1.0)
        assert screen.recorded is not None
        begun = len(screen.recorded)
        screen.read_for(seconds)
        return Frames.of(screen.recorded.copy(), begun, ends)


def age(seconds: float) -> Iterator[Row]:
    for what, levels, goal in (("two rows change", 2, 0.5), ("most rows change", EVERY_LEVEL, None)):
        ours, theirs = (median(ages_s(driver, seconds, levels)) for driver in ("frugal", "plain"))
        yield Row(f"age, 2 kB/s and 150 ms, {what}", "s", ours, "--plain-driver", theirs, goal=goal)


def keys(presses: int) -> Iterator[Row]:
    for where in ("fast", "slow", "stalled"):
        ours, theirs = (keys_on_a_line(driver, where, presses) for driver in ("frugal", "textual"))
        yield from handled(f"a key, {where} line", ours, "Textual's driver", theirs)
    with exchange("--seed", "2") as at:
        ours, theirs = (keys_at_an_exchange(at, presses, *options) for options in ((), ("--plain-driver",)))
    yield from handled("a key, 1,000 increments/s", ours, "--plain-driver", theirs)


def handled(what: str, ours: list[Moment], yardstick: str, theirs: list[Moment]) -> Iterator[Row]:
    at, at_theirs = [each.at * 1000 for each in ours], [each.at * 1000 for each in theirs]
    cpu, cpu_theirs = [each.cpu * 1000 for each in ours], [each.cpu * 1000 for each in theirs]
    yield Row(f"{what}: at worst", "ms", max(at), yardstick, max(at_theirs), goal=5)
    yield Row(f"{what}: median", "ms", median(at), yardstick, median(at_theirs))
    yield Row(f"{what}: median, on a processor", "ms", median(cpu), yardstick, median(cpu_theirs))
