"""Every stream of the API document is sent by the embedded exchange, read by the codec and printed by `captui watch`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from captui.core import codec
from captui.core.events import BalanceUpdate, BookIncrement, CandleUpdate, Event, FillUpdate, OrderUpdate
from tests.api_document import streams
from tests.cli.commandline import CommandLine, command_line

ENOUGH = 600
"""Lines in which every stream shows."""
READ_AS: dict[str, type[Event]] = {
    "{market}.ob-inc": BookIncrement,
    "{market}.kline-{period}": CandleUpdate,
    "order": OrderUpdate,
    "trade": FillUpdate,
    "balance": BalanceUpdate,
}


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("table"), "--seed", "3") as line:
        yield line


def named(stream: str) -> str:
    return stream.format(market="btczar", period="1m")


def watched(captui: CommandLine, *flags: str) -> Iterator[str]:
    """The first lines of `captui watch` with all the streams, while an order is placed and filled now and then."""
    process = captui.start("watch", *map(named, streams()), *flags)
    try:
        assert process.stdout is not None
        for number, line in zip(range(ENOUGH), process.stdout, strict=False):
            if number % 40 == 0:
                captui.ok("buy", "btczar", "0.0001", "--yes")
            yield line
    finally:
        process.kill()
        process.communicate()


def until_all_came(lines: Iterator[str], names: Callable[[str], set[str]]) -> set[str]:
    """Which streams came, by what `names` reads in each line."""
    seen: set[str] = set()
    for line in lines:
        seen |= names(line)
        if {named(stream) for stream in streams()} <= seen:
            break
    return seen


def test_the_document_has_the_five_streams_that_are_known() -> None:
    assert streams() == list(READ_AS)


def test_watch_prints_every_stream(captui: CommandLine) -> None:
    seen = until_all_came(watched(captui), lambda line: {json.loads(line)["stream"]})
    assert {named(stream) for stream in streams()} <= seen


def test_every_stream_is_sent_and_read(captui: CommandLine) -> None:
    read: dict[str, set[type[Event]]] = {}

    def names(line: str) -> set[str]:
        keys = set(json.loads(line))
        for key in keys:
            read.setdefault(key, set()).update(type(event) for event in codec.decode_frame(line))
        return keys

    assert {named(stream) for stream in streams()} <= until_all_came(watched(captui, "--raw"), names)
    for stream in streams():
        assert READ_AS[stream] in read[named(stream)], f"{stream} was read as {read[named(stream)]}"
