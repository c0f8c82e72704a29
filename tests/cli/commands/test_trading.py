"""Orders from the command line: shown, asked for, journalled, sent once; refused, rejected and unknown told apart."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commandline import KEYLESS, CommandLine, command_line
from tests.processes import CAPTUI


@pytest.fixture(scope="module")
def exchange_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("trading"), "--seed", "3") as line:
        yield line


@pytest.fixture
def captui(exchange_of_all: CommandLine, tmp_path: Path) -> Iterator[CommandLine]:
    """A home of its own, so that each test has a journal of its own."""
    yield replace(exchange_of_all, folder=tmp_path)
    exchange_of_all.exchange.control.fault(kind="clear")
    exchange_of_all.run("cancel", "--all", "--yes")


def journal(captui: CommandLine) -> list[dict[str, Any]]:
    path = captui.folder / ".local/state/captui/orders.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def held(captui: CommandLine) -> int:
    """Orders that the exchange has ever had."""
    return len(captui.exchange.control.state()["orders"])


def last_price(captui: CommandLine, market: str) -> Decimal:
    return Decimal(captui.json("ticker", market)["last"])


def test_a_limit_order_is_shown_sent_and_journalled(captui: CommandLine) -> None:
    done = captui.run("buy", "btczar", "0.001", "--limit", "500000", "--post-only", "--id", "mine-1", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Buy 0.001 BTC at 500 000 ZAR, post-only (BTC/ZAR)" in done.stderr
    assert "value     500.00 ZAR" in done.stderr
    assert "away from the best bid" in done.stderr
    assert "state             wait" in done.stdout
    order = captui.json("order", "mine-1")
    assert (order["state"], order["post_only"], order["origin_volume"]) == ("wait", True, "0.001")
    entries = journal(captui)
    assert [entry["kind"] for entry in entries] == ["create", "outcome"]
    assert entries[0]["custom_id"] == "mine-1"
    assert entries[1] == entries[1] | {"outcome": "accepted", "id": order["id"]}


def test_a_market_order_in_quote_spends_no_more_than_was_given(captui: CommandLine) -> None:
    order = captui.json("buy", "btczar", "500zar", "--yes")
    assert order["state"] == "done"
    assert order["ord_type"] == "market"
    spent = sum(Decimal(trade["total"]) for trade in order["trades"])
    assert Decimal(490) < spent <= Decimal(500)


def test_selling_in_quote_at_a_limit(captui: CommandLine) -> None:
    order = captui.json("sell", "btczar", "900zar", "--limit", "900000", "--yes")
    assert (order["side"], order["origin_volume"]) == ("sell", "0.001")


def test_it_asks_and_no_answer_is_no(captui: CommandLine) -> None:
    price = str(last_price(captui, "usdczar") - Decimal("0.3"))
    before = held(captui)
    assert "nothing was sent" in captui.failed(1, "buy", "usdczar", "10", "--limit", price)
    assert "nothing was sent" in captui.failed(1, "buy", "usdczar", "10", "--limit", price, answer="n\n")
    assert held(captui) == before
    assert journal(captui) == []
    assert "Send it? [y/N]" in captui.run("buy", "usdczar", "10", "--limit", price, answer="y\n").stderr
    assert held(captui) == before + 1


def test_what_is_risky_takes_the_whole_word(captui: CommandLine) -> None:
    before = held(captui)
    assert "type yes" in captui.failed(1, "buy", "btczar", "0.001", "--limit", "500000", answer="y\n")
    assert held(captui) == before
    captui.ok("buy", "btczar", "0.001", "--limit", "500000", answer="yes\n")
    assert held(captui) == before + 1


@pytest.mark.parametrize("fault", ["lose_reply", "lose_request"])
@pytest.mark.parametrize("order", [("buy", "usdczar", "10", "--limit", "15"), ("buy", "usdczar", "50zar")])
def test_a_script_that_tries_again_does_not_trade_twice(
    captui: CommandLine, order: tuple[str, ...], fault: str
) -> None:
    """The first is not known, or only now known to have been placed: --yes was not said of that."""
    before = held(captui)
    captui.exchange.control.fault(kind=fault, request="create")
    captui.failed(5, *order, "--yes")
    placed = held(captui) - before
    assert placed == (fault == "lose_reply")
    said = captui.failed(1, *order, "--yes")
    assert "--yes does not answer for a second order like that one" in said
    assert ("was placed: it is order" if placed else "it is not known yet whether") in said
    assert held(captui) == before + placed
    another = captui.run("sell", *order[1:3], "--limit", "25", "--yes")
    assert another.returncode == 0, another.stderr
    if placed:
        # Now it is known, and said again by nobody.
        assert captui.run(*order, "--yes").returncode == 0
    else:
        assert "[type yes]" in captui.failed(1, *order, answer="y\n")


def test_an_order_that_can_no_longer_arrive_is_in_nobody_s_way(captui: CommandLine) -> None:
    order = ("buy", "usdczar", "10", "--limit", "15", "--yes")
    captui.exchange.control.fault(kind="lose_request", request="create")
    captui.failed(5, *order)
    path = captui.folder / ".local/state/captui/orders.jsonl"
    path.write_text("".join(json.dumps(entry | {"t": entry["t"] - 600_000}) + "\n" for entry in journal(captui)))
    done = captui.run(*order)
    assert done.returncode == 0, done.stderr
    assert "was not placed: the exchange has no order with its id." in done.stderr
    assert "like this" not in captui.run(*order).stderr


def test_the_same_order_again_a_moment_later_takes_the_whole_word(captui: CommandLine) -> None:
    price = str(last_price(captui, "usdczar") - Decimal("0.3"))
    order = ("buy", "usdczar", "10", "--limit", price)
    captui.ok(*order, answer="y\n")
    before = held(captui)
    said = captui.failed(1, *order, answer="y\n")
    assert "The same order to buy 10 USDC was sent" in said
    assert "[type yes]" in said
    assert held(captui) == before
    captui.ok(*order, "--yes")
    assert held(captui) == before + 1
    another = ("buy", "usdczar", "11", "--limit", price)
    assert "The same order" not in captui.failed(1, *another, answer="n\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("buy", "btczar", "0.001", "--limit", "500000.001"), "off the tick"),
        (("buy", "btczar", "0.000001", "--limit", "500000"), "below the smallest order"),
        (("sell", "btczar", "100", "--limit", "900000"), "is available"),
        (("sell", "btczar", "0.001", "--limit", "500000", "--post-only"), "would match the best bid"),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_sent(
    captui: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    before = held(captui)
    assert sentence in captui.failed(1, *arguments, "--yes")
    assert held(captui) == before
    assert journal(captui) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("buy", "btczar", "much"), "'much' is not an amount"),
        (("buy", "btczar", "-1"), "No such option"),
        (("buy", "btczar", "5doge"), "not DOGE"),
        (("buy", "btczar", "0.1", "--post-only"), "--post-only needs --limit"),
        (("buy", "btczar", "0.1", "--limit", "5zar"), "is not a price"),
        (("cancel",), "Name the orders to cancel, or say --all"),
        (("cancel", "12", "--all"), "Name the orders to cancel, or say --all"),
        (("cancel", "12", "--market", "btczar"), "go with --all"),
    ],
)
def test_wrong_usage(captui: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in captui.failed(2, *arguments)


def test_a_market_that_is_not_there_is_refused(captui: CommandLine) -> None:
    assert "no market 'dogezar'" in captui.failed(1, "buy", "dogezar", "1", "--yes")


def test_a_refusal_of_the_exchange_is_told_and_journalled(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="refuse", request="create")
    said = captui.failed(1, "buy", "btczar", "0.001", "--limit", "500000", "--yes")
    assert "captui: refused. The exchange could not create the order." in said
    assert [entry.get("outcome") for entry in journal(captui)] == [None, "refused"]


def test_a_later_rejection_is_a_refusal_too(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="reject")
    done = captui.run("buy", "btczar", "0.001", "--limit", "500000", "--yes")
    assert done.returncode == 1
    assert "the exchange rejected order" in done.stderr
    assert "reject" in done.stdout


@pytest.mark.parametrize("fault", ["lose_reply", "lose_request"])
def test_a_lost_answer_is_unknown_and_says_how_to_ask(captui: CommandLine, fault: str) -> None:
    identity = f"lost-{fault}"
    captui.exchange.control.fault(kind=fault, request="create")
    before = held(captui)
    said = captui.failed(5, "buy", "btczar", "0.001", "--limit", "500000", "--id", identity, "--yes")
    assert f"captui order {identity}" in said
    assert [entry.get("outcome") for entry in journal(captui)] == [None, "unknown"]
    if fault == "lose_reply":
        assert held(captui) == before + 1
        assert captui.json("order", identity)["state"] == "wait"
    else:
        assert held(captui) == before
        assert "no order with the id" in captui.failed(1, "order", identity)
    # The same order given again is not sent again.
    assert "never sent twice" in captui.failed(
        1, "buy", "btczar", "0.001", "--limit", "500000", "--id", identity, "--yes"
    )


def test_an_unknown_outcome_for_programs(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="lose_reply", request="create")
    done = captui.run("buy", "btczar", "0.001", "--limit", "500000", "--id", "lost-json", "--yes", "--json")
    assert done.returncode == 5
    assert json.loads(done.stdout) == {"custom_order_id": "lost-json", "state": "unknown"}


def test_cancel_by_every_kind_of_id(captui: CommandLine) -> None:
    orders = [captui.json("buy", "btczar", "0.001", "--limit", "500000", "--id", f"c-{n}", "--yes") for n in range(3)]
    printed = captui.json("cancel", "c-0", orders[1]["uuid"], str(orders[2]["id"]))
    assert [order["id"] for order in printed] == [order["id"] for order in orders]
    assert {captui.json("order", f"c-{n}")["state"] for n in range(3)} == {"cancel"}
    assert [entry["id"] for entry in journal(captui) if entry["kind"] == "cancel"] == [order["id"] for order in orders]


def test_cancel_tells_which_could_not_be(captui: CommandLine) -> None:
    captui.ok("buy", "btczar", "0.001", "--limit", "500000", "--id", "c-good", "--yes")
    done = captui.run("cancel", "c-absent", "c-good")
    assert done.returncode == 1
    assert "no order with the id 'c-absent'" in done.stderr
    assert captui.json("order", "c-good")["state"] == "cancel"


def test_a_lost_answer_to_a_cancel_is_unknown(captui: CommandLine) -> None:
    order = captui.json("buy", "btczar", "0.001", "--limit", "500000", "--id", "c-lost", "--yes")
    captui.exchange.control.fault(kind="lose_reply", request="cancel")
    assert f"captui order {order['id']}" in captui.failed(5, "cancel", "c-lost")
    assert captui.json("order", "c-lost")["state"] == "cancel"


def test_cancel_all_asks_and_keeps_to_its_scope(captui: CommandLine) -> None:
    captui.ok("buy", "btczar", "0.001", "--limit", "500000", "--yes")
    captui.ok("sell", "ethzar", "0.1", "--limit", "90000", "--yes")
    captui.ok("sell", "btczar", "0.001", "--limit", "1100000", "--yes")
    assert "Cancel every open order?" in captui.failed(1, "cancel", "--all")
    assert len(captui.json("orders")) == 3
    captui.ok("cancel", "--all", "--market", "BTCZAR", "--side", "sell", "--yes")
    assert {(order["market"], order["side"]) for order in captui.json("orders")} == {
        ("btczar", "buy"),
        ("ethzar", "sell"),
    }
    assert len(captui.csv("cancel", "--all", "--yes")) == 2
    assert captui.json("orders") == []
    assert "There was nothing to cancel" in captui.run("cancel", "--all", "--yes").stderr


@pytest.mark.parametrize("where", ["before", "after", "environment"])
def test_read_only_sends_nothing(captui: CommandLine, where: str) -> None:
    order = ("buy", "btczar", "0.001", "--limit", "500000", "--yes")
    arguments = {"before": ("--read-only", *order), "after": (*order, "--read-only"), "environment": order}[where]
    environment = {"CAPTUI_READ_ONLY": "1"} if where == "environment" else {}
    before = held(captui)
    assert "read-only" in captui.failed(2, *arguments, **environment)
    assert "read-only" in captui.failed(2, "cancel", "--all", "--yes", CAPTUI_READ_ONLY="1")
    assert held(captui) == before


def test_without_a_key_and_with_a_wrong_one(captui: CommandLine) -> None:
    assert "none is set" in captui.failed(4, "buy", "btczar", "1", "--yes", **KEYLESS)
    captui.exchange.control.fault(kind="revoke_key")
    captui.failed(4, "cancel", "--all", "--yes")


def test_ctrl_c_while_it_is_being_sent_waits_for_the_answer(captui: CommandLine) -> None:
    before = held(captui)
    captui.exchange.control.fault(kind="delay", ms=1500, path="/market/orders", count=2)
    process = captui.start("buy", "btczar", "0.001", "--limit", "500000", "--id", "interrupted", "--yes")
    try:
        # The exchange notes a request before it delays it.
        deadline = time.monotonic() + 20
        while not any(
            entry["method"] == "POST" and entry["fields"].get("custom_order_id") == "interrupted"
            for entry in captui.exchange.control.requests()
        ):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, said
    assert "it is already on its way" in said
    assert "interrupted" in out
    assert held(captui) == before + 1
    assert [entry.get("outcome") for entry in journal(captui)] == [None, "accepted"]


@pytest.mark.parametrize("market", ["", "..", "btc/zar", "btc zar", "\x1b[2J"])
def test_what_is_no_market_id_is_wrong_usage(captui: CommandLine, market: str) -> None:
    said = captui.failed(2, "buy", market, "1", "--yes")
    assert "is not the id of a market" in said
    assert "\x1b" not in said


def test_what_changed_while_the_person_was_thinking_is_looked_at_again(captui: CommandLine) -> None:
    before = held(captui)
    process = subprocess.Popen(
        [*CAPTUI, "buy", "usdczar", "10", "--limit", "15"],
        env=captui.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        said = b""
        while b"[type yes]" not in said:
            read = process.stderr.read(1)
            assert read, said
            said += read
        captui.exchange.control.fault(kind="market_state", market="usdczar", state="disabled")
        out, rest = process.communicate(b"yes\n", timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert b"Meanwhile this has changed: The exchange has switched off trading in USDC/ZAR." in rest
    assert held(captui) == before
    assert journal(captui) == []


def test_trading_with_oneself_is_asked_about(captui: CommandLine) -> None:
    best = Decimal(captui.exchange.control.state()["books"]["ethzar"]["asks"][0][0])
    # Too far away for anybody else to take it in the meantime.
    price = str((best * Decimal("1.03")).quantize(Decimal("0.01")))
    assert captui.run("sell", "ethzar", "0.01", "--limit", price, "--yes").returncode == 0
    before = held(captui)
    done = captui.run("buy", "ethzar", "0.01", "--limit", price)
    assert "your own sell" in done.stderr
    assert held(captui) == before
