"""Money going out from the command line: switched off unless the config says otherwise, shown, asked for, sent once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commandline import KEYLESS, CommandLine, command_line

OTP = "123456\n"
PIN = "271828\n"


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """A cold wallet that is active, and one that is pending."""
    folder = tmp_path_factory.mktemp("withdrawals")
    with command_line(folder, "--no-makers") as line:
        (folder / ".config/captui").mkdir(parents=True)
        (folder / ".config/captui/config.toml").write_text("[funding]\nenabled = true\n")
        cold = line.json("beneficiaries", "add", "btc", "cold", "--address", "bc1qcold", "--yes")
        line.ok("beneficiaries", "activate", str(cold["id"]), "--yes", answer=PIN)
        line.ok("beneficiaries", "add", "btc", "new", "--address", "bc1qnew", "--yes")
        yield line


def sent(captui: CommandLine) -> int:
    return len(captui.json("withdrawals"))


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_a_withdrawal_is_shown_with_its_fee_and_sent(captui: CommandLine, revision: str) -> None:
    done = captui.run("withdraw", "BTC", "0.01", "--to", "cold", answer=f"y\n{OTP}", revision=revision)
    assert done.returncode == 0, done.stderr
    assert "Withdraw 0.01 BTC to cold" in done.stderr
    assert "to       bc1qcold" in done.stderr
    fee = re.search(r"fee      ([0-9.]+) BTC", done.stderr)
    arrives = re.search(r"arrives  ([0-9.]+) BTC", done.stderr)
    assert fee is not None
    assert arrives is not None
    assert "123456" not in done.stderr + done.stdout
    newest = captui.json("withdrawals", "--currency", "btc", "--limit", "1")[0]
    # What was shown is what is taken, also where the newer revision quotes another fee than the currency's.
    assert (newest["currency"], newest["rid"], newest["fee"]) == ("btc", "bc1qcold", fee[1])
    assert newest["amount"] == arrives[1]


def test_withdrawals_follow_more_than_two_pages(captui: CommandLine) -> None:
    while sent(captui) < 5:
        captui.ok("withdraw", "btc", "0.001", "--to", "cold", "--yes", answer=OTP)
    whole = [each["id"] for each in captui.json("withdrawals")]
    assert [each["id"] for each in captui.json("withdrawals", "--limit", "2", "--all")] == whole
    assert [int(row["id"]) for row in captui.csv("withdrawals", "--limit", "2", "--page", "2")] == whole[2:4]
    assert captui.json("withdrawals", "--state", "failed") == []
    assert len(captui.json("withdrawals", "--rid", "bc1qcold")) == len(whole)
    exported = captui.ok("export", "withdrawals").splitlines()
    assert [int(line.split(",")[0]) for line in exported[1:]] == sorted(whole)
    assert len(captui.ok("export", "deposits").splitlines()) > 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("btc", "0.01", "--to", "new"), "is pending: captui beneficiaries activate"),
        (("btc", "0.01", "--to", "nobody"), "There is no beneficiary 'nobody' for BTC"),
        (("eth", "0.1", "--to", "cold"), "There is no beneficiary 'cold' for ETH"),
        (("btc", "0.0001", "--to", "cold"), "below the smallest withdrawal"),
        (("btc", "0.001000001", "--to", "cold"), "BTC has 8 decimals"),
        (("btc", "5000", "--to", "cold"), "BTC is available"),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_sent(
    captui: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    before = sent(captui)
    assert sentence in captui.failed(1, "withdraw", *arguments, "--yes", answer=OTP)
    assert sent(captui) == before


def test_nothing_is_sent_without_consent_and_password(captui: CommandLine) -> None:
    before = sent(captui)
    order = ("withdraw", "btc", "0.001", "--to", "cold")
    assert "nothing was sent" in captui.failed(1, *order)
    assert "there is no one-time password" in captui.failed(1, *order, answer="y\n")
    assert "made of digits" in captui.failed(2, *order, "--yes", answer="secret\n")
    assert "captui: refused." in captui.failed(1, *order, "--yes", answer="000000\n")
    assert sent(captui) == before


def test_a_lost_answer_is_unknown_and_says_how_to_ask(captui: CommandLine) -> None:
    before = sent(captui)
    captui.exchange.control.fault(kind="lose_reply", request="withdraw")
    said = captui.failed(5, "withdraw", "btc", "0.001", "--to", "cold", "--yes", answer=OTP)
    assert "captui withdrawals --currency btc" in said
    assert sent(captui) == before + 1


def test_it_is_switched_off_by_default(captui: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text("")
    before = sent(captui)
    order = ("withdraw", "btc", "0.001", "--to", "cold", "--yes")
    assert "switched off" in captui.failed(2, *order, "--config", str(path), answer=OTP)
    said = captui.failed(2, *order, "--read-only", answer=OTP)
    assert "Withdraw 0.001 BTC to cold" in said
    assert "read-only" in said
    assert "none is set" in captui.failed(4, *order, answer=OTP, **KEYLESS)
    assert "not of BTC" in captui.failed(2, "withdraw", "btc", "1eth", "--to", "cold")
    assert sent(captui) == before
