"""The shadow of the screen and the bytes that are made of it: little ones, and the right ones."""

from __future__ import annotations

import pytest

from captui.terminal import cells, pens
from captui.terminal.cells import Cell, cells_of, looks_like_a_frame, pieces
from captui.terminal.encoding import Encoder
from captui.terminal.pens import NotUnderstoodError, Pen
from captui.terminal.shadow import Shadow


def sent(shadow: Shadow, encoder: Encoder, frame: str) -> str:
    shadow.absorb(frame)
    return encoder.encode(shadow.take(), shadow.width)


def drawn(
    text: str = "\x1b[1;1H0123456789\n\x1b[2;1Habcdefghij\n\x1b[3;1HABCDEFGHIJ\x1b[1;1H",
) -> tuple[Shadow, Encoder]:
    shadow, encoder = Shadow(10, 3), Encoder()
    sent(shadow, encoder, text)
    return shadow, encoder


def test_what_is_there_already_is_not_sent_again() -> None:
    shadow, encoder = drawn()
    assert sent(shadow, encoder, "\x1b[2;1Habcdefghij\x1b[1;1H") == ""
    assert sent(shadow, encoder, "\x1b[2;4Hdef\x1b[1;1H") == ""
    assert not shadow.differs


@pytest.mark.parametrize(
    ("frame", "bytes_"),
    [
        ("\x1b[2;1Habcdefghix", "\x1b[2;10Hx"),
        ("\x1b[1;1Hx123456789", "\x1b[Hx"),
        ("\x1b[2;1Hx", "\x1b[2Hx"),
        ("\x1b[1;1Hx12x456789", "\x1b[Hx12x"),
        ("\x1b[1;1Hx1234567x9", "\x1b[Hx\x1b[7Cx"),
        ("\x1b[1;1Hx\x1b[2;1Hy", "\x1b[Hx\r\ny"),
        ("\x1b[1;3Hx\x1b[2;4Hy", "\x1b[1;3Hx\x1b[By"),
        ("\x1b[1;3Hx\x1b[3;4Hy", "\x1b[1;3Hx\x1b[2By"),
        ("\x1b[1;2H\x1b[31mx\x1b[0m\x1b[1;4Hy\x1b[1;6H\x1b[31mz\x1b[0m", "\x1b[1;4Hy\b\b\b\x1b[31mx\x1b[3Cz"),
        (
            "\x1b[1;3H\x1b[31mx\x1b[0m\x1b[32my\x1b[0m\n\x1b[2;3H\x1b[31mx\x1b[0m\x1b[32my\x1b[0m",
            "\x1b[1;3H\x1b[31mx\x1b[32my\x1b[2;4Hy\b\b\x1b[31mx",
        ),
    ],
)
def test_moves_and_pens_are_the_cheapest(frame: str, bytes_: str) -> None:
    shadow, encoder = drawn()
    assert len(sent(shadow, encoder, frame)) <= len(bytes_)


def test_after_what_is_not_ascii_places_are_told_in_full() -> None:
    shadow, encoder = drawn()
    assert sent(shadow, encoder, "\x1b[1;2H│\x1b[1;8Hx") == "\x1b[1;2H│\x1b[8Gx"
    assert encoder.position == (0, 8)
    assert sent(shadow, encoder, "\x1b[1;3H│\x1b[2;4Hx") == "\x1b[3G│\x1b[2;4Hx"


def test_after_the_last_column_nobody_knows_where_the_cursor_is() -> None:
    shadow, encoder = drawn()
    sent(shadow, encoder, "\x1b[1;10Hx")
    assert encoder.position == (0, None)
    assert sent(shadow, encoder, "\x1b[1;9Hy") == "\x1b[9Gy"


def test_a_blank_is_written_with_any_pen_that_shows_it_right() -> None:
    shadow, encoder = drawn()
    out = sent(shadow, encoder, "\x1b[1;1H\x1b[31mab\x1b[0m \x1b[32m \x1b[0m\x1b[31mcd\x1b[0m")
    assert out == "\x1b[H\x1b[31mab  cd"


def test_a_wide_character_is_written_whole_and_its_rest_is_a_blank() -> None:
    shadow, encoder = drawn()
    assert sent(shadow, encoder, "\x1b[1;3H漢") == "\x1b[1;3H漢"
    assert sent(shadow, encoder, "\x1b[1;4Hx") == "\x1b[3G x"
    sent(shadow, encoder, "\x1b[1;3H漢")
    assert sent(shadow, encoder, "\x1b[1;3Hy").startswith("\x1b[3Gy ")


def test_combining_characters_stay_with_what_they_combine_with() -> None:
    assert [cell.text for cell in cells_of("e\u0301x")] == ["e\u0301", "x"]
    assert [cell.text for cell in cells_of("👩\u200d🚀x")] == ["👩\u200d🚀", "", "x"]
    shadow, encoder = drawn()
    assert sent(shadow, encoder, "\x1b[1;1He\u0301xy") == "\x1b[He\u0301\x1b[2Gxy"


def test_after_a_resize_everything_is_sent_again() -> None:
    shadow, encoder = drawn()
    shadow.lose()
    encoder.lose()
    out = encoder.encode(shadow.take(), 10)
    assert all(text in out for text in ("0123456789", "abcdefghij", "ABCDEFGHIJ"))
    assert encoder.encode(shadow.take(), 10) == ""


def test_what_nobody_knows_is_left_alone() -> None:
    shadow, encoder = drawn()
    shadow.forget()
    assert not shadow.differs
    assert sent(shadow, encoder, "\x1b[2;3Hxy\x1b[1;1H") == "\x1b[2;3Hxy"
    shadow.lose()
    assert [run.text for run in shadow.take()] == ["xy"]


@pytest.mark.parametrize(
    "frame",
    [
        "\x1b[1;1Hab\x1b[2Kcd",
        "\x1b[1;1Hab\tcd",
        "\x1b[1;1Hab\ncd",
        "\x1b[1;1Hab\x07",
        "\x1b[1;1H\x1b[31mab",
        "\x1b[0;1Hab",
        "\x1b[1;1Hab\x1b]0;title\x07",
        "\x1b[1;1H\u0301ab",
        "\x1b[1;1Hab\x9b2J",
    ],
)
def test_what_is_not_understood_is_refused(frame: str) -> None:
    with pytest.raises(NotUnderstoodError):
        Shadow(10, 3).absorb(frame)


def test_what_is_outside_the_screen_is_nobody_s() -> None:
    shadow, encoder = drawn()
    assert sent(shadow, encoder, "\x1b[1;9H89too much\x1b[4;1Hbelow\x1b[1;1H") == ""


def test_the_last_place_is_the_cursor_s() -> None:
    shadow, _ = drawn("\x1b[1;1Hab\x1b[2;4H")
    assert shadow.cursor == (1, 3)
    assert [piece.body for piece in pieces("\x1b[1;1Hab\n\x1b[2;1Hcd\x1b[1;1H")] == ["ab", "cd", ""]
    assert looks_like_a_frame("\x1b[1;1H")
    assert not looks_like_a_frame("\x1b[?25l")


def test_links_are_kept() -> None:
    (cell,) = cells_of("\x1b]8;id=1;https://example.com\x1b\\\x1b[4mx\x1b[0m\x1b]8;;\x1b\\")
    assert cell == Cell("x", Pen(("4",), link="id=1;https://example.com"))
    shadow, encoder = drawn()
    out = sent(shadow, encoder, "\x1b[1;1H\x1b]8;id=1;https://example.com\x1b\\x\x1b]8;;\x1b\\")
    assert out == "\x1b[H\x1b]8;id=1;https://example.com\x1b\\x"
    assert sent(shadow, encoder, "\x1b[1;2Hy") == "\x1b]8;;\x1b\\y"


def test_every_cache_is_bounded() -> None:
    for cached in (cells_of, cells._alphabet, pens.after, pens.change, pens.of_blank, pens.draws_blank):
        assert 0 < (cached.cache_info().maxsize or 0) <= 4096
    shadow, encoder = Shadow(10, 3), Encoder()
    for number in range(3000):
        red, blue = number % 250, number // 250
        sent(shadow, encoder, f"\x1b[1;1H\x1b[38;2;{red};0;{blue}m{number:>10}\x1b[0m")
    assert sum(len(bodies) for bodies in shadow._bodies) <= 30
    assert cells._alphabet.cache_info().currsize <= 256
    alphabet = cells._alphabet(Pen())
    for number in range(500):
        alphabet[chr(0x4E00 + number)]
    assert len(alphabet) <= 128
