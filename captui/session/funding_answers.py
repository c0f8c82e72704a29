"""Questions about money that are asked once and have one answer: the address to pay in to, and what a withdrawal costs now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator

from captui.core.funding import WithdrawalQuote
from captui.core.text import printable
from captui.core.types import Currency
from captui.errors import CaptuiError, RefusedError, UnauthorisedError
from captui.exchange.probe import Revision
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.funding_views import AddressView, Progress, QuoteView
from captui.session.views import Topic

log = logging.getLogger(__name__)

_NO_SUCH_ENDPOINT = (404, 405)
_GROWTH = 1.5


class FundingAnswers:
    """`read_refusal()` says why nothing can be asked; empty where it can. `revision` is set once it is known."""

    def __init__(
        self,
        context: SessionContext,
        *,
        connection: Connection,
        currency_of: Callable[[str], Currency | None],
        read_refusal: Callable[[], str],
    ) -> None:
        self._context = context
        self._connection = connection
        self._currency_of = currency_of
        self._read_refusal = read_refusal
        self.revision: Revision | None = None
        self.addresses: dict[str, AddressView] = {}
        self.quotes: dict[str, QuoteView] = {}
        self._quoted: dict[str, WithdrawalQuote] = {}
        """By their ids, also after a newer one has replaced them on the screen."""
        self._asked: dict[str, int] = {}
        """Currency to how often its quote was asked for: only the newest question's answer counts."""

    def quote(self, quote_id: str) -> WithdrawalQuote | None:
        """One that this session was given."""
        return self._quoted.get(quote_id)

    def ask_address(self, currency: str) -> None:
        known = self.addresses.get(currency)
        if known is not None and known.progress is Progress.WAITING:
            return
        refusal = self._read_refusal() or self._against_deposits(currency)
        if refusal:
            self._show(AddressView(currency, Progress.FAILED, reason=refusal))
            return
        self._show(AddressView(currency, Progress.WAITING))
        self._context.tasks.spawn(f"funding: address of {currency}", self._address(currency))

    def ask_quote(self, currency: str) -> None:
        refusal = self._read_refusal()
        if not refusal and self._currency_of(currency) is None:
            refusal = f"The exchange has no currency {printable(currency)!r}."
        self._asked[currency] = number = self._asked.get(currency, 0) + 1
        if refusal:
            self._quote(QuoteView(currency, Progress.FAILED, reason=refusal))
        elif self.revision is not Revision.ATLAS:
            self._quote(QuoteView(currency, Progress.READY))
        else:
            self._quote(QuoteView(currency, Progress.WAITING))
            self._context.tasks.spawn(f"funding: quote of {currency}", self._ask_quote(currency, number))

    def _against_deposits(self, currency: str) -> str:
        rules = self._currency_of(currency)
        unit = printable(currency).upper()
        if rules is None:
            return f"The exchange has no currency {printable(currency)!r}."
        if rules.kind == "fiat":
            return f"{unit} has no address: it comes from a bank or as a voucher."
        if rules.deposit_enabled is False:
            return f"The exchange takes no deposits of {unit} at present."
        return ""

    async def _address(self, currency: str) -> None:
        give_up_at = self._context.monotonic() + self._context.settings.address_patience_s
        try:
            for wait_s in self._waits():
                found = await self._context.rest.funding.deposit_address(currency)
                if found.address:
                    self._show(AddressView(currency, Progress.READY, address=found.address))
                    return
                if self._context.monotonic() + wait_s > give_up_at:
                    break
                await asyncio.sleep(wait_s)
            reason = "The exchange is still making the address: ask again in a few minutes."
        except UnauthorisedError as error:
            self._connection.heed_refusal(error.sentence, error.codes, error.status)
            reason = error.sentence
        except CaptuiError as error:
            log.info("the deposit address of %s could not be read: %s", currency, error)
            reason = error.sentence
        self._show(AddressView(currency, Progress.FAILED, reason=reason))

    def _waits(self) -> Iterator[float]:
        wait_s = self._context.settings.address_first_s
        while True:
            yield wait_s
            wait_s *= _GROWTH

    async def _ask_quote(self, currency: str, number: int) -> None:
        view = await self._answered(currency)
        if view.quote is not None:
            self._quoted[view.quote.id] = view.quote
        if self._asked[currency] == number:
            self._quote(view)

    async def _answered(self, currency: str) -> QuoteView:
        try:
            quote = await self._context.rest.funding.withdrawal_quote(currency)
        except UnauthorisedError as error:
            self._connection.heed_refusal(error.sentence, error.codes, error.status)
            return QuoteView(currency, Progress.FAILED, reason=error.sentence)
        except RefusedError as error:
            if error.status in _NO_SUCH_ENDPOINT:
                return QuoteView(currency, Progress.READY)
            return QuoteView(currency, Progress.FAILED, reason=error.sentence)
        except CaptuiError as error:
            log.info("the quote of %s could not be read: %s", currency, error)
            return QuoteView(currency, Progress.FAILED, reason=error.sentence)
        return QuoteView(currency, Progress.READY, quote=quote)

    def _show(self, view: AddressView) -> None:
        self.addresses = {**self.addresses, view.currency: view}
        self._context.mark(Topic.FUNDING)

    def _quote(self, view: QuoteView) -> None:
        self.quotes = {**self.quotes, view.currency: view}
        self._context.mark(Topic.FUNDING)
