"""What a South African tax return needs besides the exchange's fields: local time, rand, and how each balance changed by a trade."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from captui.core.funding import Deposit, Withdrawal
from captui.core.money import EXACT
from captui.core.types import Fill, Side
from captui.export import funding_columns
from captui.export.columns import FILLS
from captui.export.values import Column

RAND = "zar"
SAST = timezone(timedelta(hours=2), "SAST")
"""South African Standard Time: the country sets no clocks. A tax year ends by it, wherever the machine stands."""


def units(fill: Fill) -> tuple[str, str] | None:
    """Base and quote currency, read from the market's id; None where it does not show them."""
    market = fill.market
    if market.endswith(RAND) and market != RAND:
        return market.removesuffix(RAND), RAND
    fee_in = fill.fee_currency
    # Fees are taken from what is received (exchange notes, REST): the base of a buy, the quote of a sell.
    if fee_in and fee_in != market:
        if fill.side is Side.BUY and market.startswith(fee_in):
            return fee_in, market.removeprefix(fee_in)
        if fill.side is Side.SELL and market.endswith(fee_in):
            return market.removesuffix(fee_in), fee_in
    return None


def total_in_rand(fill: Fill) -> Decimal | None:
    """None for a market that is not against rand."""
    found = units(fill)
    return fill.total if found is not None and found[1] == RAND else None


def fee_in_rand(fill: Fill) -> Decimal | None:
    """A fee in the base currency at the price of the trade; None where it cannot be told."""
    found = units(fill)
    if fill.fee is None or found is None or found[1] != RAND:
        return None
    if fill.fee_currency == RAND:
        return fill.fee
    return EXACT.multiply(fill.fee, fill.price) if fill.fee_currency == found[0] else None


def base_change(fill: Fill) -> Decimal | None:
    """By how much the balance of the base currency changed, fee included; None where that cannot be told."""
    return _change(fill, 0, fill.amount if fill.side is Side.BUY else fill.amount.copy_negate())


def quote_change(fill: Fill) -> Decimal | None:
    """As `base_change`, of the quote currency."""
    return _change(fill, 1, fill.total.copy_negate() if fill.side is Side.BUY else fill.total)


def _change(fill: Fill, which: int, change: Decimal) -> Decimal | None:
    found = units(fill)
    if found is None or fill.fee is None or fill.fee_currency not in found:
        return None
    return EXACT.subtract(change, fill.fee) if fill.fee_currency == found[which] else change


def local_time(ms: int) -> str | None:
    """`2026-03-01T01:00:00+02:00`; None for no time."""
    if not ms:
        return None
    return datetime.fromtimestamp(ms // 1000, UTC).astimezone(SAST).isoformat()


TRADES: tuple[Column[Fill], ...] = (
    *FILLS,
    Column("created_at_sast", lambda fill: local_time(fill.time_ms)),
    Column("base_unit", lambda fill: (units(fill) or (None, None))[0]),
    Column("quote_unit", lambda fill: (units(fill) or (None, None))[1]),
    Column("total_zar", total_in_rand),
    Column("fee_zar", fee_in_rand),
    Column("base_change", base_change),
    Column("quote_change", quote_change),
)

DEPOSITS: tuple[Column[Deposit], ...] = (
    *funding_columns.DEPOSITS,
    Column("created_at_sast", lambda deposit: local_time(deposit.created_ms)),
)

WITHDRAWALS: tuple[Column[Withdrawal], ...] = (
    *funding_columns.WITHDRAWALS,
    Column("created_at_sast", lambda withdrawal: local_time(withdrawal.created_ms)),
)
