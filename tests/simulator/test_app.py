"""The application without sockets: what happens when something inside breaks, and what may never be written down."""

from __future__ import annotations

import logging

import httpx
import pytest

from captui.simulator.app import ExchangeApp
from captui.simulator.auth import Authenticator
from captui.simulator.server import ExchangeOptions, ExchangeServer
from captui.simulator.venue import IncrementShape
from captui.simulator.world import World
from tests.simulator.exchanges import QUIET, Trader
from tests.simulator.venues import NOW_MS


def application() -> ExchangeApp:
    world = World(
        seed=1,
        makers=False,
        replay=None,
        speed=1.0,
        shape=IncrementShape.NESTED,
        manual_clock=True,
        start_ms=NOW_MS,
    )
    return ExchangeApp(ExchangeOptions(makers=False, manual_clock=True), world, Authenticator("key", "secret"))


async def test_a_fault_inside_is_answered_with_500_and_says_nothing_of_its_cause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = application()

    def broken(*_: object) -> None:
        raise RuntimeError("internal detail")

    monkeypatch.setattr(app.world.venue, "depth", broken)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://exchange") as client:
        answer = await client.get("/api/v2/trade/public/markets/btczar/depth")
        assert (answer.status_code, answer.json()) == (500, {"errors": ["server.internal_error"]})
        assert "Date" in answer.headers
        assert (await client.get("/api/v2/trade/public/health/alive")).status_code == 200


def test_neither_the_secret_nor_a_signature_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = ExchangeServer(QUIET)
    endpoints = server.start()
    try:
        with Trader(endpoints) as trader:
            headers = trader.headers()
            trader.http.get(trader.rest_url + "/account/balances", headers=headers)
            trader.order("buy", "0.1", "800000")
            trader.http.get(trader.rest_url + "/account/balances", headers=headers | {"X-Auth-Nonce": "1"})
    finally:
        server.stop()
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )
    assert endpoints.api_secret not in logged
    assert headers["X-Auth-Signature"] not in logged
