"""The account from the command line, over orders and trades that each test knows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from captui.cli.commands.account import _total
from tests.cli.commandline import KEYLESS, CommandLine, command_line, nobody

ORDERS = 5


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """Five bids rest, one has been cancelled, and five small buys have been executed against another participant's asks."""
    with command_line(tmp_path_factory.mktemp("account"), "--no-makers") as line:
        for step in range(ORDERS):
            line.ok("buy", "btczar", "0.001", "--limit", str(500_000 + step), "--id", f"bid-{step}", "--yes")
        line.ok("sell", "ethzar", "0.5", "--limit", "60000", "--id", "gone", "--yes")
        line.ok("cancel", "gone")
        for step in range(ORDERS):
            line.ok("sell", "xrpzar", "10", "--limit", str(20 + step), "--yes")
            line.exchange.control.trade("xrpzar", "buy", Decimal(10))
        yield line


def test_balances_of_all_and_of_one(captui: CommandLine) -> None:
    zar = captui.json("balances", "ZAR")
    assert Decimal(zar["locked"]) == Decimal("2500.01")
    assert Decimal(zar["balance"]) == Decimal(zar["available"]) + Decimal(zar["locked"])
    every = {row["currency"]: row for row in captui.csv("balances")}
    assert {"zar", "btc", "eth", "xrp"} <= set(every)
    assert all(Decimal(row["balance"]) > 0 for row in captui.csv("balances", "--nonzero"))
    assert "available" in captui.ok("balances").splitlines()[0]


def test_open_orders_newest_first(captui: CommandLine) -> None:
    found = captui.json("orders")
    assert [order["custom_order_id"] for order in found] == [f"bid-{step}" for step in reversed(range(ORDERS))]
    assert {order["state"] for order in found} == {"wait"}
    assert found[0]["price"] == "500004"
    assert found[0]["created_at"].endswith("Z")
    lines = captui.ok("orders").splitlines()
    assert len(lines) == ORDERS + 1


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_orders_follow_more_than_two_pages(captui: CommandLine, revision: str) -> None:
    whole = captui.json("orders", "--state", "all", revision=revision)
    assert len(whole) == 2 * ORDERS + 1
    followed = captui.json("orders", "--state", "all", "--limit", "2", "--all", revision=revision)
    assert followed == whole
    second = captui.json("orders", "--state", "all", "--limit", "2", "--page", "2", revision=revision)
    assert second == whole[2:4]


def test_orders_are_filtered(captui: CommandLine) -> None:
    assert [order["custom_order_id"] for order in captui.json("orders", "--state", "cancel")] == ["gone"]
    assert {order["market"] for order in captui.json("orders", "--state", "all", "--base", "XRP")} == {"xrpzar"}
    assert {order["side"] for order in captui.json("orders", "--state", "all", "--side", "sell")} == {"sell"}
    assert captui.json("orders", "--type", "market") == []
    assert captui.json("orders", "--market", "ethzar") == []
    assert captui.json("orders", "--from", "2000-01-01", "--to", "2000-01-31") == []
    assert len(captui.json("orders", "--from", "1h")) == ORDERS
    assert (
        "There are no wait orders that match." in captui.run("orders", "--state", "wait", "--market", "ethzar").stderr
    )


def test_an_order_is_found_by_each_of_its_ids(captui: CommandLine) -> None:
    by_custom_id = captui.json("order", "bid-2")
    assert by_custom_id["price"] == "500002"
    assert captui.json("order", str(by_custom_id["id"])) == by_custom_id
    assert captui.json("order", by_custom_id["uuid"]) == by_custom_id
    assert "custom_order_id   bid-2" in captui.ok("order", "bid-2")


def test_an_order_is_shown_with_its_trades(captui: CommandLine) -> None:
    sold = captui.json("orders", "--state", "done", "--limit", "1")[0]
    order = captui.json("order", str(sold["id"]))
    assert [trade["amount"] for trade in order["trades"]] == ["10"]
    assert order["remaining_volume"] == "0"


def test_an_order_that_is_not_there_is_refused(captui: CommandLine) -> None:
    assert "no order with the id 'never-given'" in captui.failed(1, "order", "never-given")


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_own_trades_follow_more_than_two_pages(captui: CommandLine, revision: str) -> None:
    whole = captui.json("trades", revision=revision)
    assert len(whole) == ORDERS
    assert {trade["fee_currency"] for trade in whole} == {"zar"}
    assert Decimal(whole[0]["fee_amount"]) == Decimal(whole[0]["total"]) / 1000
    assert captui.json("trades", "--limit", "2", "--all", revision=revision) == whole
    mine = captui.csv("trades", "--order", str(whole[1]["order_id"]), revision=revision)
    assert [row["id"] for row in mine] == [whole[1]["id"]]
    assert captui.json("trades", "--market", "btczar", revision=revision) == []


def test_a_page_beyond_the_last_does_not_say_that_there_are_none(captui: CommandLine) -> None:
    assert captui.run("trades", "--page", "99").stderr == "There are no trades on page 99.\n"
    assert captui.run("orders", "--page", "99").stderr == "There are no open orders on page 99.\n"
    said = captui.run("trades", "--page", "99", "--market", "ethzar").stderr
    assert said == "There are no trades that match on page 99.\n"


def test_page_and_all_exclude_each_other(captui: CommandLine) -> None:
    assert "--page and --all do not go together" in captui.failed(2, "orders", "--page", "2", "--all")
    assert "--json and --csv do not go together" in captui.failed(2, "orders", "--json", "--csv")
    assert "--limit" in captui.failed(2, "trades", "--limit", "101")
    assert "--from is 'soon'" in captui.failed(2, "orders", "--from", "soon")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("12.5", "Total: 1 000.00 ZAR, +12.50 ZAR (+1.25 %) in 24 h"),
        ("-12.5", "Total: 1 000.00 ZAR, -12.50 ZAR (-1.25 %) in 24 h"),
        ("0", "Total: 1 000.00 ZAR, 0.00 ZAR (0.00 %) in 24 h"),
    ],
)
def test_the_change_of_the_day_has_its_sign(change: str, text: str) -> None:
    assert _total(Decimal(1000), Decimal(change), Decimal(change) / 10) == text


def test_portfolio_adds_up(captui: CommandLine) -> None:
    found = captui.json("portfolio")
    values = [Decimal(row["value"]) for row in found["currencies"] if row["value"] is not None]
    assert sum(values) == Decimal(found["total"])
    shares = [Decimal(row["share"]) for row in found["currencies"] if row["share"] is not None]
    assert abs(sum(shares, Decimal(-100))) < Decimal("0.1")
    assert {row["currency"] for row in captui.csv("portfolio")} == {row["currency"] for row in found["currencies"]}
    assert "Total: " in captui.ok("portfolio")
    assert "ZAR" in captui.ok("portfolio", "--plot")


def test_without_a_key_it_is_not_authorised(captui: CommandLine) -> None:
    assert "none is set. Set CAPTUI_API_KEY" in captui.failed(4, "balances", **KEYLESS)
    said = captui.failed(4, "orders", CAPTUI_API_SECRET="wrong-secret")
    assert "signature" in said
    assert "wrong-secret" not in said


def test_no_connection(captui: CommandLine) -> None:
    assert "No connection" in captui.failed(3, "balances", **nobody())
