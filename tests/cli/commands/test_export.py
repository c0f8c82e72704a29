"""Whole histories as CSV: every page, oldest first, only what lies in the range, and never half a file."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from captui.cli import paging
from captui.cli.connect import now_ms
from captui.core.outcome import Accepted
from captui.core.secret import Credentials, Secret
from captui.core.signing import NonceSource
from captui.core.types import OrderDraft, OrderType, Side
from captui.exchange.clock import ServerClock
from captui.exchange.rest import RestClient
from tests.cli.commandline import KEYLESS, CommandLine, command_line

MANY = 2 * paging.PAGE_SIZE + 5


async def seed(line: CommandLine) -> None:
    """Orders and withdrawals for more than two pages of each: as commands of their own they would take minutes."""
    exchange = line.exchange
    client = RestClient(
        base_url=exchange.atlas_rest_url,
        credentials=Credentials(Secret(exchange.api_key), Secret(exchange.api_secret)),
        clock=ServerClock(),
        nonces=NonceSource(),
        now_ms=now_ms,
        rate=10_000.0,
        burst=10_000,
    )
    await client.open()
    try:
        made = await client.funding.create_beneficiary(currency="btc", name="cold", data={"address": "bc1qcold"})
        assert isinstance(made, Accepted)
        await client.funding.activate_beneficiary(made.value.id, Secret("271828"))
        for number in range(MANY):
            draft = OrderDraft("ethzar", Side.BUY, OrderType.LIMIT, Decimal(20_000), Decimal("0.001"))
            assert isinstance(await client.create_order(draft, f"seed-{number}"), Accepted)
            sent = await client.funding.withdraw(
                currency="btc", amount=Decimal("0.001"), beneficiary_id=made.value.id, otp=Secret("123456")
            )
            assert isinstance(sent, Accepted)
            line.exchange.control.deposit("usdc", Decimal(1))
    finally:
        await client.close()


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """One bid that another participant has sold into more often than fits on two pages."""
    with command_line(tmp_path_factory.mktemp("export"), "--no-makers") as line:
        line.ok("buy", "xrpzar", str(MANY), "--limit", "10", "--yes")
        for _ in range(MANY):
            line.exchange.control.trade("xrpzar", "sell", Decimal(1))
        line.ok("buy", "xrpzar", "5", "--limit", "9", "--yes")
        asyncio.run(seed(line))
        yield line


def test_trades_of_all_pages_oldest_first(captui: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    done = captui.run("export", "trades", "-o", str(path))
    assert done.returncode == 0
    assert f"{MANY} trades" in done.stderr
    assert done.stdout == ""
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert len({row["id"] for row in rows}) == MANY
    assert [row["created_at"] for row in rows] == sorted(row["created_at"] for row in rows)
    assert list(rows[0]) == [
        "id",
        "created_at",
        "market",
        "side",
        "price",
        "amount",
        "total",
        "fee_amount",
        "fee_currency",
        "taker_type",
        "order_id",
        "custom_order_id",
        "created_at_sast",
        "base_unit",
        "quote_unit",
        "total_zar",
        "fee_zar",
        "base_change",
        "quote_change",
    ]
    assert sum(Decimal(row["total"]) for row in rows) == 10 * MANY
    assert list(tmp_path.iterdir()) == [path]


def test_orders_to_standard_output_and_in_a_range(captui: CommandLine) -> None:
    rows = list(csv.DictReader(io.StringIO(captui.ok("export", "orders", "--from", "1d"))))
    assert [(row["origin_volume"], row["state"]) for row in rows[:2]] == [(str(MANY), "done"), ("5", "wait")]
    nothing = captui.ok("export", "trades", "--from", "2001-01-01", "--to", "2001-12-31")
    assert len(nothing.splitlines()) == 1


def test_a_failure_leaves_the_old_file(captui: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("old")
    captui.failed(4, "export", "trades", "-o", str(path), **KEYLESS)
    assert path.read_text() == "old"
    assert "cannot be written" in captui.failed(2, "export", "trades", "-o", str(tmp_path / "absent" / "trades.csv"))


@pytest.mark.parametrize(
    ("what", "field", "value"),
    [("orders", "market", "ethzar"), ("deposits", "currency", "usdc"), ("withdrawals", "currency", "btc")],
)
def test_every_history_is_read_over_more_than_two_pages(captui: CommandLine, what: str, field: str, value: str) -> None:
    rows = list(csv.DictReader(io.StringIO(captui.ok("export", what))))
    seeded = [row for row in rows if row[field] == value]
    assert len(seeded) >= MANY > 2 * paging.PAGE_SIZE
    ids = [int(row["id"]) for row in rows]
    assert ids == sorted(set(ids))
    assert all(row["created_at"] and row["state"] for row in rows)


def test_the_changes_add_up_to_the_balances(captui: CommandLine) -> None:
    """What trades did to the account, by the export alone, is what the exchange says the account holds."""
    held = {row["currency"]: Decimal(row["balance"]) for row in captui.json("balances")}
    rows = list(csv.DictReader(io.StringIO(captui.ok("export", "trades"))))
    bought = sum(Decimal(row["base_change"]) for row in rows)
    assert {(row["base_unit"], row["quote_unit"]) for row in rows} == {("xrp", "zar")}
    assert held["xrp"] == 10_000 + bought
    paid = sum(Decimal(row["quote_change"]) for row in rows)
    # What is locked in orders is still there.
    assert held["zar"] == 250_000 + paid
    for row in rows:
        assert Decimal(row["fee_zar"]) == Decimal(row["fee_amount"]) * Decimal(row["price"])
        assert row["total_zar"] == row["total"]
        assert datetime.fromisoformat(row["created_at_sast"]) == datetime.fromisoformat(row["created_at"])


def test_the_same_as_json(captui: CommandLine, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(captui.ok("export", "orders"))))
    path = tmp_path / "orders.json"
    captui.ok("export", "orders", "--json", "-o", str(path))
    found = json.loads(path.read_text())
    assert found == json.loads(captui.ok("export", "orders", "--json"))
    assert [str(each["id"]) for each in found] == [row["id"] for row in rows]
    assert list(found[0]) == list(rows[0])


def test_dates_are_those_of_south_africa_wherever_the_machine_stands(captui: CommandLine) -> None:
    whole = json.loads(captui.ok("export", "deposits", "--json"))
    day = whole[3]["created_at_sast"][:10]
    expected = [each["id"] for each in whole if each["created_at_sast"].startswith(day)]
    assert expected
    for zone in ("Africa/Johannesburg", "America/Los_Angeles", "Asia/Tokyo"):
        found = json.loads(captui.ok("export", "deposits", "--from", day, "--to", day, "--json", TZ=zone))
        assert [each["id"] for each in found] == expected
