"""Words of the exchange about money are data: in every list, form and dialog of the funding screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from captui.core.funding import ChangeVoucher
from captui.session.funding_views import AddressView, MoveKind, MoveStatus, Progress, QuoteView
from captui.session.views import Views
from tests import samples_funding as money
from tests.ui.harness import MEDIUM, SMALL, opened
from tests.ui.test_hostile_text import NASTY

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m a\nb\rc"
CASES = [*((text, SMALL) for text in NASTY[:4]), (NASTY[-1], SMALL), (ESCAPES, SMALL), (ESCAPES, MEDIUM)]


def poisoned(text: str) -> Views:
    """Sample views in which every text about money that can come from outside is this one."""
    currency = replace(money.CURRENCIES["btc"], name=text, explorer_transaction=text)
    views = money.views(
        methods=tuple(replace(each, name=text, description=text) for each in money.METHODS),
        beneficiaries=tuple(
            replace(each, name=text, description=text, data=((text, text), *each.data)) for each in money.BENEFICIARIES
        ),
        deposits=tuple(replace(each, txid=text, tid=text, state=text) for each in money.DEPOSITS),
        withdrawals=tuple(replace(each, txid=text, rid=text, note=text, state=text) for each in money.WITHDRAWALS),
        addresses={
            "btc": AddressView("btc", Progress.READY, text),
            "xrp": AddressView("xrp", Progress.FAILED, reason=text),
        },
        quotes={"zar": QuoteView("zar", Progress.FAILED, reason=text)},
        invoices=(replace(money.invoice(), bolt=text, description=text, member_description=text, state=text),),
        moves=(
            money.move(MoveKind.WITHDRAWAL, MoveStatus.UNKNOWN, text, reason=text),
            money.move(
                MoveKind.VOUCHER,
                MoveStatus.ACCEPTED,
                text,
                result=replace(money.redemption(), change=replace(_change(), expiry=text)),
            ),
        ),
        problem=text,
    )
    return replace(views, markets=replace(views.markets, currencies={**money.CURRENCIES, "btc": currency}))


def _change() -> ChangeVoucher:
    change = money.redemption().change
    assert change is not None
    return change


@pytest.mark.parametrize(("text", "size"), CASES, ids=range(len(CASES)))
async def test_no_word_about_money_does_anything(text: str, size: tuple[int, int]) -> None:
    async with opened(poisoned(text), size=size) as it:
        shown = ""
        await it.press("f6")
        for keys in (
            ("down",),
            ("q",),
            ("tab", "enter"),
            ("W", "enter"),
            ("enter",),
            ("W", "tab", "enter"),
            ("L",),
            ("q",),
            ("4", "enter"),
            ("t",),
            ("5", "enter"),
            ("5", "down", "enter", "s"),
            ("v",),
        ):
            await it.press(*keys)
            shown += it.text() + "\n"
            while it.app.screen is not it.app.page and it.app.page is not None:
                await it.press("escape")
        assert it.on_top == "FundingScreen"
        assert not {c for c in shown if not c.isprintable()} - {"\n"}
        assert all(cell_len(line) <= size[0] for line in shown.splitlines())
        assert "Something went wrong" not in it.said
