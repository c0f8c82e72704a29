"""Everything that lives on the session's loop, put together: events and commands come in here and go to whom they concern."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlsplit

from captui.core.events import BookSnapshot, Event
from captui.core.secret import Credentials
from captui.core.times import interval_start
from captui.core.types import Currency, Market
from captui.errors import CaptuiError, JournalError
from captui.exchange.probe import Endpoints
from captui.journal import Journal
from captui.session.account import Account
from captui.session.balances import Balances
from captui.session.book_watch import BookWatch
from captui.session.commands import (
    CancelAll,
    CancelOrder,
    Command,
    ExportHistory,
    FundingCommand,
    LoadOlderCandles,
    PlaceOrder,
    ReadHistory,
    RebuildHistory,
    Reconnect,
    Refresh,
    SelectInterval,
    SelectMarket,
    Watch,
    Watched,
)
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.dispatch import Dispatch
from captui.session.exporting import Exporting
from captui.session.feeds import MarketFeeds
from captui.session.funding import Funding
from captui.session.history_pages import HistoryPages
from captui.session.journalling import Journalling
from captui.session.lookups import Lookups
from captui.session.market_data import MarketData
from captui.session.publish import Outbox, Publisher
from captui.session.reconcile import Reconciler
from captui.session.records import Records
from captui.session.settings import DEFAULT_MARKET, SessionSettings
from captui.session.sparks import Sparks
from captui.session.trading import Trading
from captui.session.views import Freshness, MarketsView, Severity, Topic

log = logging.getLogger(__name__)

TICK_S = 0.5


class Runtime:
    def __init__(
        self, settings: SessionSettings, credentials: Credentials | None, outbox: Outbox, *, on_left: Callable[[], None]
    ) -> None:
        """`on_left` is the context's."""
        self.stop_requested = asyncio.Event()
        self._settings = settings
        self._credentials = credentials
        self._context = context = SessionContext(settings, on_left=on_left)
        self._markets: tuple[Market, ...] = ()
        self._currencies: dict[str, Currency] = {}
        self._wanted_market = settings.market
        self._data = MarketData(settings.interval)
        self._feeds = MarketFeeds(context, self._data)
        self._connection = Connection(
            context,
            credentials,
            prepare=self._prepare,
            on_event=self._on_event,
            on_open=self._on_open,
            on_lost=self._on_lost,
        )
        self._book_watch = BookWatch(
            context, self._data, resubscribe=self._connection.resubscribe, reconnect=self._connection.start_over
        )
        self._balances = Balances(context)
        self._account = Account(context, on_activity=self._balances.own_activity, market_of=self._market_of)
        self._lookups = Lookups(context, self._account)
        self._journalling = Journalling(context)
        self._reconciler = Reconciler(
            context,
            account=self._account,
            balances=self._balances,
            lookups=self._lookups,
            connection=self._connection,
        )
        self._trading = Trading(
            context,
            account=self._account,
            balances=self._balances,
            data=self._data,
            lookups=self._lookups,
            connection=self._connection,
            journalling=self._journalling,
            market_of=self._market_of,
        )
        self._funding = Funding(
            context,
            connection=self._connection,
            balances=self._balances,
            journalling=self._journalling,
            currency_of=lambda currency: self._currencies.get(currency),
        )
        self._exporting = Exporting(context, connection=self._connection)
        self._history_pages = HistoryPages(
            context, connection=self._connection, export=lambda: self._exporting.progress
        )
        self._records = Records(
            context,
            has_key=credentials is not None,
            account=self._account,
            markets=lambda: self._markets,
            value=self._present_value,
        )
        self._reconciler.on_done = self._on_reconciled
        self._sparks = Sparks(
            context, markets=lambda: self._markets, connected=lambda: self._data.stream_open and not self._data.silent
        )
        self._dispatch = Dispatch(
            context,
            data=self._data,
            account=self._account,
            balances=self._balances,
            feeds=self._feeds,
            book_watch=self._book_watch,
            on_unknown=self._connection.count_unread,
            on_missed=self._reconciler.again,
        )
        context.publisher = Publisher(
            outbox,
            {
                Topic.CONNECTION: lambda: self._connection.view(book_refusal=self._book_refusal()),
                Topic.MARKETS: self._markets_view,
                Topic.BOOK: self._data.book_view,
                Topic.CHART: lambda: self._data.chart_view(context.exchange_ms()),
                Topic.TAPE: self._data.tape_view,
                Topic.TICKERS: self._data.tickers_view,
                Topic.ORDERS: self._account.orders_view,
                Topic.FILLS: self._account.fills_view,
                Topic.BALANCES: lambda: self._balances.view(self._data.tickers, self._markets),
                Topic.SPARKS: self._sparks.view,
                Topic.PORTFOLIO: self._records.view,
                Topic.HISTORY: self._history_pages.view,
                Topic.FUNDING: self._funding.view,
            },
            interval_s=settings.publish_interval_s,
        )

    async def run(self) -> None:
        """Until `stop_requested`."""
        tasks = self._context.tasks
        self._context.mark(Topic.CONNECTION, Topic.PORTFOLIO)
        tasks.spawn("connect", self._connection.run())
        tasks.spawn("ticker", self._tick())
        tasks.spawn("funding", self._funding.run())
        if self._credentials is not None:
            tasks.spawn("balances", self._balances.keep_true())
        await self.stop_requested.wait()

    async def close(self, timeout_s: float) -> bool:
        """Lets writes that are on their way come to an end, then ends everything. False where something was abandoned."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        abandoned = [*await self._context.tasks.settle("write", timeout_s * 0.6)]
        if not await self._connection.close(timeout_s=max(0.1, deadline - loop.time() - 0.2), grace_s=0.1):
            abandoned.append("connection")
        # The last outcomes reach the journal even where there was no time for more.
        await self._context.tasks.settle("journal", max(0.1, deadline - loop.time()))
        await self._context.tasks.settle("history: write", max(0.1, min(1.0, deadline - loop.time())))
        abandoned += await self._context.tasks.close(max(0.1, deadline - loop.time()))
        self._journalling.close()
        self._records.close()
        if self._context.journal is not None:
            self._context.journal.close()
        if self._context.publisher is not None:
            self._context.publisher.flush()
        if abandoned:
            log.error("abandoned when the session was stopped: %s", ", ".join(abandoned))
        return not abandoned

    def obey(self, command: Command) -> None:
        """Carries out or starts one command; whatever it raises ends here. Where nothing is about to leave, nobody need wait for it."""
        self._context.guarded(f"the command {type(command).__name__}", lambda: self._obey(command))
        if not self._context.tasks.has("write"):
            self._context.on_left()

    def _obey(self, command: Command) -> None:
        match command:
            case PlaceOrder():
                self._trading.place(command)
            case CancelOrder(key):
                self._trading.cancel(key)
            case CancelAll(market, side):
                self._trading.cancel_all(market, side)
            case SelectMarket(market_id):
                self._select_market(market_id)
            case SelectInterval(interval):
                if interval is not self._data.interval:
                    self._data.select_interval(interval)
                    self._context.mark(Topic.CHART)
                    self._subscribe()
                    self._feeds.refetch_candles()
            case LoadOlderCandles():
                self._feeds.load_older()
            case Refresh():
                self._refresh()
            case Reconnect():
                self._connection.reconnect()
            case Watch(what):
                self._sparks.watch(what is Watched.MARKETS)
                self._funding.watch(what is Watched.FUNDING)
            case ReadHistory():
                self._history_pages.read(command)
            case ExportHistory():
                self._exporting.start(command)
            case RebuildHistory():
                self._records.rebuild()
            case _ if isinstance(command, FundingCommand):
                self._funding.obey(command)

    def _refresh(self) -> None:
        """Without a stream there is nothing to add: all of it is fetched when it opens."""
        if self._data.stream_open:
            self._reconciler.start()
            self._feeds.refetch()
            self._funding.refresh()
            self._context.tasks.spawn("feed: markets", self._read_markets())
            self._connection.resubscribe(f"{self._data.market_id}.ob-inc")

    # Markets

    async def _prepare(self, endpoints: Endpoints) -> None:
        """What must be known before the stream is opened. Raises ExchangeError; may be called again after a failure."""
        rest = self._context.rest
        self._funding.reached(endpoints.revision)
        self._open_journal(endpoints)
        if not self._markets:
            self._markets = await rest.markets()
            self._context.mark(Topic.MARKETS)
        if not self._currencies:
            self._currencies = {currency.id: currency for currency in await rest.currencies()}
            self._context.mark(Topic.MARKETS)
        self._data.apply_tickers(await rest.tickers())
        self._context.mark(Topic.TICKERS)
        if not self._markets:
            raise CaptuiError("The exchange lists no markets.")
        wanted = self._wanted_market or DEFAULT_MARKET
        market = self._market_of(wanted)
        if market is None:
            if self._wanted_market:
                self._context.notify(
                    Severity.WARNING, f"The exchange has no market {wanted!r}; showing {self._markets[0].name}."
                )
            market = self._markets[0]
        self._show(market)

    async def _read_markets(self) -> None:
        """A market may have been switched off, or its rules changed, since they were last read."""
        try:
            markets = await self._context.rest.markets()
        except CaptuiError as error:
            log.info("the markets could not be read again: %s", error)
            return
        if markets and markets != self._markets:
            self._markets = markets
            self._data.market = self._market_of(self._data.market_id) or self._data.market
            self._context.mark(Topic.MARKETS)

    def _open_journal(self, endpoints: Endpoints) -> None:
        if self._credentials is None:
            return
        scope = f"{urlsplit(endpoints.rest_url).netloc}/{self._credentials.fingerprint}"
        self._records.begin(scope)
        if self._context.journal is not None or self._journalling.failure:
            return
        journal = Journal(self._settings.journal_path, scope=scope)
        try:
            in_flight = journal.open()
        except JournalError as error:
            self._journalling.failure = str(error)
            self._context.notify(Severity.ERROR, str(error))
            return
        self._context.journal = journal
        if journal.damaged_lines:
            log.warning("%d lines of the order journal could not be read", journal.damaged_lines)
        for order in in_flight:
            self._lookups.adopt(order)
        self._funding.adopt(journal.open_moves)

    def _select_market(self, market_id: str) -> None:
        if not self._markets:
            self._wanted_market = market_id
            return
        market = self._market_of(market_id)
        if market is None:
            self._context.notify(Severity.WARNING, f"The exchange has no market {market_id!r}.")
        elif market_id != self._data.market_id:
            self._show(market)
            if self._data.stream_open:
                self._feeds.refetch()

    def _show(self, market: Market) -> None:
        self._data.select_market(market)
        self._subscribe()
        # Selected, left and selected again at once, the subscription has not changed, and no snapshot would come by itself.
        self._connection.resubscribe(f"{market.id}.ob-inc")
        self._book_watch.subscribed()
        self._context.mark(Topic.MARKETS, Topic.BOOK, Topic.CHART, Topic.TAPE, Topic.CONNECTION)

    def _subscribe(self) -> None:
        market, interval = self._data.market_id, self._data.interval
        if market:
            self._connection.set_streams(
                frozenset(
                    {f"{market}.ob-inc", f"{market}.kline-{interval.label}", f"{market}.trades", "global.tickers"}
                )
            )

    def _market_of(self, market_id: str) -> Market | None:
        return next((market for market in self._markets if market.id == market_id), None)

    def _present_value(self) -> Decimal | None:
        data = self._data
        if not self._balances.is_settled or not data.stream_open or data.silent or not self._feeds.tickers_are_fresh:
            return None
        return self._balances.view(data.tickers, self._markets).total_value

    def _markets_view(self) -> MarketsView:
        return MarketsView(markets=self._markets, currencies=dict(self._currencies), selected=self._data.market_id)

    def _book_refusal(self) -> str:
        freshness, reason = self._data.book_freshness
        return "" if freshness is Freshness.LIVE else reason

    # The stream

    def _on_event(self, event: Event, received_ms: int) -> None:
        self._dispatch(event, received_ms)
        if isinstance(event, BookSnapshot):
            self._announce()

    def _on_reconciled(self) -> None:
        self._announce()
        self._records.start()

    def _announce(self) -> None:
        """As soon as orders can be sent, and not after one was: the news of the order would be gone before it was read."""
        self._connection.announce(book_refusal=self._book_refusal())

    def _on_open(self, private: bool) -> None:
        self._data.opened()
        self._book_watch.subscribed()
        self._feeds.refetch()
        self._funding.refresh()
        self._history_pages.opened()
        self._context.tasks.spawn("feed: markets", self._read_markets())
        if private:
            self._reconciler.start()
        self._context.mark(Topic.BOOK, Topic.CHART, Topic.TAPE)

    def _on_lost(self, reason: str) -> None:
        self._data.lost(reason)
        self._reconciler.stop()
        self._records.stop()
        self._balances.current = False
        self._account.current = False
        self._context.mark(*Topic)

    # Time

    async def _tick(self) -> None:
        """What happens because time passes: silence, candles that begin, meters, a book that does not come."""
        candle_ms = 0
        while True:
            await asyncio.sleep(TICK_S)
            self._context.guarded("the session's clock", self._check_silence)
            self._context.guarded("the connection's meters", self._connection.tick)
            self._context.guarded("the book's watch", self._book_watch.tick)
            self._context.guarded("the account's value", self._records.tick)
            self._context.guarded("the account's truth", self._reconciler.tick)
            self._announce()
            start_ms = interval_start(self._context.exchange_ms(), self._data.interval)
            if start_ms != candle_ms:
                candle_ms = start_ms
                self._context.mark(Topic.CHART)

    def _check_silence(self) -> None:
        silent = self._connection.silent_for_s > self._settings.silent_after_s
        if silent != self._data.silent:
            self._data.silent = silent
            self._context.mark(Topic.BOOK, Topic.CHART, Topic.TAPE, Topic.CONNECTION)
