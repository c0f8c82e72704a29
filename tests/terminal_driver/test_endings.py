"""However it ends, the terminal is left as it was found, and nothing stays behind. Real programs on a real pty."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.terminal_driver.judge import assert_same, picture
from tests.terminal_driver.line import Line, log_of, program

LADDER = r"drawn \d+ key"
DRIVERS = ("frugal", "plain")


def ladder(folder: Path, driver: str, *options: str) -> list[str]:
    return program("ladder", driver, folder / "log", *options)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("way", ["ctrl+q", "crash", "SIGTERM", "SIGHUP", "SIGINT"])
def test_the_terminal_is_left_clean(tmp_path: Path, driver: str, way: str) -> None:
    with Line(ladder(tmp_path, driver)) as line:
        line.wait_for(LADDER)
        assert line.modes_left_on, "there is something to leave"
        if way.startswith("SIG"):
            os.kill(line.pid, signal.Signals[way])
        else:
            line.press("c" if way == "crash" else way)
        status = line.wait_for_exit()
        assert line.modes_left_on == []
        assert line.raw.count(b"\x1b[>") == line.raw.count(b"\x1b[<u") == 1, "the keyboard protocol is popped once"
        assert status == {"SIGTERM": 143, "SIGHUP": 129, "ctrl+q": 0}.get(way, status)
        assert way != "crash" or status == 1
        assert b"\x1b[6n" not in line.raw[line.raw.rfind(b"\x1b[?1049l") :], "no answer is typed into the shell"


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_closed_terminal_ends_the_program_at_once(tmp_path: Path, driver: str) -> None:
    with Line(ladder(tmp_path, driver)) as line:
        line.wait_for(LADDER)
        line.hang_up()
        assert line.ended(5) == 129
        assert {entry["gone"] for entry in log_of(tmp_path / "log") if "gone" in entry} <= {"HUNG_UP", "CLOSED"}


@pytest.mark.parametrize("driver", DRIVERS)
def test_without_a_signal_the_end_of_the_input_is_noticed(tmp_path: Path, driver: str) -> None:
    """Whoever starts a program so that it ignores SIGHUP (`nohup`) means it, and the terminal goes all the same."""
    ignoring = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *ladder(tmp_path, driver)]
    with Line(ignoring) as line:
        line.wait_for(LADDER)
        os.kill(line.pid, signal.SIGHUP)
        line.drawn()
        line.hang_up()
        assert line.ended(5) == 129
        assert [entry["gone"] for entry in log_of(tmp_path / "log") if "gone" in entry] == ["CLOSED"]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_terminal_that_reads_nothing_is_left_all_the_same(tmp_path: Path, driver: str) -> None:
    with Line(ladder(tmp_path, driver, "--rows", "40")) as line:
        line.wait_for(LADDER)
        time.sleep(1.5)
        asked = time.monotonic()
        os.kill(line.pid, signal.SIGTERM)
        status = line.ended(6)
        assert status == 143
        assert time.monotonic() - asked < 6
        # What it then reads puts it right.
        line._read(1.0, lambda: not line.modes_left_on)
        assert line.modes_left_on == []


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("stop", ["SIGTSTP", "SIGSTOP"])
def test_after_the_shell_has_had_the_terminal_everything_is_drawn_again(tmp_path: Path, driver: str, stop: str) -> None:
    with Line(ladder(tmp_path, driver, "--quiet")) as line:
        line.wait_for(lambda _: "841,000" in line.text).drawn("p")
        before = picture(line.screen)
        os.kill(line.pid, signal.Signals[stop])
        os.waitpid(line.pid, os.WUNTRACED)
        line.read_for(0.2)
        if stop == "SIGTSTP":
            assert line.modes_left_on == []
        line._stream.feed(b"\x1b[?1049l\x1b[31m\x1b[2J\x1b[5;5Hthe shell was here")
        os.kill(line.pid, signal.SIGCONT)
        line.wait_for("the shell was here", gone=True).drawn()
        assert_same(before, picture(line.screen))
        assert line.modes_left_on
        line.press("x").wait_for(r"key x\.")


def test_a_crash_says_so_on_the_terminal_that_is_the_user_s_again(tmp_path: Path) -> None:
    with Line(ladder(tmp_path, "frugal")) as line:
        line.wait_for(LADDER).press("c")
        line.wait_for("crashed, as it was told to")
        line.wait_for_exit()
        assert line.modes_left_on == []
