"""What the records of money in and out hold, column by column, under the exchange's field names (API document, Models)."""

from __future__ import annotations

from captui.core.funding import (
    Beneficiary,
    Deposit,
    DepositAddress,
    LightningInvoice,
    LightningPayment,
    PaymentMethod,
    VoucherRedemption,
    Withdrawal,
)
from captui.export.values import Column, Moment

DEPOSITS: tuple[Column[Deposit], ...] = (
    Column("id", lambda deposit: deposit.id, "id"),
    Column("created_at", lambda deposit: _moment(deposit.created_ms), "created"),
    Column("completed_at", lambda deposit: _moment(deposit.completed_ms)),
    Column("currency", lambda deposit: deposit.currency, "currency"),
    Column("amount", lambda deposit: deposit.amount, "amount"),
    Column("fee", lambda deposit: deposit.fee, "fee"),
    Column("state", lambda deposit: deposit.state, "state"),
    Column("confirmations", lambda deposit: deposit.confirmations, "confirmations"),
    Column("txid", lambda deposit: deposit.txid or None, "txid"),
    Column("tid", lambda deposit: deposit.tid or None),
)

WITHDRAWALS: tuple[Column[Withdrawal], ...] = (
    Column("id", lambda withdrawal: withdrawal.id, "id"),
    Column("created_at", lambda withdrawal: _moment(withdrawal.created_ms), "created"),
    Column("updated_at", lambda withdrawal: _moment(withdrawal.updated_ms)),
    Column("done_at", lambda withdrawal: _moment(withdrawal.done_ms)),
    Column("currency", lambda withdrawal: withdrawal.currency, "currency"),
    Column("type", lambda withdrawal: withdrawal.kind or None),
    Column("amount", lambda withdrawal: withdrawal.amount, "amount"),
    Column("fee", lambda withdrawal: withdrawal.fee, "fee"),
    Column("state", lambda withdrawal: withdrawal.state, "state"),
    Column("confirmations", lambda withdrawal: withdrawal.confirmations),
    Column("rid", lambda withdrawal: withdrawal.rid or None, "to"),
    Column("blockchain_txid", lambda withdrawal: withdrawal.txid or None),
    Column("note", lambda withdrawal: withdrawal.note or None, "note"),
)

BENEFICIARIES: tuple[Column[Beneficiary], ...] = (
    Column("id", lambda beneficiary: beneficiary.id, "id"),
    Column("currency", lambda beneficiary: beneficiary.currency, "currency"),
    Column("name", lambda beneficiary: beneficiary.name, "name"),
    Column("state", lambda beneficiary: beneficiary.state, "state"),
    Column("description", lambda beneficiary: beneficiary.description or None, "description"),
    Column("data", lambda beneficiary: destination(beneficiary), "to"),
)

ADDRESSES: tuple[Column[DepositAddress], ...] = (
    Column("currency", lambda address: address.currency),
    Column("address", lambda address: address.address),
    Column("state", lambda address: address.state or None),
)

METHODS: tuple[Column[PaymentMethod], ...] = (
    Column("id", lambda method: method.id, "id"),
    Column("name", lambda method: method.name, "name"),
    Column("type", lambda method: method.kind, "type"),
    Column("min_amount", lambda method: method.min_amount, "smallest"),
    Column("max_amount", lambda method: method.max_amount, "largest"),
    Column("provider_id", lambda method: method.provider_id),
    Column("description", lambda method: method.description or None, "description"),
)

REDEMPTIONS: tuple[Column[VoucherRedemption], ...] = (
    Column("amount", lambda redemption: redemption.amount),
    Column("origin_amount", lambda redemption: redemption.origin_amount),
    Column("change_amount", lambda redemption: None if redemption.change is None else redemption.change.amount),
    Column("change_expiry", lambda redemption: None if redemption.change is None else redemption.change.expiry),
    # The one place where a pin is shown: it is the only copy of what is left of the voucher.
    Column("change_pin", lambda redemption: None if redemption.change is None else redemption.change.pin.reveal()),
)

INVOICES: tuple[Column[LightningInvoice], ...] = (
    Column("bolt", lambda invoice: invoice.bolt),
    Column("amount", lambda invoice: invoice.amount),
    Column("amount_msat", lambda invoice: invoice.amount_msat),
    Column("conversion_percent", lambda invoice: invoice.conversion_percent),
    Column("description", lambda invoice: invoice.description or None),
    Column("member_description", lambda invoice: invoice.member_description or None),
    Column("state", lambda invoice: invoice.state),
    Column("created_at", lambda invoice: _moment(invoice.created_ms)),
    Column("expires_at", lambda invoice: _moment(invoice.expires_ms)),
    Column("paid_at", lambda invoice: _moment(invoice.paid_ms)),
)

PAYMENTS: tuple[Column[LightningPayment], ...] = (
    Column("amount", lambda payment: payment.amount),
    Column("description", lambda payment: payment.description or None),
    Column("member_description", lambda payment: payment.member_description or None),
    Column("state", lambda payment: payment.state),
    Column("created_at", lambda payment: _moment(payment.created_ms)),
    Column("bolt", lambda payment: payment.bolt),
    Column("address", lambda payment: payment.address or None),
)


def destination(beneficiary: Beneficiary) -> str:
    """The address, or the details of the bank account in a row."""
    return beneficiary.address or ", ".join(f"{name}: {value}" for name, value in beneficiary.data)


def _moment(ms: int) -> Moment | None:
    return Moment(ms) if ms else None
