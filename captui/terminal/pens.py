"""What a cell is drawn with, read from the escape sequences that Textual writes, and the shortest way from one pen to the next.

Sequences are those of ECMA-48 8.3.117 (SGR) and, for links, OSC 8. What is not known here is refused, never guessed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

# A theme of captui has some dozens of pens, and each meets a few others: bounded, because a screen of pictures can have a new one per cell.
_KEPT = 2048

_SWITCHED_OFF_BY = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}
_ONLY_RESET_SWITCHES_OFF = frozenset({"6", "21", "51", "52", "53"})
"""Terminals disagree about 21, and know no common code for the others' end."""
_ATTRIBUTES = _SWITCHED_OFF_BY.keys() | _ONLY_RESET_SWITCHES_OFF
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "51", "52", "53"})
"""Underline, reverse, strike-through, frame and overline show where there is no character."""


class NotUnderstoodError(Exception):
    """These bytes do something that is not known here. Never leaves this package."""


class Pen(NamedTuple):
    """Each part as it stands in a sequence; empty means the terminal's default."""

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""
    link: str = ""
    """Parameters and address of OSC 8."""


PLAIN = Pen()


@lru_cache(maxsize=_KEPT)
def after(pen: Pen, codes: str) -> Pen:
    """The pen after `ESC [ codes m`. Raises NotUnderstoodError."""
    attributes, foreground, background = list(pen.attributes), pen.foreground, pen.background
    numbers = codes.split(";")
    at = 0
    while at < len(numbers):
        code = numbers[at]
        at += 1
        if code in ("", "0"):
            attributes, foreground, background = [], "", ""
        elif code in ("38", "48"):
            length = {"5": 2, "2": 4}.get(numbers[at] if at < len(numbers) else "", 0)
            colour = numbers[at : at + length]
            if not length or len(colour) < length or not all(number.isdigit() for number in colour):
                raise NotUnderstoodError(codes)
            at += length
            if code == "38":
                foreground = ";".join((code, *colour))
            else:
                background = ";".join((code, *colour))
        elif code in _ATTRIBUTES:
            if code not in attributes:
                attributes.append(code)
        elif code == "39":
            foreground = ""
        elif code == "49":
            background = ""
        elif code.isdigit() and (30 <= int(code) <= 37 or 90 <= int(code) <= 97):
            foreground = code
        elif code.isdigit() and (40 <= int(code) <= 47 or 100 <= int(code) <= 107):
            background = code
        else:
            raise NotUnderstoodError(codes)
    return Pen(tuple(sorted(attributes)), foreground, background, pen.link)


@lru_cache(maxsize=_KEPT)
def change(before: Pen | None, new: Pen) -> str:
    """The shortest sequences that change one pen into the other; `before` None is one that nobody knows."""
    if before == new:
        return ""
    link = f"\x1b]8;{new.link or ';'}\x1b\\" if before is None or before.link != new.link else ""
    anew = "\x1b[" + ";".join(["", *new.attributes, *filter(None, (new.foreground, new.background))]) + "m"
    if anew == "\x1b[;m":
        anew = "\x1b[m"
    if before is None:
        return link + anew
    if before[:3] == new[:3]:
        return link
    codes = _switched(before.attributes, new.attributes)
    if codes is None:
        return link + anew
    if before.foreground != new.foreground:
        codes.append(new.foreground or "39")
    if before.background != new.background:
        codes.append(new.background or "49")
    return link + min(f"\x1b[{';'.join(codes)}m", anew, key=len)


def _switched(before: tuple[str, ...], new: tuple[str, ...]) -> list[str] | None:
    """Codes that switch attributes off and on; None where only a reset does."""
    gone = set(before) - set(new)
    if gone and _ONLY_RESET_SWITCHES_OFF.intersection(before):
        # Either it goes itself, or what switches off the other might take it along (25 both kinds of blinking, 24 both underlines).
        return None
    off = {_SWITCHED_OFF_BY[code] for code in gone}
    kept = {code for code in before if _SWITCHED_OFF_BY.get(code) not in off}
    return sorted(off) + [code for code in new if code not in kept]


@lru_cache(maxsize=_KEPT)
def of_blank(pen: Pen) -> Pen:
    """What of a pen can be seen where there is no character."""
    if _SEEN_ON_BLANKS.intersection(pen.attributes):
        return pen
    return Pen((), "", pen.background, pen.link)


@lru_cache(maxsize=_KEPT)
def draws_blank(pen: Pen, blank: Pen) -> bool:
    """Whether a space written with `pen` looks as one with `blank` does, which `of_blank` gave."""
    return pen == blank or of_blank(pen) == blank
