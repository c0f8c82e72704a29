"""The lists of money in and out, read again and again while somebody looks at them, and what their changes are worth telling."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus

from captui.core import bolt11
from captui.core.funding import Beneficiary, Deposit, LightningInvoice, PaymentMethod, Withdrawal
from captui.errors import CaptuiError, InvoiceError, RefusedError, UnauthorisedError
from captui.session import funding_sentences as sentences
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.paged_list import PagedList
from captui.session.permission import read_refusal
from captui.session.views import Severity, Topic

log = logging.getLogger(__name__)

PAGE_SIZE = 50
PAID = "paid"
"""The state of an invoice whose payment has arrived."""


class FundingLists:
    """`on_activity()` is called when money has moved. `run` lives as long as the session."""

    def __init__(self, context: SessionContext, *, connection: Connection, on_activity: Callable[[], None]) -> None:
        self._context = context
        self._connection = connection
        self._on_activity = on_activity
        self.deposits: PagedList[Deposit] = PagedList(
            lambda page: context.rest.funding.deposits(page=page, limit=PAGE_SIZE), size=PAGE_SIZE
        )
        self.withdrawals: PagedList[Withdrawal] = PagedList(
            lambda page: context.rest.funding.withdrawals(page=page, limit=PAGE_SIZE), size=PAGE_SIZE
        )
        self.beneficiaries: tuple[Beneficiary, ...] = ()
        self.methods: tuple[PaymentMethod, ...] = ()
        self.invoices: tuple[LightningInvoice, ...] = ()
        """Made in this session, newest first."""
        self.is_read = False
        self.read_ms = 0
        self.problem = ""
        self._told: set[int] = set()
        """Ids of withdrawals whose beginning has been told already, by the answer to the request."""
        self._methods_at = float("-inf")
        self._without_methods = ""
        self._watched = False
        self._wanted = False
        self._wake = asyncio.Event()

    def watch(self, watched: bool) -> None:
        """Reads at once and then every few seconds, or no longer."""
        self._watched = watched
        if watched:
            self.refresh()

    def refresh_watched(self) -> None:
        """Reads once, now, where anybody watches."""
        if self._watched:
            self.refresh()

    def refresh(self) -> None:
        """Reads once, now, whether or not anybody watches."""
        self._wanted = True
        self._wake.set()

    def beneficiary(self, beneficiary_id: int) -> Beneficiary | None:
        return next((each for each in self.beneficiaries if each.id == beneficiary_id), None)

    def made(self, invoice: LightningInvoice) -> None:
        self.invoices = (invoice, *self.invoices)
        self._context.mark(Topic.FUNDING)

    def asked_for(self, withdrawal: Withdrawal) -> None:
        """It has been told that this one was accepted."""
        self._told.add(withdrawal.id)

    async def run(self) -> None:
        failures = 0
        while True:
            if not self._wanted and not self._watched:
                self._wake.clear()
                await self._wake.wait()
                continue
            self._wanted = False
            # Cleared before the reading: a wish that comes meanwhile is a wish for another one.
            self._wake.clear()
            failures = 0 if await self._read() else failures + 1
            settings = self._context.settings
            wait_s = settings.funding_every_s
            if failures:
                wait_s = min(wait_s * 2 ** min(failures - 1, 10), settings.funding_max_s)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait_s)

    async def more(self, records: PagedList[Deposit] | PagedList[Withdrawal], what: str) -> None:
        """The next page of one of the two lists; failing is told by a notice."""
        try:
            await records.read_more()
        except CaptuiError as error:
            self._context.notify(Severity.WARNING, f"More {what} could not be read: {error.sentence}")
        self._context.mark(Topic.FUNDING)

    def read_refusal(self) -> str:
        """Why nothing of the user's own can be read; empty where it can."""
        return read_refusal(self._connection.access, self._connection.reason, reachable=self._context.has_rest)

    async def _read(self) -> bool:
        """Whether all of it could be read."""
        self.problem = self.read_refusal()
        try:
            if not self.problem:
                await self._read_all()
        except UnauthorisedError as error:
            self._connection.heed_refusal(error.sentence, error.codes, error.status)
            self.problem = error.sentence
        except CaptuiError as error:
            log.info("money in and out could not be read: %s", error)
            self.problem = error.sentence
        self._context.mark(Topic.FUNDING)
        return not self.problem

    async def _read_all(self) -> None:
        """Raises ExchangeError; what was read until then is true all the same."""
        self.beneficiaries = await self._context.rest.funding.beneficiaries()
        for before, deposit in await self.deposits.refresh():
            self._tell(sentences.deposit_news(before, deposit))
            self._settle(deposit)
        for former, withdrawal in await self.withdrawals.refresh():
            if former is not None or withdrawal.id not in self._told:
                self._tell(sentences.withdrawal_news(former, withdrawal))
        if self._context.monotonic() - self._methods_at >= self._context.settings.methods_every_s:
            await self._read_methods()
        self.is_read = True
        self.read_ms = self._context.now_ms()

    async def _read_methods(self) -> None:
        """An exchange or a key without vouchers is no reason to show nothing of the rest. Raises ExchangeError for all else."""
        try:
            self.methods = await self._context.rest.funding.payment_methods()
        except RefusedError as error:
            if error.status == HTTPStatus.UNAUTHORIZED:
                raise
            if error.sentence != self._without_methods:
                self._without_methods = error.sentence
                self._context.notify(Severity.WARNING, f"There are no ways to redeem vouchers: {error.sentence}")
        self._methods_at = self._context.monotonic()

    def _tell(self, news: sentences.News | None) -> None:
        self._on_activity()
        # The notice goes out together with the list that it speaks of.
        self._context.mark(Topic.FUNDING)
        if news is not None:
            self._context.notify(*news)

    def _settle(self, deposit: Deposit) -> None:
        """No endpoint tells of an invoice again: the deposit of its payment bears its payment hash."""
        self.invoices = tuple(
            replace(invoice, state=PAID, paid_ms=deposit.created_ms)
            if deposit.txid and not invoice.paid_ms and _hash_of(invoice) == deposit.txid.lower()
            else invoice
            for invoice in self.invoices
        )


def _hash_of(invoice: LightningInvoice) -> str:
    try:
        return bolt11.parse(invoice.bolt).payment_hash
    except InvoiceError:
        return ""
