"""Money coming in from the command line: deposits and their addresses, vouchers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cli.commandline import KEYLESS, CommandLine, command_line, nobody

PIN_OF_500 = "1000000000000500"
PIN_OF_100 = "1000000000000100"


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("deposits"), "--no-makers") as line:
        yield line


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_deposits_follow_more_than_two_pages(captui: CommandLine, revision: str) -> None:
    whole = captui.json("deposits", revision=revision)
    assert len(whole) > 4
    assert captui.json("deposits", "--limit", "2", "--all", revision=revision) == whole
    assert captui.json("deposits", "--limit", "2", "--page", "3", revision=revision) == whole[4:6]
    assert [row["id"] for row in captui.csv("deposits", revision=revision)] == [str(each["id"]) for each in whole]
    assert len(captui.ok("deposits", revision=revision).splitlines()) == len(whole) + 1


def test_deposits_are_filtered_and_one_is_found_by_its_transaction(captui: CommandLine) -> None:
    coins = captui.json("deposits", "--currency", "BTC", "--state", "collected")
    assert {(each["currency"], each["state"]) for each in coins} == {("btc", "collected")}
    assert captui.json("deposit", coins[0]["txid"]) == coins[0]
    assert captui.json("deposits", "--txid", coins[0]["txid"]) == [coins[0]]
    assert captui.json("deposits", "--from", "2001-01-01", "--to", "2001-12-31") == []
    assert captui.failed(1, "deposit", "feedbeef").startswith("captui: ")


def test_deposits_of_a_time_are_found_on_later_pages(captui: CommandLine) -> None:
    whole = captui.json("deposits")
    from_, to = whole[5]["created_at"], whole[2]["created_at"]
    assert captui.json("deposits", "--from", from_, "--to", to, "--limit", "2") == whole[3:5]
    assert captui.json("deposits", "--from", from_, "--to", to, "--limit", "2", "--page", "2") == whole[5:6]
    assert captui.json("deposits", "--from", from_, "--to", to, "--all") == whole[3:6]


def test_an_address_is_waited_for_and_stands_alone_on_its_line(captui: CommandLine) -> None:
    done = captui.run("deposit-address", "ETH")
    assert done.returncode == 0
    assert "making the address" in done.stderr
    address = done.stdout.removesuffix("\n")
    assert len(address) > 20
    assert " " not in address
    assert captui.json("deposit-address", "eth")["address"] == address
    drawn = captui.ok("deposit-address", "eth", "--qr").splitlines()
    assert drawn[0] == address
    assert len(drawn) > 12
    assert "\x1b" not in "".join(drawn)


def test_what_belongs_to_an_address_is_said_beside_it(captui: CommandLine) -> None:
    done = captui.run("deposit-address", "xrp")
    assert done.returncode == 0
    tag = done.stdout.strip().partition("?dt=")[2]
    assert tag.isdigit()
    assert f"The destination tag {tag} is part of it" in done.stderr


def test_rand_has_no_address_and_yet_is_a_currency(captui: CommandLine) -> None:
    said = captui.failed(1, "deposit-address", "zar")
    assert "ZAR is not paid in to an address" in said
    assert "captui deposit-methods" in said
    assert "no currency 'DOGE'" in captui.failed(1, "deposit-address", "doge")


def test_a_voucher_is_redeemed_and_its_change_comes_back(captui: CommandLine) -> None:
    methods = {method["type"]: method["id"] for method in reversed(captui.json("deposit-methods"))}
    done = captui.run(
        "redeem",
        methods["voucher"],
        "200",
        "--yes",
        "--json",
        answer=f"{PIN_OF_500[:4]} {PIN_OF_500[4:8]} {PIN_OF_500[8:]}\n",
    )
    assert done.returncode == 0, done.stderr
    assert "Redeem a voucher of Play Voucher for 200 ZAR" in done.stderr
    assert PIN_OF_500 not in done.stderr + done.stdout
    redemption = json.loads(done.stdout)
    assert set(redemption) == {"amount", "origin_amount", "change_voucher"}
    assert redemption["change_voucher"]["change_amount"] == "300"
    arrived = captui.json("deposits", "--currency", "zar", "--limit", "1")
    assert arrived[0]["amount"] == "194"


def test_a_voucher_that_is_no_good_is_refused(captui: CommandLine) -> None:
    assert "captui: refused." in captui.failed(1, "redeem", "1", "50", "--yes", answer="999\n")
    assert "there is no deposit method '77'" in captui.failed(1, "redeem", "77", "50", "--yes", answer="1\n")
    assert "there is no voucher pin" in captui.failed(1, "redeem", "1", "50", "--yes")
    assert "nothing was sent" in captui.failed(1, "redeem", "1", "50", answer="n\n")
    said = captui.failed(2, "redeem", "1", "50", "--yes", "--read-only", answer="1\n")
    assert "Redeem a voucher of Play Voucher for 50 ZAR" in said
    assert "read-only" in said
    assert "Rand has 2 decimals" in captui.failed(1, "redeem", "1", "50.005", "--yes", answer="1\n")
    assert "takes no less than 10 ZAR" in captui.failed(1, "redeem", "1", "5", "--yes", answer="1\n")
    assert "takes no vouchers" in captui.failed(1, "redeem", "3", "200", "--yes", answer="1\n")
    assert "Vouchers are in rand" in captui.failed(2, "redeem", "1", "50btc")


def test_a_lost_answer_to_a_voucher_is_unknown(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="lose_reply", request="redeem")
    said = captui.failed(5, "redeem", "1", "100", "--yes", answer=f"{PIN_OF_100}\n")
    assert "captui deposits --currency zar" in said
    assert PIN_OF_100 not in said


def test_without_a_key_and_without_anyone_there(captui: CommandLine) -> None:
    for command in (("deposits",), ("deposit-methods",), ("deposit-address", "btc"), ("redeem", "1", "50", "--yes")):
        captui.failed(4, *command, **KEYLESS)
    captui.failed(3, "deposits", **nobody())
