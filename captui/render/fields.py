"""One-row bars made of fields that give way: the least important one goes first when the row is too narrow."""

from __future__ import annotations

from collections.abc import Sequence

from captui.core.dataclass import dataclass
from captui.render.lines import Line, Run, cut, joined, padded, width_of


@dataclass(frozen=True, slots=True)
class Field:
    runs: tuple[Run, ...]
    weight: int
    """The lowest is dropped first; fields of weight 0 are never dropped."""
    align_right: bool = False


GAP = 2
"""Cells between two fields."""


def draw_fields(fields: Sequence[Field], width: int) -> Line:
    """Fields from the left, those with `align_right` against the right edge, one cell free at both ends."""
    kept = [field for field in fields if width_of(field.runs)]
    while _needed(kept) > width:
        optional = [field for field in kept if field.weight]
        if not optional:
            break
        kept.remove(min(optional, key=lambda field: field.weight))
    front = _row([field for field in kept if not field.align_right])
    back = _row([field for field in kept if field.align_right])
    gap = width - 2 - width_of(front) - width_of(back)
    line = ((" ", "text"), *front, (" " * max(0, gap), "text"), *back)
    return joined(padded(cut(line, width), width))


def _needed(fields: Sequence[Field]) -> int:
    return 2 + sum(width_of(field.runs) for field in fields) + GAP * max(0, len(fields) - 1)


def _row(fields: Sequence[Field]) -> list[Run]:
    made: list[Run] = []
    for field in fields:
        if made:
            made.append((" " * GAP, "text"))
        made += field.runs
    return made
