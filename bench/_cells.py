"""What a difference of cells costs: the fewest bytes that turn one picture of a terminal into the next, and those of a plain way by rows.

Counted from two pictures, of characters, colours and attributes, and from nothing that the driver under test does. Cells that differ are
joined to pieces of one pen in one row; up to four cells between two of them that look as this pen draws them are written again, because
a move costs as much. Counted are the UTF-8 bytes of the pieces, the moves, and the changes of the pen:

- a move is the shortest of CUP (absolute, ones left out), CHA, VPA, CUF, CUB, CUU, CUD, backspaces, CR and CR LF;
- a pen is changed by the codes that differ or by a reset and all codes, whichever is shorter; spaces need only the background;
- cursor and pen stay where the frame before has left them; after the last column nobody knows where the cursor is.

`fewest` tries every order of the pieces (Held-Karp) and takes the best one for this frame; `in_rows` goes from the top left to the bottom
right.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tests.terminal_driver.judge import Seen

Picture = Sequence[Sequence[Seen]]
_BRIDGE = 4
_MOST_PIECES = 12
_ON = ("1", "3", "4", "9", "7", "5")
"""In the order of `Seen.attributes`."""
_OFF = ("22", "23", "24", "29", "27", "25")
_SEEN_ON_BLANKS = (False, False, True, True, True, False)
_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")


class Pen(NamedTuple):
    foreground: str
    background: str
    attributes: tuple[bool, ...]


class Piece(NamedTuple):
    row: int
    column: int
    end: int
    size: int
    """Bytes of the text."""
    pen: Pen | None
    """None for spaces, which any pen of this background draws."""
    background: str


class At(NamedTuple):
    """Where cursor and pen are; None where nobody knows."""

    place: tuple[int, int] | None = None
    pen: Pen | None = None


def pieces(before: Picture, after: Picture) -> list[Piece]:
    """From the top left to the bottom right."""
    found: list[Piece] = []
    for row, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        last: Piece | None = None
        for column, seen in enumerate(new):
            # The right half of a wide character comes with the left one.
            if seen == old[column] or not seen.text:
                continue
            joined = None if last is None else _joined(last, new, column)
            if joined is None:
                last = Piece(row, column, column, 0, None, seen.background)
                joined = _joined(last, new, column)
                assert joined is not None
                found.append(joined)
            else:
                found[-1] = joined
            last = joined
    return found


def _joined(piece: Piece, line: Sequence[Seen], column: int) -> Piece | None:
    """The piece with everything up to this column written behind it, if one pen does it and it costs no more than a move."""
    if column - piece.end > _BRIDGE:
        return None
    end, size, pen = piece.end, piece.size, piece.pen
    while end <= column:
        seen = line[end]
        if end < column and not seen.text.isascii():
            return None
        own = Pen(seen.foreground, seen.background, seen.attributes) if _is_drawn(seen) else None
        if own is None:
            if not _draws_blank(pen, piece, seen.background):
                return None
        elif pen is None:
            if piece.size and not _draws_blank(own, piece, piece.background):
                return None
            pen = own
        elif own != pen:
            return None
        size += len(seen.text.encode())
        end += 2 if end + 1 < len(line) and not line[end + 1].text else 1
    return piece._replace(end=end, size=size, pen=pen)


def _is_drawn(seen: Seen) -> bool:
    return seen.text != " " or any(seen.attributes)


def _draws_blank(pen: Pen | None, piece: Piece, background: str) -> bool:
    if pen is None:
        return piece.background == background
    shows = any(on and visible for on, visible in zip(pen.attributes, _SEEN_ON_BLANKS, strict=True))
    return pen.background == background and not shows


def in_rows(before: Picture, after: Picture, at: At) -> tuple[int, At]:
    """Bytes in the order of the rows, and where that leaves cursor and pen."""
    width, cost = len(after[0]), 0
    for piece in pieces(before, after):
        more, at = _written(piece, at, width)
        cost += more
    return cost, at


def fewest(before: Picture, after: Picture, at: At) -> tuple[int, At]:
    """Bytes in the best order, and where that leaves cursor and pen. Raises ValueError for more than twelve pieces."""
    todo, width = pieces(before, after), len(after[0])
    if len(todo) > _MOST_PIECES:
        raise ValueError(f"{len(todo)} pieces are too many to try every order")
    # For each set of pieces that are written, the least it costs to be in each place with each pen.
    reached: list[dict[At, int]] = [{} for _ in range(1 << len(todo))]
    reached[0][at] = 0
    for done, states in enumerate(reached):
        for state, cost in states.items():
            for number, piece in enumerate(todo):
                if not done >> number & 1:
                    more, then = _written(piece, state, width)
                    ahead = reached[done | 1 << number]
                    ahead[then] = min(ahead.get(then, cost + more), cost + more)
    best = min(reached[-1], key=reached[-1].__getitem__)
    return reached[-1][best], best


def _written(piece: Piece, at: At, width: int) -> tuple[int, At]:
    pen = piece.pen
    if pen is None:
        pen = at.pen if at.pen is not None and _draws_blank(at.pen, piece, piece.background) else None
        pen = pen or Pen("default", piece.background, (False,) * len(_ON))
    place = (piece.row, piece.end) if piece.end < width else None
    cost = _move(at.place, piece.row, piece.column) + _change(at.pen, pen) + piece.size
    return cost, At(place, pen)


@lru_cache(maxsize=1 << 16)
def _move(place: tuple[int, int] | None, row: int, column: int) -> int:
    if place == (row, column):
        return 0
    # The last number, and then the first one, may be left out where it is 1.
    numbers = f"{row + 1};{column + 1}" if column else f"{row + 1}" if row else ""
    ways = [f"\x1b[{numbers}H"]
    if place is not None:
        by_rows, by_columns = row - place[0], column - place[1]
        if not by_rows:
            ways += [f"\x1b[{column + 1}G", f"\x1b[{_count(by_columns)}C", *(["\r"] if not column else [])]
            if by_columns < 0:
                ways += ["\b" * -by_columns]
        elif not by_columns:
            ways += [f"\x1b[{_count(by_rows)}B", f"\x1b[{row + 1}d"]
        elif by_rows == 1 and not column:
            ways.append("\r\n")
    return min(map(len, ways))


def _count(number: int) -> str:
    return "" if abs(number) == 1 else str(abs(number))


@lru_cache(maxsize=1 << 16)
def _change(before: Pen | None, after: Pen) -> int:
    if before == after:
        return 0
    on = [code for code, is_on in zip(_ON, after.attributes, strict=True) if is_on]
    colours = [_colour(after.foreground, 30), _colour(after.background, 40)]
    # A sequence that begins with nothing begins with a reset.
    anew = ["", *on, *(colour for colour in colours if colour not in ("39", "49"))]
    ways = [";".join(anew) if len(anew) > 1 else ""]
    if before is not None:
        switched = [
            _ON[number] if is_on else _OFF[number]
            for number, (was_on, is_on) in enumerate(zip(before.attributes, after.attributes, strict=True))
            if was_on != is_on
        ]
        if before.foreground != after.foreground:
            switched.append(colours[0])
        if before.background != after.background:
            switched.append(colours[1])
        ways.append(";".join(switched))
    return min(len(f"\x1b[{codes}m") for codes in ways)


def _colour(name: str, first: int) -> str:
    """As SGR has it; 30 for the foreground, 40 for the background."""
    if name == "default":
        return str(first + 9)
    bright = name.removeprefix("bright")
    if bright in _NAMES:
        return str(first + _NAMES.index(bright) + (60 if bright != name else 0))
    red, green, blue = bytes.fromhex(name)
    return f"{first + 8};2;{red};{green};{blue}"
