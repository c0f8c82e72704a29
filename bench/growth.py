"""How processor and memory grow: from one busy market to four, and from a local history of 100 own orders to one of 10,000.

The yardstick is the smaller one. There is no goal but that four times the market must not cost four times as much: captui shows one.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from bench._exchange import Exchange, captui, exchange
from bench.load import IDLE, WARM_UP_S, share_of_a_core
from bench.row import Row
from captui.core.events import OrderState
from captui.core.secret import Credentials, Secret
from captui.core.types import Fill, OrderType, Side
from captui.history.history import History
from captui.history.orders import RecordedOrder

MARKETS = ("btczar", "ethzar", "xrpzar", "usdczar")
PER_SECOND = 250
"""Increments of each market."""
MEASURED_S = 15.0
FEW, MANY = 100, 10_000


def rows(*, small: bool) -> Iterator[Row]:
    measured_s = 1.0 if small else MEASURED_S
    (one_cpu, one_mb), (four_cpu, four_mb) = markets(MARKETS[:1], measured_s), markets(MARKETS, measured_s)
    yield Row("processor, 4 markets at 250 increments/s each", "% of a core", four_cpu, "1 market", one_cpu)
    yield Row("memory, the same", "MB", four_mb, "1 market", one_mb)
    many = 200 if small else MANY
    (few_cpu, few_mb), (many_cpu, many_mb) = orders(FEW, measured_s), orders(many, measured_s)
    yield Row(
        f"processor, {many:,} own orders in history, from the start", "% of a core", many_cpu, f"{FEW} orders", few_cpu
    )
    yield Row("memory, the same", "MB", many_mb, f"{FEW} orders", few_mb)


def markets(busy: Sequence[str], measured_s: float) -> tuple[float, float]:
    with exchange("--seed", "2") as at, tempfile.TemporaryDirectory() as folder, captui(at, Path(folder)) as program:
        # All markets are watched on their screen: F3.
        program.press(b"\x1bOR")
        program.read_for(WARM_UP_S)
        for market in busy:
            at.burst(market, per_second=PER_SECOND, seconds=measured_s + 1)
        return share_of_a_core(program, measured_s), program.memory_mb()


def orders(number: int, measured_s: float) -> tuple[float, float]:
    """The start included: it is then that the history is read."""
    with exchange(*IDLE) as at, tempfile.TemporaryDirectory() as folder:
        record(at, Path(folder), number)
        with captui(at, Path(folder)) as program:
            # The portfolio reckons with all of it: F4.
            program.press(b"\x1bOS")
            return share_of_a_core(program, measured_s), program.memory_mb()


def record(at: Exchange, folder: Path, number: int) -> None:
    """A local history of so many orders, each filled by one trade, as captui itself would have written it."""
    pair = Credentials(Secret(at.key_pair["CAPTUI_API_KEY"]), Secret(at.key_pair["CAPTUI_API_SECRET"]))
    path = folder / ".local/share/captui/history.sqlite"
    history = History(path, scope=f"{urlsplit(at.rest_url).netloc}/{pair.fingerprint}")
    history.open()
    now_ms = time.time_ns() // 1_000_000
    first_ms = now_ms - number * 60_000
    history.orders.put([order(i, first_ms + i * 60_000) for i in range(1, number + 1)], covered_ms=now_ms)
    fills = [fill(i, first_ms + i * 60_000) for i in range(1, number + 1)]
    history.trades.settle(fills, lambda _market: ("btc", "zar"), covered_ms=now_ms)
    history.close()


def order(number: int, at_ms: int) -> RecordedOrder:
    return RecordedOrder(
        id=number,
        uuid=f"00000000-0000-4000-8000-{number:012d}",
        custom_id="",
        market="btczar",
        side=Side.BUY if number % 2 else Side.SELL,
        type=OrderType.LIMIT,
        price=Decimal(840_000 + number % 1000),
        average_price=Decimal(840_000 + number % 1000),
        state=OrderState.DONE,
        volume=Decimal("0.001"),
        executed=Decimal("0.001"),
        post_only=False,
        created_ms=at_ms,
        updated_ms=at_ms,
    )


def fill(number: int, at_ms: int) -> Fill:
    price = Decimal(840_000 + number % 1000)
    return Fill(
        id=str(number),
        market="btczar",
        side=Side.BUY if number % 2 else Side.SELL,
        price=price,
        amount=Decimal("0.001"),
        total=price / 1000,
        fee=Decimal("0.000001") if number % 2 else Decimal("0.84"),
        fee_currency="btc" if number % 2 else "zar",
        maker=False,
        order_id=number,
        custom_order_id="",
        time_ms=at_ms,
    )
