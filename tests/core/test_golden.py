"""Every golden frame is read as its expectation says, and every JSON example of the API document is among them."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest

from captui.core import codec
from captui.core.intervals import Interval
from captui.core.levels import WrittenLevels
from captui.core.money import plain
from captui.core.secret import Secret
from captui.core.types import Candle, Level
from captui.errors import ProtocolError
from tests.paths import API_DOCUMENT, GOLDEN, needed

SUFFIX = ".expected.json"
EXPECTATIONS = sorted(GOLDEN.glob(f"*{SUFFIX}"))


def written(value: object) -> object:
    """`value` as the expectations write it (README of the folder)."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Secret):
        return {"secret": value.reveal()}
    if isinstance(value, Interval):
        return value.label
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Level):
        return [plain(value.price), plain(value.amount)]
    if isinstance(value, Candle):
        return [value.time_ms, *map(plain, (value.open, value.high, value.low, value.close, value.volume))]
    if isinstance(value, tuple | list | WrittenLevels):
        return [written(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    names = [field.name for field in fields(value)] if is_dataclass(value) else list(value.__struct_fields__)  # type: ignore[attr-defined]
    return {"is": type(value).__name__} | {name: written(getattr(value, name)) for name in names}


def wire_of(expectation: Path) -> Path:
    stem = expectation.name.removesuffix(SUFFIX)
    found = [path for suffix in (".json", ".txt") if (path := GOLDEN / f"{stem}{suffix}").exists()]
    assert len(found) == 1, f"{expectation.name} has {len(found)} partners"
    return found[0]


def test_every_frame_has_its_expectation() -> None:
    wires = {
        path.name for path in GOLDEN.iterdir() if path.suffix in {".json", ".txt"} and not path.name.endswith(SUFFIX)
    }
    assert wires == {wire_of(expectation).name for expectation in EXPECTATIONS}
    assert len(wires) > 50


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda path: path.name.removesuffix(SUFFIX))
def test_frame_is_read_as_expected(expectation: Path) -> None:
    case: dict[str, Any] = json.loads(expectation.read_text())
    assert case["source"]
    raw = wire_of(expectation).read_bytes()
    read = getattr(codec, case["reader"])
    arguments = case.get("arguments", [])
    if "error" in case:
        with pytest.raises(ProtocolError, match=re.escape(case["error"])):
            read(raw, *arguments)
        return
    assert written(read(raw, *arguments)) == case["expect"]
    if case["reader"] == "decode_frame":
        assert written(read(raw.decode(), *arguments)) == case["expect"], "text and bytes are read alike"


def test_every_json_example_of_the_api_document_is_here() -> None:
    examples = re.findall(r"^```json\n(.*?)^```", needed(API_DOCUMENT).read_text(), re.MULTILINE | re.DOTALL)
    assert len(examples) >= 3
    here = [msgspec.json.decode(wire_of(path).read_bytes()) for path in EXPECTATIONS if wire_of(path).suffix == ".json"]
    for example in examples:
        assert msgspec.json.decode(example) in here, f"no golden frame for this example of the document:\n{example}"
