"""All that is known of a deposit, a withdrawal or a beneficiary."""

from __future__ import annotations

from dataclasses import replace

from captui.render.lines import Line, plain, width_of
from captui.screens.funding import details
from captui.screens.funding.asking import INNER
from tests import samples
from tests import samples_funding as money

BTC = money.CURRENCIES["btc"]


def text(items: list[Line]) -> str:
    return "\n".join(plain(item) for item in items)


def test_a_deposit_says_when_what_and_where_to_look() -> None:
    words = text(details.deposit_items(money.DEPOSITS[0], BTC, samples.TZ))
    for part in ("0.05 BTC", "arriving 1/3", "6125", "20 Nov 2026, 13:51:22", "TID6125"):
        assert part in words
    assert money.TXID in words.replace("\n", "")
    assert f"https://mempool.example/tx/{money.TXID}" in words.replace("\n", "")


def test_a_deposit_from_a_bank_has_no_transaction() -> None:
    assert "transaction" not in text(details.deposit_items(money.DEPOSITS[1], money.CURRENCIES["zar"], samples.TZ))


def test_a_transaction_id_that_is_none_makes_no_link() -> None:
    odd = replace(money.DEPOSITS[0], txid="../evil?x=\x1b[2J")
    words = text(details.deposit_items(odd, BTC, samples.TZ))
    assert "mempool" not in words
    assert all(line.isprintable() for line in words.splitlines())


def test_a_withdrawal_shows_the_whole_address_beside_the_name() -> None:
    words = text(details.withdrawal_items(money.WITHDRAWALS[0], "Cold wallet", BTC, samples.TZ))
    assert "Cold wallet" in words
    assert money.BTC_ADDRESS in words.replace(" ", "").replace("\n", "")
    assert "sent 1/3" in words


def test_every_line_fits_a_dialog() -> None:
    items = [
        *details.deposit_items(money.DEPOSITS[0], BTC, samples.TZ),
        *details.withdrawal_items(money.WITHDRAWALS[1], "x" * 300, BTC, samples.TZ),
        *details.beneficiary_items(replace(money.CHEQUE, description="word " * 50), INNER),
        *details.beneficiary_summary(money.CHEQUE, INNER)[3:],
    ]
    # A line of one run is wrapped by the dialog.
    assert all(width_of(item) <= INNER for item in items if len(item) > 1)
