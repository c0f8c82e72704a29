"""QR codes: the dots that the encoder made, two to a character, light or dark as the terminal needs."""

from __future__ import annotations

import pytest
import segno

from captui.render.qr import lines

TEXT = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
_DOTS = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def dots(drawn: list[str]) -> list[list[bool]]:
    return [[_DOTS[character][half] for character in line] for line in drawn for half in (0, 1)]


def expected() -> list[list[bool]]:
    return [[bool(dot) for dot in row] for row in segno.make_qr(TEXT, error="m").matrix_iter(border=2)]


def test_coloured_is_black_on_white_and_has_the_dots_of_the_code() -> None:
    drawn = lines(TEXT, coloured=True)
    assert all(line.startswith("\x1b[38;5;16;48;5;231m") and line.endswith("\x1b[0m") for line in drawn)
    plain = [line.removeprefix("\x1b[38;5;16;48;5;231m").removesuffix("\x1b[0m") for line in drawn]
    assert dots(plain)[: len(expected())] == expected()


def test_without_colour_what_is_printed_is_what_is_light() -> None:
    drawn = lines(TEXT, coloured=False)
    assert "\x1b" not in "".join(drawn)
    assert [[not dot for dot in row] for row in dots(drawn)][: len(expected())] == expected()
    assert len({len(line) for line in drawn}) == 1


def test_what_no_code_can_hold_is_said() -> None:
    with pytest.raises(ValueError, match="too long"):
        lines("x" * 5000, coloured=False)
