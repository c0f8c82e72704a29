"""One JSON record to one value of `funding`: beneficiaries, withdrawals, deposits, vouchers, lightning.

Numbers come as text or as JSON numbers, times in any of three ways (exchange notes, REST). What is paid to or with (addresses,
transaction ids, invoices, pins) is kept to the letter or refused, never shortened or cleaned. Every function raises ProtocolError.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from captui.core import wire
from captui.core.funding import (
    Beneficiary,
    BeneficiaryState,
    ChangeVoucher,
    Deposit,
    DepositAddress,
    LightningInvoice,
    LightningPayment,
    PaymentMethod,
    VoucherRedemption,
    Withdrawal,
    WithdrawalQuote,
)
from captui.core.money import plain
from captui.core.secret import Secret
from captui.core.text import printable
from captui.core.wire import Record
from captui.errors import ProtocolError

_ZERO = Decimal(0)

_NUMBERED_STATES = {
    "0": BeneficiaryState.PENDING.value,
    "1": BeneficiaryState.ACTIVE.value,
    "2": BeneficiaryState.ARCHIVED.value,
}


def beneficiary(value: object) -> Beneficiary:
    """The identifier is `id` in the software and in the paths, `uuid` in the document's model."""
    fields = wire.record(value, "a beneficiary")
    state = wire.text(fields, "state").lower()
    return Beneficiary(
        id=wire.whole(fields, "id", "uuid"),
        currency=wire.text(fields, "currency", "currency_id").lower(),
        name=wire.optional_text(fields, "name"),
        description=wire.optional_text(fields, "description"),
        data=_details(fields.get("data")),
        state=_NUMBERED_STATES.get(state, state),
    )


def withdrawal(value: object) -> Withdrawal:
    fields = wire.record(value, "a withdrawal")
    return Withdrawal(
        id=wire.whole(fields, "id"),
        currency=wire.text(fields, "currency", "currency_id").lower(),
        kind=wire.optional_text(fields, "type"),
        amount=wire.number(fields, "amount"),
        fee=wire.optional_number(fields, "fee") or _ZERO,
        txid=wire.unmistakable_text(fields, "blockchain_txid", "txid"),
        rid=wire.unmistakable_text(fields, "rid"),
        state=wire.text(fields, "state").lower(),
        confirmations=_confirmations(fields),
        note=wire.optional_text(fields, "note"),
        created_ms=wire.time_ms(fields, "created_at"),
        updated_ms=wire.time_ms(fields, "updated_at"),
        done_ms=wire.time_ms(fields, "done_at", "completed_at"),
    )


def withdrawal_quote(value: object, currency: str) -> WithdrawalQuote:
    """`currency` is what was asked about. A quote without its end cannot be relied upon and is refused."""
    fields = wire.record(value, "a withdrawal quote")
    expires_ms = wire.time_ms(fields, "expires_at")
    if not expires_ms:
        raise ProtocolError("The exchange left out 'expires_at'.")
    return WithdrawalQuote(
        id=wire.text(fields, "id"),
        currency=(wire.optional_text(fields, "currency", "currency_id") or currency).lower(),
        fee=wire.number(fields, "fee"),
        blockchain=wire.optional_text(fields, "blockchain", "blockchain_key"),
        created_ms=wire.time_ms(fields, "created_at"),
        expires_ms=expires_ms,
    )


def deposit(value: object) -> Deposit:
    fields = wire.record(value, "a deposit")
    return Deposit(
        id=wire.whole(fields, "id"),
        currency=wire.text(fields, "currency", "currency_id").lower(),
        amount=wire.number(fields, "amount"),
        fee=wire.optional_number(fields, "fee") or _ZERO,
        txid=wire.unmistakable_text(fields, "txid"),
        confirmations=_confirmations(fields),
        state=wire.text(fields, "state").lower(),
        created_ms=wire.time_ms(fields, "created_at"),
        completed_ms=wire.time_ms(fields, "completed_at"),
        tid=wire.unmistakable_text(fields, "tid"),
    )


def deposit_address(value: object, currency: str) -> DepositAddress:
    """Nothing at all, an empty record or a record without an address say that it is still being made (API document).

    Raises ProtocolError also for the address of another currency than `currency`: money sent there would be lost.
    """
    if value is None or value == "":
        return DepositAddress(currency, "", "")
    found = wire.rows(value, "deposit addresses")
    if not found:
        return DepositAddress(currency, "", "")
    fields = wire.record(found[0], "a deposit address")
    stated = fields.get("currencies")
    named = (
        [wire.optional_text(fields, "currency", "currency_id")] if stated is None else wire.rows(stated, "currencies")
    )
    names = {name.lower() for name in named if isinstance(name, str) and name}
    if names and currency not in names:
        raise ProtocolError(
            f"The exchange sent the deposit address of another currency than {printable(currency.upper())}."
        )
    return DepositAddress(currency, wire.verbatim(fields, "address"), wire.optional_text(fields, "state").lower())


def payment_method(value: object) -> PaymentMethod:
    fields = wire.record(value, "a deposit method")
    return PaymentMethod(
        id=wire.text(fields, "id"),
        provider_id=wire.optional_text(fields, "provider_id"),
        name=wire.optional_text(fields, "name"),
        kind=wire.optional_text(fields, "type").lower(),
        description=wire.optional_text(fields, "description"),
        min_amount=wire.optional_number(fields, "min_amount"),
        max_amount=wire.optional_number(fields, "max_amount"),
    )


def voucher_redemption(value: object) -> VoucherRedemption:
    """The voucher is spent whatever the answer looks like, so no amount in it may cost the pin of the change."""
    fields = wire.record(value, "a voucher redemption")
    change = fields.get("change_voucher")
    return VoucherRedemption(
        amount=wire.told(wire.optional_number, fields, "amount"),
        origin_amount=wire.told(wire.optional_number, fields, "origin_amount"),
        # An empty record stands for no change as well as null does.
        change=_change(wire.record(change, "a change voucher")) if change else None,
    )


def lightning_invoice(value: object) -> LightningInvoice:
    fields = _only(value, "a lightning invoice")
    bolt = wire.verbatim(fields, "bolt")
    if not bolt:
        raise ProtocolError("The exchange left out 'bolt'.")
    return LightningInvoice(
        bolt=bolt,
        amount=wire.number(fields, "amount"),
        amount_msat=wire.optional_number(fields, "amount_msat"),
        conversion_percent=wire.optional_number(fields, "conversion_percent"),
        description=wire.optional_text(fields, "description"),
        member_description=wire.optional_text(fields, "member_description"),
        state=wire.optional_text(fields, "state").lower(),
        created_ms=wire.time_ms(fields, "created_at"),
        expires_ms=wire.time_ms(fields, "expires_at"),
        paid_ms=wire.time_ms(fields, "paid_at"),
    )


def lightning_payment(value: object) -> LightningPayment:
    fields = _only(value, "a lightning payment")
    return LightningPayment(
        bolt=wire.verbatim(fields, "bolt"),
        address=wire.verbatim(fields, "address"),
        amount=wire.optional_number(fields, "amount"),
        description=wire.optional_text(fields, "description"),
        member_description=wire.optional_text(fields, "member_description"),
        state=wire.optional_text(fields, "state").lower(),
        created_ms=wire.time_ms(fields, "created_at"),
    )


def _only(value: object, what: str) -> Record:
    """The document's tables show a list of one where the text speaks of one record."""
    found = wire.rows(value, what)
    if len(found) != 1:
        raise ProtocolError(f"The exchange sent {len(found)} records where {what} belongs.")
    return wire.record(found[0], what)


def _change(fields: Record) -> ChangeVoucher:
    return ChangeVoucher(
        amount=wire.told(wire.optional_number, fields, "change_amount"),
        expiry=wire.told(wire.optional_text, fields, "change_expiry") or "",
        pin=Secret(_pin(fields)),
    )


def _pin(fields: Record) -> str:
    """A number in the document, which a server may write with an exponent."""
    pin = fields.get("change_pin")
    text = plain(pin) if isinstance(pin, Decimal) else wire.verbatim(fields, "change_pin")
    if not text:
        raise ProtocolError("The exchange left out 'change_pin'.")
    return text


def _confirmations(fields: Record) -> int | None:
    # This software says "N/A" where it cannot reach the blockchain.
    stated = fields.get("confirmations")
    return None if isinstance(stated, str) and not stated.isdecimal() else wire.optional_whole(fields, "confirmations")


def _details(value: object) -> tuple[tuple[str, str], ...]:
    """From an object, from the same as JSON text, or from a bare address."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        if not value.lstrip().startswith("{"):
            return (("address", wire.unmistakable_text({"address": value}, "address")),)
        value = wire.tree(value)
    return tuple((printable(name), _detail(detail)) for name, detail in wire.record(value, "bank details").items())


def _detail(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return wire.unmistakable_text({"data": value}, "data")
    if isinstance(value, Decimal):
        return plain(value)
    return msgspec.json.encode(value).decode()
