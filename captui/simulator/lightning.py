"""Bitcoin over lightning: invoices that others pay to the user, and payments of the invoices of others.

Choices where the API document is silent:

* An invoice is over whole sats, up to `MOST_SATS`. When it is paid, the bitcoin is a deposit that can be spent at once, and the share to
  be converted, cut to the market's precision, is sold as a market order; should the market refuse it, the bitcoin stays bitcoin.
* A payment's amount must be that of the invoice to the millisatoshi; an invoice without one takes any. Its fee is 0.1 %, rounded up to
  the sat, at least one, or that of a quote. It is a withdrawal in state submitted, then processing, then succeed.
* An invoice of this exchange can be paid from it too, so that both directions can be tried without another wallet.
"""

from __future__ import annotations

import random
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from captui.simulator.bolt11 import Invoice, InvoiceError, decode, encode
from captui.simulator.deposits import Deposits
from captui.simulator.funding_records import (
    FundingRefusedError,
    InvoiceState,
    LightningInvoice,
    LightningPayment,
    sats_to_btc,
)
from captui.simulator.markets import MARKETS
from captui.simulator.money import times
from captui.simulator.orders import OrderRefusedError, OrderRequest, OrderType, Side
from captui.simulator.venue import Venue
from captui.simulator.withdrawals import Withdrawals

MOST_SATS = 100_000_000
EXPIRY_S = 3600
CONVERSION_MARKET = "btczar"
LONGEST_DESCRIPTION = 256
"""Bytes; a field of an invoice holds 639."""

_FEE_RATE = Decimal("0.001")
_FINEST_SATS = 3
"""Decimals of a sat: a millisatoshi."""


class Lightning:
    """Invoices by their text, in order of creation, and the payments that were asked for."""

    def __init__(self, venue: Venue, deposits: Deposits, withdrawals: Withdrawals, rng: random.Random) -> None:
        self._venue = venue
        self._deposits = deposits
        self._withdrawals = withdrawals
        self._rng = rng
        self.invoices: dict[str, LightningInvoice] = {}
        self.payments: list[LightningPayment] = []

    def invoice(
        self, sats: Decimal, *, conversion: Decimal, description: str, member_description: str
    ) -> LightningInvoice:
        """A new invoice over `sats`; `conversion` (0 to 1) of it is to be sold for rand once it is paid.

        Raises:
            FundingRefusedError: the amount or the share is out of range, or the share is less than the market's least order.
        """
        if sats != sats.to_integral_value() or not 1 <= sats <= MOST_SATS:
            raise FundingRefusedError("account.lightning.invalid_amount")
        if not 0 <= conversion <= 1:
            raise FundingRefusedError("account.lightning.invalid_conversion_percent")
        if conversion and converted(int(sats), conversion) < MARKETS[CONVERSION_MARKET].min_amount:
            raise FundingRefusedError("account.lightning.conversion_below_market_minimum")
        if len(description.encode()) > LONGEST_DESCRIPTION:
            raise FundingRefusedError("account.lightning.too_long_description")
        now_ms = self._venue.now_ms
        payment_hash = self._rng.randbytes(32).hex()
        made = LightningInvoice(
            bolt=self._written(payment_hash, int(sats) * 1000, description, now_ms // 1000),
            payment_hash=payment_hash,
            sats=int(sats),
            conversion=conversion,
            description=description,
            member_description=member_description,
            created_ms=now_ms,
            expires_ms=(now_ms // 1000 + EXPIRY_S) * 1000,
        )
        self.invoices[made.bolt] = made
        return made

    def foreign(self, amount_msat: int | None, description: str) -> str:
        """An invoice of somebody else, to be paid by the user."""
        return self._written(self._rng.randbytes(32).hex(), amount_msat, description, self._venue.now_ms // 1000)

    def receive(self, bolt: str) -> LightningInvoice:
        """Let somebody pay an invoice of the user.

        Raises:
            FundingRefusedError: there is no such invoice, or it is paid or expired.
        """
        invoice = self.invoices.get(bolt.lower())
        if invoice is None:
            raise FundingRefusedError("account.lightning.invoice_doesnt_exist")
        if invoice.state(self._venue.now_ms) is not InvoiceState.PENDING:
            raise FundingRefusedError(f"account.lightning.invoice_{invoice.state(self._venue.now_ms)}")
        invoice.paid_ms = self._venue.now_ms
        self._deposits.credit("btc", sats_to_btc(invoice.sats), txid=invoice.payment_hash)
        volume = converted(invoice.sats, invoice.conversion)
        if volume:
            self._convert(invoice, volume)
        return invoice

    def pay(
        self, bolt: str, sats: Decimal, *, description: str, member_description: str, quote_id: str | None
    ) -> LightningPayment:
        """Ask for an invoice to be paid.

        Raises:
            FundingRefusedError: the text is no invoice in bitcoin, it is over another amount, expired or paid before, or the money is
                not there; nothing has changed.
        """
        bolt = bolt.lower()
        try:
            asked = decode(bolt)
        except InvoiceError as error:
            raise FundingRefusedError("account.lightning.invalid_bolt") from error
        if asked.network != "bc":
            raise FundingRefusedError("account.lightning.invalid_bolt")
        msat = sats.scaleb(_FINEST_SATS)
        if msat != msat.to_integral_value() or asked.amount_msat not in (None, msat):
            raise FundingRefusedError("account.lightning.amount_doesnt_match")
        if self._venue.now_ms >= asked.expires_s * 1000:
            raise FundingRefusedError("account.lightning.invoice_expired")
        if self._paid(asked.payment_hash):
            raise FundingRefusedError("account.lightning.invoice_paid")
        withdrawal = self._withdrawals.pay_lightning(
            sats_to_btc(sats),
            sats_to_btc(max(Decimal(1), times(sats, _FEE_RATE).to_integral_value(ROUND_CEILING))),
            bolt=bolt,
            payment_hash=asked.payment_hash,
            note=member_description,
            quote_id=quote_id,
            deliver=(lambda: self._deliver(bolt)) if bolt in self.invoices else None,
        )
        made = LightningPayment(bolt, description or asked.description, member_description, withdrawal)
        self.payments.append(made)
        return made

    def _paid(self, payment_hash: str) -> bool:
        invoices = (each.payment_hash for each in self.invoices.values() if each.paid_ms is not None)
        payments = (each.withdrawal.txid for each in self.payments if not each.withdrawal.state.unsuccessful)
        return payment_hash in (*invoices, *payments)

    def _deliver(self, bolt: str) -> bool:
        try:
            self.receive(bolt)
        except FundingRefusedError:
            return False
        return True

    def _convert(self, invoice: LightningInvoice, volume: Decimal) -> None:
        try:
            order = self._venue.place(OrderRequest(CONVERSION_MARKET, Side.SELL, volume, OrderType.MARKET))
        except OrderRefusedError:
            return
        invoice.order_id = order.id

    def _written(self, payment_hash: str, amount_msat: int | None, description: str, created_s: int) -> str:
        invoice = Invoice("bc", amount_msat, created_s, payment_hash, description, EXPIRY_S)
        return encode(invoice, secret=self._rng.randbytes(32))


def converted(sats: int, conversion: Decimal) -> Decimal:
    """What of so many sats is to be sold, in bitcoin, cut to the precision of the market."""
    return sats_to_btc(times(Decimal(sats), conversion).to_integral_value(ROUND_FLOOR))
