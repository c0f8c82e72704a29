"""Textual's compositor, sparing: for a partial update each widget is asked only for lines that have changed and can be seen.

Textual's own asks every widget in the rectangle around all changes for all of its lines, and throws most of them away: with a change at
the top and one at the bottom that is the whole screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

_Chops = dict[int, dict[int, Strip | None]]
"""By row, then by the column at which a piece of it starts: the piece, None while nobody has drawn it."""


class PartialUpdate(ChopsUpdate):
    """An update whose strips can be had as they are, besides as escape sequences."""

    def pieces(self) -> Iterator[tuple[int, int, Strip]]:
        """Row and column from 0, and what belongs there."""
        for y in dict.fromkeys(y for y, _, _ in self.spans):
            for x, strip in self.chops[y].items():
                if strip is not None:
                    yield y, x, strip


class SparingCompositor(Compositor):
    """To be used in place of the compositor of a screen that draws often. What is drawn is the same."""

    def render_partial_update(self) -> PartialUpdate | None:
        screen = self.size.region
        regions = [region for each in self._dirty_regions if (region := each.intersection(screen))]
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        chops, ends = _empty(spans, self.cuts)
        missing = {y: len(pieces) for y, pieces in chops.items()}
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            rows = [y for y in missing if seen.y <= y < seen.bottom and _has_gap(chops[y], ends[y], seen)]
            if not rows:
                continue
            first, last = min(rows), max(rows)
            strips = widget.render_lines(Region(seen.x - region.x, first - region.y, seen.width, last + 1 - first))
            for y in rows:
                strip, pieces = strips[y - first], chops[y]
                for x, end in zip(pieces, ends[y], strict=True):
                    # In front is who comes first.
                    if pieces[x] is None and seen.x <= x and end <= seen.right:
                        pieces[x] = strip.crop(x - seen.x, end - seen.x)
                        missing[y] -= 1
                if not missing[y]:
                    del missing[y]
            if not missing:
                break
        # It only looks up the rows of the spans.
        return PartialUpdate(cast("list[dict[int, Strip | None]]", chops), spans, cast("list[list[int]]", ends))


def _empty(spans: Iterable[tuple[int, int, int]], cuts: Sequence[Sequence[int]]) -> tuple[_Chops, dict[int, list[int]]]:
    """The pieces that have to be drawn, and where each of them ends."""
    chops: _Chops = {}
    ends: dict[int, list[int]] = {}
    for y, start, stop in spans:
        pieces = chops.setdefault(y, {})
        for x, end in zip(cuts[y], cuts[y][1:], strict=False):
            # Two spans of a row may share a piece; they come in order.
            if x < stop and end > start and x not in pieces:
                pieces[x] = None
                ends.setdefault(y, []).append(end)
    return chops, ends


def _has_gap(pieces: dict[int, Strip | None], ends: list[int], seen: Region) -> bool:
    """Whether something in these columns has not been drawn."""
    return any(
        strip is None and seen.x <= x and end <= seen.right
        for (x, strip), end in zip(pieces.items(), ends, strict=True)
    )
