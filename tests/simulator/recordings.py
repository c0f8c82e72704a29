"""Small recordings for tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Level = tuple[str, str]


def snapshot(asks: Sequence[Level], bids: Sequence[Level], market: str = "btczar") -> dict[str, Any]:
    return {"t": 0, "frame": {f"{market}.ob-snap": {"asks": asks, "bids": bids, "sequence": 1}}}


def increment(
    at_ms: int, sequence: int, asks: Sequence[Level] = (), bids: Sequence[Level] = (), market: str = "btczar"
) -> dict[str, Any]:
    return {"t": at_ms, "frame": {f"{market}.ob-inc": {"asks": asks, "bids": bids, "sequence": sequence}}}


def trade(at_ms: int, side: str, price: str, amount: str, tid: int = 1) -> dict[str, Any]:
    content = {"tid": tid, "taker_type": side, "price": price, "amount": amount, "created_at": 1723161255}
    return {"t": at_ms, "frame": {"btczar.trades": {"trades": [content]}}}


def write(folder: Path, *lines: dict[str, Any], name: str = "recording.jsonl") -> Path:
    path = folder / name
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


BOOK = snapshot([("850000", "1.50000000"), ("850100", "2")], [("849900", "1"), ("849800.5", "3.25")])
