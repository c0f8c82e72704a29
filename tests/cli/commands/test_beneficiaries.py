"""Where money may go to: added, activated by pin, listed, removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.commandline import KEYLESS, CommandLine, command_line

PIN = "271828\n"


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("beneficiaries"), "--no-makers") as line:
        yield line


def test_from_added_to_removed(captui: CommandLine) -> None:
    made = captui.json("beneficiaries", "add", "BTC", "cold", "--address", "bc1qcold", "--description", "safe", "--yes")
    number = str(made["id"])
    assert (made["state"], made["data"], made["description"]) == ("pending", {"address": "bc1qcold"}, "safe")
    assert "captui: refused." in captui.failed(1, "beneficiaries", "activate", number, "--yes", answer="1\n")
    done = captui.run("beneficiaries", "activate", number, answer=f"y\n{PIN}")
    assert done.returncode == 0
    assert "Let withdrawals of BTC go to cold" in done.stderr
    assert "271828" not in done.stdout + done.stderr
    assert captui.json("beneficiaries", "show", number)["state"] == "active"
    assert [each["id"] for each in captui.json("beneficiaries", "list", "--state", "active")] == [made["id"]]
    assert "nothing was sent" in captui.failed(1, "beneficiaries", "remove", number)
    removed = captui.run("beneficiaries", "remove", number, "--yes")
    assert (removed.returncode, removed.stdout) == (0, "")
    assert "cold is removed" in removed.stderr
    captui.failed(1, "beneficiaries", "show", number)


def test_a_bank_account_has_details(captui: CommandLine) -> None:
    bank = ("--bank", "bank_name=FNB", "--bank", "account_number=62001234567")
    made = captui.json("beneficiaries", "add", "zar", "home", *bank, "--yes")
    assert made["data"] == {"bank_name": "FNB", "account_number": "62001234567"}
    rows = captui.csv("beneficiaries", "list", "--currency", "ZAR")
    assert [row["data"] for row in rows] == ["bank_name: FNB, account_number: 62001234567"]
    assert "home" in captui.ok("beneficiaries", "list")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "btc", "x"), "Say where the money goes"),
        (("add", "btc", "x", "--address", "a", "--bank", "b=c"), "Say where the money goes"),
        (("add", "zar", "x", "--bank", "bank_name"), "is not a detail"),
        (("add", "zar", "x", "--bank", "a=1", "--bank", "a=2"), "is not a detail"),
        (("add", "btc", " ", "--address", "a"), "must not be empty"),
        (("show", "cold"), "'cold' is not the number of a beneficiary"),
        (("remove", "0"), "'0' is not the number"),
        (("activate", "../801"), "is not the number"),
    ],
)
def test_wrong_usage(captui: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in captui.failed(2, "beneficiaries", *arguments)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("btc", "x", "--address", "bc1q\x1b[2J"), "addresses do not have"),
        (("btc", "x", "--address", "bc1q other"), "addresses do not have"),
        (("btc", "x", "--bank", "bank_name=FNB"), "of BTC needs an address"),
        (("zar", "x", "--address", "bc1qexample"), "ZAR goes to a bank account"),
        (("zar", "x\x1b]0;y\a", "--bank", "bank_name=FNB"), "The name holds a character that cannot be seen"),
    ],
)
def test_what_cannot_be_paid_to_is_not_sent(captui: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    before = captui.json("beneficiaries", "list")
    assert sentence in captui.failed(1, "beneficiaries", "add", *arguments, "--yes")
    assert captui.json("beneficiaries", "list") == before


def test_a_tag_that_is_missing_is_said_before_it_is_sent(captui: CommandLine) -> None:
    said = captui.failed(1, "beneficiaries", "add", "xrp", "x", "--address", "rExample", answer="n\n")
    assert "It has no destination tag" in said
    said = captui.failed(1, "beneficiaries", "add", "xrp", "x", "--address", "rExample?dt=7", answer="n\n")
    assert "destination tag" not in said


def test_blanks_around_an_address_are_no_part_of_it(captui: CommandLine) -> None:
    made = captui.json("beneficiaries", "add", "btc", "fine", "--address", " bc1qfine ", "--yes")
    assert made["data"] == {"address": "bc1qfine"}


def test_lost_refused_read_only_and_unauthorised(captui: CommandLine) -> None:
    add = ("beneficiaries", "add", "eth", "hot", "--address", "0xhot", "--yes")
    said = captui.failed(2, *add, "--read-only")
    assert "Add hot as a beneficiary of ETH" in said
    assert "read-only" in said
    assert "none is set" in captui.failed(4, *add, **KEYLESS)
    captui.exchange.control.fault(kind="lose_reply", request="beneficiary")
    assert "captui beneficiaries list" in captui.failed(5, *add)
    assert [each["name"] for each in captui.json("beneficiaries", "list", "--currency", "eth")] == ["hot"]
    # The exchange keeps an address once.
    assert "captui: refused." in captui.failed(1, *add)
