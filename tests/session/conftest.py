from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from captui.simulator.server import Endpoints, ExchangeServer
from tests.session.client import Client, quick_options
from tests.session.money import funded, watching


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


@pytest.fixture
def funds(exchange: Callable[..., Endpoints], tmp_path: Path) -> Iterator[Client]:
    """Live on a quiet exchange of the newer revision, and looking at the lists of money in and out."""
    with funded(exchange(), tmp_path / "journal.jsonl") as client:
        watching(client)
        yield client
