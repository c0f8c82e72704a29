"""An order by whichever id is known of it: through the pages where no filter helps, and never a wrong one."""

from __future__ import annotations

import io
import json
from typing import cast

import pytest

from captui.cli.lookup import find_by_custom_id, find_order
from captui.cli.paging import PAGE_SIZE
from captui.core import codec
from captui.core.events import OrderRecord
from captui.core.listed import OddRecord
from captui.errors import ProtocolError, RefusedError, UnauthorisedError
from captui.exchange.pages import Page
from captui.exchange.rest import RestClient
from tests.exchange import records


def order(number: int, custom_id: str = "") -> OrderRecord:
    record = {**records.ORDER, "id": number, "custom_order_id": custom_id or f"own-{number}"}
    return codec.order(json.dumps(record).encode())


class Exchange:
    """Orders 1 to `count`, newest first. `refusal` is what asking for one by its id brings."""

    def __init__(self, count: int, *, refusal: Exception | None = None, odd: OddRecord | None = None) -> None:
        self.listed = [order(number) for number in range(count, 0, -1)]
        self.refusal = refusal
        self.odd = odd
        self.pages = 0

    async def order(self, order_id: str) -> OrderRecord:
        if not order_id.isdigit():
            raise ValueError(order_id)
        if self.refusal is not None:
            raise self.refusal
        return order(int(order_id))

    async def orders(self, *, market: str | None, page: int, limit: int) -> Page[OrderRecord]:
        assert market is None
        self.pages += 1
        items = tuple(self.listed[(page - 1) * limit : page * limit])
        odd = (self.odd,) if self.odd is not None and page == 2 else ()
        return Page(items, len(self.listed), page * limit < len(self.listed), odd)

    @property
    def client(self) -> RestClient:
        return cast("RestClient", self)


async def test_a_number_is_asked_for_and_no_list_is_read() -> None:
    exchange = Exchange(5)
    assert (await find_order(exchange.client, "3")).id == 3
    assert exchange.pages == 0


async def test_a_custom_id_is_looked_for_through_the_pages() -> None:
    exchange = Exchange(2 * PAGE_SIZE + 5)
    assert (await find_order(exchange.client, "own-2")).id == 2
    assert exchange.pages == 3


@pytest.mark.parametrize(
    "refusal",
    [RefusedError("None.", status=404), RefusedError("No id.", status=422, codes=("market.order.invaild_id_or_uuid",))],
)
async def test_a_number_that_the_exchange_does_not_have_may_be_a_custom_id(refusal: RefusedError) -> None:
    exchange = Exchange(5, refusal=refusal)
    exchange.listed[0] = order(5, "777")
    assert (await find_order(exchange.client, "777")).id == 5


@pytest.mark.parametrize("refusal", [UnauthorisedError("No.", status=401), RefusedError("Busy.", status=400)])
async def test_another_refusal_is_no_reason_to_look_elsewhere(refusal: RefusedError) -> None:
    exchange = Exchange(5, refusal=refusal)
    with pytest.raises(type(refusal)):
        await find_order(exchange.client, "777")
    assert exchange.pages == 0


async def test_one_that_is_nowhere_is_refused() -> None:
    with pytest.raises(RefusedError, match="no order with the id 'own-999'"):
        await find_order(Exchange(5).client, "own-999")


async def test_one_in_words_that_captui_does_not_know_is_said_and_not_missed() -> None:
    exchange = Exchange(2 * PAGE_SIZE, odd=OddRecord("7", "strange", "Its state is 'frozen'."))
    with pytest.raises(ProtocolError, match="Order 7 has this id"):
        await find_by_custom_id(exchange.client, "strange")


async def test_progress_shows_where_someone_can_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert await find_by_custom_id(Exchange(2 * PAGE_SIZE + 5).client, "absent") is None
    assert f"{PAGE_SIZE} of {2 * PAGE_SIZE + 5} orders looked through" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
