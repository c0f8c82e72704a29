"""Money in and out by keys: what is asked, what is sent exactly once, and what is said of what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from textual import events

from captui.core.secret import Secret
from captui.screens.funding.asking import LiveForm, Standing
from captui.screens.funding.screen import FundingScreen
from captui.session.commands import (
    ActivateBeneficiary,
    AddBeneficiary,
    AskDepositAddress,
    AskQuote,
    Command,
    MakeInvoice,
    MoreDeposits,
    PayInvoice,
    RedeemVoucher,
    RemoveBeneficiary,
    Withdraw,
)
from captui.session.funding_views import AddressView, FundingView, Move, MoveKind, MoveStatus, Progress, QuoteView
from captui.session.views import Access, Phase, Views
from tests import samples
from tests import samples_funding as money
from tests.ui.harness import MEDIUM, SMALL, Opened, opened

D = Decimal
OTP = "908172"


@asynccontextmanager
async def funding(
    views: Views | None = None, *, size: tuple[int, int] = MEDIUM, **changes: Any
) -> AsyncIterator[Opened]:
    """The app on its funding screen."""
    async with opened(views or money.views(**changes), size=size) as it:
        await it.press("f6")
        it.session.sent.clear()
        yield it


def screen(it: Opened) -> FundingScreen:
    assert isinstance(it.app.page, FundingScreen)
    return it.app.page


def what(it: Opened) -> str:
    """Which question is asked."""
    top = it.app.screen
    return top.what if isinstance(top, Standing | LiveForm) else ""


async def change(it: Opened, **changes: Any) -> None:
    """What the session shows of money from now on."""
    it.session.change(funding=replace(it.session.views.funding, **changes))
    await it.frame()


async def answer(it: Opened, kind: MoveKind, status: MoveStatus, reason: str = "", result: Any = None) -> None:
    """What became of the newest write."""
    key = getattr(it.session.sent[-1], "key", None)
    assert key, it.session.sent[-1:]
    made = Move(key, kind, "What was sent", status, it.clock.ms, reason, result)
    others = tuple(each for each in it.session.views.funding.moves if each.key != key)
    await change(it, moves=(made, *others))


async def put(it: Opened, text: str) -> None:
    """Pasted into the field that has the keys."""
    assert it.app.screen.focused is not None
    it.app.screen.focused.post_message(events.Paste(text))
    await it.frame()


def sent(it: Opened, kind: type[Command]) -> list[Any]:
    return [command for command in it.session.sent if isinstance(command, kind)]


async def quoted(it: Opened, currency: str = "zar", fee: str = "15", *, number: int = 1, left_ms: int = 90_000) -> None:
    quotes = dict(it.session.views.funding.quotes)
    quotes[currency] = money.quote(currency, fee, number=number, left_ms=left_ms)
    await change(it, quotes=quotes)


# The screen


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
async def test_every_section_is_a_key_and_an_arrow_away(size: tuple[int, int]) -> None:
    async with funding(size=size) as it:
        for key, name in zip("DWLBS", ("deposit", "withdraw", "lightning", "beneficiaries", "sent"), strict=True):
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
    await put(it, "1000000000000500")
    await it.press("enter", "y")
    return sent(it, RedeemVoucher)[-1]  # type: ignore[no-any-return]


async def test_a_voucher_is_redeemed_and_its_change_shown_on_a_key_only() -> None:
    async with funding() as it:
        command = await voucher(it)
        assert (command.method_id, command.amount, command.pin) == ("1", D(100), Secret("1000000000000500"))
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
        await it.press("escape", "S", "enter", "s")
        assert "2593564009582386" in it.text("#dialog-words")


async def test_a_refused_voucher_comes_back_with_what_was_typed_but_the_pin() -> None:
    async with funding() as it:
        await voucher(it)
        await answer(it, MoveKind.VOUCHER, MoveStatus.REFUSED, "The exchange does not accept this pin.")
        assert it.on_top == "LiveForm"
        assert "does not accept this pin" in it.words("#wrong-pin")
        assert "100" in it.text()
        assert "1000000000000500" not in it.text()


async def test_a_voucher_beyond_the_limits_is_a_sentence_at_the_field() -> None:
    async with funding() as it:
        await it.press("v", "enter")
        await put(it, "5")
        await it.press("enter")
        assert "takes no less than 10 ZAR" in it.words("#wrong-amount")
        assert not it.session.sent


# Withdrawals


async def to_last_look(it: Opened, amount: str = "500") -> None:
    """Rand to the cheque account."""
    await it.press("W", "enter", "enter")
    await quoted(it)
    await put(it, amount)
    await it.press("enter", "enter")
    assert what(it) == "last-look"


async def to_password(it: Opened) -> None:
    await to_last_look(it)
    await it.press("Y")
    assert what(it) == "withdraw-password"


async def test_a_withdrawal_step_by_step() -> None:
    async with funding() as it:
        await it.press("w")
        await it.write("zar")
        await it.press("enter")
        assert "FNB cheque" in it.text()
        await it.press("enter")
        assert sent(it, AskQuote) == [AskQuote("zar")]
        assert "asking the exchange" in it.text("#dialog-words")
        await quoted(it)
        assert "R 15.00, promised for 1:30" in it.text("#dialog-words")
        await put(it, "500")
        assert "R 485.00" in it.text("#dialog-words")
        await it.press("enter", "right", "enter")
        words = it.text("#dialog-words")
        for part in ("R 500.00", "R 15.00", "R 485.00", "R 241 159.00", "62001234567", "same day"):
            assert part in words
        assert "DEMO" in it.text("#dialog-title")
        await it.press("Y")
        assert not sent(it, Withdraw)
        await put(it, OTP)
        assert OTP not in it.text()
        await it.press("enter")
        (command,) = sent(it, Withdraw)
        assert command == Withdraw(command.key, "zar", D(500), 801, Secret(OTP), "same_day_rtc", "q1")
        assert "sending" in it.text("#dialog-words")
        await answer(
            it, MoveKind.WITHDRAWAL, MoveStatus.ACCEPTED, result=money.withdrawal(3305, "zar", "485", "submitted")
        )
        assert "accepted" in it.text("#dialog-words")
        assert "3305" in it.text("#dialog-words")


async def test_enter_alone_never_withdraws() -> None:
    async with funding() as it:
        await to_last_look(it)
        await it.press(*["enter"] * 9)
        assert not sent(it, Withdraw)


async def test_keys_that_are_held_down_send_once() -> None:
    async with funding() as it:
        await to_password(it)
        await put(it, OTP)
        await it.press(*["enter"] * 8)
        assert len(sent(it, Withdraw)) == 1
        assert what(it) == "sent"
        await it.later(2_000)
        await it.press("escape")
        # Who has left the answer is not asked again out of the blue.
        await answer(it, MoveKind.WITHDRAWAL, MoveStatus.REFUSED, "No.")
        assert it.app.screen is it.app.page
        await it.press("S")
        assert "refused" in it.text("#moves")


async def test_escape_goes_back_one_step_and_loses_nothing_but_the_password() -> None:
    async with funding() as it:
        await to_password(it)
        await put(it, "123")
        await it.press("escape")
        assert what(it) == "last-look"
        await it.press("escape")
        assert what(it) == "withdraw-amount"
        assert "500" in it.text()
        await it.press("escape")
        assert it.on_top == "Picker"
        await it.press("enter")
        assert "500" in it.text()
        await it.press("escape", "escape")
        assert it.app.screen is it.app.page
        assert not sent(it, Withdraw)


async def test_from_the_key_escape_goes_back_to_the_currency() -> None:
    async with funding() as it:
        await it.press("w")
        await it.write("btc")
        await it.press("enter", "escape")
        assert "Withdraw what?" in it.text("#dialog-title")


async def test_another_screen_ends_the_question() -> None:
    async with funding() as it:
        await to_last_look(it)
        await it.pilot.app.run_action("show_screen('trade')", it.app.page)
        await it.frame()
        assert it.on_top == "TradeScreen"
        await it.press("f6")
        assert it.on_top == "FundingScreen"


async def test_a_wrong_amount_is_a_sentence_at_the_field() -> None:
    wrong = {
        "": "An amount is needed.",
        "1,000": "without commas",
        "abc": "is not an amount",
        "0": "more than 0",
        "500.123": "ZAR has 2 decimals",
        "99": "below the smallest withdrawal, 100 ZAR",
        "241660": "Only 241 659 ZAR is available",
    }
    async with funding() as it:
        await it.press("W", "enter", "enter")
        await quoted(it)
        for typed, sentence in wrong.items():
            await it.press("ctrl+u")
            await put(it, typed)
            await it.press("enter")
            assert sentence in it.words("#wrong-amount")
        await it.press("ctrl+u", "m")
        shown = it.text("#dialog-words")
        assert "R 241 644.00" in shown
        assert "R 500.00 used" in shown
        assert "more than the limit" in shown


async def test_a_quote_that_runs_out_is_asked_for_again_and_nothing_can_be_agreed_meanwhile() -> None:
    async with funding() as it:
        await to_last_look(it)
        assert len(sent(it, AskQuote)) == 1
        await it.later(88_000)
        assert len(sent(it, AskQuote)) == 2
        assert "asking the exchange" in it.text("#dialog-words")
        await it.press("Y")
        assert what(it) == "last-look"
        await it.later(1_000)
        assert len(sent(it, AskQuote)) == 2
        await quoted(it, fee="20", number=2, left_ms=179_000)
        assert "R 20.00" in it.text("#dialog-words")
        await it.press("Y")
        assert "just changed" in it.words("#dialog-words")
        await it.later(2_000)
        await it.press("Y")
        assert what(it) == "withdraw-password"


async def test_a_fee_that_changed_while_the_password_was_typed_is_looked_at_again() -> None:
    async with funding() as it:
        await to_password(it)
        await it.later(89_000)
        await put(it, OTP)
        await it.press("enter")
        assert what(it) == "last-look"
        assert "Nothing was sent" in it.words("#dialog-words")
        assert not sent(it, Withdraw)


async def test_a_fee_that_cannot_be_asked_says_why_and_is_asked_again_on_a_key() -> None:
    async with funding() as it:
        await to_last_look(it)
        await change(it, quotes={"zar": QuoteView("zar", Progress.FAILED, reason="No connection.")})
        assert "No connection." in it.words("#dialog-words")
        await it.press("Y")
        assert what(it) == "last-look"
        await it.press("r")
        assert len(sent(it, AskQuote)) == 2


async def test_without_quotes_the_listed_fee_counts() -> None:
    async with funding() as it:
        await it.press("W", "enter", "enter")
        await change(it, quotes={"zar": QuoteView("zar", Progress.READY)})
        await put(it, "500")
        await it.press("enter", "enter")
        assert "as the exchange lists it" in it.text("#dialog-words")
        await it.press("Y")
        await put(it, OTP)
        await it.press("enter")
        assert sent(it, Withdraw)[0].quote_id == ""


async def test_a_password_is_six_digits() -> None:
    async with funding() as it:
        await to_password(it)
        for typed in ("12345", "1234567", "12a456", ""):
            await it.press("ctrl+u")
            await put(it, typed)
            await it.press("enter")
            assert "six digits" in it.words("#wrong-otp")
        assert not sent(it, Withdraw)


async def test_a_refusal_is_said_where_it_can_be_mended_and_each_try_has_a_key_and_a_quote_of_its_own() -> None:
    async def refuse(reason: str, there: str, place: str, number: int) -> None:
        await put(it, OTP)
        await it.press("enter")
        await answer(it, MoveKind.WITHDRAWAL, MoveStatus.REFUSED, reason)
        assert what(it) == there
        assert reason in it.words(place).replace("! ", "")
        assert OTP not in it.text()
        await quoted(it, number=number)

    async with funding() as it:
        await to_password(it)
        await refuse("The exchange does not accept this one-time password.", "withdraw-password", "#wrong-otp", 2)
        await refuse("There is not enough money in the account.", "withdraw-amount", "#wrong-amount", 3)
        assert "500" in it.text()
        await it.press("enter", "enter", "Y")
        await refuse("The quote is older than 90 seconds.", "last-look", "#dialog-words", 4)
        tries = sent(it, Withdraw)
        assert [each.quote_id for each in tries] == ["q1", "q2", "q3"]
        assert len({each.key for each in tries}) == 3
        assert {each.amount for each in tries} == {D(500)}


async def test_what_nobody_knows_is_said_and_never_sent_again() -> None:
    async with funding() as it:
        await to_password(it)
        await put(it, OTP)
        await it.press("enter")
        await answer(it, MoveKind.WITHDRAWAL, MoveStatus.UNKNOWN, "The connection was lost.")
        words = it.words("#dialog-words")
        assert "It may have gone out" in words
        assert "not sent again" in words
        await it.later(60_000)
        assert len(sent(it, Withdraw)) == 1
        await it.press("escape", "S")
        assert "unknown" in it.text("#moves")


async def test_without_a_beneficiary_one_can_be_added() -> None:
    async with funding(beneficiaries=(money.LEDGER,)) as it:
        await it.press("W", "down", "enter")
        words = it.words("#dialog-words")
        assert "no active beneficiary of BTC" in words
        assert "pin" in words
        await it.press("a")
        assert "A beneficiary of BTC" in it.text("#dialog-title")


async def test_closed_withdrawals_say_so() -> None:
    async with funding() as it:
        await it.press("W", "down", "down", "enter")
        assert "switched off withdrawals of ETH" in it.words("#dialog-words")


# Beneficiaries


async def test_a_beneficiary_is_looked_at_in_groups_before_it_is_added() -> None:
    async with funding() as it:
        await it.press("a")
        await it.write("btc")
        await it.press("enter")
        await put(it, "Cold")
        await it.press("enter")
        await put(it, money.BTC_ADDRESS)
        assert "bc1q xy2k gdyg" in it.text("#dialog-words")
        await it.press("enter", "enter")
        assert "bc1q xy2k gdyg" in it.text("#dialog-words")
        assert not it.session.sent
        await it.press("y")
        (command,) = sent(it, AddBeneficiary)
        assert command == AddBeneficiary(command.key, "btc", "Cold", {"address": money.BTC_ADDRESS})
        made = replace(money.LEDGER, name="Cold")
        await answer(it, MoveKind.ADD_BENEFICIARY, MoveStatus.ACCEPTED, result=made)
        assert "Activate Cold" in it.text("#dialog-title")
        await put(it, "271828")
        assert "271828" not in it.text()
        await it.press("enter")
        (activation,) = sent(it, ActivateBeneficiary)
        assert (activation.beneficiary_id, activation.pin) == (803, Secret("271828"))


async def test_a_bank_account_has_its_details() -> None:
    async with funding() as it:
        await it.press("a")
        await it.write("zar")
        await it.press("enter")
        for text in ("Cheque", "T Trader", "FNB", "62001234567", "250655", "", "swift=FIRNZAJJ", "mine"):
            await put(it, text)
            await it.press("enter")
        await it.press("y")
        (command,) = sent(it, AddBeneficiary)
        assert command.data == {
            "full_name": "T Trader",
            "bank_name": "FNB",
            "account_number": "62001234567",
            "branch_code": "250655",
            "swift": "FIRNZAJJ",
        }
        assert command.description == "mine"


async def test_a_refused_beneficiary_comes_back_with_what_was_typed() -> None:
    async with funding() as it:
        await it.press("a")
        await it.write("btc")
        await it.press("enter")
        await put(it, "Cold")
        await it.press("enter")
        await put(it, money.BTC_ADDRESS)
        await it.press("enter", "enter", "y")
        await answer(
            it, MoveKind.ADD_BENEFICIARY, MoveStatus.REFUSED, "There is a beneficiary with this address already."
        )
        assert what(it) == "add-beneficiary"
        assert "address already" in it.words("#wrong-name")
        assert money.BTC_ADDRESS[:20] in it.text()


async def test_what_cannot_be_a_destination_is_a_sentence_at_the_field() -> None:
    async with funding() as it:
        await it.press("a")
        await it.write("btc")
        await it.press("enter", "enter")
        assert "needs a name" in it.words("#wrong-name")
        await put(it, "Cold")
        await it.press("enter", "enter")
        assert "needs an address" in it.words("#wrong-address")
        await put(it, "bс1")
        await it.press("enter")
        assert "copy it again" in it.words("#wrong-address")


async def test_activating_and_removing_ask_first() -> None:
    async with funding() as it:
        await it.press("B", "end", "t")
        await put(it, "12x")
        await it.press("enter")
        assert "made of digits" in it.words("#wrong-pin")
        await it.press("escape", "x", "enter")
        assert not it.session.sent
        await it.press("x", "y")
        (command,) = sent(it, RemoveBeneficiary)
        assert command.beneficiary_id == 803


async def test_an_active_one_needs_no_pin() -> None:
    async with funding() as it:
        await it.press("B", "home", "t")
        assert "active already" in it.words("#dialog-words")


async def test_elsewhere_the_keys_of_beneficiaries_only_go_there() -> None:
    async with funding() as it:
        await it.press("x")
        assert screen(it).section == "beneficiaries"
        assert it.app.screen is it.app.page


# Lightning


async def test_an_invoice_is_made_shown_and_seen_to_be_paid() -> None:
    async with funding() as it:
        await it.press("i")
        await put(it, "250000")
        assert "0.0025 BTC, about R 2 102.60" in it.text("#dialog-words")
        await it.press("enter")
        await put(it, "50%")
        await it.press("enter")
        await put(it, "Two coffees")
        await it.press("enter", "enter")
        (command,) = sent(it, MakeInvoice)
        assert command == MakeInvoice(command.key, D(250_000), D("0.5"), "Two coffees", "")
        made = money.invoice()
        await change(it, invoices=(made,))
        await answer(it, MoveKind.INVOICE, MoveStatus.ACCEPTED, result=made)
        assert it.app.screen is it.app.page
        assert "open 58 min" in it.text("#invoices")
        await it.press("y")
        assert it.app.clipboard == made.bolt
        await change(it, invoices=(replace(made, state="paid", paid_ms=it.clock.ms),))
        assert "▸ paid" in it.text("#invoices")
        await it.later(3_600_000)
        assert "paid" in it.text("#invoices")


async def test_an_invoice_that_nobody_paid_expires() -> None:
    async with funding(invoices=(money.invoice(),)) as it:
        await it.press("L")
        await it.later(3_600_000)
        assert "expired" in it.text("#invoices")


async def to_payment(it: Opened, bolt: str, *more: str) -> None:
    """Up to the last look."""
    await it.press("p")
    await quoted(it, "btc", "0.0001")
    await put(it, bolt)
    await it.press("enter")
    for text in (*more, "")[:1]:
        await put(it, text)
    await it.press("enter", "enter")


async def test_a_payment_is_decoded_looked_at_and_sent_once() -> None:
    async with funding() as it:
        text = money.bolt(250_000)
        await to_payment(it, text)
        words = it.text("#dialog-words")
        for part in ("250 000 sat, 0.0025 BTC, about R 2 102.60", "Two coffees", "bitcoin", "0.0026 BTC", "0.7374 BTC"):
            assert part in words
        await it.press("enter")
        assert not sent(it, PayInvoice)
        assert what(it) == "pay-invoice"
        await it.press("enter", "enter")
        assert what(it) == "last-look"
        await it.press("Y", "Y", "enter")
        assert len(sent(it, PayInvoice)) == 1
        command = sent(it, PayInvoice)[0]
        assert (command.bolt, command.amount_sat, command.quote_id) == (text, D(250_000), "q1")
        await answer(it, MoveKind.PAYMENT, MoveStatus.REFUSED, "The lightning invoice has been paid already.")
        assert "paid already" in it.words("#wrong-bolt")


async def test_an_invoice_that_cannot_be_paid_is_a_sentence() -> None:
    wrong = {
        "hello": "This is not a lightning invoice",
        money.bolt(1000)[:-1] + "l": "damaged",
        money.bolt(1000, age_s=4000): "has expired",
        money.bolt(1000, network="tb"): "not for real bitcoin",
    }
    async with funding() as it:
        await it.press("p")
        for bolt, sentence in wrong.items():
            await it.press("ctrl+u")
            await put(it, bolt)
            await it.press("enter")
            assert sentence in it.words("#wrong-bolt")
        assert not sent(it, PayInvoice)


async def test_an_invoice_without_an_amount_asks_for_it() -> None:
    async with funding() as it:
        await it.press("p")
        await quoted(it, "btc", "0.0001")
        await put(it, money.bolt(None))
        await it.press("enter", "enter")
        assert "leaves the amount to you" in it.words("#wrong-sats")
        await put(it, "2000")
        await it.press("enter", "enter", "Y")
        assert sent(it, PayInvoice)[0].amount_sat == D(2000)


async def test_another_amount_than_the_invoices_is_refused() -> None:
    async with funding() as it:
        await it.press("p")
        await quoted(it, "btc", "0.0001")
        await put(it, money.bolt(1000))
        await it.press("enter")
        for sats, sentence in (("999", "not 999"), ("x", "is not an amount")):
            await it.press("ctrl+u")
            await put(it, sats)
            await it.press("enter")
            assert sentence in it.words("#wrong-sats")


async def test_an_invoice_that_expires_under_the_last_look_cannot_be_paid() -> None:
    async with funding() as it:
        await to_payment(it, money.bolt(1000, age_s=3590))
        await it.later(20_000)
        assert "has expired" in it.words("#dialog-words")
        await it.press("Y")
        assert not sent(it, PayInvoice)


async def test_more_than_there_is_cannot_be_paid() -> None:
    async with funding() as it:
        await it.press("p")
        await quoted(it, "btc", "0.0001")
        await put(it, money.bolt(75_000_000))
        await it.press("enter", "enter")
        assert "only 0.74 BTC is available" in it.words("#wrong-sats")


# What was sent


async def test_what_was_sent_is_listed_with_its_fate_and_details() -> None:
    moves = (
        money.move(MoveKind.WITHDRAWAL, MoveStatus.UNKNOWN, reason="The answer was lost."),
        money.move(MoveKind.PAYMENT, MoveStatus.REFUSED, "Pay 1 000 satoshi over lightning", reason="No route."),
    )
    async with funding(moves=moves) as it:
        await it.press("S")
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
