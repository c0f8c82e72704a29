"""watch and record as real processes that end on Ctrl+C; what is recorded is replayed by the embedded exchange."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui.simulator.recording import open_recording
from tests.cli.commandline import CommandLine, command_line, nobody
from tests.processes import exchange

DEADLINE_S = 20.0


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("streams"), "--seed", "3") as line:
        yield line


@contextmanager
def running(captui: CommandLine, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = captui.start(*arguments)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def interrupted(process: subprocess.Popen[str]) -> str:
    """Ctrl+C; what stood on standard error."""
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE_S) == 0
    assert process.stderr is not None
    return process.stderr.read()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def changed(captui: CommandLine, market: str, times: int) -> None:
    """Returns once the book of this market has changed so many times more."""
    control = captui.exchange.control
    before = control.state()["books"][market]["sequence"]
    control.burst(market, per_second=200, seconds=0.5)
    wait_for(lambda: bool(control.state()["books"][market]["sequence"] >= before + times))


def lines(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        found = json.loads(line)
        assert isinstance(found, dict)
        yield found


def test_watch_prints_public_streams_as_json_lines(captui: CommandLine) -> None:
    with running(captui, "watch", "btczar.ob-inc", "btczar.kline-1m") as process:
        seen: dict[str, dict[str, Any]] = {}
        wanted = {"btczar.ob-snap", "btczar.ob-inc", "btczar.kline-1m"}
        for each in lines(process):
            seen.setdefault(each["stream"], each)
            if wanted <= set(seen):
                break
        assert interrupted(process) == ""
    assert Decimal(seen["btczar.ob-snap"]["asks"][0][0]) > 0
    assert isinstance(seen["btczar.ob-inc"]["sequence"], int)
    assert seen["btczar.kline-1m"]["time"].endswith("Z")


def test_watch_prints_private_streams(captui: CommandLine) -> None:
    with running(captui, "watch", "order", "balance") as process:
        wait_for(lambda: ["balance", "order"] in [sorted(s) for s in captui.exchange.control.state()["subscriptions"]])
        captui.ok("buy", "btczar", "0.001", "--limit", "500000", "--id", "watched", "--yes")
        seen: dict[str, dict[str, Any]] = {}
        for each in lines(process):
            seen.setdefault(each["stream"], each)
            if len(seen) == 2:
                break
        interrupted(process)
    assert (seen["order"]["market"], seen["order"]["origin_volume"]) == ("btczar", "0.001")
    assert set(seen["balance"]) == {"stream", "currency", "available", "locked", "balance"}


def test_watch_raw_prints_messages_as_they_came(captui: CommandLine) -> None:
    with running(captui, "watch", "btczar.ob-inc", "--raw") as process:
        keys = {next(iter(each)) for each, _ in zip(lines(process), range(6), strict=False)}
        interrupted(process)
    assert "btczar.ob-inc" in keys
    assert keys <= {"success", "btczar.ob-inc", "btczar.ob-snap"}


def test_watch_without_anyone_there_or_without_a_key(captui: CommandLine) -> None:
    assert "No connection" in captui.failed(3, "watch", "btczar.ob-inc", **nobody())
    assert "none is set" in captui.failed(4, "watch", "order", CAPTUI_API_KEY="", CAPTUI_API_SECRET="")
    assert captui.failed(4, "watch", "order", CAPTUI_API_SECRET="wrong")


def test_watch_asks_whether_a_stream_of_which_nothing_comes_is_misspelt(captui: CommandLine) -> None:
    with running(captui, "watch", "btczra.ob-inc", "order") as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        interrupted(process)
    assert "btczra.ob-inc" in said
    assert "order" not in said


def test_a_recording_that_cannot_begin_leaves_no_file_in_the_way(captui: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl.gz"
    assert "no market 'btczra'" in captui.failed(1, "record", "btczra", "-o", str(path))
    assert not path.exists()
    assert "No connection" in captui.failed(3, "record", "btczar", "-o", str(path), **nobody())
    assert not path.exists()
    there = tmp_path / "two-ethzar.jsonl"
    there.write_text("of another day")
    captui.failed(2, "record", "btczar", "ethzar", "-o", str(tmp_path / "two.jsonl"))
    assert not (tmp_path / "two-btczar.jsonl").exists()
    assert there.read_text() == "of another day"


@pytest.mark.parametrize("name", ["one.jsonl", "one.jsonl.gz"])
def test_what_is_recorded_replays(captui: CommandLine, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with running(captui, "record", "btczar", "-o", str(path)) as process:
        wait_for(
            lambda: any("btczar.ob-inc" in streams for streams in captui.exchange.control.state()["subscriptions"])
        )
        changed(captui, "btczar", 20)
        # A lost connection in the middle must leave no seam.
        captui.exchange.control.fault(kind="drop_websockets")
        assert process.stderr is not None
        assert process.stderr.readline() == "Recording. Ctrl+C ends it.\n"
        assert "Connecting again" in process.stderr.readline()
        wait_for(lambda: any("btczar.ob-inc" in each for each in captui.exchange.control.state()["subscriptions"]))
        changed(captui, "btczar", 20)
        said = interrupted(process)
    assert "frames of btczar" in said
    recording = open_recording(path)
    assert recording.market == "btczar"
    assert recording.frames > 30
    with gzip.open(path, "rt") if name.endswith(".gz") else path.open() as file:
        first = json.loads(file.readline())
    assert first["t"] == 0
    assert first["frame"]["btczar.ob-snap"]["sequence"] == 1
    with exchange(tmp_path, "--replay", str(path), "--speed", "1000") as replaying:
        wait_for(lambda: replaying.control.state()["replay"]["finished"] is True)


def test_trades_that_are_not_streamed_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "documented.jsonl"
    with (
        command_line(tmp_path, "--seed", "3", "--streams", "documented") as line,
        running(line, "record", "btczar", "-o", str(path)) as process,
    ):
        control = line.exchange.control
        wait_for(lambda: any("btczar.ob-inc" in streams for streams in control.state()["subscriptions"]))
        changed(line, "btczar", 5)
        traded: set[int] = set()
        while not traded & recorded_trades(path):
            control.trade("btczar", "buy", Decimal("0.0001"))
            traded.add(int(line.json("tape", "btczar", "--limit", "1")[0]["id"]))
        said = interrupted(process)
    assert said.count("the exchange does not stream the trades of btczar: they are asked for every 2 s.") == 1
    assert "does not offer" not in said
    ids = [trade["tid"] for trade in trades_in(path)]
    assert len(ids) == len(set(ids))


def trades_in(path: Path) -> list[dict[str, Any]]:
    frames = (json.loads(line)["frame"] for line in path.read_text().splitlines())
    return [trade for frame in frames for trade in frame.get("btczar.trades", {"trades": []})["trades"]]


def recorded_trades(path: Path) -> set[int]:
    return {int(trade["tid"]) for trade in trades_in(path)}


def test_several_markets_go_to_a_file_each_and_nothing_is_written_over(captui: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    with running(captui, "record", "btczar", "ethzar", "-o", str(path), "--json") as process:
        wait_for(lambda: any(len(streams) == 4 for streams in captui.exchange.control.state()["subscriptions"]))
        changed(captui, "btczar", 5)
        changed(captui, "ethzar", 5)
        interrupted(process)
        assert process.stdout is not None
        written = json.loads(process.stdout.read())
    assert [(each["market"], Path(each["file"]).name) for each in written] == [
        ("btczar", "two-btczar.jsonl"),
        ("ethzar", "two-ethzar.jsonl"),
    ]
    assert all(each["frames"] > 5 for each in written)
    assert [open_recording(tmp_path / f"two-{market}.jsonl").market for market in ("btczar", "ethzar")] == [
        "btczar",
        "ethzar",
    ]
    assert "two-btczar.jsonl is already there" in captui.failed(2, "record", "btczar", "ethzar", "-o", str(path))


def test_a_market_that_sends_nothing_leaves_no_file(captui: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    captui.exchange.control.fault(kind="freeze_websockets")
    try:
        with running(captui, "record", "btczar", "-o", str(path)) as process:
            assert process.stderr is not None
            assert process.stderr.readline() == "Recording. Ctrl+C ends it.\n"
            wait_for(lambda: any("btczar.ob-inc" in each for each in captui.exchange.control.state()["subscriptions"]))
            assert "Nothing was received of btczar" in interrupted(process)
    finally:
        captui.exchange.control.fault(kind="release_websockets")
    assert not path.exists()
