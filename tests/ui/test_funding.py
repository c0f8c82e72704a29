"""The funding screen by keys: its sections and lists, money that comes in, and what was sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.secret import Secret
from captui.session.commands import (
    AskDepositAddress,
    MoreDeposits,
    RedeemVoucher,
)
from captui.session.funding_views import AddressView, FundingView, MoveKind, MoveStatus, Progress
from captui.session.views import Access, Phase
from tests import samples
from tests import samples_funding as money
from tests.ui.funding_flows import answer, change, funding, put, screen, sent
from tests.ui.harness import MEDIUM, SMALL, Opened

D = Decimal


# The screen


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
async def test_every_section_is_a_key_and_an_arrow_away(size: tuple[int, int]) -> None:
    async with funding(size=size) as it:
        for key, name in zip("12345", ("deposit", "withdraw", "lightning", "beneficiaries", "sent"), strict=True):
            await it.press(key)
            assert screen(it).section == name
            assert screen(it).query_one(f"#section-{name}").region.area > 0
        await it.press("right")
        assert screen(it).section == "deposit"
        await it.press("left")
        assert screen(it).section == "sent"


async def test_lists_say_what_happens_next_and_how_old_they_are() -> None:
    async with funding() as it:
        shown = it.text()
        assert "arriving 1/3" in shown
        assert "2 more confirmations, then it is credited." in shown
        assert "read 4 s ago" in shown
        await it.press("W")
        assert "sent 1/3" in it.text()
        assert "FNB cheque" in it.text("#withdrawals")
        assert "Cold wallet" in it.text("#withdrawals")


async def test_what_changes_is_marked_for_a_while() -> None:
    async with funding() as it:
        assert "▸" not in it.text("#deposits")
        first = replace(money.DEPOSITS[0], confirmations=2)
        await change(it, deposits=(first, *money.DEPOSITS[1:]))
        assert "▸ arriving 2/3" in it.text("#deposits")
        await it.later(30_000)
        assert "▸" not in it.text("#deposits")


async def test_a_list_that_cannot_be_read_says_so_and_looks_old() -> None:
    async with funding(problem="The exchange is being mended.") as it:
        assert "The exchange is being mended." in it.text("#deposits-heading")
        assert "arriving 1/3" in it.text("#deposits")
    async with funding(read_ms=samples.NOW_MS - 600_000) as it:
        assert "not up to date, read 10 m ago" in it.text("#deposits-heading")


async def test_without_a_key_everything_says_why_it_is_empty() -> None:
    async with funding(replace(money.views("no-credentials"), funding=FundingView())) as it:
        assert "CAPTUI_API_KEY" in it.words("#deposits")
        for key in ("v", "i", "p", "a", "w"):
            await it.press(key)
            assert it.on_top == "Standing"
            assert "There is no API key" in it.words("#dialog-words")
            await it.press("escape")
        assert not it.session.sent


async def test_read_only_moves_nothing() -> None:
    views = money.views()
    connection = replace(views.connection, access=Access.READ_ONLY, mode="READ-ONLY", can_trade=False)
    async with funding(replace(views, connection=connection)) as it:
        for key in "wpaiv":
            await it.press(key)
            assert "read-only" in it.words("#dialog-words")
            await it.press("escape")
        assert not it.session.sent


async def test_what_leaves_is_off_until_the_config_allows_it() -> None:
    async with funding(enabled=False) as it:
        for key in "wp":
            await it.press(key)
            words = it.text("#dialog-words")
            assert "[funding]" in words
            assert "enabled = true" in words
            await it.press("escape")
        assert not it.session.sent


async def test_more_of_a_list_is_read_near_its_end() -> None:
    async with funding(more_deposits=True) as it:
        await it.press("tab", "end")
        assert sent(it, MoreDeposits)


async def test_details_have_the_whole_transaction_and_copy_it() -> None:
    async with funding() as it:
        await it.press("tab", "enter")
        words = it.text("#dialog-words").replace(" ", "").replace("\n", "")
        assert money.TXID in words
        assert f"mempool.example/tx/{money.TXID}" in words
        await it.press("y")
        assert it.app.clipboard == money.TXID
        assert "OSC 52" in it.said


# Deposits


async def test_an_address_is_asked_for_waited_for_and_shown_to_the_letter() -> None:
    # Without room for a code beside the words.
    async with funding(size=SMALL) as it:
        await it.press("down", "enter")
        assert sent(it, AskDepositAddress) == [AskDepositAddress("btc")]
        await change(it, addresses={"btc": AddressView("btc", Progress.WAITING)})
        assert "making your address" in it.words("#address")
        await it.press("y")
        assert it.app.clipboard == ""
        await change(it, addresses=money.address())
        assert "bc1q xy2k gdyg jrsq" in it.text("#address")
        assert "0.0001 BTC is not credited" in it.words("#address")
        await it.press("y")
        assert it.app.clipboard == money.BTC_ADDRESS
        await it.press("enter")
        assert len(sent(it, AskDepositAddress)) == 1


async def test_an_address_with_a_tag_says_that_it_is_needed() -> None:
    async with funding(size=SMALL, addresses=money.address("xrp", money.XRP_ADDRESS)) as it:
        await it.press("down", "down", "down")
        words = it.words("#address")
        assert "104857" in words
        assert "Without the destination tag the money does not arrive." in words
        await it.press("y")
        assert it.app.clipboard == money.XRP_ADDRESS


async def test_what_cannot_be_an_address_is_never_offered() -> None:
    async with funding() as it:
        await it.press("down")
        for text in ("bc1q xy", "bc1q\x1b[2J", "bс1qxy2k"):
            await change(it, addresses=money.address("btc", text))
            assert "cannot be an address" in it.words("#address")
            await it.press("y", "q")
            assert it.app.clipboard == ""
            assert it.app.screen is it.app.page


async def test_closed_deposits_ask_for_no_address() -> None:
    async with funding() as it:
        await it.press("end", "enter")
        assert not it.session.sent
        assert "takes no deposits of USDT" in it.said


async def test_the_code_fits_alone_over_a_small_screen() -> None:
    async with funding(size=SMALL, addresses=money.address()) as it:
        await it.press("down", "q")
        assert it.on_top == "CodeScreen"
        rows = [line for line in it.text("#code").splitlines() if set(line) & set("▀▄█")]
        assert len(rows) >= 15
        await it.press("y")
        assert it.app.screen is it.app.page
        assert it.app.clipboard == money.BTC_ADDRESS


async def test_a_code_without_room_says_how_much_it_needs() -> None:
    async with funding(size=SMALL, invoices=(money.invoice(),)) as it:
        await it.press("L", "q")
        assert "rows high, and this terminal has 80 and 24" in it.words("#code")
        await it.press("q")
        assert it.app.screen is it.app.page


# Vouchers


async def voucher(it: Opened) -> RedeemVoucher:
    await it.press("v", "enter")
    await put(it, "100")
    await it.press("enter")
    await put(it, "1000000000000777")
    await it.press("enter", "y")
    return sent(it, RedeemVoucher)[-1]  # type: ignore[no-any-return]


async def test_a_voucher_is_redeemed_and_its_change_shown_on_a_key_only() -> None:
    async with funding() as it:
        command = await voucher(it)
        assert (command.method_id, command.amount, command.pin) == ("1", D(100), Secret("1000000000000777"))
        await answer(it, MoveKind.VOUCHER, MoveStatus.ACCEPTED, result=money.redemption())
        assert "R 400.00" in it.text("#dialog-words")
        assert "2593564009582386" not in it.text()
        await it.press("s")
        assert "2593564009582386" in it.text("#dialog-words")
        await it.press("s")
        assert "2593564009582386" not in it.text()
        await it.press("y")
        assert it.app.clipboard == "2593564009582386"
        await it.later(2_000)
        await it.press("escape", "5", "enter", "s")
        assert "2593564009582386" in it.text("#dialog-words")


@pytest.mark.parametrize("what", ["pin", "voucher"])
async def test_a_refused_voucher_comes_back_with_what_was_typed_but_the_pin(what: str) -> None:
    async with funding() as it:
        await voucher(it)
        await answer(it, MoveKind.VOUCHER, MoveStatus.REFUSED, f"The exchange does not accept this {what}.")
        assert it.on_top == "LiveForm"
        assert f"does not accept this {what}" in it.words("#wrong-pin")
        assert "100" in it.text()
        assert "1000000000000777" not in it.text()


async def test_a_voucher_beyond_the_limits_is_a_sentence_at_the_field() -> None:
    async with funding() as it:
        await it.press("v", "enter")
        await put(it, "5")
        await it.press("enter")
        assert "takes no less than 10 ZAR" in it.words("#wrong-amount")
        assert not it.session.sent


# What was sent


async def test_what_was_sent_is_listed_with_its_fate_and_details() -> None:
    moves = (
        money.move(MoveKind.WITHDRAWAL, MoveStatus.UNKNOWN, reason="The answer was lost."),
        money.move(MoveKind.PAYMENT, MoveStatus.REFUSED, "Pay 1 000 satoshi over lightning", reason="No route."),
    )
    async with funding(moves=moves) as it:
        await it.press("5")
        shown = it.text("#moves")
        assert "unknown" in shown
        assert "No route." in shown
        await it.press("enter")
        assert "It may have gone out" in it.words("#dialog-words")
        await it.press("escape", "L")
        assert "No route." in it.text("#payments")


async def test_a_lost_connection_leaves_what_was_read_and_says_it_is_old() -> None:
    views = money.views()
    lost = replace(views, connection=samples.connection(Phase.RECONNECTING))
    async with funding(lost) as it:
        assert "not up to date" in it.text("#deposits-heading")
        assert "arriving 1/3" in it.text("#deposits")
