"""Lists of which a record is beyond captui's words, and lists within a range of time."""

from __future__ import annotations

import logging

import pytest

from captui.core.listed import OddRecord
from captui.core.outcome import Accepted
from captui.errors import ExchangeError
from tests.exchange import records
from tests.exchange.conftest import OpenClient
from tests.exchange.http_server import HttpServer, Received, Reply, json_reply

STATE = "The exchange sent an order in a state that captui does not know: 'trigger_wait'."


def order(number: int, **fields: object) -> dict[str, object]:
    return {**records.ORDER, "id": number, "custom_order_id": f"custom-{number}", **fields}


async def test_one_odd_order_does_not_hide_the_others(
    open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply([order(1), order(2, state="trigger_wait"), order(3)])

    async with HttpServer(handle) as server, open_client(server.url) as client:
        assert client.odd_count == 0
        page = await client.orders()
        again = await client.orders()
        assert client.odd_count == 1

    assert [found.id for found in page.items] == [1, 3]
    assert page.odd == again.odd == (OddRecord("2", "custom-2", STATE),)
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == [f"In a list of orders, 2 was left out. {STATE}"]


async def test_odd_orders_count_when_pages_are_followed(open_client: OpenClient) -> None:
    """A page that looks short only because of them is followed by the next; one that holds nothing else is not the last."""
    pages = {
        "1": [order(number) for number in range(99)] + [order(99, state="trigger_wait")],
        "2": [order(number, ord_type="stop") for number in range(100, 200)],
        "3": [order(200)],
    }

    async def handle(received: Received) -> Reply:
        return json_reply(pages[received.query["page"]])

    async with HttpServer(handle) as server, open_client(server.url) as client:
        every = await client.all_orders()
        assert client.odd_count == 101
        assert len(server.received) == 3

    assert [found.id for found in every.items] == [*range(99), 200]
    assert [odd.id for odd in every.odd] == [str(number) for number in range(99, 200)]
    assert not every.has_more


async def test_a_server_that_repeats_an_odd_page_for_ever_is_left(open_client: OpenClient) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply([order(number, ord_type="stop") for number in range(100)])

    async with HttpServer(handle) as server, open_client(server.url) as client:
        every = await client.all_orders()
        assert len(server.received) == 2

    assert (len(every.items), len(every.odd)) == (0, 100)


async def test_cancelling_all_is_accepted_whatever_it_cancelled(open_client: OpenClient) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply([order(1), order(2, state="trigger_wait")], 201)

    async with HttpServer(handle) as server, open_client(server.url) as client:
        outcome = await client.cancel_all()

    assert isinstance(outcome, Accepted)
    assert [found.id for found in outcome.value] == [1]


async def test_a_broken_record_is_still_an_error(open_client: OpenClient) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply([order(1), order(2, price="nan")])

    async with HttpServer(handle) as server, open_client(server.url) as client:
        with pytest.raises(ExchangeError, match="cannot be read"):
            await client.orders()


@pytest.mark.parametrize(("page", "limit"), [(0, 100), (-1, 100), (1, 0)])
async def test_pages_are_counted_from_one(open_client: OpenClient, page: int, limit: int) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply([])

    async with HttpServer(handle) as server, open_client(server.url) as client:
        with pytest.raises(ValueError, match="from 1"):
            await client.orders(page=page, limit=limit)
        with pytest.raises(ValueError, match="from 1"):
            await client.funding.deposits(page=page, limit=limit)
        assert server.received == []
