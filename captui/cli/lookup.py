"""Finding one order by whichever id is known of it."""

from __future__ import annotations

import sys

from captui.cli.paging import PAGE_SIZE, Progress
from captui.core.events import OrderRecord
from captui.core.text import printable
from captui.errors import ProtocolError, RefusedError, UnauthorisedError
from captui.exchange.rest import RestClient

MAX_SEARCH_PAGES = 200
_NOT_SUCH_AN_ID = ("market.order.invaild_id_or_uuid", "market.order.invalid_id_or_uuid")
"""What the exchange says of an id that is neither a number nor a uuid; the first is its spelling."""


async def find_order(rest: RestClient, order_id: str) -> OrderRecord:
    """By number, uuid or custom id, in this order. Raises RefusedError where there is none, ExchangeError."""
    try:
        return await rest.order(order_id)
    except ValueError:
        # Not even the shape of the exchange's ids; a custom id may be any text.
        pass
    except RefusedError as error:
        absent = error.status == 404 or bool(set(error.codes) & set(_NOT_SUCH_AN_ID))
        if isinstance(error, UnauthorisedError) or not absent:
            raise
    found = await find_by_custom_id(rest, order_id)
    if found is None:
        raise RefusedError(
            f"The exchange has no order with the id {printable(order_id)!r}.",
            status=404,
            advice="An order that was only just sent may take a moment to show: ask again before you send another.",
        )
    return found


async def find_by_custom_id(rest: RestClient, custom_id: str, *, market: str | None = None) -> OrderRecord | None:
    """Newest first, through the whole history: no filter knows custom ids.

    Raises ExchangeError, and ProtocolError for one in words that captui does not know.
    """
    progress, have = Progress("orders looked through", sys.stderr), 0
    try:
        for number in range(1, MAX_SEARCH_PAGES + 1):
            page = await rest.orders(market=market, page=number, limit=PAGE_SIZE)
            for order in page.items:
                if order.custom_id == custom_id:
                    return order
            for odd in page.odd:
                if odd.custom_id == custom_id:
                    raise ProtocolError(f"Order {odd.id} has this id. {odd.reason}")
            if not page.has_more:
                return None
            have += len(page.items)
            progress.show(have, page.total)
    finally:
        progress.clear()
    return None
