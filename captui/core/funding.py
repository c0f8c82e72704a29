"""Money on its way in and out, as values: beneficiaries, withdrawals, deposits, vouchers, lightning (API document, Models).

Amounts are exact `Decimal` in the unit that each field names, times unix milliseconds, 0 where the exchange gave none. States are
the exchange's own words as text, because a word that captui has not met must neither hide a payment nor be taken for another; the
documented ones are listed below and compare equal to that text.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.secret import Secret


class BeneficiaryState(StrEnum):
    """The document numbers them 0, 1 and 2; the software says the words."""

    PENDING = "pending"
    """Waits for the pin that the exchange sent by e-mail."""
    ACTIVE = "active"
    ARCHIVED = "archived"


class DepositState(StrEnum):
    """API document, States."""

    SUBMITTED = "submitted"
    CANCELED = "canceled"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    COLLECTED = "collected"
    SKIPPED = "skipped"


class WithdrawalState(StrEnum):
    """API document, States."""

    PREPARED = "prepared"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    SKIPPED = "skipped"
    PROCESSING = "processing"
    SUCCEED = "succeed"
    CANCELED = "canceled"
    FAILED = "failed"
    ERRORED = "errored"
    CONFIRMING = "confirming"


_WITHDRAWAL_ENDS = frozenset(
    {WithdrawalState.REJECTED, WithdrawalState.SUCCEED, WithdrawalState.CANCELED, WithdrawalState.FAILED}
)


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Where withdrawals may go to."""

    id: int
    currency: str
    name: str
    description: str
    data: tuple[tuple[str, str], ...]
    """Bank details by name, in the exchange's order, or `address` of a blockchain."""
    state: str

    @property
    def is_active(self) -> bool:
        return self.state == BeneficiaryState.ACTIVE

    @property
    def address(self) -> str:
        """Of a blockchain; empty for a bank account."""
        return dict(self.data).get("address", "")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    id: int
    currency: str
    kind: str
    """`coin`, `fiat` or what the exchange calls it."""
    amount: Decimal
    """In units of the currency."""
    fee: Decimal
    """In units of the currency."""
    txid: str
    """Of the blockchain; empty until it is known."""
    rid: str
    """The beneficiary's id or address."""
    state: str
    confirmations: int | None
    note: str
    created_ms: int
    updated_ms: int
    done_ms: int

    @property
    def is_final(self) -> bool:
        """Nothing more will happen to it by itself. `errored` and `skipped` are looked into by people at the exchange."""
        return self.state in _WITHDRAWAL_ENDS


@dataclass(frozen=True, slots=True)
class WithdrawalQuote:
    """What a withdrawal would cost, promised until `expires_ms` (exchange notes, Two revisions: 90 s)."""

    id: str
    currency: str
    fee: Decimal
    """In units of the currency."""
    blockchain: str
    """Empty for money that goes to a bank."""
    created_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Deposit:
    id: int
    currency: str
    amount: Decimal
    """In units of the currency."""
    fee: Decimal
    """In units of the currency."""
    txid: str
    """Of the blockchain; empty for money from a bank."""
    confirmations: int | None
    state: str
    created_ms: int
    completed_ms: int
    tid: str
    """The exchange's own transaction id."""


@dataclass(frozen=True, slots=True)
class DepositAddress:
    currency: str
    address: str
    """Exactly as sent. Empty while the exchange is still making it: ask again in a few seconds (API document)."""
    state: str
    """Empty where the exchange does not say."""


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """An instant deposit method, vouchers among them."""

    id: str
    """Goes into `redeem_voucher`."""
    provider_id: str
    name: str
    kind: str
    """`voucher` or `instanteft`."""
    description: str
    min_amount: Decimal | None
    """In rand; None where there is no limit."""
    max_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class ChangeVoucher:
    """What was left of a voucher, as a new one: its pin is money."""

    amount: Decimal | None
    """In rand; None where the answer cannot be read there: the pin is worth more than the words around it."""
    expiry: str
    """A date as the provider writes it; may be empty."""
    pin: Secret


@dataclass(frozen=True, slots=True)
class VoucherRedemption:
    amount: Decimal | None
    """What was credited, after fees, in rand; None where the answer cannot be read there, and the balance tells."""
    origin_amount: Decimal | None
    """What the voucher was worth, in rand; None likewise."""
    change: ChangeVoucher | None


@dataclass(frozen=True, slots=True)
class LightningInvoice:
    """To be paid by somebody else; the bitcoin arrive as a deposit."""

    bolt: str
    """BOLT 11, exactly as sent."""
    amount: Decimal
    """In satoshi."""
    amount_msat: Decimal | None
    """In thousandths of a satoshi."""
    conversion_percent: Decimal | None
    """The part that is sold for rand on arrival: 1 is all of it."""
    description: str
    member_description: str
    state: str
    created_ms: int
    expires_ms: int
    paid_ms: int


@dataclass(frozen=True, slots=True)
class LightningPayment:
    """Asked for, not yet made: the withdrawals tell what became of it (API document, New lightning payment)."""

    bolt: str
    address: str
    amount: Decimal | None
    """In satoshi."""
    description: str
    member_description: str
    state: str
    created_ms: int
