"""What most tests of the exchange client begin with."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from captui.core.secret import Credentials, Secret
from captui.core.signing import NonceSource
from captui.exchange.clock import ServerClock
from captui.exchange.rest import RestClient

KEY = "c0ffee1234567890"
SECRET = "5ca1ab1e0ddba11"

OpenClient = Callable[..., AbstractAsyncContextManager[RestClient]]


def wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def credentials() -> Credentials:
    return Credentials(Secret(KEY), Secret(SECRET))


@pytest.fixture
def clock() -> ServerClock:
    return ServerClock()


@pytest.fixture
def open_client(credentials: Credentials, clock: ServerClock) -> OpenClient:
    """`async with open_client(url, …) as client`: a client of the fixture's key and clock; keyword arguments go to RestClient."""

    @asynccontextmanager
    async def open_client_(base_url: str, **options: object) -> AsyncIterator[RestClient]:
        settings: dict[str, object] = {
            "credentials": credentials,
            "clock": clock,
            "nonces": NonceSource(),
            "now_ms": wall_clock_ms,
            "rng": random.Random(7),
            "rate": 1000.0,
            "burst": 1000,
            **options,
        }
        client = RestClient(base_url=base_url, **settings)  # type: ignore[arg-type]  # tests give what they want to vary
        await client.open()
        try:
            yield client
        finally:
            await client.close(grace_s=0.0)

    return open_client_
