"""Market data from the command line: for people, as JSON, as CSV; and what is said when it cannot be had."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.cli.commandline import KEYLESS, CommandLine, command_line, nobody
from tests.processes import CAPTUI


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("public"), "--seed", "3") as line:
        yield line


def test_ping_tells_round_trip_clock_and_revision(captui: CommandLine) -> None:
    said = captui.json("ping", **KEYLESS)
    assert said["revision"] == "atlas"
    assert Decimal(said["round_trip_ms"]) > 0
    assert abs(said["clock_offset_ms"]) <= 2_000
    assert captui.json("ping", revision="trade")["revision"] == "trade"
    assert "revision" in captui.ok("ping")


def test_markets_for_people_and_programs(captui: CommandLine) -> None:
    heading, first, *_ = captui.ok("markets").splitlines()
    assert heading.split()[:2] == ["id", "name"]
    assert first.split()[:2] == ["btczar", "BTC/ZAR"]
    found = captui.json("markets", "--base", "BTC", **KEYLESS)
    assert [market["id"] for market in found] == ["btczar"]
    assert found[0]["min_amount"] == "0.00001"
    assert found[0]["price_precision"] == 2
    assert {row["quote_unit"] for row in captui.csv("markets", "--quote", "zar")} == {"zar"}
    assert captui.json("markets", "--quote", "usd") == []


def test_tickers_of_all_markets_and_of_one(captui: CommandLine) -> None:
    every = {ticker["market"]: ticker for ticker in captui.json("ticker")}
    assert {"btczar", "ethzar", "xrpzar", "usdczar"} <= set(every)
    one = captui.json("ticker", "BTCZAR")
    assert one["market"] == "btczar"
    assert Decimal(one["low"]) <= Decimal(one["last"]) <= Decimal(one["high"])
    assert one["price_change_percent"].endswith("%")
    assert [row["market"] for row in captui.csv("ticker", "btczar")] == ["btczar"]


def test_candles_are_a_table_a_list_or_a_picture(captui: CommandLine) -> None:
    rows = captui.json("candles", "btczar", "--interval", "1h", "--limit", "5")
    times = [datetime.fromisoformat(row["time"]) for row in rows]
    assert len(rows) == 5
    assert all((later - earlier).total_seconds() == 3600 for earlier, later in pairwise(times))
    assert all(Decimal(row["low"]) <= Decimal(row["close"]) <= Decimal(row["high"]) for row in rows)
    since = captui.csv("candles", "btczar", "--interval", "1h", "--from", "3h")
    assert 2 <= len(since) <= 4
    picture = captui.ok("candles", "btczar", "--plot")
    assert "BTCZAR 15m" in picture
    assert "█" in picture
    assert "\x1b" not in picture
    assert "do not go together" in captui.failed(2, "candles", "btczar", "--plot", "--json")


def test_depth_is_a_ladder_or_the_documents_two_lists(captui: CommandLine) -> None:
    book = captui.json("depth", "btczar", "--limit", "4")
    asks, bids = ([Decimal(price) for price, _ in book[side]] for side in ("asks", "bids"))
    assert len(asks) == len(bids) == 4
    assert asks == sorted(asks)
    assert bids == sorted(bids, reverse=True)
    assert bids[0] < asks[0]
    sides = [row["side"] for row in captui.csv("depth", "btczar", "--limit", "4")]
    assert sides == ["ask"] * 4 + ["bid"] * 4
    prices = [Decimal(row["price"]) for row in captui.csv("depth", "btczar", "--limit", "4")]
    assert prices == sorted(prices, reverse=True)
    assert "bids" in captui.ok("depth", "btczar", "--plot")


def test_candles_since_a_time_are_all_of_them(captui: CommandLine) -> None:
    """With a start alone the exchange itself would send its 30 (API document, K Line)."""
    found = captui.json("candles", "btczar", "--interval", "1m", "--from", "2h")
    assert len(found) in (120, 121, 122)
    assert captui.json("candles", "btczar", "--interval", "1m", "--from", "2h", "--limit", "5")[0] in found[-6:]
    times = [candle["time"] for candle in found]
    assert times == sorted(times)


def test_the_tape_follows_its_pages(captui: CommandLine) -> None:
    now = datetime.now(UTC).isoformat()
    pages = [
        captui.json("tape", "btczar", "--limit", "5", "--page", str(number), "--to", now, "--from", "1h")
        for number in (1, 2, 3)
    ]
    ids = [int(trade["id"]) for page in pages for trade in page]
    assert len(set(ids)) == 15
    times = [trade["created_at"] for page in pages for trade in page]
    assert times == sorted(times, reverse=True)
    followed = captui.csv("tape", "btczar", "--limit", "5", "--all", "--to", now, "--from", "1h")
    assert [int(row["id"]) for row in followed[:15]] == ids
    assert len(followed) > 15
    done = captui.run("tape", "btczar", "--limit", "5")
    assert "--page 2" in done.stderr
    assert len(done.stdout.splitlines()) == 6


def test_currencies_and_one_of_them(captui: CommandLine) -> None:
    assert "btc" in [row["id"] for row in captui.csv("currencies")]
    assert captui.json("currencies", "ZAR")["type"] == "fiat"
    assert "South African Rand" in captui.ok("currencies")


@pytest.mark.parametrize("arguments", [("ticker", "dogezar"), ("depth", "dogezar"), ("currencies", "doge")])
def test_what_the_exchange_does_not_have_is_refused(captui: CommandLine, arguments: tuple[str, ...]) -> None:
    assert captui.failed(1, *arguments).startswith("captui: The exchange ")


def test_nobody_there_is_no_connection(captui: CommandLine) -> None:
    assert "No connection to 127.0.0.1" in captui.failed(3, "ping", **nobody())


def test_maintenance_is_no_connection_either(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="reply", status=503, path="/public/currencies", count=10)
    try:
        assert "maintenance" in captui.failed(3, "currencies")
    finally:
        captui.exchange.control.fault(kind="clear")


def test_the_options_of_the_connection_stand_before_or_after_the_command(captui: CommandLine) -> None:
    urls = captui.exchange.urls("trade")
    unset = {"CAPTUI_REST_URL": "", "CAPTUI_WS_URL": ""}
    before = captui.run(*urls, "ping", "--json", **unset)
    after = captui.run("ping", "--json", *urls, **unset)
    assert before.returncode == after.returncode == 0
    assert '"revision": "trade"' in before.stdout
    assert '"revision": "trade"' in after.stdout
    # The one after the command counts.
    assert "No connection" in captui.failed(
        3, *urls, "ping", "--rest-url", nobody()["CAPTUI_REST_URL"], "--ws-url", "ws://127.0.0.1:1/x"
    )
    assert "--market belongs after 'ping'" in captui.failed(2, "--market", "btczar", "ping")


def test_a_reader_who_leaves_is_no_error(captui: CommandLine) -> None:
    process = subprocess.Popen(
        [*CAPTUI, "candles", "btczar", "--limit", "1000", "--csv"],
        env=captui.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    assert process.wait(30) == 0
    assert "Broken" not in said
    process.stderr.close()
