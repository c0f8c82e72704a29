"""What the session shows to whoever watches: immutable pictures of its state, one per topic.

A watcher calls `SessionPort.take()` when it is told of news, or on a timer of its own, and redraws the topics named in it; the views
it then reads are the newest.
Nothing here can be changed, and nothing here can reach a socket.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from captui.core.dataclass import dataclass
from captui.core.intervals import Interval
from captui.core.types import Balance, Candle, Currency, Fill, Level, Market, Order, PublicTrade, Ticker
from captui.session.commands import Command
from captui.session.funding_views import FundingView
from captui.session.history_views import HistoryView, PortfolioView, SparksView


class Topic(StrEnum):
    CONNECTION = "connection"
    MARKETS = "markets"
    BOOK = "book"
    CHART = "chart"
    TAPE = "tape"
    TICKERS = "tickers"
    ORDERS = "orders"
    FILLS = "fills"
    BALANCES = "balances"
    SPARKS = "sparks"
    PORTFOLIO = "portfolio"
    HISTORY = "history"
    FUNDING = "funding"


class Phase(StrEnum):
    """Of the connection as a whole."""

    CONNECTING = "connecting"
    """The first connection of this session is being made."""
    RECONCILING = "reconciling"
    """Connected; orders, balances and trades are being fetched. Not yet live."""
    LIVE = "live"
    RECONNECTING = "reconnecting"
    """The stream was lost; the next try is at `next_attempt_ms`."""
    REFUSED = "refused"
    """The exchange does not accept the key; private parts stay off until the user changes something. Market data may be live."""
    STOPPED = "stopped"


class Access(StrEnum):
    """What the user may do."""

    TRADING = "trading"
    READ_ONLY = "read-only"
    NO_CREDENTIALS = "no credentials"
    REFUSED = "refused"


class Freshness(StrEnum):
    """Of one feed. Only LIVE may be drawn as live."""

    WAITING = "waiting"
    """Nothing has arrived yet."""
    LIVE = "live"
    STALE = "stale"
    """What is shown was true once; `BookView.reason` says what happened."""


@dataclass(frozen=True, slots=True)
class ConnectionView:
    phase: Phase = Phase.CONNECTING
    access: Access = Access.NO_CREDENTIALS
    mode: str = "LIVE"
    """`LIVE` (real money), `DEMO` (the embedded exchange), `READ-ONLY` or `LOOK` (no key); shown on every screen."""
    exchange: str = ""
    """Host of the REST base, for people, and the profile where there is one."""
    revision: str = ""
    """`trade` or `atlas` once known."""
    reason: str = ""
    """One sentence where the phase or access is not the normal one, else empty."""
    attempt: int = 0
    next_attempt_ms: int | None = None
    round_trip_ms: float | None = None
    """Of the newest ping, None before the first."""
    clock_offset_ms: int | None = None
    """Exchange clock minus ours."""
    last_heard_ms: int | None = None
    """When anything, data or pong, last arrived on the stream (our clock)."""
    bytes_in_per_second: int = 0
    unread_frames: int = 0
    """Frames with keys that the codec does not know: counted, never fatal."""
    can_trade: bool = False
    """All of it together: live, trading access, book not stale. Each order is checked again when it is sent."""
    why_not: str = "Not connected yet."
    """The sentence to show when a trading key is pressed while `can_trade` is False."""

    def says_the_same_as(self, other: ConnectionView) -> bool:
        """Whether they differ at most in what is only measured: nobody waits for the newest figure."""
        return (
            replace(
                self,
                round_trip_ms=other.round_trip_ms,
                clock_offset_ms=other.clock_offset_ms,
                last_heard_ms=other.last_heard_ms,
                bytes_in_per_second=other.bytes_in_per_second,
            )
            == other
        )


@dataclass(frozen=True, slots=True)
class BookView:
    market: str = ""
    bids: Sequence[Level] = ()
    """Best (highest) first."""
    asks: Sequence[Level] = ()
    """Best (lowest) first."""
    sequence: int = 0
    freshness: Freshness = Freshness.WAITING
    reason: str = ""
    updated_ms: int = 0
    """When the last change arrived (our clock), 0 before the first."""

    @property
    def best_bid(self) -> Level | None:
        return self.bids[0] if self.bids else None

    @property
    def best_ask(self) -> Level | None:
        return self.asks[0] if self.asks else None

    @property
    def spread(self) -> Decimal | None:
        return self.asks[0].price - self.bids[0].price if self.bids and self.asks else None

    @property
    def mid(self) -> Decimal | None:
        return (self.asks[0].price + self.bids[0].price) / 2 if self.bids and self.asks else None


@dataclass(frozen=True, slots=True)
class ChartView:
    market: str = ""
    interval: Interval = Interval.M15
    candles: tuple[Candle, ...] = ()
    """Ascending, evenly spaced: intervals without a trade carry the close. The last is still being built."""
    freshness: Freshness = Freshness.WAITING
    loading_older: bool = False
    reached_start: bool = False
    """The exchange has no older candles."""


@dataclass(frozen=True, slots=True)
class TapeView:
    market: str = ""
    trades: tuple[PublicTrade, ...] = ()
    """Newest first, at most 500."""
    freshness: Freshness = Freshness.WAITING
    polled: bool = False
    """The server has no trade stream; these come from REST every few seconds."""


@dataclass(frozen=True, slots=True)
class OrdersView:
    """Across all markets."""

    open: tuple[Order, ...] = ()
    """Newest first."""
    closed: tuple[Order, ...] = ()
    """Newest first, at most 500."""
    freshness: Freshness = Freshness.WAITING


@dataclass(frozen=True, slots=True)
class FillsView:
    fills: tuple[Fill, ...] = ()
    """Newest first, at most 500."""
    freshness: Freshness = Freshness.WAITING


@dataclass(frozen=True, slots=True)
class BalanceRow:
    balance: Balance
    value: Decimal | None
    """In rand at the last price; None where there is no market to value it by."""


@dataclass(frozen=True, slots=True)
class BalancesView:
    rows: tuple[BalanceRow, ...] = ()
    """Rand first, then by value."""
    total_value: Decimal | None = None
    """In rand, of all that can be valued."""
    freshness: Freshness = Freshness.WAITING

    def of(self, currency: str) -> Balance | None:
        return next((row.balance for row in self.rows if row.balance.currency == currency), None)


@dataclass(frozen=True, slots=True)
class MarketsView:
    markets: tuple[Market, ...] = ()
    currencies: Mapping[str, Currency] = field(default_factory=dict)
    selected: str = ""
    """Id of the market whose book, chart and tape are shown; empty until markets are known."""

    @property
    def market(self) -> Market | None:
        return self.of(self.selected)

    def of(self, market_id: str) -> Market | None:
        return next((market for market in self.markets if market.id == market_id), None)


@dataclass(frozen=True, slots=True)
class TickersView:
    tickers: Mapping[str, Ticker] = field(default_factory=dict)
    """By market id."""


@dataclass(frozen=True, slots=True)
class Views:
    """Everything, at one moment."""

    connection: ConnectionView = ConnectionView()
    markets: MarketsView = MarketsView()
    book: BookView = BookView()
    chart: ChartView = ChartView()
    tape: TapeView = TapeView()
    tickers: TickersView = TickersView()
    orders: OrdersView = OrdersView()
    fills: FillsView = FillsView()
    balances: BalancesView = BalancesView()
    sparks: SparksView = field(default_factory=SparksView)
    portfolio: PortfolioView = field(default_factory=PortfolioView)
    history: HistoryView = field(default_factory=HistoryView)
    funding: FundingView = field(default_factory=FundingView)


class Severity(StrEnum):
    INFO = "info"
    GOOD = "good"
    """Something the user wanted has happened: accepted, filled, cancelled, connected."""
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the log. `text` may hold words of the exchange: it is data, never markup."""

    at_ms: int
    severity: Severity
    text: str
    order_key: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """What has happened since the last `take()`."""

    dirty: frozenset[Topic]
    notices: tuple[Notice, ...]


class SessionPort(Protocol):
    """All that a screen or a command may do with a session. Every method may be called from any thread and returns within milliseconds."""

    def send(self, command: Command) -> None: ...

    def take(self) -> Update: ...

    def on_news(self, tell: Callable[[], object]) -> None:
        """From now on `tell` is called when there is something to take, on any thread; it must return at once. It is not called for
        new measurements alone (see `ConnectionView.says_the_same_as`): a watcher that shows them takes them once a second."""

    @property
    def views(self) -> Views: ...
