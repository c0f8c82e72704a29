"""The table of what goes wrong with the stream: one row per fault, one column per kind of frame.

In the end everything is as the exchange has it, and live; what is told on the way stands in the cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

BOOK, SNAPSHOT = "btczar.ob-inc", "btczar.ob-snap"
OWN = ("order", "trade", "balance")
PUBLIC = ("btczar.trades", "global.tickers", "btczar.kline-*")
FROZEN = "freeze"
"""Until somebody releases it."""


@dataclass(frozen=True)
class Row:
    column: str
    name: str
    entries: tuple[dict[str, Any], ...]
    told: str = ""
    """What the user is told, where it is something to be told."""


def _row(column: str, name: str, on: str | Iterable[str], do: str, told: str = "", **entry: Any) -> Row:
    frames = (on,) if isinstance(on, str) else tuple(on)
    return Row(column, name, tuple({"on": frame, "do": do, **entry} for frame in frames), told)


_UNREADABLE = "could not be read"
_LOST = "The connection was lost"
_TOO_LARGE = 17_000_000

ROWS = (
    *(_row(on, "drop", on, "drop", _LOST) for on in (BOOK, *OWN)),
    *(_row(on, FROZEN, on, "freeze", _LOST) for on in (BOOK, *OWN)),
    _row(BOOK, "lost", BOOK, "lose", "missing from the book"),
    _row(BOOK, "several lost", BOOK, "lose", "missing from the book", times=3),
    _row(BOOK, "twice", BOOK, "duplicate"),
    _row(BOOK, "exchanged", BOOK, "reorder", "missing from the book"),
    *(_row(BOOK, do, BOOK, do, _UNREADABLE) for do in ("malformed", "wrong types", "nan")),
    _row(BOOK, "exponents", BOOK, "exponents"),
    _row(BOOK, "huge", BOOK, "huge", _LOST, size=_TOO_LARGE),
    *(_row(on, "lost", on, "lose") for on in OWN),
    *(_row(on, "several lost", on, "lose", times=20) for on in OWN),
    _row("all of the user's own", "several lost", OWN, "lose", times=20),
    *(_row(on, "twice", on, "duplicate", times=9) for on in OWN),
    *(_row(on, "exchanged", on, "reorder", times=3) for on in OWN),
    *(_row(on, do, on, do, times=9) for on in OWN for do in ("malformed", "wrong types", "nan", "exponents")),
    *(_row(on, "huge", on, "huge", _LOST, size=_TOO_LARGE) for on in OWN),
    *(
        _row("trades, tickers, candles", name, PUBLIC, do, times=3)
        for name, do in (
            ("lost", "lose"),
            ("twice", "duplicate"),
            ("exchanged", "reorder"),
            ("malformed", "malformed"),
            ("wrong types", "wrong types"),
            ("nan", "nan"),
            ("exponents", "exponents"),
        )
    ),
    _row("trades, tickers, candles", "huge", PUBLIC[0], "huge", _LOST, size=_TOO_LARGE),
    _row("pong", "several lost", "pong", "lose", times=5),
    _row("pong", "malformed", "pong", "malformed", times=5),
    _row("success", "malformed", "success", "malformed"),
    _row("success", "wrong types", "success", "wrong types"),
)
SNAPSHOT_ROWS = (
    _row(SNAPSHOT, "crossed", SNAPSHOT, "crossed", "reach into its asks"),
    _row(SNAPSHOT, "always crossed", SNAPSHOT, "crossed", "could not be fetched again on this connection", times=5),
    _row(SNAPSHOT, "lost", SNAPSHOT, "lose"),
    *(_row(SNAPSHOT, do, SNAPSHOT, do, times=2) for do in ("malformed", "wrong types", "nan")),
    _row(SNAPSHOT, "exponents", SNAPSHOT, "exponents"),
    _row(SNAPSHOT, "twice", SNAPSHOT, "duplicate"),
    _row(SNAPSHOT, "exchanged", SNAPSHOT, "reorder"),
    _row(SNAPSHOT, "huge", SNAPSHOT, "huge", _LOST, size=_TOO_LARGE),
    _row(SNAPSHOT, "freeze for a while", SNAPSHOT, "freeze", ms=2_500),
    _row(SNAPSHOT, "drop", SNAPSHOT, "drop", _LOST),
)
CONNECT_ROWS = (
    _row("connecting", "reset", "connect", "reset before", times=2),
    _row("connecting", "hang", "connect", "hang before", ms=300, times=2),
    _row("connecting", "late answer", "connect", "delay", ms=200),
    *(_row("connecting", str(status), "connect", "status", status=status, times=2) for status in (429, 500, 503)),
    _row("connecting", "502 as HTML", "connect", "status", status=502, html=True, times=2),
    _row("connecting", "429 with Retry-After", "connect", "status", status=429, retry_after=1),
    _row("connecting", "503 with Retry-After", "connect", "status", status=503, retry_after=1),
    _row("connecting", "clock jumps ahead", "connect", "clock", ms=60_000),
    _row("connecting", "clock jumps back", "connect", "clock", ms=-60_000),
    _row("connecting", "skewed clock", "connect", "clock", ms=3_000),
)


def markdown() -> str:
    """The table as it stands in the README of this folder."""
    cells: dict[tuple[str, str], str] = {}
    for row in (*ROWS, *SNAPSHOT_ROWS, *CONNECT_ROWS):
        assert (row.name, row.column) not in cells, f"{row.name} of {row.column} stands there twice"
        cells[row.name, row.column] = row.told or "mended"
    columns, names = (dict.fromkeys(key[which] for key in cells) for which in (1, 0))
    lines = [f"| frame or step | {' | '.join(columns)} |", "| --- " * (len(columns) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(cells.get((name, column), '') for column in columns)} |" for name in names]
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown())
