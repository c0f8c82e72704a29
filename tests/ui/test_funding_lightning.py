"""Bitcoin over lightning by keys: invoices made and seen to be paid, and payments after a look."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.session.commands import (
    MakeInvoice,
    PayInvoice,
)
from captui.session.funding_views import MoveKind, MoveStatus
from tests import samples_funding as money
from tests.ui.funding_flows import agree, answer, change, funding, put, quoted, sent, what
from tests.ui.harness import Opened

D = Decimal


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
        await agree(it)
        await it.press("Y", "enter")
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
        await it.press("enter", "enter")
        await agree(it)
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
        await agree(it)
        assert not sent(it, PayInvoice)


async def test_more_than_there_is_cannot_be_paid() -> None:
    async with funding() as it:
        await it.press("p")
        await quoted(it, "btc", "0.0001")
        await put(it, money.bolt(75_000_000))
        await it.press("enter", "enter")
        assert "only 0.74 BTC is available" in it.words("#wrong-sats")
