"""Pictures of the command line: the right size, without colour where there is no terminal."""

from __future__ import annotations

import io
from datetime import UTC
from decimal import Decimal

import pytest

from captui.core.types import Candle, Level
from captui.render import plots

SIZE = (70, 16)
CANDLES = [
    Candle(
        1_700_000_000_000 + n * 900_000,
        Decimal(100 + n),
        Decimal(103 + n),
        Decimal(98 + n),
        Decimal(101 + n),
        Decimal(1),
    )
    for n in range(50)
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def pictures() -> list[plots.Picture]:
    asks = [Level(Decimal(101 + n), Decimal(1)) for n in range(9)]
    bids = [Level(Decimal(100 - n), Decimal(1)) for n in range(9)]
    return [
        plots.candles(CANDLES, title="BTCZAR", zone=UTC, size=SIZE),
        plots.depth(asks, bids, title="BTCZAR", size=SIZE),
        plots.depth(asks, (), title="BTCZAR", size=SIZE),
        plots.shares([("BTC", Decimal(10)), ("ZAR", Decimal(5))], title="BTCZAR", size=SIZE),
    ]


@pytest.mark.parametrize("number", range(4))
def test_each_fits_and_has_a_title(number: int) -> None:
    lines = pictures()[number].plain.splitlines()
    assert len(lines) == SIZE[1]
    assert max(map(len, lines)) <= SIZE[0]
    assert lines[0].strip().startswith("BTCZAR")


def test_the_newest_candles_are_shown_with_their_time() -> None:
    whole = plots.candles(CANDLES[:20], title="x", zone=UTC, size=SIZE).plain
    part = plots.candles(CANDLES, title="x", zone=UTC, size=SIZE).plain
    assert "14 Nov 22:13" in whole
    assert "14 Nov 22:13" not in part
    assert "15 Nov 08:" in part


def test_prices_are_written_out_and_told_apart() -> None:
    bids = [Level(Decimal("840000") - 500 * n, Decimal(1)) for n in range(9)]
    picture = plots.depth([Level(Decimal("840500"), Decimal(1))], bids, title="BTCZAR", size=SIZE).plain
    labels = picture.splitlines()[-1]
    assert "836 000" in labels
    assert "840 500" in labels
    assert "e5" not in picture
    near = [Level(Decimal("11.10"), Decimal(1)), Level(Decimal("11.30"), Decimal(1))]
    assert plots.depth(near, (), title="XRPZAR", size=SIZE).plain.splitlines()[-1].split() == [
        "11.100",
        "11.150",
        "11.200",
        "11.250",
        "11.300",
    ]


def test_one_price_alone_is_drawn_too() -> None:
    assert plots.depth([Level(Decimal(5), Decimal(1))], (), title="x", size=SIZE).plain


def test_nothing_stands_before_the_bids() -> None:
    bids = [Level(Decimal(100 - n), Decimal(1)) for n in range(9)]
    picture = plots.depth((), bids, title="BTCZAR", size=SIZE).plain
    assert picture.count("┌") == 1, "a frame, and no box of a legend in it"


def test_colour_only_on_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    picture = pictures()[0]
    terminal, file = Terminal(), io.StringIO()
    plots.show(picture, terminal)
    plots.show(picture, file)
    assert "\x1b[" in terminal.getvalue()
    assert "\x1b" not in file.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    plots.show(picture, plain)
    assert "\x1b" not in plain.getvalue()


def test_titles_and_names_of_the_exchange_steer_no_terminal() -> None:
    picture = plots.shares([("B\x1b[2JTC", Decimal(1))], title="\x1b]0;x\x07", size=SIZE)
    assert "\x1b" not in picture.plain
    assert "\x1b[2J" not in picture.coloured


def test_a_curve_is_rows_of_text_with_its_labels_and_nothing_of_the_figure_before() -> None:
    plots.candles(CANDLES, title="BTCZAR", zone=UTC, size=SIZE)
    rows = plots.curve(
        [(0.0, 1.0), (10.0, 4.0), (20.0, 2.0)],
        x_labels=[(10.0, "noon")],
        y_labels=[(2.0, "two"), (4.0, "four")],
        size=(40, 8),
    )
    assert len(rows) == 8
    assert max(map(len, rows)) <= 40
    text = "\n".join(rows)
    assert "BTCZAR" not in text
    assert "\x1b" not in text
    assert [row.split("┤")[0].strip() for row in rows if "┤" in row] == ["four", "two"]
    assert rows[-1].strip() == "noon"
