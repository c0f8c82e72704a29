"""What may be asked of a session: plain immutable data, no answers. The answers are views and notices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from captui.core.dataclass import dataclass
from captui.core.intervals import Interval
from captui.core.secret import Secret
from captui.core.types import OrderDraft, Side


@dataclass(frozen=True, slots=True)
class SelectMarket:
    """Show this market's book, chart and tape; subscribes and unsubscribes on the same connection."""

    market: str


@dataclass(frozen=True, slots=True)
class SelectInterval:
    interval: Interval


@dataclass(frozen=True, slots=True)
class LoadOlderCandles:
    """Fetch one more screenful before the oldest candle known."""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Check once more, journal, send. `confirmed` names the risky findings that the user has seen and accepted (`Finding.code`)."""

    custom_id: str
    """A new uuid (text), made by whoever asks, never used twice: sending the same command again is refused, not repeated."""
    draft: OrderDraft
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CancelOrder:
    key: str
    """`Order.key`."""


@dataclass(frozen=True, slots=True)
class CancelAll:
    """Everything, or one market, or one side of it."""

    market: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Refresh:
    """Fetch orders, trades and balances again, and a new snapshot of the book."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Do not wait for the back-off; also tries a refused key again."""


class Watched(StrEnum):
    """What the user looks at beside the market itself; only that is kept up to date by asking again and again."""

    NOTHING = "nothing"
    MARKETS = "markets"
    """The price histories of all markets (`SparksView`)."""
    PORTFOLIO = "portfolio"
    FUNDING = "funding"


@dataclass(frozen=True, slots=True)
class Watch:
    """From now on, instead of what was watched before."""

    what: Watched


# The past


class RecordKind(StrEnum):
    ORDERS = "orders"
    TRADES = "trades"
    """Own ones."""
    DEPOSITS = "deposits"
    WITHDRAWALS = "withdrawals"


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Empty and None mean: all. What does not apply to the kind is ignored."""

    kind: RecordKind
    market: str = ""
    """Market id; orders and trades."""
    currency: str = ""
    """Currency id; deposits and withdrawals."""
    side: Side | None = None
    """Orders and trades."""
    state: str = ""
    """The exchange's word; orders, deposits and withdrawals."""
    from_ms: int | None = None
    """Created at or after (unix ms)."""
    to_ms: int | None = None
    """Created before (unix ms)."""


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """The first page of these records, or with `more` the page after the ones that `HistoryView` holds for the same filter."""

    filter: HistoryFilter
    more: bool = False


@dataclass(frozen=True, slots=True)
class ExportHistory:
    """All records of the filter as CSV, oldest first, in one step to a file that does not exist yet."""

    filter: HistoryFilter
    path: Path


@dataclass(frozen=True, slots=True)
class RebuildHistory:
    """Throw the recorded trades and orders away and read them anew. Recorded values of the account stay."""


# Money in and out. `key` is a new uuid (text) made by whoever asks, never used twice: the same command again is not carried out.


@dataclass(frozen=True, slots=True)
class AskDepositAddress:
    """Also creates it where there is none yet; asks again until the exchange has made it."""

    currency: str


@dataclass(frozen=True, slots=True)
class MoreDeposits:
    """The next page of the funding screen's list."""


@dataclass(frozen=True, slots=True)
class MoreWithdrawals:
    """The next page of the funding screen's list."""


@dataclass(frozen=True, slots=True)
class AskQuote:
    """What a withdrawal of this currency costs now, promised for a while where the exchange promises."""

    currency: str


@dataclass(frozen=True, slots=True)
class AddBeneficiary:
    key: str
    currency: str
    name: str
    data: Mapping[str, str]
    """`{"address": …}` of a blockchain, or the details of a bank account."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class ActivateBeneficiary:
    key: str
    beneficiary_id: int
    pin: Secret


@dataclass(frozen=True, slots=True)
class RemoveBeneficiary:
    key: str
    beneficiary_id: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    key: str
    currency: str
    amount: Decimal
    """In units of the currency."""
    beneficiary_id: int
    otp: Secret
    note: str = ""
    quote_id: str = ""


@dataclass(frozen=True, slots=True)
class RedeemVoucher:
    key: str
    method_id: str
    amount: Decimal
    """In rand."""
    pin: Secret


@dataclass(frozen=True, slots=True)
class MakeInvoice:
    key: str
    amount_sat: Decimal
    conversion_percent: Decimal | None = None
    """The part that is sold for rand on arrival: 1 is all of it."""
    description: str = ""
    """Shown to the payer."""
    note: str = ""
    """For the user alone."""


@dataclass(frozen=True, slots=True)
class PayInvoice:
    key: str
    bolt: str
    amount_sat: Decimal
    """What was shown to the user; refused where the invoice says otherwise."""
    note: str = ""
    quote_id: str = ""


FundingWrite = (
    AddBeneficiary | ActivateBeneficiary | RemoveBeneficiary | Withdraw | RedeemVoucher | MakeInvoice | PayInvoice
)
FundingCommand = AskDepositAddress | MoreDeposits | MoreWithdrawals | AskQuote | FundingWrite
HistoryCommand = ReadHistory | ExportHistory | RebuildHistory
TradingCommand = (
    SelectMarket | SelectInterval | LoadOlderCandles | PlaceOrder | CancelOrder | CancelAll | Refresh | Reconnect
)

Command = TradingCommand | Watch | HistoryCommand | FundingCommand
