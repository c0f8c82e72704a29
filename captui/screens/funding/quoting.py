"""What it costs to send money out: the exchange's promise, asked for again when it has run out, or the listed fee."""

from __future__ import annotations

from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.render.funding_words import countdown, money
from captui.screens.funding.desk import Desk
from captui.session.commands import AskQuote
from captui.session.funding_views import Progress

_ON_ITS_WAY_MS = 3_000
"""A promise with less left than this may be over before it arrives."""


@dataclass(frozen=True, slots=True)
class Fee:
    """What is known of it now."""

    ready: bool
    amount: Decimal | None = None
    """In units of the currency; None while it is not known, or where the exchange lists none."""
    quote_id: str = ""
    left_ms: int | None = None
    """How long it is promised for; None where nothing is promised."""
    problem: str = ""
    """Why there is none, in a sentence; asking again is for the user to say."""

    def words(self, currency: str) -> str:
        """In a list of facts."""
        if self.problem:
            return "not known"
        if not self.ready:
            return "asking the exchange …"
        if self.amount is None:
            return "what the exchange takes"
        if self.left_ms is None:
            return f"{money(self.amount, currency)}, as the exchange lists it"
        return f"{money(self.amount, currency)}, promised for {countdown(self.left_ms)}"


class Quoting:
    """Asks when told to, and by itself each time a promise has run out."""

    def __init__(self, desk: Desk, currency: str) -> None:
        self._desk = desk
        self._currency = currency
        self._old = ""
        """Id of the quote that was shown when a new one was asked for: it counts no more."""
        self.ask()

    def ask(self) -> None:
        view = self._desk.funding.quotes.get(self._currency)
        self._old = view.quote.id if view is not None and view.quote is not None else ""
        self._desk.world.session.send(AskQuote(self._currency))

    def fee(self) -> Fee:
        view = self._desk.funding.quotes.get(self._currency)
        if view is None or view.progress is Progress.WAITING:
            return Fee(ready=False)
        if view.progress is Progress.FAILED:
            return Fee(ready=False, problem=view.reason or "The exchange gives no quote.")
        if view.quote is None:
            return Fee(ready=True, amount=self._desk.currency(self._currency).withdraw_fee)
        if view.quote.id == self._old:
            return Fee(ready=False)
        left_ms = view.quote.expires_ms - self._desk.exchange_ms
        if left_ms <= _ON_ITS_WAY_MS:
            self.ask()
            return Fee(ready=False)
        return Fee(ready=True, amount=view.quote.fee, quote_id=view.quote.id, left_ms=left_ms)
