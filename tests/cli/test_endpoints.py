"""Every endpoint of the API document has a command that asks for it, with the document's method, path, and place and name of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from captui.simulator.wire import Revision
from tests.api_document import Endpoint, endpoints
from tests.cli.commandline import command_line
from tests.exchange.test_endpoints import CALLS
from tests.simulator.test_endpoints import served

OTP, PIN, VOUCHER = "123456\n", "271828\n", "1000000000000100\n"


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """What reached the exchange from every command, each with the options that become parameters; in the document's own revision."""
    folder = tmp_path_factory.mktemp("endpoints")
    (folder / ".config/captui").mkdir(parents=True)
    (folder / ".config/captui/config.toml").write_text("[funding]\nenabled = true\n")
    with command_line(folder, "--no-makers") as line:

        def ok(*arguments: str, answer: str = "") -> None:
            line.ok(*arguments, answer=answer, revision="trade")

        ok("ping")
        ok("markets", "--base", "btc", "--quote", "zar")
        ok("ticker")
        ok("ticker", "btczar")
        ok("candles", "btczar", "--interval", "1h", "--from", "1d", "--to", "1m", "--limit", "3")
        ok("depth", "btczar", "--limit", "3")
        ok("tape", "btczar", "--from", "1d", "--to", "1m", "--limit", "3", "--page", "2")
        ok("currencies")
        ok("currencies", "btc")
        ok("balances", "--nonzero")
        ok("balances", "btc")
        ok("buy", "btczar", "0.001", "--limit", "500000", "--post-only", "--id", "own", "--yes")
        ok("order", "own")
        filters = ("--base", "btc", "--quote", "zar", "--side", "buy", "--type", "limit", "--from", "1d", "--to", "0m")
        ok("orders", "--market", "btczar", "--state", "wait", *filters, "--limit", "3", "--page", "1")
        ok("trades", "--market", "btczar", "--from", "1d", "--to", "1m", "--limit", "3", "--page", "1")
        ok("cancel", "own")
        ok("cancel", "--all", "--market", "btczar", "--side", "buy", "--yes")
        ok("deposit-address", "btc")
        ok("deposits", "--currency", "btc", "--state", "collected", "--limit", "3", "--page", "1")
        txid = line.json("deposits", "--currency", "btc", revision="trade")[0]["txid"]
        ok("deposits", "--txid", txid)
        ok("deposit", txid)
        ok("deposit-methods")
        ok("redeem", "1", "100", "--yes", answer=VOUCHER)
        ok("beneficiaries", "add", "btc", "cold", "--address", "bc1qcold", "--description", "safe", "--yes")
        ok("beneficiaries", "activate", "801", "--yes", answer=PIN)
        ok("beneficiaries", "show", "801")
        ok("beneficiaries", "list", "--currency", "btc", "--state", "active")
        ok("withdraw", "btc", "0.01", "--to", "cold", "--yes", answer=OTP)
        ok(
            "withdrawals",
            "--currency",
            "btc",
            "--state",
            "submitted",
            "--rid",
            "bc1qcold",
            "--limit",
            "3",
            "--page",
            "1",
        )
        ok("beneficiaries", "remove", "801", "--yes")
        made = line.json(
            "lightning", "invoice", "5000", "--convert", "50", "--description", "a", "--note", "b", revision="trade"
        )
        assert Decimal(made["amount"]) == 5000
        ok("lightning", "pay", made["bolt"], "--note", "c", "--yes")
        yield line.exchange.control.requests()


def path_of(entry: dict[str, Any]) -> str:
    return str(entry["endpoint"]).strip("/")


def places_of(entry: dict[str, Any]) -> dict[str, str]:
    return {name: "query" for name, _ in entry["query"]} | dict.fromkeys(entry["fields"], str(entry["body_kind"]))


def test_the_document_was_read() -> None:
    assert len(endpoints()) >= 30


@pytest.mark.parametrize("endpoint", endpoints(), ids=lambda each: f"{each.method} {each.path}")
def test_each_endpoint_is_asked_for_as_the_document_says(arrived: list[dict[str, Any]], endpoint: Endpoint) -> None:
    fixed = {each.path for each in endpoints() if "{" not in each.path}
    found = [
        entry
        for entry in arrived
        if entry["method"] == endpoint.method
        and endpoint.matches(path_of(entry))
        and (path_of(entry) == endpoint.path or path_of(entry) not in fixed)
    ]
    assert any(200 <= entry["status"] < 300 for entry in found), "no command asks for it"
    private = not endpoint.path.startswith("public/")
    for entry in found:
        assert entry["signed"] is private
        for name, place in places_of(entry).items():
            assert endpoint.places.get(name) == place, f"{name} was sent as {place}"


def lacking(endpoint: Endpoint, arrived: list[dict[str, Any]]) -> list[str]:
    """What an endpoint of the document does not have; each that it has is tried by the tests that it stands in."""
    key, route = f"{endpoint.method} {endpoint.path}", "/" + re.sub(r"\{\w+\}", "{}", endpoint.path)
    asked = any(
        entry["method"] == endpoint.method and endpoint.matches(path_of(entry)) and 200 <= entry["status"] < 300
        for entry in arrived
    )
    has = {
        "client method": key in CALLS,
        "route of the embedded exchange": (endpoint.method, route) in served(Revision.TRADE),
        "command": asked,
    }
    return [what for what, there in has.items() if not there]


def test_each_endpoint_has_a_client_method_a_route_and_a_command(arrived: list[dict[str, Any]]) -> None:
    found = {f"{each.method} {each.path}": lacking(each, arrived) for each in endpoints()}
    assert {name: what for name, what in found.items() if what} == {}
    assert lacking(Endpoint("Ledger", "GET", "account/ledger"), arrived) == [
        "client method",
        "route of the embedded exchange",
        "command",
    ]


def test_commands_reach_the_parameters_that_people_need(arrived: list[dict[str, Any]]) -> None:
    """The document's parameters that no option reaches are those that the options make needless."""
    needless = {
        "public/markets": {"ordering", "order_by"},
        "public/markets/{market}/trades": {"order_by"},
        "public/currencies": {"type"},
        "market/orders": {"order_by"},
        "market/trades": {"order_by"},
        "account/withdraws": {"note"},
        "account/lightning/pays": {"description"},
    }
    for endpoint in endpoints():
        sent = {
            name
            for entry in arrived
            if entry["method"] == endpoint.method and endpoint.matches(path_of(entry))
            for name in places_of(entry)
        }
        wanted = {name for name, place in endpoint.places.items() if place != "path"}
        assert wanted - sent <= needless.get(endpoint.path, set()), endpoint.path
