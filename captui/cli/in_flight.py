"""Orders whose answer an earlier command lost: looked up by the id that each was given, before another like them is sent."""

from __future__ import annotations

from captui.cli.connect import Connection, now_ms
from captui.cli.lookup import find_by_custom_id
from captui.cli.ordering import journal_path, open_journal
from captui.cli.output import local, note
from captui.core.moves import WITHIN_MS
from captui.core.types import OrderDraft, OrderType
from captui.errors import JournalError, ProtocolError
from captui.journal import InFlight, Journal


async def tell_alike(connection: Connection, draft: OrderDraft, custom_id: str) -> bool:
    """Says what became of orders like `draft` whose fate was open until now, and journals what is certain.

    True where one was placed after all, or may have been: another one would be a second. One of the same `custom_id` is not looked
    for: that is never sent again. Raises ExchangeError.
    """
    if not journal_path().exists():
        return False
    try:
        journal = Journal(journal_path(), scope=connection.scope)
        found = [each for each in journal.open() if each.custom_id != custom_id and _alike(each.draft, draft)]
        journal.close()
    except JournalError:
        # Sending needs the journal too, and says so.
        return False
    # Every one of them is looked up: one that was not placed says nothing of the next.
    return any([await _may_be_placed(connection, each) for each in found])


def _alike(one: OrderDraft, other: OrderDraft) -> bool:
    """A market order of so many rand has another amount at every look at the book."""
    same = (one.market, one.side, one.type, one.price) == (other.market, other.side, other.type, other.price)
    return same and (one.type is OrderType.MARKET or one.volume == other.volume)


async def _may_be_placed(connection: Connection, sent: InFlight) -> bool:
    what = f"the order like this that was sent at {local(sent.created_ms)}"
    try:
        record = await find_by_custom_id(connection.rest, sent.custom_id, market=sent.draft.market)
    except ProtocolError as error:
        # It is there, in words that captui does not know.
        note(f"captui: {what} may have been placed. {error}")
        return True
    if record is not None:
        note(f"captui: {what} was placed: it is order {record.id}, {record.state}.")
        _close(connection, sent.custom_id, "accepted", record.id)
        return True
    if now_ms() - sent.created_ms > WITHIN_MS:
        note(f"captui: {what} was not placed: the exchange has no order with its id.")
        _close(connection, sent.custom_id, "absent", None)
        return False
    note(f"captui: it is not known yet whether {what} was placed; ask with:\n  captui order {sent.custom_id}")
    return True


def _close(connection: Connection, custom_id: str, outcome: str, order_id: int | None) -> None:
    try:
        journal = open_journal(connection)
        try:
            journal.outcome(custom_id, outcome, order_id=order_id, reason="looked up", now_ms=now_ms())
        finally:
            journal.close()
    except JournalError as error:
        # Losing this line costs one more look-up.
        note(f"captui: {error}")
