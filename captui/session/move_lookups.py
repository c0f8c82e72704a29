"""Asking the exchange what became of money whose answer was lost: in this session, or in one that ended before it came."""

from __future__ import annotations

from collections.abc import Callable

from captui.core import moves
from captui.core.funding import Deposit, Withdrawal
from captui.core.moves import Fate, Finding, SentKind, SentMove
from captui.exchange.pages import Page
from captui.session import funding_sentences as sentences
from captui.session.context import SessionContext
from captui.session.journalling import Journalling
from captui.session.seeking import Seeking
from captui.session.views import Severity

MAX_PAGES = 100


class MoveLookups:
    """`on_fate(move, finding)` is set by whoever acts on it, and is called once for each move, with a fate that is final."""

    def __init__(self, context: SessionContext, journalling: Journalling, *, read_refusal: Callable[[], str]) -> None:
        self._context = context
        self._journalling = journalling
        self.on_fate: Callable[[SentMove, Finding], None] = lambda _move, _finding: None
        self._open: dict[str, SentMove] = {}
        self._seeking = Seeking(
            context,
            "unknown moves of money",
            look=self._look,
            is_open=lambda: bool(self._open),
            read_refusal=read_refusal,
        )

    @property
    def open(self) -> tuple[SentMove, ...]:
        """Sent, and nobody knows what became of it."""
        return tuple(self._open.values())

    def adopt(self, left: tuple[SentMove, ...]) -> None:
        """Those that earlier runs left: told, and looked up."""
        for move in left:
            self._context.notify(Severity.WARNING, sentences.sent_earlier(move, self._context.now_ms()))
            self.search(move)

    def search(self, move: SentMove) -> None:
        """Looks for it, now and until its fate is known."""
        self._open[move.key] = move
        self._seeking.begin()

    async def _look(self) -> None:
        """Once, for all that are open. Raises ExchangeError and JournalError."""
        known = await self._journalling.moves()
        for each in known:
            if each.sent.key in self._open and not each.is_open:
                # Another session or command on the same journal was told.
                del self._open[each.sent.key]
        for vouchers, currency in {(move.kind is SentKind.VOUCHER, move.currency) for move in self.open}:
            sought = [
                move for move in self.open if (move.kind is SentKind.VOUCHER) is vouchers and move.currency == currency
            ]
            asked_ms = self._context.exchange_ms()
            records, complete = await self._records(
                vouchers, currency, min(moves.earliest_ms(move, self._context.clock.offset_ms or 0) for move in sought)
            )
            for move in sought:
                finding = moves.look_up(
                    move,
                    moves=known,
                    records=records,
                    offset_ms=self._context.clock.offset_ms or 0,
                    exchange_ms=asked_ms,
                    complete=complete,
                )
                if finding.fate is not Fate.UNKNOWN:
                    self._settle(move, finding)

    async def _records(self, vouchers: bool, currency: str, since_ms: int) -> tuple[list[Withdrawal | Deposit], bool]:
        """Newest first until older than this (exchange's clock), and whether it was read so far."""
        records: dict[int, Withdrawal | Deposit] = {}
        odd = False
        for number in range(1, MAX_PAGES + 1):
            page = await self._page(vouchers, currency, number)
            records.update((record.id, record) for record in page.items)
            # One that cannot be read may be the one.
            odd = odd or bool(page.odd)
            if not page.has_more or moves.reaches_back(page.items, since_ms):
                return list(records.values()), not odd
        return list(records.values()), False

    async def _page(self, vouchers: bool, currency: str, number: int) -> Page[Withdrawal] | Page[Deposit]:
        funding = self._context.rest.funding
        if vouchers:
            return await funding.deposits(currency=currency, page=number)
        return await funding.withdrawals(currency=currency, page=number)

    def _settle(self, move: SentMove, finding: Finding) -> None:
        del self._open[move.key]
        record_id = None if finding.record is None else finding.record.id
        self._journalling.move_outcome(move.key, finding.fate, "", record_id=record_id)
        now_ms, notify = self._context.now_ms(), self._context.notify
        if finding.record is not None:
            notify(Severity.GOOD, sentences.found(move, finding.record, now_ms))
        elif finding.fate is Fate.ABSENT:
            notify(Severity.WARNING, sentences.absent(move, now_ms))
        else:
            notify(Severity.WARNING, sentences.ambiguous(move, now_ms))
        self.on_fate(move, finding)
