"""A person at a terminal goes through all screens of `captui demo` by keys alone, and does something on each of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.control import Control
from tests.terminal.pty import Terminal
from tests.terminal.test_demo import demo

SIZES = pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 36)], ids=["80x24", "120x36"])
HERE = {
    "trade": r"TICKET|BUY +sell",
    "markets": r"24 hours ago|★ Favourites",
    "portfolio": r"total R [\d ]+\.\d\d",
    "history": r"\[(Orders|My trades)\] \d+",
    "funding": r"Deposits, newest first",
}
"""What a screen alone shows once it has what it shows."""


def at(name: str) -> Callable[[Terminal], bool]:
    """Whether this screen is shown, whole and with the way to the others."""

    def shown(terminal: Terminal) -> bool:
        return bool(re.search(HERE[name], terminal.text)) and "DEMO" in terminal.text and "? help" in terminal.text

    shown.__name__ = f"the {name} screen"
    return shown


def rows(terminal: Terminal, pattern: str) -> list[str]:
    return [row for row in terminal.rows if re.search(pattern, row)]


@SIZES
def test_all_screens_and_something_on_each(tmp_path: Path, columns: int, lines: int) -> None:
    with demo(tmp_path, columns=columns, lines=lines) as (terminal, control):
        look_for_a_market_and_trade_it(terminal)
        hide_what_is_owned(terminal)
        look_into_the_past(terminal, tmp_path)
        receive_money(terminal, control)
        terminal.press("escape").wait_for(at("trade"))
        for name in ("funding", "portfolio", "history", "markets", "trade"):
            terminal.press("g").wait_for("Go to").press(*name[:4], "enter").wait_for(at(name))
        # As fast as a slow line brings them: the last one counts.
        terminal.press("f3", "f4", "f5", "f6", "f2", "f5").wait_for(at("history"))
        terminal.press("?").wait_for(r"Keys +↑ ↓ scroll").press("escape").wait_for(at("history"))
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0


def look_for_a_market_and_trade_it(terminal: Terminal) -> None:
    terminal.press("f3").wait_for(at("markets")).wait_for(r"BTC/ZAR +[\d ]+\.\d\d")
    terminal.press("f").wait_for(r"★ Favourites 1")
    terminal.press("/", *"eth").wait_for(lambda here: not rows(here, r"XRP/ZAR +[\d.]+"))
    terminal.press("enter").wait_for(at("trade")).wait_for(r"(?m)^ ?ETH/ZAR ")


def hide_what_is_owned(terminal: Terminal) -> None:
    terminal.press("f4").wait_for(at("portfolio")).wait_for(r"BTC .*[\d ]+\.\d\d")
    terminal.press("p").wait_for(lambda here: not rows(here, r"BTC .* \d+\.\d{8}"))
    terminal.press("p").wait_for(r"total R [\d ]+\.\d\d")


def look_into_the_past(terminal: Terminal, folder: Path) -> None:
    terminal.press("f5").wait_for(r"\[Orders\] 50\+")
    terminal.press("end").wait_for(r"that is all: \d+ orders")
    terminal.press("right").wait_for(r"\[My trades\] 50\+").wait_for(r"bought \d+ trades")
    terminal.press("/").wait_for("which\\?").press(*"btc", "enter").wait_for(r"only BTC/ZAR").wait_for(r"that is all")
    found = re.search(r"that is all: (\d+) trades", terminal.text)
    assert found is not None
    assert not rows(terminal, r"(ETH|XRP|USDC)/ZAR +(buy|sell)")
    terminal.press("enter").wait_for("Your trade").wait_for(r"UTC").press("y").wait_for(
        r"Copied the number of the trade"
    )
    terminal.press("e").wait_for("oldest first, as CSV").press("ctrl+u", *str(folder / "mine.csv"), "enter")
    terminal.wait_for(r"exported \d+ trades")
    with (folder / "mine.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert len(written) == int(found[1])
    assert {row["market"] for row in written} == {"btczar"}
    terminal.press("e").wait_for("oldest first").press("ctrl+u", *str(folder / "mine.csv"), "enter")
    terminal.wait_for(r"Not exported|is there already")
    terminal.press("F").wait_for("everything").wait_for(r"\[My trades\] 50\+")


def receive_money(terminal: Terminal, control: Control) -> None:
    terminal.press("f6").wait_for(at("funding")).wait_for(r"19 Nov|credited")
    terminal.press("down").wait_for(r"BTC +Bitcoin|Bitcoin")
    terminal.press("enter").wait_for(r"(bc1|tb1|bcrt1)|[13mn2][a-km-zA-HJ-NP-Z1-9]{3} ")
    before = len(control.funding()["deposits"])
    control.deposit("btc", Decimal("0.125"))
    terminal.press("ctrl+r")
    terminal.wait_for(r"BTC +0\.125", within=30)
    assert len(control.funding()["deposits"]) == before + 1
