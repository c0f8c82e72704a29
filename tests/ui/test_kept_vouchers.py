"""The pin of a voucher that came back as change, after the terminal had gone."""

from __future__ import annotations

from pathlib import Path

from captui.kept_vouchers import KeptVoucher, KeptVouchers
from captui.screens.kept_vouchers import KeptPins, unnoted
from captui.session.funding_views import MoveKind, MoveStatus
from captui.terminal.leaving import Gone
from tests import samples_funding as money
from tests.test_kept_vouchers import ONE, TWO
from tests.ui.harness import SMALL, opened

REDEEMED = money.move(MoveKind.VOUCHER, MoveStatus.ACCEPTED, result=money.redemption())


def test_only_change_is_kept() -> None:
    moves = (REDEEMED, money.move(MoveKind.VOUCHER, MoveStatus.ACCEPTED, result=money.redemption(change=False)))
    assert unnoted(money.view(moves=moves), "exchange.example") == [ONE]


async def test_the_pin_is_kept_when_the_terminal_goes_and_not_when_the_user_leaves(tmp_path: Path) -> None:
    kept = KeptVouchers(tmp_path / "vouchers.json")
    async with opened(money.views(moves=(REDEEMED,)), kept_vouchers=kept) as it:
        it.app.keep_vouchers()
        assert kept.read() == ()
        it.app.gone = Gone.HUNG_UP
        it.app.keep_vouchers()
    assert [each.pin for each in kept.read()] == [ONE.pin]


async def test_it_is_shown_at_every_start_until_it_is_noted(tmp_path: Path) -> None:
    kept = KeptVouchers(tmp_path / "vouchers.json")
    kept.keep([ONE])
    async with opened(kept_vouchers=kept, size=SMALL) as it:
        assert isinstance(it.app.screen, KeptPins)
        words = it.words("#dialog-words")
        assert "R 400.00 at exchange.example" in words
        assert "2029-11-21" in words
        assert ONE.pin.reveal() not in it.text()
        await it.press("N", "enter")
        assert kept.read() == (ONE,), "nobody has seen it"
    async with opened(kept_vouchers=kept, size=SMALL) as it:
        await it.press("s")
        assert ONE.pin.reveal() in it.text()
        await it.press("N")
        assert it.on_top == "TradeScreen"
        assert "forgotten" in it.said
        assert kept.read() == ()
    async with opened(kept_vouchers=kept) as it:
        assert it.on_top == "TradeScreen"


async def test_several_are_copied_together_and_hostile_words_do_nothing(tmp_path: Path) -> None:
    kept = KeptVouchers(tmp_path / "vouchers.json")
    kept.keep([KeptVoucher(ONE.pin, "400", "[b]\x1b[2J", "x\x9b"), TWO])
    async with opened(kept_vouchers=kept) as it:
        await it.press("y")
        assert it.app.clipboard == f"{ONE.pin.reveal()}\n{TWO.pin.reveal()}"
        assert not {c for c in it.text() if not c.isprintable()} - {"\n"}
