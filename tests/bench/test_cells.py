"""The yardstick of bytes: what a change of the picture costs at least, counted by hand here."""

from __future__ import annotations

import random

import pytest

from bench._cells import At, fewest, in_rows, pieces
from tests.terminal_driver.judge import Judge, Seen

RED, GREEN, PLAIN = "\x1b[38;2;200;0;0m", "\x1b[38;2;0;200;0m", "\x1b[m"
Picture = list[list[Seen]]


def picture(drawn: str, *, columns: int = 10, lines: int = 3) -> Picture:
    judge = Judge(columns, lines)
    judge.feed(drawn)
    return judge.picture


@pytest.mark.parametrize(
    ("after", "cheapest"),
    [
        ("", ""),
        ("x", "\x1b[H\x1b[mx"),
        ("\x1b[2;1Hx", "\x1b[2H\x1b[mx"),
        ("x\x1b[4Gy", "\x1b[H\x1b[mx  y"),
        ("x\x1b[9Gy", "\x1b[H\x1b[mx\x1b[7Cy"),
        ("x\r\ny", "\x1b[H\x1b[mx\r\ny"),
        (f"\x1b[2;3H{RED}x", f"\x1b[2;3H\x1b[;{RED[2:]}x"),
        # One pen after the other, but the second one from the bottom up.
        (
            f"\x1b[1;3H{RED}x{GREEN}y\x1b[2;3H{RED}x{GREEN}y",
            f"\x1b[1;3H\x1b[;{RED[2:]}x\x1b[2;3Hx{GREEN}y\x1b[1;4Hy",
        ),
    ],
)
def test_the_fewest_bytes(after: str, cheapest: str) -> None:
    empty, shown = picture(""), picture(after)
    assert picture(cheapest) == shown, "the bytes counted by hand draw it"
    assert fewest(empty, shown, At())[0] == len(cheapest.encode())


def test_cursor_and_pen_stay_where_a_frame_left_them() -> None:
    before, between, after = picture(""), picture(f"{RED}x"), picture(f"{RED}xy")
    _, at = fewest(before, between, At())
    assert fewest(between, after, at)[0] == 1


def test_a_blank_needs_no_pen_of_its_own() -> None:
    before, after = picture(f"{RED}xy"), picture(f"{RED}z ")
    _, at = fewest(picture(""), before, At())
    assert fewest(before, after, at)[0] == len("\rz ")


def test_no_order_of_the_rows_is_cheaper_than_the_fewest() -> None:
    chance = random.Random(3)
    for _ in range(40):
        drawn = "".join(
            f"\x1b[{chance.randint(1, 3)};{chance.randint(1, 10)}H{chance.choice((RED, GREEN, PLAIN))}{chance.choice('xyz ')}"
            for _ in range(chance.randint(1, 7))
        )
        before, after = picture(""), picture(drawn)
        assert fewest(before, after, At())[0] <= in_rows(before, after, At())[0]


def test_too_many_pieces_are_refused() -> None:
    after = picture("".join(f"\x1b[{row};{column}Hx" for row in (1, 2, 3) for column in range(1, 40, 7)), columns=40)
    before = picture("", columns=40)
    assert len(pieces(before, after)) == 18
    with pytest.raises(ValueError, match="18 pieces"):
        fewest(before, after, At())
