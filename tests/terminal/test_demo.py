"""A person at a terminal trades in `captui demo` by keys alone, and the screen agrees with the exchange's own state."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.control import Control
from tests.paths import SHARED
from tests.processes import CAPTUI, free_port, home
from tests.terminal.pty import Terminal

RECORDING = SHARED / "market-data" / "btczar-binance-spot-btcusdt-20240808.jsonl.gz"
LIVE = "in the local history now"
"""The last that is told at the start: what is waited for afterwards is not overwritten by it."""


@contextmanager
def demo(folder: Path, *options: str, columns: int = 120, lines: int = 36) -> Iterator[tuple[Terminal, Control]]:
    port = free_port()
    command = [*CAPTUI, "demo", "--seed", "5", "--port", str(port), "--control", *options]
    with Terminal(command, columns=columns, lines=lines, environment=home(folder)) as terminal:
        terminal.wait_for(LIVE)
        yield terminal, Control(f"http://127.0.0.1:{port}/control")


def user(state: dict[str, Any], currency: str) -> tuple[Decimal, Decimal]:
    """Available and locked, as the exchange has them."""
    account = state["accounts"]["user"][currency]
    return Decimal(account["available"]), Decimal(account["locked"])


def shown(terminal: Terminal, currency: str) -> tuple[Decimal, Decimal] | None:
    """Available and locked, as the balances pane has them."""
    for row in terminal.rows:
        found = re.search(rf"\b{currency} +([\d ]+\.\d+)  +([\d ]+\.\d+)$", row)
        if found:
            available, locked = (Decimal(number.replace(" ", "")) for number in found.groups())
            return available, locked
    return None


def agrees(control: Control, *currencies: str) -> Callable[[Terminal], bool]:
    """Every balance on the screen is the exchange's, to the last digit that is shown."""

    def balances_agree(terminal: Terminal) -> bool:
        state = control.state()
        for currency in currencies:
            seen = shown(terminal, currency)
            if seen is None or any(
                abs(on_screen - true) >= Decimal(1).scaleb(int(on_screen.as_tuple().exponent))
                for on_screen, true in zip(seen, user(state, currency), strict=True)
            ):
                return False
        return True

    return balances_agree


def orders(control: Control) -> list[dict[str, Any]]:
    """The user's orders of this run, oldest first: those of the demo's made-up past are an hour old and more."""
    begun = datetime.now(UTC) - timedelta(minutes=30)
    new = [order for order in control.state()["orders"] if datetime.fromisoformat(order["created_at"]) > begun]
    return sorted(new, key=lambda order: int(order["id"]))


def sweep(control: Control, order: dict[str, Any], share: Decimal = Decimal(1)) -> None:
    """Someone sells into the book down to the order's price until that share of it is filled."""
    deadline = time.monotonic() + 20
    wanted = Decimal(order["origin_volume"]) * share
    while (filled := Decimal(orders(control)[-1]["executed_volume"])) < wanted:
        assert time.monotonic() < deadline, orders(control)[-1]
        price = Decimal(order["price"])
        bids = control.state(full=True)["books"][order["market"]]["bids"]
        ahead = sum(Decimal(amount) for level, amount in bids if Decimal(level) > price)
        control.trade(order["market"], "sell", ahead + wanted - filled, price)


def test_an_order_is_staged_nudged_sent_and_filled(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, control):
        terminal.press("pagedown", "b").wait_for(r"BUY [\d.]+ @ [\d ]+\.\d\d")
        terminal.press("down", "down", "right")
        terminal.wait_for("rests")
        assert orders(control) == [], "staging sends nothing"
        terminal.press("enter").wait_for(r"accepted: buy")
        (order,) = orders(control)
        assert order["state"] == "wait"
        found = re.search(r"accepted: buy ([\d.]+) BTC at ([\d ]+\.\d+) ZAR", terminal.text)
        assert found is not None
        assert Decimal(found[1]) == Decimal(order["origin_volume"])
        assert Decimal(found[2].replace(" ", "")) == Decimal(order["price"])
        terminal.wait_for(r"Orders 1\b").wait_for(agrees(control, "zar", "btc"))
        assert user(control.state(), "zar")[1] == Decimal(order["price"]) * Decimal(order["origin_volume"])

        sweep(control, order)
        terminal.wait_for(r"filled: bought").wait_for(r"No open orders").wait_for(agrees(control, "zar", "btc"))
        (order,) = orders(control)
        assert order["state"] == "done"
        assert user(control.state(), "zar")[1] == 0


def test_a_part_filled_order_is_cancelled(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, control):
        terminal.press("pagedown", "5", "b").wait_for("Enter send")
        terminal.press("p", "enter").wait_for("accepted: buy")
        (order,) = orders(control)
        sweep(control, order, Decimal("0.5"))
        terminal.wait_for(r"\b5\d %")
        terminal.press("O").press("x").wait_for(r"No open orders").wait_for(agrees(control, "zar", "btc"))
        (order,) = orders(control)
        assert order["state"] == "cancel"
        assert 0 < Decimal(order["executed_volume"]) < Decimal(order["origin_volume"])
        terminal.press("H").wait_for(r"cancel")


def test_enter_held_down_sends_once(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, control):
        terminal.press("pagedown", "b").wait_for("Enter send")
        terminal.press(*["enter"] * 30).wait_for("accepted: buy").wait_for(r"Orders 1\b")
        terminal.press("C", "L")
        terminal.wait_for(agrees(control, "zar"))
        assert len(orders(control)) == 1


def test_a_market_order_from_the_ticket_is_reviewed_and_confirmed(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, control):
        terminal.press("T").wait_for("review")
        # From the price up to the type, two to the right is market; below it then the amount.
        terminal.press("up", "right", "right", "down", *"0.01", "enter").wait_for(r"\by Send")
        assert orders(control) == [], "the review sends nothing"
        terminal.press("enter").wait_for(r"\by Send", gone=True)
        assert orders(control) == [], "Enter alone does not confirm"
        terminal.press("enter", "y").wait_for("filled: bought")
        (order,) = orders(control)
        assert (order["ord_type"], order["state"], order["side"]) == ("market", "done", "buy")
        assert Decimal(order["origin_volume"]) == Decimal("0.01")
        terminal.wait_for(agrees(control, "zar", "btc"))


def test_cancel_all_asks_and_then_clears_both_sides(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, control):
        terminal.press("pagedown", "b").wait_for("Enter send")
        terminal.press("enter").wait_for(r"Orders 1\b")
        terminal.press("c", "pageup", "s").wait_for("SELL")
        terminal.press("enter").wait_for(r"Orders 2\b")
        terminal.press("ctrl+x").wait_for("Cancel all orders")
        assert {order["state"] for order in orders(control)} == {"wait"}
        terminal.press("y").wait_for("No open orders").wait_for(agrees(control, "zar", "btc"))
        assert {order["state"] for order in orders(control)} == {"cancel"}


def test_markets_and_intervals_change_without_a_restart(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, control):
        for name, market in (
            ("ETH/ZAR", "ethzar"),
            ("XRP/ZAR", "xrpzar"),
            ("USDC/ZAR", "usdczar"),
            ("BTC/ZAR", "btczar"),
        ):
            terminal.press("/").wait_for("USDC/ZAR")
            terminal.press(*market[:4], "enter").wait_for(rf"^ ?{name} ")

            def best_bid_is_shown(terminal: Terminal, market: str = market) -> bool:
                best = Decimal(control.state()["books"][market]["bids"][0][0])
                return f"{best:,.2f}".replace(",", " ") in terminal.text

            terminal.wait_for(best_bid_is_shown)
        terminal.press("C")
        for label in ("30m", "1h", "2h", "4h", "6h", "12h", "1d", "3d", "1w"):
            terminal.press("]").wait_for(rf"\b{label}\b +[OH] ")
        for _ in range(11):
            terminal.press("[")
        terminal.wait_for(r"\b1m\b +[OH] ")


@pytest.mark.skipif(
    not RECORDING.exists(), reason=f"the shared recordings are not there ({RECORDING.parent} is missing)"
)
def test_recorded_market_data_is_traded_on(tmp_path: Path) -> None:
    with demo(tmp_path, "--replay", str(RECORDING), "--speed", "10") as (terminal, control):
        # Prices move fast: the order may be filled before its acceptance was on the screen.
        terminal.press("w", "up", "up", "enter").wait_for("accepted: sell|filled: sold")
        (order,) = orders(control)
        assert Decimal(order["price"]) > 1_100_000, "recorded prices, not the makers'"
        terminal.wait_for(agrees(control, "zar", "btc"), within=60)
        terminal.press("c", "pageup", "pageup", "s").wait_for("SELL")
        terminal.press("enter").wait_for("accepted: sell|filled: sold")
        before = control.state()["books"]["btczar"]["sequence"]
        terminal.wait_for(lambda _: control.state()["books"]["btczar"]["sequence"] > before + 100)
        assert "stale" not in terminal.text


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (200, 60)])
def test_it_is_a_trading_screen_at_any_size(tmp_path: Path, columns: int, lines: int) -> None:
    with demo(tmp_path, columns=columns, lines=lines) as (terminal, control):
        terminal.press("pagedown", "b").wait_for("Enter send")
        terminal.press("enter").wait_for("accepted: buy").wait_for(r"Orders 1\b")
        terminal.wait_for(agrees(control, "zar"))
        assert len(orders(control)) == 1
        terminal.resize(60, 15)
        terminal.wait_for("needs 72×20")
        terminal.resize(columns, lines)
        terminal.wait_for(r"Orders 1\b")


def test_leaving_says_what_stays_and_leaves_nothing_running(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, control):
        terminal.press("pagedown", "b").wait_for("Enter send")
        terminal.press("enter").wait_for(r"Orders 1\b")
        terminal.press("ctrl+q").wait_for("1 order stays open")
        terminal.press("y")
        assert terminal.wait_for_exit() == 0
        assert "1 order stays open on the exchange" in terminal.text
        with pytest.raises(OSError, match="refused"):
            control.state()


def test_a_terminal_that_is_too_small_from_the_beginning_is_said(tmp_path: Path) -> None:
    with Terminal([*CAPTUI, "demo"], columns=60, lines=15, environment=home(tmp_path)) as terminal:
        terminal.wait_for("needs 72×20")
        terminal.resize(120, 36)
        terminal.wait_for(LIVE)
