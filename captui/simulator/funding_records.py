"""What money coming in and going out consists of: deposits, beneficiaries, withdrawals, quotes, vouchers and lightning invoices.

States are those of the API document (section "States"). Times are unix milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from captui.errors import CaptuiError
from captui.simulator.money import ZERO, plus

_SAT_PLACES = 8
"""A sat is the last decimal of a bitcoin."""


class FundingRefusedError(CaptuiError):
    """The exchange understood a request about funding and says no; `code` is the dotted error code that it answers with status 422."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The embedded exchange refused the request: {code}.")
        self.code = code


class DepositState(StrEnum):
    """A deposit is submitted when it is first seen, accepted when it can be spent, collected when the exchange has put it away.

    One below the least amount of its currency is skipped.
    """

    SUBMITTED = "submitted"
    CANCELED = "canceled"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    COLLECTED = "collected"
    SKIPPED = "skipped"


class WithdrawState(StrEnum):
    """A withdrawal's money is locked until it succeeds, and comes back when it ends in another way."""

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

    @property
    def unsuccessful(self) -> bool:
        return self in (WithdrawState.REJECTED, WithdrawState.CANCELED, WithdrawState.FAILED)

    @property
    def final(self) -> bool:
        return self is WithdrawState.SUCCEED or self.unsuccessful


class BeneficiaryState(StrEnum):
    """Pending until its pin was given; archived when it was deleted, and then not shown any more."""

    PENDING = "pending"
    ACTIVE = "active"
    ARCHIVED = "archived"


class InvoiceState(StrEnum):
    """The states of a lightning invoice of the exchange."""

    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"


@dataclass(slots=True)
class Deposit:
    """Money that comes in. `amount` is what the account gets, after `fee`; `tid` is the exchange's own name for it."""

    id: int
    currency: str
    amount: Decimal
    fee: Decimal
    txid: str | None
    tid: str
    created_ms: int
    state: DepositState = DepositState.SUBMITTED
    confirmations: int = 0
    completed_ms: int | None = None


@dataclass(slots=True)
class Beneficiary:
    """Where money may be sent. `data` is the address of a coin (`{"address": …}`), or the details of a bank account."""

    id: int
    currency: str
    name: str
    description: str
    data: dict[str, object]
    created_ms: int
    state: BeneficiaryState = BeneficiaryState.PENDING


@dataclass(slots=True)
class Withdrawal:
    """Money that goes out. `amount` is what arrives; account and lock are charged `amount` and `fee` together."""

    id: int
    currency: str
    kind: str
    amount: Decimal
    fee: Decimal
    rid: str
    note: str
    created_ms: int
    updated_ms: int
    txid: str | None = None
    state: WithdrawState = WithdrawState.SUBMITTED
    confirmations: int = 0
    done_ms: int | None = None

    @property
    def total(self) -> Decimal:
        return plus(self.amount, self.fee)


@dataclass(slots=True)
class Quote:
    """What a withdrawal would cost, promised until `expires_ms` and for one use."""

    id: str
    currency: str
    fee: Decimal
    blockchain: str | None
    created_ms: int
    expires_ms: int
    used: bool = False


@dataclass(frozen=True, slots=True)
class VoucherMethod:
    """A way to pay rand in. Amounts and `fee_rate`, a share of what is redeemed, are in rand; only `voucher` ones have pins."""

    id: int
    provider_id: str
    name: str
    kind: str
    description: str
    min_amount: Decimal
    max_amount: Decimal
    fee_rate: Decimal = ZERO
    gives_change: bool = False


@dataclass(slots=True)
class Voucher:
    """A voucher somebody has bought. `value` is in rand."""

    pin: str
    method_id: int
    value: Decimal
    expires_ms: int
    used: bool = False


@dataclass(frozen=True, slots=True)
class Redemption:
    """What came of a voucher: the net amount, its whole value, and the voucher for what was left of it."""

    amount: Decimal
    origin_amount: Decimal
    change: Voucher | None


@dataclass(slots=True)
class LightningInvoice:
    """An invoice to be paid to the user. `sats` is its amount; `conversion` the share of it that is sold for rand when it is paid."""

    bolt: str
    payment_hash: str
    sats: int
    conversion: Decimal
    description: str
    member_description: str
    created_ms: int
    expires_ms: int
    paid_ms: int | None = None
    order_id: int | None = None
    """The order that sold the converted share."""

    def state(self, now_ms: int) -> InvoiceState:
        if self.paid_ms is not None:
            return InvoiceState.PAID
        return InvoiceState.EXPIRED if now_ms >= self.expires_ms else InvoiceState.PENDING


@dataclass(frozen=True, slots=True)
class LightningPayment:
    """A payment of somebody's invoice, which is carried out as the withdrawal."""

    bolt: str
    description: str
    member_description: str
    withdrawal: Withdrawal


def sats_to_btc(sats: Decimal | int) -> Decimal:
    return Decimal(sats).scaleb(-_SAT_PLACES)


def btc_to_sats(btc: Decimal) -> Decimal:
    return btc.scaleb(_SAT_PLACES)
