"""What the session shows of the past: the pages that were asked for, what captui has recorded, and short price histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from captui.core.dataclass import dataclass

if TYPE_CHECKING:
    # The first frame waits for none of them.
    from captui.core.events import OrderRecord
    from captui.core.fifo import Position
    from captui.core.funding import Deposit, Withdrawal
    from captui.core.types import Fill
    from captui.session.commands import HistoryFilter

Record: TypeAlias = "OrderRecord | Fill | Deposit | Withdrawal"


@dataclass(frozen=True, slots=True)
class ExportProgress:
    path: str
    records: int = 0
    """Read so far."""
    done: bool = False
    problem: str = ""
    """One sentence where it could not be finished; then there is no file."""

    @property
    def is_running(self) -> bool:
        return not self.done and not self.problem


@dataclass(frozen=True, slots=True)
class HistoryView:
    """The records that the newest `ReadHistory` asked for, read page by page."""

    filter: HistoryFilter | None = None
    """None before anything was asked for."""
    rows: tuple[Record, ...] = ()
    """Newest first, all of the filter's kind."""
    has_more: bool = False
    loading: bool = False
    problem: str = ""
    """One sentence where the newest page could not be read; what was read before stays."""
    read_ms: int = 0
    """When the newest page was read (our clock)."""
    export: ExportProgress | None = None
    """The newest export, also after its end."""


@dataclass(frozen=True, slots=True)
class EquityPoint:
    at_ms: int
    value: Decimal
    """Of everything that could be valued, in rand."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """Of filling the local history."""

    trades: int = 0
    """Read in this run."""
    orders: int = 0
    done: bool = False
    """Everything up to now is recorded."""
    problem: str = ""
    """One sentence where it cannot go on at the moment; it is tried again by itself."""


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """From the local history; what is held and what it is worth now is in the balances and tickers."""

    equity: tuple[EquityPoint, ...] = ()
    """Ascending; as recorded on this machine while captui ran."""
    positions: Mapping[str, Position] = field(default_factory=dict)
    """By currency, all of own trades but rand. While the history is being filled: of the trades read so far."""
    since_ms: int | None = None
    """Time of the oldest own trade that is recorded, None where there is none."""
    trades: int = 0
    """How many own trades are recorded."""
    sync: SyncProgress = SyncProgress()
    kept: bool = True
    """False where this session keeps no local history at all; `sync.problem` says why."""


@dataclass(frozen=True, slots=True)
class SparksView:
    """Closing prices of the last 24 hours, for a small line beside each market."""

    closes: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    """By market id, hourly, oldest first; missing where not read yet, empty where nothing was traded."""
