"""Trades of a recording that the server does not stream: asked for over REST, as the screen does (exchange notes, The websocket)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from captui.cli.output import note
from captui.cli.paging import PAGE_SIZE
from captui.core.events import Event, PublicTrades
from captui.core.types import PublicTrade
from captui.errors import CaptuiError
from captui.exchange.rest import RestClient

EVERY_S = 2.0
"""Between two looks at the trades of a market that are not streamed."""
_LISTED_LESS_OFTEN = 4
"""A listed stream may still never send: a quiet market and a deaf stream look the same, so it is looked at now and then."""
_LISTED_BUT_DEAF = 2
"""Looks that must find what a listed stream did not bring before it is said to bring nothing: one may only have been faster."""
_MOST_PAGES = 20
"""Of one look: more trades than these between two looks are a server that does not know how to end a list."""

log = logging.getLogger(__name__)


class TradePolls:
    """Fills up what the stream leaves out of one market's trades.

    `listed` says whether the server lists the stream of trades among the subscriptions; `deliver` takes what a look has found,
    oldest first and each trade once.
    """

    def __init__(
        self,
        market: str,
        rest: RestClient,
        *,
        listed: Callable[[], bool],
        deliver: Callable[[Event], None],
        every_s: float = EVERY_S,
    ) -> None:
        self._market = market
        self._rest = rest
        self._listed = listed
        self._deliver = deliver
        self._every_s = every_s
        self._streamed = self._ever_streamed = False
        self._known: frozenset[str] = frozenset()
        """Ids of the newest trades of the look before."""
        self._awake = asyncio.Event()
        self._answered = False
        self._finds = 0
        self._told: set[str] = set()

    def streamed(self) -> None:
        """The stream has brought trades: it can be relied upon until the connection is lost."""
        self._streamed = self._ever_streamed = True

    def connected(self) -> None:
        """After a lost connection trades may have been missed: they are looked for at once."""
        self._streamed = False
        self._awake.set()

    async def run(self) -> None:
        """For ever. The first look only learns what is there: it was before the recording."""
        while True:
            await self._look()
            try:
                async with asyncio.timeout(self._every_s * (_LISTED_LESS_OFTEN if self._listed() else 1)):
                    await self._awake.wait()
            except TimeoutError:
                if self._streamed:
                    await self._awake.wait()
            self._awake.clear()

    async def _look(self) -> None:
        try:
            found = await self._newest()
        except CaptuiError as error:
            log.info("trades of %s could not be asked for: %s", self._market, error)
            self._tell(f"captui: the trades of {self._market} could not be asked for: {error}")
            return
        missed = [trade for trade in reversed(found) if trade.id not in self._known]
        if self._answered and missed:
            self._finds += 1
            if not self._ever_streamed and self._finds >= (_LISTED_BUT_DEAF if self._listed() else 1):
                self._tell(
                    f"captui: the exchange does not stream the trades of {self._market}: "
                    f"they are asked for every {self._every_s:g} s."
                )
            self._deliver(PublicTrades(self._market, tuple(sorted(missed, key=lambda trade: trade.time_ms))))
        self._answered = True
        if found:
            self._known = frozenset(trade.id for trade in found)

    def _tell(self, sentence: str) -> None:
        """Once is enough."""
        if sentence not in self._told:
            self._told.add(sentence)
            note(sentence)

    async def _newest(self) -> list[PublicTrade]:
        """Newest first, page by page back to what is known; of the first look one page."""
        found: dict[str, PublicTrade] = {}
        for page in range(1, (_MOST_PAGES if self._known else 1) + 1):
            trades = await self._rest.public_trades(self._market, limit=PAGE_SIZE, page=page)
            found.update((trade.id, trade) for trade in trades)
            if len(trades) < PAGE_SIZE or any(trade.id in self._known for trade in trades):
                break
        return list(found.values())
