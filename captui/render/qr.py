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
    try:
        rows = [[bool(dot) for dot in row] for row in segno.make_qr(text, error="m").matrix_iter(border=_BORDER)]
    except segno.DataOverflowError as error:
        raise ValueError("the text is too long for a QR code") from error
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    drawn: list[str] = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        # Without colours what is printed is light: the dots of a code are what is dark.
        pairs = (
            zip(upper, lower, strict=True) if coloured else ((not u, not b) for u, b in zip(upper, lower, strict=True))
        )
        line = "".join(_BLOCKS[pair] for pair in pairs)
        drawn.append(f"{_DARK_ON_LIGHT}{line}{_RESET}" if coloured else line)
    return drawn
