"""The table of what goes wrong with requests: one row per fault, one column per operation.

`CARRIED_OUT`: it was done and said so. `FOUND`: it was done, the answer was lost, and the look-up found it. `NOTHING`: it was not done, no
answer said so, and the look-up found that out. `SEEN`: no answer came, but the stream told of it
before that was noticed. `REFUSED`: it was not done, in the exchange's own words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class End(StrEnum):
    CARRIED_OUT = "carried out"
    FOUND = "found"
    SEEN = "seen"
    NOTHING = "nothing"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    name: str
    entry: dict[str, Any]
    end: End
    told: str = ""
    """What a person is told of a create that ends so, beside what each end says."""
    others: dict[str, End] = field(default_factory=dict)
    """Operations for which it ends otherwise."""

    def of(self, operation: str) -> End:
        return self.others.get(operation, self.end)

    @property
    def needs_the_user(self) -> bool:
        """The exchange refuses the key until the user says that it is good again."""
        return bool(self.entry["do"] == "revoke key")


def _row(name: str, do: str, end: End, told: str = "", others: dict[str, End] | None = None, **entry: Any) -> Row:
    return Row(name, {"do": do, **entry}, end, told, others or {})


_ELSEWHERE = {"cancel": End.CARRIED_OUT, "cancel all": End.CARRIED_OUT, "withdraw": End.CARRIED_OUT}

ROWS = (
    _row("reset before it is processed", "reset before", End.NOTHING, "lost"),
    _row("reset after it is processed", "reset after", End.FOUND, "lost"),
    _row("hang before it is processed", "hang before", End.NOTHING, "did not answer within"),
    _row("hang after it is processed", "hang after", End.SEEN),
    _row("hang, then reset", "hang after", End.FOUND, "lost", ms=10),
    _row("late answer", "delay", End.CARRIED_OUT, ms=100),
    _row("answer in small parts", "slow body", End.CARRIED_OUT, ms=10),
    _row("answer in parts, too slow", "slow body", End.SEEN, ms=150),
    _row("answer cut off", "truncated body", End.FOUND, "lost"),
    _row("429 with Retry-After", "status", End.REFUSED, status=429, retry_after=1),
    _row("429 without Retry-After", "status", End.REFUSED, status=429),
    _row("500, not processed", "status", End.NOTHING, status=500),
    _row("500, processed", "status", End.FOUND, status=500, processed=True),
    _row("502 as HTML, not processed", "status", End.NOTHING, status=502, html=True),
    _row("504 as HTML, processed", "status", End.FOUND, status=504, html=True, processed=True),
    _row("maintenance", "status", End.NOTHING, "maintenance", status=503),
    _row("maintenance with Retry-After", "status", End.NOTHING, "maintenance", status=503, retry_after=1),
    _row("200 as HTML, not processed", "status", End.NOTHING, "cannot be read", status=200, html=True),
    _row("200 as HTML, processed", "status", End.FOUND, "cannot be read", status=200, html=True, processed=True),
    _row("malformed answer", "malformed", End.FOUND, "cannot be read"),
    _row("huge answer", "huge", End.CARRIED_OUT, size=900_000),
    _row("endless answer", "huge", End.FOUND, "which was not read", size=1_100_000),
    _row("answer of wrong types", "wrong types", End.FOUND, "cannot be read"),
    _row("answer with NaN", "nan", End.FOUND, "cannot be read"),
    _row("answer with exponents", "exponents", End.CARRIED_OUT),
    _row("key revoked", "revoke key", End.REFUSED),
    # Before the jumps: what the exchange takes is reckoned from what is known of its clock.
    _row("clock skewed, within what the exchange takes", "clock", End.CARRIED_OUT, ms=3_000),
    _row("clock jumps ahead", "clock", End.REFUSED, ms=60_000),
    _row("clock jumps back", "clock", End.REFUSED, ms=-60_000),
    _row("market disabled", "disable market", End.REFUSED, others=_ELSEWHERE),
    _row("websockets drop meanwhile", "drop", End.CARRIED_OUT),
    _row("websockets freeze meanwhile", "freeze", End.CARRIED_OUT, ms=200),
)


OPERATIONS = ("create", "cancel", "cancel all", "withdraw", "read")


def markdown() -> str:
    """The table as it stands in the README of this folder."""
    lines = [f"| fault | {' | '.join(OPERATIONS)} |", "| --- " * (len(OPERATIONS) + 1) + "|"]
    for row in ROWS:
        cells = ["live only when true" if operation == "read" else _cell(row, operation) for operation in OPERATIONS]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(row: Row, operation: str) -> str:
    end = row.of(operation)
    # The stream tells of orders alone.
    return End.FOUND.value if end is End.SEEN and operation == "withdraw" else end.value


if __name__ == "__main__":
    print(markdown())
