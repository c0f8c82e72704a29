"""What a withdrawal or a lightning payment will cost: the exchange's quote where it gives one (exchange notes, Two revisions)."""

from __future__ import annotations

from decimal import Decimal

from captui.cli.asking import agreed
from captui.cli.connect import Connection, now_ms
from captui.cli.output import note
from captui.core.dataclass import dataclass
from captui.core.funding import WithdrawalQuote
from captui.core.text import grouped
from captui.errors import RefusedError, UnauthorisedError
from captui.exchange.probe import Revision

_ON_ITS_WAY_MS = 3_000
"""A quote with less left than this may expire before it arrives."""


@dataclass(frozen=True, slots=True)
class Price:
    """`fee` is in units of the currency; None where the exchange says nothing."""

    currency: str
    fee: Decimal | None
    quote: WithdrawalQuote | None

    @property
    def quote_id(self) -> str | None:
        return None if self.quote is None else self.quote.id

    @property
    def text(self) -> str:
        return "what the exchange takes" if self.fee is None else f"{grouped(self.fee)} {self.currency.upper()}"


async def price_of(connection: Connection, currency: str, listed_fee: Decimal | None) -> Price:
    """The exchange's quote, or the fee that the currency lists where there are no quotes. Raises ExchangeError."""
    quote = await _quote(connection, currency)
    return Price(currency, listed_fee if quote is None else quote.fee, quote)


async def kept(connection: Connection, price: Price, *, yes: bool) -> Price | None:
    """The price to send with: the same while its quote is good, else a new one, agreed to again where it is higher.

    None where the person does not agree or the exchange gives no quote any more; nothing is to be sent then. Raises ExchangeError.
    """
    if price.quote is None or connection.clock.now_ms(now_ms()) + _ON_ITS_WAY_MS < price.quote.expires_ms:
        return price
    quote = await _quote(connection, price.currency)
    if quote is None:
        note(
            "captui: nothing was sent: the fee was promised for a short time, which is over, and there is no new quote."
        )
        return None
    renewed = Price(price.currency, quote.fee, quote)
    if price.fee is not None and quote.fee <= price.fee:
        return renewed
    note(f"The fee was promised for a short time, which is over. It is {renewed.text} now, not {price.text}.")
    return renewed if yes or agreed("Send it at this fee?") else None


async def _quote(connection: Connection, currency: str) -> WithdrawalQuote | None:
    """None where the exchange gives none (revision `trade`, or a currency without)."""
    if connection.endpoints.revision is Revision.TRADE:
        return None
    try:
        return await connection.rest.funding.withdrawal_quote(currency)
    except UnauthorisedError:
        raise
    except RefusedError:
        return None
