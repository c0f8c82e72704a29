"""What a person sees when something goes wrong: a clear sentence, and nothing is lost. Two real processes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from tests.processes import CAPTUI, RunningExchange, exchange, free_port, home
from tests.terminal.pty import Terminal

LIVE = "everything is live|in the local history now"
"""Which of the two is the last one depends on how fast the past was read."""


@contextmanager
def captui(
    folder: Path, server: RunningExchange, *options: str, revision: str = "atlas", **environment: str
) -> Iterator[Terminal]:
    """captui with the exchange's key pair, unless the environment says otherwise."""
    command = [*CAPTUI, *server.urls(revision), *options]
    with Terminal(
        command, columns=120, lines=36, environment=home(folder) | server.key_pair() | environment
    ) as terminal:
        yield terminal


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningExchange]:
    with exchange(tmp_path, "--seed", "3") as running:
        yield running


def stage_far_below(terminal: Terminal) -> None:
    terminal.press("pagedown", "b").wait_for("Enter send")


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_both_revisions_are_traded_on(tmp_path: Path, server: RunningExchange, revision: str) -> None:
    with captui(tmp_path, server, revision=revision) as terminal:
        terminal.wait_for(LIVE)
        stage_far_below(terminal)
        terminal.press("enter").wait_for("accepted: buy")
        assert [order["state"] for order in server.control.state()["orders"]] == ["wait"]


def look_only(folder: Path) -> None:
    """Somebody who has said so before: a first start would ask what is wanted."""
    state = folder / ".local/state/captui"
    state.mkdir(parents=True)
    (state / "remembered.json").write_text('{"setup": "look"}')


def test_without_a_key_the_market_is_live_and_trading_says_what_is_missing(
    tmp_path: Path, server: RunningExchange
) -> None:
    look_only(tmp_path)
    with captui(tmp_path, server, CAPTUI_API_KEY="", CAPTUI_API_SECRET="") as terminal:
        terminal.wait_for(r"book 0\.\d s").wait_for("CAPTUI_API_KEY")

        def best_bid_is_shown(terminal: Terminal) -> bool:
            best = Decimal(server.control.state()["books"]["btczar"]["bids"][0][0])
            return f"{best:,.2f}".replace(",", " ") in terminal.text

        terminal.wait_for(best_bid_is_shown)
        terminal.press("b", "enter").wait_for("(?i)no (API )?key|CAPTUI_API_KEY")
        assert server.control.state()["orders"] == []


def test_a_wrong_secret_is_said_in_words_and_the_market_stays_live(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server, CAPTUI_API_SECRET="5ca1ab1e0ddba11") as terminal:
        terminal.wait_for("(?i)signature|secret").wait_for(r"book 0\.\d s")
        assert "5ca1ab1e0ddba11" not in terminal.text
        terminal.press("b", "enter").read_for(0.5)
        assert server.control.state()["orders"] == []
    logs = (tmp_path / ".local/state/captui/captui.log").read_text()
    assert "5ca1ab1e0ddba11" not in logs
    assert server.api_secret not in logs


def test_a_clock_that_is_off_is_corrected_and_said(tmp_path: Path, server: RunningExchange) -> None:
    server.control.fault(kind="clock_skew", ms=60_000)
    with captui(tmp_path, server) as terminal:
        terminal.wait_for("(?i)clock").wait_for(LIVE, within=30)
        stage_far_below(terminal)
        terminal.press("enter").wait_for("accepted: buy")


def test_a_dropped_connection_comes_back_with_everything(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        stage_far_below(terminal)
        terminal.press("enter").wait_for(r"Orders 1\b")
        server.control.fault(kind="drop_websockets")
        terminal.wait_for("(?i)reconnect|lost")
        terminal.wait_for("connection is back", within=30).wait_for("trading armed").wait_for(r"Orders 1\b")
        stage_far_below(terminal)
        terminal.press("down", "enter").wait_for(r"Orders 2\b")


def test_a_gap_makes_the_book_stale_and_brings_a_new_snapshot(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        server.control.fault(kind="skip_sequence", market="btczar")
        terminal.press("G").wait_for("(?i)gap|missing|lost")
        terminal.wait_for(r"book 0\.\d s").wait_for("trading armed")

        def best_bid_is_shown(terminal: Terminal) -> bool:
            best = Decimal(server.control.state()["books"]["btczar"]["bids"][0][0])
            return f"{best:,.2f}".replace(",", " ") in terminal.text

        terminal.wait_for(best_bid_is_shown)


def test_a_silent_line_locks_order_entry_and_says_so(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        terminal.press("pagedown", "b").wait_for("Enter send")
        server.control.fault(kind="freeze_websockets")
        terminal.wait_for("no trading now", within=30).wait_for("Nothing was heard")
        terminal.press("enter").read_for(0.5)
        assert server.control.state()["orders"] == []
        server.control.fault(kind="release_websockets")
        terminal.wait_for("trading armed", within=60)


def test_a_disabled_market_is_said(tmp_path: Path, server: RunningExchange) -> None:
    server.control.fault(kind="market_state", market="btczar", state="disabled")
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(r"book \d")
        terminal.press("pagedown", "b").wait_for("suspended")
        terminal.press("enter").read_for(0.5)
        assert server.control.state()["orders"] == []


def test_an_order_without_the_funds_is_said_before_it_is_sent(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        terminal.press("T").wait_for("review")
        terminal.press(*"800000", "down", *"5", "enter").wait_for("(?i)available")
        terminal.press("enter").read_for(0.5)
        assert server.control.state()["orders"] == []


def test_an_order_whose_answer_is_lost_is_unknown_and_then_found_and_never_sent_twice(
    tmp_path: Path, server: RunningExchange
) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        server.control.fault(kind="lose_reply", request="create")
        stage_far_below(terminal)
        terminal.press("enter").wait_for(r"Orders 1\b")
        terminal.wait_for(r"\bwait\b", within=30)
        terminal.press("G").wait_for("It is not known whether").wait_for("was found")
        assert len(server.control.state()["orders"]) == 1


def test_a_refusal_is_said_in_words(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        server.control.fault(kind="refuse", request="create", code="market.account.insufficient_balance")
        stage_far_below(terminal)
        terminal.press("enter")
        terminal.press("G").wait_for("Refused: There is not enough")


def test_after_a_kill_the_order_in_flight_is_looked_up(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        server.control.fault(kind="lose_reply", request="create")
        server.control.fault(kind="reply", status=503, path="/api/v2/atlas/market/orders", method="GET", count=1000)
        stage_far_below(terminal)
        terminal.press("enter").wait_for("It is not known whether")
        os.kill(terminal.pid, 9)
        terminal.wait_for_exit()
    server.control.fault(kind="clear")
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(r"Orders 1\b", within=30).wait_for(r"\bwait\b")
        terminal.press("G").wait_for("was found")
        assert len(server.control.state()["orders"]) == 1


def test_nobody_there_is_said_and_tried_again(tmp_path: Path) -> None:
    port = free_port()
    urls = [
        "--rest-url",
        f"http://127.0.0.1:{port}/api/v2/atlas",
        "--ws-url",
        f"ws://127.0.0.1:{port}/api/v2/websocket",
    ]
    look_only(tmp_path)
    with Terminal(
        [*CAPTUI, *urls, "--revision", "atlas"], columns=120, lines=36, environment=home(tmp_path)
    ) as terminal:
        terminal.wait_for("refuses connections").wait_for(r"connecting (in \d+ s|now)")
        terminal.press("b").read_for(0.3)
        with exchange(tmp_path, "--port", str(port)):
            terminal.press("ctrl+n").wait_for(r"book 0\.\d s", within=40)


def test_the_mode_is_on_the_screen(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        assert re.search(r"^ +LIVE ", terminal.text, re.MULTILINE)
    with captui(tmp_path, server, "--read-only") as terminal:
        terminal.wait_for(LIVE)
        assert re.search(r"^ +READ-ONLY ", terminal.text, re.MULTILINE)
        terminal.press("b", "enter").wait_for("(?i)read-only")
        assert server.control.state()["orders"] == []
