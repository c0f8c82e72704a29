"""Money that leaves, by keys: what is asked, what is sent exactly once, what is said of what became of it; and where it may go to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.secret import Secret
from captui.screens.funding.asking import HELD_MS
from captui.session.commands import (
    ActivateBeneficiary,
    AddBeneficiary,
    AskQuote,
    RemoveBeneficiary,
    Withdraw,
)
from captui.session.funding_views import MoveKind, MoveStatus, Progress, QuoteView
from tests import samples_funding as money
from tests.ui.funding_flows import OTP, agree, answer, change, funding, put, quoted, screen, sent, what
from tests.ui.harness import Opened

D = Decimal


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
    await agree(it)
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
        await agree(it)
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


async def test_a_burst_of_keys_does_not_get_past_the_last_look() -> None:
    """Text that was pasted where the terminal does not mark it as such, or a key that is held down."""
    async with funding() as it:
        await to_last_look(it)
        await it.press("Y", *OTP, "Y")
        assert what(it) == "last-look"
        for _ in range(3):
            await it.later(HELD_MS - 1)
            await it.press("Y")
            assert what(it) == "last-look"
        await agree(it)
        assert what(it) == "withdraw-password"
        assert OTP not in it.text()


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
        await it.press("5")
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
        await agree(it)
        assert what(it) == "last-look"
        await it.later(1_000)
        assert len(sent(it, AskQuote)) == 2
        await quoted(it, fee="20", number=2, left_ms=179_000)
        assert "R 20.00" in it.text("#dialog-words")
        await agree(it)
        assert "just changed" in it.words("#dialog-words")
        await it.later(2_000)
        await agree(it)
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
        await agree(it)
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
        await agree(it)
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
        await it.press("enter", "enter")
        await agree(it)
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
        await it.press("escape", "5")
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


async def test_what_of_a_limit_is_used_is_only_said_where_the_list_reaches_back_so_far() -> None:
    async with funding() as it:
        await it.press("W")
        assert "R 100 000.00, R 500.00 used" in it.text("#terms")
        assert "R 250 000.00, R 20 500.00 used" in it.text("#terms")
        await change(it, withdrawals=money.WITHDRAWALS[:2], more_withdrawals=True)
        assert "R 100 000.00" in it.text("#terms")
        assert "used" not in it.text("#terms")


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
        await put(it, "314159")
        assert "314159" not in it.text()
        await it.press("enter")
        (activation,) = sent(it, ActivateBeneficiary)
        assert (activation.beneficiary_id, activation.pin) == (803, Secret("314159"))


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
        await it.press("4", "end", "t")
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
        await it.press("4", "home", "t")
        assert "active already" in it.words("#dialog-words")


async def test_elsewhere_the_keys_of_beneficiaries_only_go_there() -> None:
    async with funding() as it:
        await it.press("x")
        assert screen(it).section == "beneficiaries"
        assert it.app.screen is it.app.page
