from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from captui.simulator.server import Endpoints, ExchangeServer
from tests.session.client import Client, quick_options


@pytest.fixture
def exchange() -> Iterator[Callable[..., Endpoints]]:
    """Starts an exchange on a thread; all are stopped at the end of the test."""
    with ExitStack() as stack:

        def start(**options: Any) -> Endpoints:
            server = ExchangeServer(quick_options(**options))
            endpoints = server.start()
            stack.callback(server.stop)
            return endpoints

        yield start


@pytest.fixture
def client(exchange: Callable[..., Endpoints], tmp_path: Path) -> Iterator[Client]:
    """Live on a quiet exchange."""
    with Client(exchange(), tmp_path / "journal.jsonl") as client:
        client.live()
        yield client
