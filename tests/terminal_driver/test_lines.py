"""Slow lines, silent terminals and terminals that stand still: what is shown stays new, and keys are heard. A real pty."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import pytest

from tests.terminal_driver.judge import assert_same, picture
from tests.terminal_driver.line import Line, age_ms, log_of, program

LADDER = r"drawn \d+ key"


def ladder(folder: Path, driver: str, *options: str) -> list[str]:
    return program("ladder", driver, folder / "log", *options)


def handled_after_s(log: Path, key: str, pressed: float, *, within: float = 5.0) -> float:
    """How long after it was pressed the app handled this key."""
    deadline = time.monotonic() + within
    while True:
        found = [entry["at"] for entry in log_of(log) if entry.get("key") == key and entry["at"] >= pressed]
        if found:
            return float(found[0]) - pressed
        assert time.monotonic() < deadline, f"{key} was not handled in {within} s"
        time.sleep(0.005)


def ages(line: Line, seconds: float) -> list[float]:
    """Of what is shown, looked at 20 times a second (s)."""
    found: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line.read_for(0.05)
        age = age_ms(line)
        if age is not None:
            found.append(age / 1000)
    return found


def test_on_a_slow_line_what_is_shown_is_new(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal"), rate=2000, delay_s=0.15) as line:
        line.wait_for(LADDER, within=60).read_for(4)
        assert median(ages(line, 3)) < 1.5, "plain Textual is seconds behind by now, and falling back"
        pressed = time.monotonic()
        line.press("x")
        assert handled_after_s(tmp_path / "log", "x", pressed) < 0.5
        line.wait_for(r"key x\.", within=5)


def test_a_terminal_that_stands_still_holds_nobody_up(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal", "--rows", "40")) as line:
        line.wait_for(LADDER).read_for(0.5)
        # Nobody reads for four seconds; keys still go the other way.
        for key in "abde":
            time.sleep(1)
            pressed = time.monotonic()
            line.press(key)
            assert handled_after_s(tmp_path / "log", key, pressed) < 1
        before = line.received
        line.wait_for(r"key e\.", within=2)
        assert median(ages(line, 1)) < 0.5
        assert line.received - before < 100_000, "only the newest state was kept"


def test_plain_frames_do_not_hold_anybody_up_either(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "plain", "--rows", "40")) as line:
        line.wait_for(LADDER).read_for(0.2)
        for key in "abde":
            time.sleep(1)
            pressed = time.monotonic()
            line.press(key)
            assert handled_after_s(tmp_path / "log", key, pressed) < 1
        line.press("p").wait_for(r"key p\.", within=20)
        line.drawn()
        shown = picture(line.screen)
        line.drawn("r")
        row = next(y for y, text in enumerate(line.rows) if "841,000" in text)
        assert_same(shown[row:], picture(line.screen)[row:], "what was dropped was drawn again")


def test_a_terminal_that_never_answers_is_noticed(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal"), answers=False) as line:
        line.wait_for(LADDER).read_for(3)
        asked = line.questions
        assert 1 <= asked <= 3
        assert median(ages(line, 1.5)) < 0.5, "frames come as fast as they are drawn"
        assert line.questions == asked, "it is not asked again"


def test_every_answer_is_counted_once_and_shift_f3_is_none(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal", "--fps", "5"), delay_s=0.2) as line:
        line.wait_for(LADDER).read_for(1)
        before = line.questions
        for _ in range(20):
            line.send("\x1b[1;2R")
            line.read_for(0.05)
        # An answer that nobody waited for opens no window: there are no more frames than five a second.
        assert line.questions - before <= 10
        assert median(ages(line, 1.5)) < 0.8


def test_a_lost_answer_stops_nothing(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal")) as line:
        line.wait_for(LADDER).read_for(1)
        line.answers = False
        line.read_for(0.3)
        line.answers = True
        line.read_for(2.5)
        assert median(ages(line, 1)) < 0.5


def test_a_slow_line_is_told_of(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal", "--rows", "20"), rate=1500, delay_s=0.6) as line:
        line.wait_for(LADDER, within=60)
        line.wait_for(lambda _: any(entry.get("slow") for entry in log_of(tmp_path / "log")), within=40)
        line.rate, line.delay_s = None, 0.001
        line.wait_for(lambda _: any(entry.get("slow") is False for entry in log_of(tmp_path / "log")), within=30)
        (state, *_) = [entry for entry in reversed(log_of(tmp_path / "log")) if "per_second" in entry]
        assert state["round_trip"] is not None
        assert state["per_second"] > 0


@pytest.mark.parametrize("key", ["r", "n"])
def test_what_others_wrote_over_the_screen_is_drawn_over(tmp_path: Path, key: str) -> None:
    """`r` draws everything again; after what the driver does not understand (`n`), each row comes back when it is drawn next."""
    with Line(ladder(tmp_path, "frugal", "--quiet")) as line:
        line.wait_for(lambda _: "841,000" in line.text).drawn("p")
        before = picture(line.screen)
        if key == "r":
            line._stream.feed(b"\x1b[10;1H\x1b[41mwrite failed: broken pipe\x1b[m")
            line.drawn("r").drawn()
            assert_same(before[1:], picture(line.screen)[1:])
        else:
            line.drawn("n")
            assert "XYZ" in line.text
            line.drawn("r")
            assert "XYZ" in line.text, "nobody knows what should be there instead"
            assert line.rows[5:] == ["".join(seen.text for seen in row).rstrip() for row in before[5:]]


def test_a_resize_draws_everything(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal", "--quiet")) as line:
        line.wait_for(lambda _: "841,000" in line.text).drawn("p")
        before = picture(line.screen)
        line.resize(60, 20)
        line.drawn()
        assert "841,000" in line.text
        line.resize(120, 45)
        line.drawn()
        assert_same(before[1:], picture(line.screen)[1:])
        # There and back before Textual has noticed: it draws nothing, and the terminal has lost rows all the same.
        line._child.setwinsize(20, 60)
        line._child.setwinsize(45, 120)
        line._stream.feed(b"\x1b[2J")
        line.drawn()
        assert_same(before[1:], picture(line.screen)[1:])
