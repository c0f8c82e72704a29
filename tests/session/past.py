"""An account with a past of more than two pages of everything, as tests of history and export use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from captui.core.types import OrderStatus, Side
from captui.session.commands import SelectMarket, Watch, Watched
from captui.session.funding_views import MoveStatus
from captui.simulator.server import Endpoints, ExchangeServer
from tests.session.client import Client, quick_options
from tests.session.money import beneficiary, ended, funded, watching, withdrawal

STEP_MS = 60_000
BOUGHT, SOLD, ETHER, RESTING, CANCELLED = 60, 50, 8, 3, 4
DEPOSITS, WITHDRAWALS = 210, 104
"""So many deposits that they are more than two of the longest pages."""


@dataclass
class Past:
    endpoints: Endpoints
    client: Client
    middle_ms: int
    """The exchange's time, about half of every kind before it."""


@contextmanager
def past(folder: Path, *, revision: str) -> Iterator[Past]:
    server = ExchangeServer(quick_options())
    endpoints = server.start()
    try:
        with funded(endpoints, folder / "journal.jsonl", revision=revision) as client:
            watching(client)
            _live_through(client, 0)
            middle_ms = int(client.control.advance(STEP_MS)["now_ms"])
            client.control.advance(STEP_MS)
            _live_through(client, 1)
            # What tests order to go wrong is not to meet a reading of the lists.
            client.send(Watch(Watched.NOTHING))
            yield Past(endpoints, client, middle_ms)
    finally:
        server.stop()


def _live_through(client: Client, half: int) -> None:
    _trade(client, [Side.BUY] * (BOUGHT // 2) + [Side.SELL] * (SOLD // 2), "0.0001")
    client.send(SelectMarket("ethzar"))
    client.wait(lambda views: views.book.market == "ethzar" and views.connection.can_trade, "the other market")
    _trade(client, [Side.BUY] * (ETHER // 2), "0.001", market="ethzar")
    client.send(SelectMarket("btczar"))
    client.wait(lambda views: views.book.market == "btczar" and views.connection.can_trade, "the first market")
    if half:
        # So far away that the market does not come there while time passes.
        for number in range(RESTING + CANCELLED):
            order = client.resting(away=str(200_000 + number))
            if number >= RESTING:
                client.cancel(order.key)
                client.wait_status(order.key, OrderStatus.CANCELLED)
    for number in range(DEPOSITS // 2):
        client.control.deposit("zar" if number % 5 else "btc", Decimal(1000 + number if number % 5 else 1))
    to = beneficiary(client, name=f"Account {half}")
    commands = [withdrawal(to, str(101 + number)) for number in range(WITHDRAWALS // 2)]
    for command in commands:
        client.send(command)
    for command in commands:
        ended(client, command.key, MoveStatus.ACCEPTED)
    client.control.advance(STEP_MS)


def _trade(client: Client, sides: list[Side], volume: str, *, market: str = "btczar") -> None:
    for key in [client.place(side, None, volume, market=market) for side in sides]:
        client.wait_status(key, OrderStatus.DONE)
