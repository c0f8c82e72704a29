"""The embedded exchange as the client's tests use it: on a thread, over real sockets, in either revision."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from captui.core.secret import Credentials, Secret
from captui.core.signing import NonceSource
from captui.exchange.clock import ServerClock
from captui.exchange.probe import Endpoints, Revision
from captui.exchange.rest import RestClient
from captui.simulator.server import ExchangeServer
from tests.control import Control
from tests.exchange.conftest import wall_clock_ms


@dataclass(frozen=True, slots=True)
class Running:
    endpoints: Endpoints
    credentials: Credentials
    control: Control
    clock: ServerClock
    nonces: NonceSource
    """One for each key, as in a session: the exchange takes no nonce twice."""


def started(server: ExchangeServer, revision: Revision) -> Running:
    said = server.start()
    assert said.control_url is not None
    atlas = revision is Revision.ATLAS
    endpoints = Endpoints(
        said.atlas_rest_url if atlas else said.rest_url, said.atlas_ws_url if atlas else said.ws_url, revision
    )
    credentials = Credentials(Secret(said.api_key), Secret(said.api_secret))
    return Running(endpoints, credentials, Control(said.control_url), ServerClock(), NonceSource())


@asynccontextmanager
async def client_of(exchange: Running) -> AsyncIterator[RestClient]:
    client = RestClient(
        base_url=exchange.endpoints.rest_url,
        credentials=exchange.credentials,
        clock=exchange.clock,
        nonces=exchange.nonces,
        now_ms=wall_clock_ms,
        rng=random.Random(2),
        rate=500,
    )
    await client.open()
    try:
        yield client
    finally:
        await client.close()
