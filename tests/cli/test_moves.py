"""Money whose answer was lost: on disk before it leaves, asked about before it is sent again, told of when it is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commandline import CommandLine, command_line

OTP, PIN, VOUCHER = "123456", "271828", "1000000000000100"


@pytest.fixture
def captui(tmp_path: Path) -> Iterator[CommandLine]:
    """An active wallet to withdraw to."""
    with command_line(tmp_path, "--no-makers") as line:
        (tmp_path / ".config/captui").mkdir(parents=True)
        (tmp_path / ".config/captui/config.toml").write_text("[funding]\nenabled = true\n")
        cold = line.json("beneficiaries", "add", "btc", "cold", "--address", "bc1qcold", "--yes")
        line.ok("beneficiaries", "activate", str(cold["id"]), "--yes", answer=PIN)
        yield line


def journal(captui: CommandLine) -> Path:
    return captui.folder / ".local/state/captui/orders.jsonl"


def entries(captui: CommandLine) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal(captui).read_text().splitlines()]


def withdraw(captui: CommandLine, *, answer: str, yes: bool = True) -> tuple[int, str]:
    flags = ("--yes",) if yes else ()
    done = captui.run("withdraw", "btc", "0.002", "--to", "cold", *flags, answer=answer)
    return done.returncode, done.stderr


def test_it_is_journalled_before_it_is_sent_and_without_the_password(captui: CommandLine) -> None:
    assert withdraw(captui, answer=OTP)[0] == 0
    sent, outcome = entries(captui)
    assert (sent["kind"], sent["what"], sent["currency"], sent["amount"]) == ("move", "withdrawal", "btc", "0.002")
    assert sent["to"] == "cold"
    assert (outcome["kind"], outcome["outcome"], outcome["key"]) == ("move_outcome", "accepted", sent["key"])
    assert outcome["id"] == captui.json("withdrawals")[0]["id"]
    assert captui.run("withdrawals").stderr == ""
    for secret in (OTP, captui.exchange.api_secret):
        assert secret not in journal(captui).read_text()


def test_one_that_was_made_is_told_of_once(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="lose_reply", request="withdraw")
    assert withdraw(captui, answer=OTP)[0] == 5
    done = captui.run("withdrawals", "--json")
    number = json.loads(done.stdout)[0]["id"]
    assert done.stderr.startswith("captui: the withdrawal of 0.002 BTC to cold, sent at ")
    assert f"was accepted: it is withdrawal {number}, " in done.stderr
    assert captui.run("withdrawals").stderr == ""
    assert entries(captui)[-1]["id"] == number


def test_one_that_is_not_known_takes_the_whole_word_before_another(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="lose_request", request="withdraw")
    assert withdraw(captui, answer=OTP)[0] == 5
    code, said = withdraw(captui, answer=f"y\n{OTP}\n", yes=False)
    assert code == 1
    assert "it is not known whether the withdrawal of 0.002 BTC to cold" in said
    assert "[type yes]" in said
    assert captui.json("withdrawals") == []
    assert withdraw(captui, answer=f"yes\n{OTP}\n", yes=False)[0] == 0


@pytest.mark.parametrize("fault", ["lose_request", "lose_reply"])
def test_a_script_that_tries_again_does_not_pay_twice(captui: CommandLine, fault: str) -> None:
    """The first is not known, or only now known to have been made: --yes was not said of that."""
    captui.exchange.control.fault(kind=fault, request="withdraw")
    assert withdraw(captui, answer=OTP)[0] == 5
    before = len(captui.exchange.control.requests())
    code, said = withdraw(captui, answer=OTP)
    assert code == 1
    assert "--yes does not answer for a second withdrawal like that one" in said
    assert not [entry for entry in captui.exchange.control.requests()[before:] if entry["method"] == "POST"]
    another = captui.run("withdraw", "btc", "0.003", "--to", "cold", "--yes", answer=OTP)
    assert another.returncode == 0, another.stderr


def test_one_that_never_arrived_is_told_once_it_can_no_longer_arrive(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="lose_request", request="withdraw")
    assert withdraw(captui, answer=OTP)[0] == 5
    written = entries(captui)
    for entry in written:
        entry["t"] -= 600_000
    journal(captui).write_text("".join(json.dumps(entry) + "\n" for entry in written))
    assert "was not made: the exchange has no withdrawal like it." in captui.run("withdrawals").stderr
    assert "was not made" not in captui.run("withdrawals").stderr
    assert withdraw(captui, answer=OTP)[0] == 0


def test_what_became_of_one_is_told_before_another_is_sent(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="lose_reply", request="withdraw")
    assert withdraw(captui, answer=OTP)[0] == 5
    code, said = withdraw(captui, answer="", yes=False)
    assert code == 1
    assert said.index("was accepted: it is withdrawal") < said.index("Withdraw it? [y/N]")


def test_vouchers_and_payments_are_journalled_too(captui: CommandLine) -> None:
    captui.exchange.control.fault(kind="lose_reply", request="redeem")
    assert captui.run("redeem", "1", "100", "--yes", answer=VOUCHER).returncode == 5
    told = captui.run("deposits").stderr
    assert "the voucher of 100 ZAR to Play Voucher, sent at" in told
    captui.exchange.control.fault(kind="lose_reply", request="pay")
    bolt = captui.json("lightning", "invoice", "5000")["bolt"]
    assert captui.run("lightning", "pay", bolt, "--yes").returncode == 5
    told = captui.run("withdrawals").stderr
    assert "captui: the lightning payment of 0.00005 BTC to lnbc50u" in told
    assert "was accepted" in told
    assert bolt not in told
    assert VOUCHER not in journal(captui).read_text()


def test_without_a_journal_nothing_is_sent_but_lists_are_shown(captui: CommandLine) -> None:
    journal(captui).parent.mkdir(parents=True, exist_ok=True)
    journal(captui).mkdir()
    code, said = withdraw(captui, answer=OTP)
    assert code == 1
    assert "The order journal" in said
    done = captui.run("withdrawals", "--json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert "The order journal" in done.stderr
