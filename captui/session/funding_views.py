"""What the session shows of money on its way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from captui.core.dataclass import dataclass

if TYPE_CHECKING:
    # The first frame does not wait for them.
    from captui.core.funding import (
        Beneficiary,
        Deposit,
        LightningInvoice,
        LightningPayment,
        PaymentMethod,
        VoucherRedemption,
        Withdrawal,
        WithdrawalQuote,
    )


class MoveKind(StrEnum):
    ADD_BENEFICIARY = "add beneficiary"
    ACTIVATE_BENEFICIARY = "activate beneficiary"
    REMOVE_BENEFICIARY = "remove beneficiary"
    WITHDRAWAL = "withdrawal"
    VOUCHER = "voucher"
    INVOICE = "lightning invoice"
    PAYMENT = "lightning payment"


class MoveStatus(StrEnum):
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Also where captui itself did not send it; `reason` says why."""
    UNKNOWN = "unknown"
    """Sent, and no answer says what became of it. It is never sent again; the lists show it once the exchange does."""


MoveResult: TypeAlias = "Beneficiary | Withdrawal | VoucherRedemption | LightningInvoice | LightningPayment"


@dataclass(frozen=True, slots=True)
class Move:
    """One write of this session, from the moment it was asked for."""

    key: str
    """That of the command."""
    kind: MoveKind
    title: str
    """What it does, in a few words: `Withdraw 500 ZAR to FNB cheque`. May hold words of the exchange."""
    status: MoveStatus
    at_ms: int
    reason: str = ""
    """One sentence where it was refused or is unknown."""
    result: MoveResult | None = None
    """What the exchange answered, where it was accepted and said more than yes."""


class Progress(StrEnum):
    WAITING = "waiting"
    """Asked for, and asked for again where the exchange is still making it."""
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AddressView:
    currency: str
    progress: Progress
    address: str = ""
    """Exactly as the exchange sent it."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QuoteView:
    currency: str
    progress: Progress
    quote: WithdrawalQuote | None = None
    """None with READY: this revision of the API has no quotes, and the fee of the currency counts."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FundingView:
    """Lists are newest first and read again every few seconds while `Watched.FUNDING` is watched."""

    enabled: bool = False
    """Whether the user's config lets withdrawals and lightning payments out."""
    methods: tuple[PaymentMethod, ...] = ()
    beneficiaries: tuple[Beneficiary, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    more_deposits: bool = False
    withdrawals: tuple[Withdrawal, ...] = ()
    more_withdrawals: bool = False
    addresses: Mapping[str, AddressView] = field(default_factory=dict)
    """By currency, those that were asked for."""
    quotes: Mapping[str, QuoteView] = field(default_factory=dict)
    """By currency, those that were asked for; a new question replaces the old quote."""
    invoices: tuple[LightningInvoice, ...] = ()
    """Made in this session, newest first."""
    moves: tuple[Move, ...] = ()
    """Newest first."""
    read: bool = False
    """All lists have been read at least once."""
    problem: str = ""
    """One sentence where the newest reading failed; what was read before stays."""
    read_ms: int = 0
    """When the lists were last read whole (our clock)."""
