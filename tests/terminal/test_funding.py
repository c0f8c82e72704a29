"""A person at a terminal moves play money by keys alone, and the exchange's own books say the same as the screen."""

from __future__ import annotations

from pathlib import Path

from captui.screens.funding.asking import HELD_MS
from tests.terminal.test_demo import demo

F6 = "\x1b[17~"
PIN, OTP = "271828", "123456"
"""Of every embedded exchange."""
ADDRESS = "bcrt1qpwxeh4s0hpfn9f0wls5qcx3shtw9u3hud7er7w"


def test_money_in_and_out_with_an_answer_that_is_lost(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[funding]\nenabled = true\n", encoding="utf-8")
    with demo(tmp_path, "--config", str(config), columns=80, lines=24) as (terminal, control):
        terminal.press(F6).wait_for("Deposits, newest first").wait_for(r"read \d+ s ago")
        terminal.press("down", "enter").wait_for(r"bcrt [a-z0-9]{4} [a-z0-9]{4}")
        made = control.funding()["addresses"]["btc"]
        assert made in terminal.text.replace("\n", "")
        terminal.press("q").wait_for("▄▀").press("q").wait_for("Deposits, newest first")

        terminal.press("4").wait_for("Where withdrawals").press("a").wait_for("A beneficiary of")
        terminal.press("btc", "enter").wait_for("paste it").press("Cold", "enter", ADDRESS, "enter", "enter")
        terminal.wait_for("group by group").wait_for("bcrt 1qpw xeh4").press("y")
        terminal.wait_for("Activate Cold").press(PIN, "enter").wait_for("Withdrawals may go there now").press("escape")
        terminal.wait_for("Activate Cold", gone=True).wait_for("active")

        control.fault(kind="lose_reply", request="withdraw", accepted=True)
        terminal.press("w").wait_for("Withdraw what").press("btc", "enter").wait_for("to whom").press("enter")
        terminal.wait_for("promised for").press("0.01", "enter")
        terminal.wait_for(r"Withdraw 0\.01 BTC\?").wait_for("Go on to the password").read_for(HELD_MS / 1000)
        terminal.press("Y")
        terminal.wait_for("one-time password").press(OTP, *["enter"] * 12)
        # The first answer never comes; the list tells what became of it.
        terminal.wait_for(r"status +(unknown|accepted)").wait_for(r"status +accepted", within=60)
        assert len(control.funding()["withdrawals"]) == 1
        (withdrawal,) = control.funding()["withdrawals"]
        assert withdrawal["rid"] == ADDRESS
        terminal.press("escape").wait_for("Withdrawals, newest first").wait_for(r"BTC .* Cold +▸? ")

        terminal.press("v").wait_for("Redeem a voucher").press("enter", "100", "enter", "1000000000000500", "enter")
        terminal.wait_for("Redeem it").press("y").wait_for("a new voucher over R 400.00")
        assert not any(digits.isdigit() and len(digits) == 16 for digits in terminal.text.split())
        terminal.press("s").wait_for(r"pin +\d{16}")
