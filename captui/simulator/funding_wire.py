"""Records of money coming in and going out as the exchange writes them.

The two revisions differ where the API document leaves it open, so that a client is tried with both: the one of 2023 keeps to the letter
(numbers where the schema says number, lists where it says list, the beneficiary's number under `uuid` alone), the newer one writes
strings, single records, and `id` beside `uuid`.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from captui.simulator import funding_records as records
from captui.simulator.money import decimals, text
from captui.simulator.wire import Record, Revision, iso


def deposit(made: records.Deposit) -> Record:
    return {
        "id": made.id,
        "currency": made.currency,
        "amount": text(made.amount),
        "fee": text(made.fee),
        "txid": made.txid,
        "confirmations": made.confirmations,
        "state": made.state.value,
        "created_at": iso(made.created_ms),
        "completed_at": _iso(made.completed_ms),
        "tid": made.tid,
    }


def deposit_address(currency: str, address: str) -> Record:
    """The document gives no schema for it. While the address is being made it is null."""
    return {"currency": currency, "address": address or None, "state": "active" if address else "pending"}


def beneficiary(made: records.Beneficiary, *, revision: Revision) -> Record:
    written: Record = {"id": made.id} if revision is Revision.ATLAS else {}
    return written | {
        "uuid": made.id,
        "currency": made.currency,
        "name": made.name,
        "description": made.description,
        "data": made.data,
        "state": made.state.value,
    }


def withdrawal(made: records.Withdrawal) -> Record:
    return {
        "id": made.id,
        "currency": made.currency,
        "type": made.kind,
        "amount": text(made.amount),
        "fee": text(made.fee),
        "blockchain_txid": made.txid,
        "rid": made.rid,
        "state": made.state.value,
        "confirmations": made.confirmations,
        "note": made.note or None,
        "created_at": iso(made.created_ms),
        "updated_at": iso(made.updated_ms),
        "done_at": _iso(made.done_ms),
    }


def quote(made: records.Quote) -> Record:
    return {
        "id": made.id,
        "currency": made.currency,
        "fee": text(made.fee),
        "blockchain": made.blockchain,
        "created_at": iso(made.created_ms),
        "expires_at": iso(made.expires_ms),
    }


def voucher_method(made: records.VoucherMethod, *, revision: Revision) -> Record:
    return {
        "id": str(made.id),
        "provider_id": made.provider_id,
        "name": made.name,
        "type": made.kind,
        "description": made.description,
        "min_amount": _number(made.min_amount, revision),
        "max_amount": _number(made.max_amount, revision),
    }


def redemption(made: records.Redemption, *, revision: Revision) -> Record:
    """Without change, the document's revision has no `change_voucher`, and the newer one has null there."""
    written: Record = {
        "amount": _number(made.amount, revision),
        "origin_amount": _number(made.origin_amount, revision),
    }
    if made.change is not None:
        written["change_voucher"] = {
            "change_amount": _number(made.change.value, revision),
            "change_expiry": iso(made.change.expires_ms),
            "change_pin": int(made.change.pin) if revision is Revision.TRADE else made.change.pin,
        }
    elif revision is Revision.ATLAS:
        written["change_voucher"] = None
    return written


def lightning_invoice(made: records.LightningInvoice, *, now_ms: int) -> Record:
    return {
        "bolt": made.bolt,
        "amount": text(Decimal(made.sats)),
        "conversion_percent": text(made.conversion),
        "amount_msat": text(Decimal(made.sats * 1000)),
        "description": made.description,
        "member_description": made.member_description,
        "state": made.state(now_ms).value,
        "created_at": iso(made.created_ms),
        "expires_at": iso(made.expires_ms),
        "paid_at": _iso(made.paid_ms),
    }


def lightning_payment(made: records.LightningPayment, *, revision: Revision) -> Record:
    return {
        "bolt": made.bolt,
        "address": None,
        "amount": _number(records.btc_to_sats(made.withdrawal.amount), revision),
        "description": made.description,
        "member_description": made.member_description,
        "state": made.withdrawal.state.value,
        "created_at": iso(made.withdrawal.created_ms),
    }


def listed_or_alone(record: Record, *, revision: Revision) -> object:
    """Lightning's records: the document's schema is a list, of one."""
    return [record] if revision is Revision.TRADE else record


def _number(value: Decimal, revision: Revision) -> object:
    if revision is Revision.ATLAS:
        return text(value)
    return msgspec.Raw(f"{value:.{decimals(value)}f}".encode())


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else iso(at_ms)
