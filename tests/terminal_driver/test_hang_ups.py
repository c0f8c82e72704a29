"""The terminal goes while orders are open: they stay or are cancelled as the user has said, and nothing of captui stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from captui.terminal.pacing import QUESTION
from tests.processes import CAPTUI, RunningExchange, exchange, home
from tests.terminal_driver.line import Line


@contextmanager
def trading(folder: Path, server: RunningExchange, settings: str = "", *options: str) -> Iterator[Line]:
    """captui on this exchange, with one order open."""
    config = folder / "config.toml"
    config.write_text(settings)
    command = [*CAPTUI, *server.urls(), "--config", str(config), *options]
    with Line(command, columns=120, lines=36, variables=home(folder) | server.key_pair()) as line:
        line.wait_for("everything is live", within=60)
        line.press("pagedown", "b").wait_for("Enter send").press("enter").wait_for(r"Orders 1\b")
        yield line


def states(server: RunningExchange) -> list[str]:
    return [order["state"] for order in server.control.state()["orders"]]


def log(folder: Path) -> str:
    return (folder / ".local/state/captui/captui.log").read_text()


@pytest.mark.parametrize("way", ["closed", "SIGHUP", "SIGTERM"])
def test_orders_are_kept_where_nobody_says_otherwise(tmp_path: Path, way: str) -> None:
    with exchange(tmp_path, "--seed", "3") as server, trading(tmp_path, server) as line:
        if way == "closed":
            line.hang_up()
            assert line.ended(10) == 129
        else:
            os.kill(line.pid, signal.Signals[way])
            assert line.wait_for_exit() == {"SIGHUP": 129, "SIGTERM": 143}[way]
            assert line.modes_left_on == []
        assert states(server) == ["wait"]
        assert "1 order stays open on the exchange" in log(tmp_path)
        assert way != "SIGTERM" or "1 order stays open on the exchange" in line.text
        assert "Traceback" not in log(tmp_path)


@pytest.mark.parametrize("way", ["closed", "SIGTERM"])
@pytest.mark.parametrize("driver", ["", "--plain-driver"])
def test_all_own_orders_are_cancelled_where_the_user_wants_that(tmp_path: Path, way: str, driver: str) -> None:
    options = [driver] if driver else []
    with (
        exchange(tmp_path, "--seed", "3") as server,
        trading(tmp_path, server, 'on_hangup = "cancel-mine"\n', *options) as line,
    ):
        if way == "closed":
            line.hang_up()
        else:
            os.kill(line.pid, signal.SIGTERM)
        assert line.ended(20) == {"closed": 129, "SIGTERM": 143}[way]
        assert states(server) == ["cancel"]
        assert "Traceback" not in log(tmp_path)


def test_an_exchange_that_does_not_answer_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    with (
        exchange(tmp_path, "--seed", "3") as server,
        trading(tmp_path, server, 'on_hangup = "cancel-mine"\n') as line,
    ):
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            before, asked = line.cpu_s, time.monotonic()
            line.hang_up()
            line.ended(25)
            assert 6 < time.monotonic() - asked < 22
            assert before < 30
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        assert "1 order stays open on the exchange" in log(tmp_path)


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(each) for each in found.split()]


@pytest.mark.parametrize("way", ["closed", "SIGKILL"])
def test_the_demo_leaves_no_exchange_behind(tmp_path: Path, way: str) -> None:
    with Line([*CAPTUI, "demo", "--seed", "5"], columns=120, lines=36, variables=home(tmp_path)) as line:
        line.wait_for("everything is live", within=60)
        (its_exchange,) = children(line.pid)
        if way == "closed":
            line.hang_up()
        else:
            os.kill(line.pid, signal.Signals[way])
        line.ended(15)
        deadline = time.monotonic() + 10
        while Path(f"/proc/{its_exchange}").exists():
            assert time.monotonic() < deadline, "the embedded exchange lives on"
            time.sleep(0.02)


def test_a_terminal_that_stands_still_stops_no_trading(tmp_path: Path) -> None:
    with exchange(tmp_path, "--seed", "3") as server, trading(tmp_path, server) as line:
        server.control.burst("btczar", per_second=500, seconds=4)
        time.sleep(3)
        # Nothing was read for three seconds. The keys that cancel go the other way, and work.
        line.press("ctrl+x")
        deadline = time.monotonic() + 5
        while states(server) != ["cancel"]:
            assert time.monotonic() < deadline, states(server)
            time.sleep(0.05)
        line.wait_for("No open orders")


@pytest.mark.parametrize(
    ("settings", "bells", "sequence"),
    [
        ("", 1, b"\x1b]9;captui: Bought "),
        ('bell = false\nnotify = "osc777"\n', 0, b"\x1b]777;notify;captui;Bought "),
        ('notify = "off"\n', 1, b""),
    ],
)
def test_a_fill_reaches_people_who_are_not_looking(tmp_path: Path, settings: str, bells: int, sequence: bytes) -> None:
    with exchange(tmp_path, "--seed", "3") as server, trading(tmp_path, server, settings) as line:
        assert b"\x1b]9" not in line.raw
        assert b"\x1b]777" not in line.raw
        (order,) = server.control.state()["orders"]
        line.raw.clear()
        server.control.trade("btczar", "sell", Decimal(1000), Decimal(order["price"]))
        line.wait_for("illed: bought")
        line.read_for(0.3)
        without = line.raw.replace(b"\x1b\\", b"")
        assert bool(bells) == (b"\x07" in without)
        assert sequence in line.raw
        if not sequence:
            assert b"\x1b]9" not in line.raw
            assert b"\x1b]777" not in line.raw


def test_a_slow_line_draws_less(tmp_path: Path) -> None:
    with exchange(tmp_path, "--seed", "3") as server:
        received, frames = {}, {}
        for option in ("--plain-driver", "--fps=10", "--slow"):
            with Line(
                [*CAPTUI, *server.urls(), option], columns=120, lines=36, variables=home(tmp_path) | server.key_pair()
            ) as line:
                line.wait_for("everything is live", within=60).wait_for(r"↑ +[\d.]+ k?B/s")
                server.control.burst("btczar", per_second=500, seconds=5)
                line.raw.clear()
                received[option] = line.read_for(4)
                frames[option] = line.raw.count(QUESTION.encode())
                line.press("\x1b[19~").wait_for("is drawn")
        assert 0 < frames["--slow"] < 0.6 * frames["--fps=10"]
        # What changes twice between two frames is sent once, so fewer frames do not mean as many fewer bytes.
        assert max(received["--slow"], received["--fps=10"]) < 0.35 * received["--plain-driver"]


def test_the_pin_of_a_voucher_that_came_back_as_change_outlives_the_terminal(tmp_path: Path) -> None:
    kept = tmp_path / ".local/state/captui/vouchers.json"
    with exchange(tmp_path, "--seed", "3") as server:
        command, variables = [*CAPTUI, *server.urls()], home(tmp_path) | server.key_pair()
        with Line(command, columns=100, lines=30, variables=variables) as line:
            line.wait_for("trading armed", within=60).press("\x1b[17~").wait_for(r"read \d+ s ago")
            line.press("v").wait_for("Redeem a voucher").press("\r", "100", "\r", "1000000000000500", "\r")
            line.wait_for("Redeem it").press("y").wait_for("a new voucher over R 400.00")
            assert not kept.exists()
            line.hang_up()
            assert line.ended(10) == 129
        assert kept.stat().st_mode & 0o777 == 0o600
        (pin,) = re.findall(r"\d{16}", kept.read_text())
        others = [path for path in tmp_path.rglob("*") if path.is_file() and path != kept]
        assert not [path for path in others if pin.encode() in path.read_bytes()]
        with Line(command, columns=100, lines=30, variables=variables) as line:
            line.wait_for("A voucher of yours", within=60).press("s").wait_for(rf"pin +{pin}").press("N")
            line.wait_for("its file is gone")
        assert not kept.exists()
