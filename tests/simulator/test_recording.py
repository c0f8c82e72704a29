from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui.errors import RecordingError
from captui.simulator.orders import Side
from captui.simulator.recording import BookFrame, RecordedTrade, TradesFrame, open_recording
from tests.simulator.recordings import BOOK, increment, snapshot, trade, write


@pytest.mark.parametrize("name", ["plain.jsonl", "packed.jsonl.gz"])
def test_a_recording_is_read_plain_or_packed(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, BOOK, increment(40, 2, asks=[("850000", "")]), trade(90, "buy", "850100", "0.50"), name=name)
    recording = open_recording(path)
    assert (recording.market, recording.first_price) == ("btczar", Decimal("849950.00"))
    assert (recording.frames, recording.length_ms) == (3, 90)
    first, second, third = recording.play()
    assert isinstance(first, BookFrame)
    assert (first.snapshot, first.asks[0]) == (True, ("850000", "1.50000000"))
    assert second == BookFrame(40, False, (("850000", ""),), (), 2)
    assert third == TradesFrame(90, (RecordedTrade(1, Side.BUY, "850100", "0.50", 1723161255),))


def refusal(path: Path) -> str:
    with pytest.raises(RecordingError) as refused:
        open_recording(path)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def frame(key: str, content: Any, at_ms: int = 1) -> dict[str, Any]:
    return {"t": at_ms, "frame": {key: content}}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (increment(1, 3), "Line 2 of recording.jsonl has sequence 3 after 1"),
        (increment(1, 1), "Line 2 of recording.jsonl has sequence 1 after 1"),
        (snapshot([], []), "Line 2 of recording.jsonl has the key 'btczar.ob-snap'"),
        (increment(1, 2, market="ethzar"), "Line 2 of recording.jsonl has the key 'ethzar.ob-inc'"),
        (frame("btczar.kline-1m", []), "Line 2 of recording.jsonl has the key 'btczar.kline-1m'"),
        ({"t": 1, "frame": {}}, "Line 2 of recording.jsonl has 0 keys in its frame"),
        ({"t": 1, "frame": {"a": 1, "b": 2}}, "Line 2 of recording.jsonl has 2 keys in its frame"),
        ({"t": 1.5, "frame": {}}, "Line 2 of recording.jsonl is not a recorded frame"),
        ({"t": 1, "frames": {}}, "Line 2 of recording.jsonl is not a recorded frame"),
        (increment(-1, 2), "Line 2 of recording.jsonl goes back in time"),
        (increment(1, 2, asks=[("850000", "much")]), "Line 2 of recording.jsonl has a ob-inc frame of another shape"),
        (increment(1, 2, asks=[("", "1")]), "Line 2 of recording.jsonl has a ob-inc frame of another shape"),
        (increment(1, 2, asks=[("850000", "-1")]), "Line 2 of recording.jsonl has a ob-inc frame of another shape"),
        (
            frame("btczar.ob-inc", {"asks": [], "sequence": 2}),
            "Line 2 of recording.jsonl has a ob-inc frame of another shape",
        ),
        (trade(1, "hold", "850000", "1"), "Line 2 of recording.jsonl has a trades frame of another shape"),
        (trade(1, "buy", "NaN", "1"), "Line 2 of recording.jsonl has a trades frame of another shape"),
    ],
)
def test_damage_is_told_with_its_line(tmp_path: Path, bad: dict[str, Any], words: str) -> None:
    assert refusal(write(tmp_path, BOOK, bad)).startswith(words)


def test_a_line_that_is_no_json_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, BOOK)
    path.write_text(path.read_text() + "{cut off")
    assert refusal(path).startswith("Line 2 of recording.jsonl is not a recorded frame")


def test_a_recording_begins_with_its_snapshot(tmp_path: Path) -> None:
    assert "Line 1" in refusal(write(tmp_path, increment(0, 1)))


def test_a_book_with_an_empty_side_is_no_start(tmp_path: Path) -> None:
    assert "empty side" in refusal(write(tmp_path, snapshot([("1", "1")], [])))


def test_an_unknown_market_is_told(tmp_path: Path) -> None:
    assert "'dogezar'" in refusal(write(tmp_path, snapshot([], [], market="dogezar")))


def test_a_missing_an_empty_and_a_folder_are_told(tmp_path: Path) -> None:
    assert "There is no recording" in refusal(tmp_path / "none.jsonl")
    assert "is empty" in refusal(write(tmp_path))
    assert "cannot be read" in refusal(tmp_path)


def test_a_truncated_gzip_is_told_with_the_line_it_breaks_off_after(tmp_path: Path) -> None:
    lines = [BOOK, *(increment(number, number, asks=[(f"85{number:04}", "1")]) for number in range(2, 400))]
    path = write(tmp_path, *lines, name="cut.jsonl.gz")
    path.write_bytes(path.read_bytes()[:-200])
    sentence = refusal(path)
    assert sentence.startswith("The recording cut.jsonl.gz is damaged after line ")
    assert int(sentence.split()[7].rstrip(":")) > 10


def test_a_gzip_with_a_flipped_byte_is_told(tmp_path: Path) -> None:
    path = tmp_path / "flipped.jsonl.gz"
    packed = bytearray(gzip.compress((json.dumps(BOOK) + "\n").encode() * 3))
    packed[-6] ^= 0xFF
    path.write_bytes(bytes(packed))
    refusal(path)
