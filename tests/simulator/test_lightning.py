from __future__ import annotations

from decimal import Decimal

import pytest

from captui.simulator.bolt11 import Invoice, decode, encode
from captui.simulator.funding_records import (
    FundingRefusedError,
    InvoiceState,
    LightningInvoice,
    LightningPayment,
    WithdrawState,
)
from captui.simulator.orders import OrderState, Side
from captui.simulator.venue import BalanceNotice
from tests.simulator.test_bolt11 import COFFEE
from tests.simulator.venues import NOW_MS, Till, limit, listen


@pytest.fixture
def till() -> Till:
    return Till()


def invoice(till: Till, sats: str = "50000", conversion: str = "0", description: str = "tea") -> LightningInvoice:
    return till.funding.lightning.invoice(
        Decimal(sats), conversion=Decimal(conversion), description=description, member_description="mine"
    )


def pay(till: Till, bolt: str, sats: str, *, quote_id: str | None = None) -> LightningPayment:
    return till.funding.lightning.pay(
        bolt, Decimal(sats), description="", member_description="for tea", quote_id=quote_id
    )


def test_an_invoice_says_what_it_is_for_and_lasts_an_hour(till: Till) -> None:
    made = invoice(till)
    said = decode(made.bolt)
    assert said == Invoice("bc", 50_000_000, NOW_MS // 1000, made.payment_hash, "tea", 3600)
    assert made.expires_ms == NOW_MS + 3_600_000
    assert made.state(made.expires_ms - 1) is InvoiceState.PENDING
    assert made.state(made.expires_ms) is InvoiceState.EXPIRED
    assert invoice(till).bolt != made.bolt


@pytest.mark.parametrize(
    ("sats", "conversion", "code"),
    [
        ("0.5", "0", "invalid_amount"),
        ("100000001", "0", "invalid_amount"),
        ("50000", "1.01", "invalid_conversion_percent"),
        ("50000", "-0.1", "invalid_conversion_percent"),
        ("1000", "0.999", "conversion_below_market_minimum"),
        ("999", "1", "conversion_below_market_minimum"),
    ],
)
def test_an_invoice_that_cannot_be_kept_is_refused(till: Till, sats: str, conversion: str, code: str) -> None:
    with pytest.raises(FundingRefusedError, match=code):
        invoice(till, sats, conversion)
    assert till.funding.lightning.invoices == {}


@pytest.mark.parametrize(("sats", "conversion"), [("1000", "1"), ("10000", "0.1"), ("999", "0"), ("1", "0")])
def test_the_document_s_smallest_conversion_is_taken(till: Till, sats: str, conversion: str) -> None:
    """0.00001 BTC can only be converted whole."""
    assert invoice(till, sats, conversion).conversion == Decimal(conversion)


def test_a_long_description_is_refused(till: Till) -> None:
    assert decode(invoice(till, description="é" * 128).bolt).description == "é" * 128
    with pytest.raises(FundingRefusedError, match="too_long_description"):
        invoice(till, description="é" * 129)


def test_a_paid_invoice_is_a_deposit(till: Till) -> None:
    made = invoice(till)
    heard = listen(till.venue)
    till.funding.lightning.receive(made.bolt.upper())
    assert heard == [BalanceNotice("btc", Decimal("0.7505"), Decimal(0))]
    assert (made.state(NOW_MS), made.paid_ms, made.order_id) == (InvoiceState.PAID, NOW_MS, None)
    newest = list(till.funding.deposits.records.values())[-1]
    assert (newest.currency, newest.amount, newest.txid) == ("btc", Decimal("0.0005"), made.payment_hash)
    assert till.venue.ledger.discrepancies() == {}


def test_a_share_is_sold_when_the_invoice_is_paid(till: Till) -> None:
    till.venue.ledger.deposit("ann", "zar", Decimal(10**6))
    till.venue.engine.users = frozenset({"user", "ann"})
    bid = till.venue.engine.submit(limit(Side.BUY, "800000", "0.01"), account="ann", now_ms=NOW_MS)
    till.venue.engine.process(bid, now_ms=NOW_MS)
    made = invoice(till, "33333", "0.5")
    till.funding.lightning.receive(made.bolt)
    assert made.order_id is not None
    order = till.venue.orders[made.order_id]
    assert (order.side, order.state, order.origin) == (Side.SELL, OrderState.DONE, Decimal("0.00016666"))
    assert till.held("btc")[0] == Decimal("0.75") + Decimal("0.00033333") - Decimal("0.00016666")
    assert till.held("zar")[0] == 250_000 + Decimal("0.00016666") * 800_000 * Decimal("0.998")
    assert till.venue.ledger.discrepancies() == {}


def test_bitcoin_that_nobody_buys_stays_bitcoin(till: Till) -> None:
    made = invoice(till, "50000", "1")
    till.funding.lightning.receive(made.bolt)
    assert (made.paid_ms, made.order_id) == (NOW_MS, None)
    assert till.held("btc") == (Decimal("0.7505"), Decimal(0))
    assert till.venue.orders == {}


def test_an_invoice_is_paid_once_and_in_time(till: Till) -> None:
    paid, late = invoice(till), invoice(till)
    till.funding.lightning.receive(paid.bolt)
    with pytest.raises(FundingRefusedError, match="invoice_paid"):
        till.funding.lightning.receive(paid.bolt)
    with pytest.raises(FundingRefusedError, match="invoice_doesnt_exist"):
        till.funding.lightning.receive(COFFEE)
    till.wait(3_600_000)
    with pytest.raises(FundingRefusedError, match="invoice_expired"):
        till.funding.lightning.receive(late.bolt)
    assert till.held("btc")[0] == Decimal("0.7505")


def test_a_payment_is_a_withdrawal_with_its_fee_on_top(till: Till) -> None:
    bolt = till.funding.lightning.foreign(2_500_500, "coffee")
    made = pay(till, bolt, "2500.5")
    withdrawal = made.withdrawal
    assert (made.bolt, made.description, made.member_description) == (bolt, "coffee", "for tea")
    assert (withdrawal.amount, withdrawal.fee) == (Decimal("0.000025005"), Decimal("0.00000003"))
    assert (withdrawal.rid, withdrawal.note, withdrawal.txid) == (bolt, "for tea", decode(bolt).payment_hash)
    assert till.held("btc") == (Decimal("0.749974965"), Decimal("0.000025035"))
    seen = [withdrawal.state.value]
    for _ in range(2):
        till.wait(1_000)
        seen.append(withdrawal.state.value)
    assert seen == ["submitted", "processing", "succeed"]
    assert till.held("btc") == (Decimal("0.749974965"), Decimal(0))
    assert till.venue.ledger.discrepancies() == {}


def test_the_smallest_fee_is_a_sat_and_a_quote_s_fee_goes_before(till: Till) -> None:
    lightning = till.funding.lightning
    assert pay(till, lightning.foreign(1_000, ""), "1").withdrawal.fee == Decimal("0.00000001")
    assert pay(till, lightning.foreign(1_001_000, ""), "1001").withdrawal.fee == Decimal("0.00000002")
    quote = till.funding.withdrawals.quote("btc")
    assert pay(till, lightning.foreign(1_000, ""), "1", quote_id=quote.id).withdrawal.fee == quote.fee


def test_an_invoice_without_an_amount_takes_any(till: Till) -> None:
    assert pay(till, till.funding.lightning.foreign(None, ""), "77").withdrawal.amount == Decimal("0.00000077")


def test_a_payment_that_does_not_fit_changes_nothing(till: Till) -> None:
    fresh = till.funding.lightning.foreign(1_000_000, "")
    dear = till.funding.lightning.foreign(75_000_000_000, "")
    test_network = encode(Invoice("tb", 1_000, NOW_MS // 1000, "00" * 32), secret=bytes(32))
    for bolt, sats, code in (
        ("lnbc1nonsense", "1000", "invalid_bolt"),
        (test_network, "1", "invalid_bolt"),
        (fresh, "1000.001", "amount_doesnt_match"),
        (fresh, "999", "amount_doesnt_match"),
        (fresh, "1000.0001", "amount_doesnt_match"),
        (COFFEE, "250000", "invoice_expired"),
        (dear, "75000000", "insufficient_balance"),
    ):
        with pytest.raises(FundingRefusedError, match=code):
            pay(till, bolt, sats)
    assert till.funding.withdrawals.records == {}
    assert till.held("btc") == (Decimal("0.75"), Decimal(0))


def test_an_invoice_is_not_paid_twice_unless_the_first_payment_failed(till: Till) -> None:
    bolt = till.funding.lightning.foreign(1_000_000, "")
    first = pay(till, bolt, "1000")
    with pytest.raises(FundingRefusedError, match="invoice_paid"):
        pay(till, bolt, "1000")
    till.funding.withdrawals.end(first.withdrawal, WithdrawState.FAILED)
    assert pay(till, bolt, "1000").withdrawal.state is WithdrawState.SUBMITTED


def test_the_user_can_pay_an_invoice_of_his_own(till: Till) -> None:
    made = invoice(till)
    payment = pay(till, made.bolt, "50000")
    till.wait(2_000)
    assert payment.withdrawal.state is WithdrawState.SUCCEED
    assert made.state(till.venue.now_ms) is InvoiceState.PAID
    assert till.held("btc") == (Decimal("0.75") - Decimal("0.0000005"), Decimal(0))
    assert till.venue.ledger.discrepancies() == {}


def test_a_payment_to_oneself_fails_where_somebody_was_faster(till: Till) -> None:
    made = invoice(till)
    payment = pay(till, made.bolt, "50000")
    till.funding.lightning.receive(made.bolt)
    till.wait(2_000)
    assert payment.withdrawal.state is WithdrawState.FAILED
    assert till.held("btc") == (Decimal("0.7505"), Decimal(0))
    assert till.venue.ledger.discrepancies() == {}
