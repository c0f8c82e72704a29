"""Bitcoin over lightning from the command line: invoices to be paid, and invoices looked into before they are."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commandline import KEYLESS, CommandLine, command_line


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    folder = tmp_path_factory.mktemp("lightning")
    with command_line(folder, "--no-makers") as line:
        (folder / ".config/captui").mkdir(parents=True)
        (folder / ".config/captui/config.toml").write_text("[funding]\nenabled = true\n")
        yield line


def control(captui: CommandLine, path: str, body: dict[str, Any]) -> Any:
    address = captui.exchange.rest_url.split("/api/")[0]
    request = urllib.request.Request(  # noqa: S310 - loopback, our own process
        f"{address}/control/{path}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def foreign(captui: CommandLine, sats: int | None, description: str = "coffee") -> str:
    """An invoice of somebody else."""
    amount = {} if sats is None else {"amount": str(sats)}
    return str(control(captui, "lightning/invoice", {**amount, "description": description})["bolt"])


def payments(captui: CommandLine) -> int:
    return len(captui.json("withdrawals", "--currency", "btc"))


def test_an_invoice_is_made_drawn_and_paid(captui: CommandLine) -> None:
    made = captui.json("lightning", "invoice", "5000", "--convert", "50", "--description", "rent", "--note", "mine")
    assert (made["amount"], made["amount_msat"], made["conversion_percent"]) == ("5000", "5000000", "0.5")
    assert (made["description"], made["member_description"]) == ("rent", "mine")
    before = len(captui.json("deposits", "--currency", "btc"))
    control(captui, "lightning/pay", {"bolt": made["bolt"]})
    assert len(captui.json("deposits", "--currency", "btc")) == before + 1
    said = captui.ok("lightning", "invoice", "1000sats", "--qr")
    bolt = next(line.split()[1] for line in said.splitlines() if line.startswith("bolt "))
    assert bolt.startswith("ln")
    assert "█" in said


def test_what_the_exchange_does_not_convert_is_refused(captui: CommandLine) -> None:
    # A part below the smallest order of the market (API document, Create a Lightning invoice).
    assert "captui: refused." in captui.failed(1, "lightning", "invoice", "1000", "--convert", "50")


def test_an_invoice_is_looked_into_and_paid(captui: CommandLine) -> None:
    before = payments(captui)
    bolt = foreign(captui, 2500)
    done = captui.run("lightning", "pay", f"lightning:{bolt}", "--note", "cup", answer="y\n")
    assert done.returncode == 0, done.stderr
    assert "Pay 2 500 satoshi (0.000025 BTC) over lightning\n" in done.stderr
    fee = re.search(r"fee      ([0-9.]+) BTC\n", done.stderr)
    assert fee is not None
    # The quote that was shown is the one that was sent: the newer revision takes its fee.
    assert captui.json("withdrawals", "--currency", "btc", "--limit", "1")[0]["fee"] == fee[1]
    assert "for      coffee" in done.stderr
    assert bolt in done.stdout
    assert payments(captui) == before + 1


def test_where_there_are_no_quotes_the_listed_fee_is_shown(captui: CommandLine) -> None:
    done = captui.run("lightning", "pay", foreign(captui, 2500), answer="y\n", revision="trade")
    assert done.returncode == 0, done.stderr
    assert "fee      0.0001 BTC, or what lightning costs instead" in done.stderr
    sent = captui.exchange.control.requests()[-1]
    assert sent["endpoint"].strip("/") == "account/lightning/pays"
    assert "quote_id" not in dict(sent["query"])


def test_an_invoice_without_an_amount_needs_one(captui: CommandLine) -> None:
    bolt = foreign(captui, None)
    assert "say it with --amount" in captui.failed(2, "lightning", "pay", bolt, "--yes")
    assert captui.json("lightning", "pay", bolt, "--amount", "300", "--yes")["amount"] == "300"


def test_nothing_is_sent_that_does_not_fit(captui: CommandLine, tmp_path: Path) -> None:
    before = payments(captui)
    bolt = foreign(captui, 2500)
    damaged = bolt[:-1] + ("q" if bolt[-1] != "q" else "p")
    assert captui.failed(2, "lightning", "pay", damaged, "--yes")
    assert "over 2 500 satoshi, not 2 501" in captui.failed(2, "lightning", "pay", bolt, "--amount", "2501", "--yes")
    assert "nothing was sent" in captui.failed(1, "lightning", "pay", bolt)
    assert "BTC is available" in captui.failed(1, "lightning", "pay", foreign(captui, 99_000_000), "--yes")
    path = tmp_path / "off.toml"
    path.write_text("")
    assert "switched off" in captui.failed(2, "lightning", "pay", bolt, "--yes", "--config", str(path))
    said = captui.failed(2, "lightning", "pay", bolt, "--yes", "--read-only")
    assert "Pay 2 500 satoshi" in said
    assert "read-only" in said
    assert "read-only" in captui.failed(2, "lightning", "invoice", "1000", "--read-only")
    assert "none is set" in captui.failed(4, "lightning", "pay", bolt, "--yes", **KEYLESS)
    assert payments(captui) == before


@pytest.mark.parametrize("sats", ["0", "1.5", "much", "5btc"])
def test_satoshi_are_whole(captui: CommandLine, sats: str) -> None:
    assert captui.failed(2, "lightning", "invoice", sats)


@pytest.mark.parametrize("percent", ["0", "101", "half", "5zar"])
def test_a_percentage_is_one(captui: CommandLine, percent: str) -> None:
    assert captui.failed(2, "lightning", "invoice", "1000", "--convert", percent)


def test_a_lost_answer_is_unknown(captui: CommandLine) -> None:
    before = payments(captui)
    captui.exchange.control.fault(kind="lose_reply", request="pay")
    assert "captui withdrawals --currency btc" in captui.failed(5, "lightning", "pay", foreign(captui, 700), "--yes")
    assert payments(captui) == before + 1
    captui.exchange.control.fault(kind="lose_reply", request="invoice")
    assert "not known whether the invoice" in captui.failed(5, "lightning", "invoice", "1000")
