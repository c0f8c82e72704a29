"""The status bar tells whose money it is and whether the screen is true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from captui.render.lines import Line, plain, width_of
from captui.render.status_bar import MODE_STYLES, draw_mode, draw_status_bar
from captui.session.views import Access, BookView, ConnectionView, Phase
from tests import samples


def bar(
    connection: ConnectionView | None = None, *, book: BookView | None = None, width: int = 120, locked: bool = False
) -> Line:
    return draw_status_bar(
        connection or samples.connection(),
        book or samples.book(),
        now_ms=samples.NOW_MS,
        locked=locked,
        bytes_out_per_second=640,
        width=width,
    )


def test_when_all_is_well() -> None:
    text = " ".join(plain(bar()).split())
    assert text == "DEMO book 0.1 s 38 ms trading armed ↓ 2.1 kB/s ↑ 640 B/s 127.0.0.1:8080"


@pytest.mark.parametrize(("mode", "style"), MODE_STYLES.items())
def test_the_mode_comes_first_on_its_own_colour_at_every_width(mode: str, style: str) -> None:
    assert draw_mode(mode) == ((f" {mode} ", style),)
    for width in range(14, 200):
        line = bar(samples.connection(mode=mode), width=width)
        assert line[1] == (f" {mode} ", style)
        assert width_of(line) == width


def test_a_lost_connection_counts_down() -> None:
    line = bar(samples.connection(Phase.RECONNECTING))
    assert "reconnecting in 5 s, try 3" in plain(line)
    assert any("reconnecting" in text and name == "error" for text, name in line)
    assert "ms" not in plain(line)


def test_the_countdown_ends_in_now() -> None:
    late = replace(samples.connection(Phase.RECONNECTING), next_attempt_ms=samples.NOW_MS - 4000)
    assert "reconnecting now" in plain(bar(late))


def test_trouble_is_still_told_at_40_columns() -> None:
    text = plain(bar(samples.connection(Phase.RECONNECTING), width=64))
    assert "reconnecting" in text
    assert "no trading now" in text


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.CONNECTING, "connecting"),
        (Phase.RECONCILING, "fetching orders and balances"),
        (Phase.REFUSED, "key refused"),
        (Phase.STOPPED, "stopped"),
    ],
)
def test_every_phase_has_its_words(phase: Phase, words: str) -> None:
    assert words in plain(bar(samples.connection(phase)))


def test_a_stale_book_warns() -> None:
    line = bar(book=samples.views("stale").book)
    assert any("book not live" in text and name == "warning" for text, name in line)


def test_no_book_yet() -> None:
    assert "no book yet" in plain(bar(book=BookView()))


def test_the_lock_and_the_key_that_opens_it() -> None:
    text = plain(bar(locked=True))
    assert "trading locked a arms it" in text
    assert "armed" not in text.replace("arms", "")


@pytest.mark.parametrize(
    ("access", "words"), [(Access.NO_CREDENTIALS, "no API key"), (Access.READ_ONLY, "orders are refused")]
)
def test_who_may_not_trade_is_never_told_that_it_is_armed(access: Access, words: str) -> None:
    text = plain(bar(samples.connection(access=access)))
    assert words in text
    assert "armed" not in text


def test_a_clock_that_matters_is_shown() -> None:
    assert "clock" not in plain(bar())
    assert "clock −1 200 ms" in plain(bar(replace(samples.connection(), clock_offset_ms=-1200)))


def test_a_slow_round_trip_warns() -> None:
    line = bar(replace(samples.connection(), round_trip_ms=1840.0))
    assert any("1840 ms" in text and name == "warning" for text, name in line)
