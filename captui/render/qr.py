"""QR codes of half blocks, two rows of dots in each line of text. The only module that knows segno."""

from __future__ import annotations

import segno

_BORDER = 2
_DARK_ON_LIGHT, _RESET = "\x1b[38;5;16;48;5;231m", "\x1b[0m"
_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def lines(text: str, *, coloured: bool) -> list[str]:
    """The code as lines. `coloured` sets black on white, which every scanner reads; without, it takes a dark terminal to look so.

    Raises ValueError for a text that no code can hold.
    """
    rows = _dots(text, error="m", border=_BORDER)
    if coloured:
        return [f"{_DARK_ON_LIGHT}{line}{_RESET}" for line in _drawn(rows)]
    # Without colours what is printed is light: the dots of a code are what is dark.
    return _drawn([[not dot for dot in row] for row in rows], filler=True)


def blocks(text: str) -> list[str]:
    """The code in as few lines as can be read, to be drawn black on white: what is printed is dark.

    Raises ValueError for a text that no code can hold.
    """
    return _drawn(_dots(text, error="l", border=_BORDER))


def _dots(text: str, *, error: str, border: int) -> list[list[bool]]:
    try:
        code = segno.make_qr(text, error=error)
    except segno.DataOverflowError as overflow:
        raise ValueError("the text is too long for a QR code") from overflow
    return [[bool(dot) for dot in row] for row in code.matrix_iter(border=border)]


def _drawn(rows: list[list[bool]], *, filler: bool = False) -> list[str]:
    """`filler` is what the half line below an odd number of rows is made of."""
    even = [*rows, [filler] * len(rows[0])] if len(rows) % 2 else rows
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(even[::2], even[1::2], strict=True)
    ]
