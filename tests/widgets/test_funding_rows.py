"""Rows of money in and out: their cells are for their columns, in styles that exist, with nothing that a terminal acts upon."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.types import Balance
from captui.render.lines import MEANINGS, plain
from captui.session.funding_views import MoveKind, MoveStatus
from captui.widgets import funding_rows as rows
from captui.widgets.table import Column, Row
from tests import samples
from tests import samples_funding as money

D = Decimal
NOW, TZ = samples.NOW_MS, samples.TZ


def every() -> list[tuple[tuple[Column, ...], Row]]:
    btc = money.CURRENCIES["btc"]
    return [
        (rows.INTO_COLUMNS, rows.into(btc)),
        (rows.INTO_COLUMNS, rows.into(money.CURRENCIES["usdt"])),
        (rows.OUT_OF_COLUMNS, rows.out_of(btc, Balance("btc", D("0.74"), D(0)), fresh=True)),
        (rows.OUT_OF_COLUMNS, rows.out_of(money.CURRENCIES["eth"], None, fresh=False)),
        *((rows.DEPOSIT_COLUMNS, rows.deposit(each, 3, NOW, TZ, news=True)) for each in money.DEPOSITS),
        *((rows.WITHDRAWAL_COLUMNS, rows.withdrawal(each, 3, "x", NOW, TZ)) for each in money.WITHDRAWALS),
        (rows.INVOICE_COLUMNS, rows.invoice(money.invoice(), NOW, NOW, TZ)),
        *((rows.BENEFICIARY_COLUMNS, rows.beneficiary(each)) for each in money.BENEFICIARIES),
        *(
            (rows.MOVE_COLUMNS, rows.move(money.move(MoveKind.WITHDRAWAL, status, reason="why"), NOW, TZ))
            for status in MoveStatus
        ),
    ]


def test_every_row_has_a_cell_for_each_column_in_styles_that_exist() -> None:
    for columns, row in every():
        assert len(row.cells) == len(columns)
        for cell in row.cells:
            for _, style in cell:
                assert set(style.split("@")) <= set(MEANINGS)


def test_decimals_stand_under_each_other() -> None:
    amounts = [plain(rows.deposit(each, 3, NOW, TZ).cells[2]) for each in money.DEPOSITS if each.currency == "btc"]
    assert amounts == ["0.05000000", "0.00000500"]
    assert plain(rows.amount(D("5000"), "zar")) == "5 000.00"
    assert plain(rows.amount(D("1.123456789"), "eth")) == "1.123456789"


def test_what_is_not_of_now_looks_so() -> None:
    row = rows.deposit(money.DEPOSITS[0], 3, NOW, TZ, news=True, fresh=False)
    assert {style for cell in row.cells for _, style in cell} == {"stale"}


def test_news_are_told_by_a_mark() -> None:
    assert plain(rows.deposit(money.DEPOSITS[0], 3, NOW, TZ, news=True).cells[4]).startswith("▸ ")
    assert plain(rows.deposit(money.DEPOSITS[0], 3, NOW, TZ).cells[4]).startswith("  ")


@pytest.mark.parametrize(
    ("currency", "rid", "shown"),
    [("zar", "801", "FNB cheque"), ("btc", money.BTC_ADDRESS, "Cold wallet"), ("btc", "801", "801"), ("btc", "", "–")],
)
def test_a_withdrawal_names_where_it_goes(currency: str, rid: str, shown: str) -> None:
    made = money.withdrawal(1, currency, "1", "succeed", rid=rid)
    assert rows.recipient(made, money.BENEFICIARIES) == shown


def test_words_of_strangers_are_made_printable() -> None:
    nasty = "\x1b]0;owned\x07"
    row = rows.beneficiary(replace(money.COLD, name=nasty, description=nasty, data=(("address", nasty),), state=nasty))
    assert all(plain(cell).isprintable() for cell in row.cells)
    move = money.move(MoveKind.PAYMENT, MoveStatus.REFUSED, nasty, reason=nasty)
    assert all(plain(cell).isprintable() for cell in rows.move(move, NOW, TZ).cells)


def test_rand_comes_first_and_balances_move_nothing() -> None:
    ordered = [each.id for each in rows.currencies_in_order(list(money.CURRENCIES.values())[::-1])]
    assert ordered == ["zar", "btc", "eth", "xrp", "usdt"]


def test_every_status_has_words() -> None:
    assert set(rows.MOVE_WORDS) == set(MoveStatus)
    assert "not sent again" in rows.MOVE_WORDS[MoveStatus.UNKNOWN].then
