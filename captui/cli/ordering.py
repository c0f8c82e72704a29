"""One order from the command line: checked and previewed as on the screen, journalled, sent once, and followed until it is placed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from captui.cli import names
from captui.cli.amounts import Amount, volume_of
from captui.cli.connect import Connection, now_ms
from captui.cli.folders import state_folder
from captui.cli.output import note
from captui.core import checks
from captui.core.checks import Finding
from captui.core.dataclass import dataclass
from captui.core.events import BookSnapshot, OrderRecord, OrderState
from captui.core.orders import from_record
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.core.preview import Preview, preview
from captui.core.text import grouped, pair_name, percent
from captui.core.types import Market, Order, OrderDraft, OrderType, Side
from captui.errors import ExchangeError, JournalError, RefusedError
from captui.journal import Journal

PLACED_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5)
"""Waits before each look at an order that is still pending."""
WHOLE_BOOK = 1000
"""Levels a side: enough for what a market order can reach."""


@dataclass(frozen=True, slots=True)
class Prepared:
    draft: OrderDraft
    market: Market
    what: Preview
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.blocking)

    @property
    def risks(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.blocking)


async def prepare(
    connection: Connection, *, market_id: str, side: Side, amount: Amount, price: Decimal | None, post_only: bool
) -> Prepared:
    """Reads market, book, balances and open orders, and holds the order against them. Raises ExchangeError, UsageError."""
    market, book, available, own = await _look(connection, market_id)
    draft = OrderDraft(
        market=market_id,
        side=side,
        type=OrderType.MARKET if price is None else OrderType.LIMIT,
        price=price,
        volume=volume_of(amount, market, price=price, opposite=book.asks if side is Side.BUY else book.bids),
        post_only=post_only,
    )
    what = preview(
        draft, market=market, bids=book.bids, asks=book.asks, available=available, fees=connection.config.fees
    )
    return Prepared(draft, market, what, _findings(connection, draft, market, book, available, own))


async def news(connection: Connection, prepared: Prepared) -> tuple[Finding, ...]:
    """What speaks against the order now and did not when it was shown: a person may have taken long to answer. Raises ExchangeError."""
    market, book, available, own = await _look(connection, prepared.draft.market)
    known = {finding.code for finding in prepared.risks}
    findings = _findings(connection, prepared.draft, market, book, available, own)
    return tuple(finding for finding in findings if finding.blocking or finding.code not in known)


async def _look(connection: Connection, market_id: str) -> tuple[Market, BookSnapshot, dict[str, Decimal], list[Order]]:
    """The market, its book, what is available by currency, and the orders that rest in it, all from now."""
    rest = connection.rest
    listed, book, held, resting = await asyncio.gather(
        rest.markets(), _book(connection, market_id), rest.balances(), _resting(connection, market_id)
    )
    names.remember(listed)
    market = next((each for each in listed if each.id == market_id), None)
    if market is None:
        raise RefusedError(f"The exchange has no market {market_id!r}.", advice="See captui markets.")
    return market, book, {balance.currency: balance.available for balance in held}, resting


def _findings(
    connection: Connection,
    draft: OrderDraft,
    market: Market,
    book: BookSnapshot,
    available: Mapping[str, Decimal],
    own: Sequence[Order],
) -> tuple[Finding, ...]:
    at_ms = now_ms()
    return checks.check(
        draft,
        market=market,
        bids=book.bids,
        asks=book.asks,
        fresh=True,
        available=available,
        limits=connection.config.limits,
        fees=connection.config.fees,
        recent=_recent(connection, at_ms),
        own=own,
        now_ms=at_ms,
    )


def _recent(connection: Connection, at_ms: int) -> tuple[tuple[OrderDraft, int], ...]:
    """What other commands and screens of this machine sent a moment ago: a command line is easily run twice."""
    if not journal_path().exists():
        return ()
    try:
        journal = Journal(journal_path(), scope=connection.scope)
        return journal.orders_since(at_ms - connection.config.limits.twin_window_ms)
    except JournalError:
        # Sending needs the journal too, and says so.
        return ()


async def _resting(connection: Connection, market_id: str) -> list[Order]:
    try:
        page = await connection.rest.all_orders(market=market_id, state="wait")
    except RefusedError as error:
        if error.status not in (404, 422):
            raise
        # As in _book: there may be no such market.
        return []
    return [from_record(record, ours=False) for record in page.items]


async def _book(connection: Connection, market_id: str) -> BookSnapshot:
    try:
        return await connection.rest.depth(market_id, WHOLE_BOOK)
    except RefusedError as error:
        if error.status not in (404, 422):
            raise
        # The list of markets says whether there is such a one, and in better words.
        return BookSnapshot(market_id, (), (), 0)


def summary(prepared: Prepared) -> str:
    """What it will do, in lines."""
    draft, market, what = prepared.draft, prepared.market, prepared.what
    base, quote = market.base.upper(), market.quote.upper()
    verb = "Buy" if draft.side is Side.BUY else "Sell"
    how = f"at {grouped(draft.price)} {quote}" if draft.price is not None else "at the market"
    flag = ", post-only" if draft.post_only else ""
    lines = [f"{verb} {grouped(draft.volume)} {base} {how}{flag} ({pair_name(market.name, market.id)})"]
    lines.append(f"  value     {grouped(what.value, 2)} {quote}")
    lines.append(f"  fee       {grouped(what.fee)} {what.fee_currency.upper()} ({'maker' if what.maker else 'taker'})")
    lines.append(f"  receives  {grouped(what.receives)} {what.receive_currency.upper()}")
    if what.matches and what.average_price is not None:
        lines.append(
            f"  matches   {grouped(what.matched)} {base} at {grouped(what.average_price, market.price_precision)} on average"
        )
    if what.rests:
        lines.append(f"  rests     {grouped(what.rests)} {base}, behind {grouped(what.ahead)} {base}")
    if what.distance_percent is not None:
        lines.append(f"  distance  {percent(what.distance_percent)} from the middle")
    if what.left is not None:
        lines.append(f"  leaves    {grouped(what.left)} {what.spend_currency.upper()} available")
    return "\n".join(lines)


async def send(connection: Connection, draft: OrderDraft, custom_id: str) -> Outcome[OrderRecord]:
    """Journalled, then sent once. Raises JournalError, and sends nothing then."""
    journal = open_journal(connection)
    try:
        if journal.knows(custom_id):
            raise JournalError(
                f"An order with the id {custom_id!r} was already given; it is never sent twice.",
                advice=f"See captui order {custom_id}.",
            )
        journal.create(draft, custom_id, now_ms=now_ms())
        outcome = await connection.rest.create_order(draft, custom_id)
        _note_outcome(journal, custom_id, outcome)
        return outcome
    finally:
        journal.close()


def open_journal(connection: Connection) -> Journal:
    """The journal that the screen uses too, so that it looks up what was left unknown here. Raises JournalError."""
    journal = Journal(journal_path(), scope=connection.scope)
    journal.open()
    return journal


def journal_path() -> Path:
    return state_folder() / "orders.jsonl"


async def placed(connection: Connection, record: OrderRecord) -> OrderRecord:
    """The order once it is past pending, or as it is after a few looks. A look that fails counts for nothing."""
    for wait_s in PLACED_WAITS_S:
        if record.state is not OrderState.PENDING:
            break
        await asyncio.sleep(wait_s)
        try:
            record = await connection.rest.order(record.id)
        except ExchangeError as error:
            note(f"captui: the order could not be looked at: {error}")
    return record


def _note_outcome(journal: Journal, custom_id: str, outcome: Outcome[OrderRecord]) -> None:
    order_id: int | None = None
    match outcome:
        case Accepted(record):
            name, order_id, reason = "accepted", record.id, ""
        case Refused(reason):
            name = "refused"
        case Unknown(reason):
            name = "unknown"
    try:
        journal.outcome(custom_id, name, order_id=order_id, reason=reason, now_ms=now_ms())
    except JournalError as error:
        # Losing this line costs one look-up; the person still has to hear what became of the order.
        note(f"captui: {error}")


def words(findings: Sequence[Finding]) -> str:
    return " ".join(finding.text for finding in findings)
