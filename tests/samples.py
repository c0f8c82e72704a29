"""Views as a session would publish them, made from a seed: the same market, book, candles and orders for every test and picture.

The figures are those of a thin rand market: a spread of half a per cent and levels hundreds of rand apart.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from captui.core.intervals import Interval
from captui.core.types import (
    Balance,
    Candle,
    Currency,
    Fill,
    Level,
    Market,
    Order,
    OrderStatus,
    OrderType,
    PublicTrade,
    Side,
    Ticker,
)
from captui.session.views import (
    Access,
    BalanceRow,
    BalancesView,
    BookView,
    ChartView,
    ConnectionView,
    FillsView,
    Freshness,
    MarketsView,
    Notice,
    OrdersView,
    Phase,
    Severity,
    TapeView,
    TickersView,
    Views,
)

D = Decimal

TZ: tzinfo = timezone(timedelta(hours=2), "SAST")
"""Always UTC+2, no daylight saving: pictures do not depend on the machine."""

NOW_MS = int(datetime(2026, 11, 20, 12, 3, 22, tzinfo=UTC).timestamp() * 1000)
"""14:03:22 in Cape Town."""

BTCZAR = Market("btczar", "BTC/ZAR", "btc", "zar", D(200_000), D(0), D("0.00001"), 8, 2, True)
ETHZAR = Market("ethzar", "ETH/ZAR", "eth", "zar", D(10_000), D(0), D("0.0001"), 8, 2, True)
XRPZAR = Market("xrpzar", "XRP/ZAR", "xrp", "zar", D(1), D(0), D(1), 6, 2, True)
USDTZAR = Market("usdtzar", "USDT/ZAR", "usdt", "zar", D(14), D(0), D("0.5"), 2, 2, False)
MARKETS = (BTCZAR, ETHZAR, XRPZAR, USDTZAR)

ASKS = (
    ("841039.73", "0.1564"),
    ("841600", "0.015"),
    ("842100", "0.066"),
    ("842880", "0.02"),
    ("843500", "0.042"),
    ("843990", "0.0075"),
    ("844250", "0.12"),
    ("844700", "0.031"),
    ("845120", "0.09"),
    ("845402.1", "0.0044"),
    ("845900", "0.01"),
)
BIDS = (
    ("835956.8", "0.0478"),
    ("835400", "0.02"),
    ("834900", "0.081"),
    ("834100", "0.017"),
    ("833750", "0.15"),
    ("832980", "0.033"),
    ("831012.48", "0.0375"),
    ("830500", "0.009"),
    ("829990.51", "0.0195"),
    ("829400", "0.21"),
    ("828800", "0.064"),
)


def levels(rows: tuple[tuple[str, str], ...]) -> tuple[Level, ...]:
    return tuple(Level(D(price), D(amount)) for price, amount in rows)


def book(*, freshness: Freshness = Freshness.LIVE, reason: str = "", deep: int = 24, seed: int = 7) -> BookView:
    """The thin book of the sketch, continued with `deep` more levels a side from `seed`."""
    rng = random.Random(seed)
    asks, bids = list(levels(ASKS)), list(levels(BIDS))
    for _ in range(deep):
        amount = D(rng.choice((5, 10, 20, 35, 50, 100, 250))) * rng.randint(1, 9) / 10_000
        asks.append(Level(asks[-1].price + rng.randint(180, 900), amount))
        amount = D(rng.choice((5, 10, 20, 35, 50, 100, 250))) * rng.randint(1, 9) / 10_000
        bids.append(Level(bids[-1].price - rng.randint(180, 900), amount))
    return BookView("btczar", tuple(bids), tuple(asks), 4711, freshness, reason, NOW_MS - 100)


def deep_book(*, levels_a_side: int = 1500, seed: int = 11) -> BookView:
    """A dense book: levels a few rand apart, as on a large exchange."""
    rng = random.Random(seed)
    ask, bid = D("841040.18"), D("841040.00")
    asks, bids = [], []
    for _ in range(levels_a_side):
        asks.append(Level(ask, D(rng.randint(1, 90_000)) / 100_000))
        bids.append(Level(bid, D(rng.randint(1, 90_000)) / 100_000))
        ask += D(rng.randint(1, 900)) / 50
        bid -= D(rng.randint(1, 900)) / 50
    return BookView("btczar", tuple(bids), tuple(asks), 4711, Freshness.LIVE, "", NOW_MS - 100)


def candles(
    interval: Interval = Interval.M15, count: int = 300, *, seed: int = 3, last: str = "841039.73"
) -> tuple[Candle, ...]:
    """A random walk that ends at `last`; every candle's close is the next one's open."""
    rng = random.Random(seed)
    newest = NOW_MS // interval.milliseconds * interval.milliseconds
    close = D(last)
    made: list[Candle] = []
    for back in range(count):
        opened = (close + D(round(rng.gauss(0, 900)))).quantize(D("0.01"))
        high = max(opened, close) + D(round(abs(rng.gauss(0, 500))))
        low = min(opened, close) - D(round(abs(rng.gauss(0, 500))))
        volume = D(round(abs(rng.gauss(0, 1)) * 9000)) / 10_000
        made.append(Candle(newest - back * interval.milliseconds, opened, high, low, close, volume))
        close = opened
    return tuple(reversed(made))


def chart(interval: Interval = Interval.M15, count: int = 300, *, seed: int = 3) -> ChartView:
    return ChartView("btczar", interval, candles(interval, count, seed=seed), Freshness.LIVE)


def trades(count: int = 60, *, seed: int = 5) -> tuple[PublicTrade, ...]:
    rng = random.Random(seed)
    at = NOW_MS - 1_000
    made: list[PublicTrade] = []
    for number in range(count, 0, -1):
        taker = Side.BUY if number == count else rng.choice((Side.BUY, Side.SELL))
        price = D("841039.73") if taker is Side.BUY else D("835956.80")
        if number < count:
            price += D(rng.randint(0, 4)) * (50 if taker is Side.BUY else -50)
        made.append(PublicTrade(str(9000 + number), "btczar", price, D(rng.randint(5, 900)) / 10_000, taker, at))
        at -= rng.randint(400, 30_000)
    return tuple(made)


def order(
    key: str,
    side: Side,
    price: str | None,
    volume: str,
    *,
    executed: str = "0",
    status: OrderStatus = OrderStatus.WAIT,
    age_s: int = 720,
    post_only: bool = False,
    market: str = "btczar",
    reason: str = "",
) -> Order:
    return Order(
        key=key,
        id=None if status in (OrderStatus.SENDING, OrderStatus.UNKNOWN) else 1000 + sum(key.encode()),
        uuid="",
        custom_id=key,
        market=market,
        side=side,
        type=OrderType.LIMIT if price is not None else OrderType.MARKET,
        price=None if price is None else D(price),
        average_price=None if price is None or executed == "0" else D(price),
        volume=D(volume),
        executed=D(executed),
        post_only=post_only,
        status=status,
        reason=reason,
        created_ms=NOW_MS - age_s * 1000,
        updated_ms=NOW_MS - age_s * 1000 // 2,
        ours=True,
    )


def open_orders() -> tuple[Order, ...]:
    return (
        order("o-buy", Side.BUY, "834100", "0.0083", executed="0.0033", age_s=3),
        order("o-sell", Side.SELL, "843500", "0.0100", age_s=720),
    )


def closed_orders() -> tuple[Order, ...]:
    return (
        order("c-1", Side.BUY, "835956.8", "0.0200", executed="0.0200", status=OrderStatus.DONE, age_s=1_900),
        order("c-2", Side.SELL, "846000", "0.0500", status=OrderStatus.CANCELLED, age_s=5_400),
        order("c-3", Side.BUY, None, "0.0100", executed="0.0100", status=OrderStatus.DONE, age_s=9_000),
        order(
            "c-4", Side.BUY, "841500", "0.0100", status=OrderStatus.REJECTED, age_s=9_100, reason="Not enough funds."
        ),
    )


def fills() -> tuple[Fill, ...]:
    made = []
    for number, (side, price, amount, age_s) in enumerate(
        ((Side.BUY, "834100", "0.0020", 1), (Side.BUY, "834100", "0.0013", 40), (Side.SELL, "843500", "0.0100", 3_600))
    ):
        total = D(price) * D(amount)
        fee = (D(amount) if side is Side.BUY else total) * D("0.001")
        made.append(
            Fill(
                id=f"f-{number}",
                market="btczar",
                side=side,
                price=D(price),
                amount=D(amount),
                total=total,
                fee=fee,
                fee_currency="btc" if side is Side.BUY else "zar",
                maker=True,
                order_id=1000 + number,
                custom_order_id="o-buy" if side is Side.BUY else "o-sell",
                time_ms=NOW_MS - age_s * 1000,
            )
        )
    return tuple(made)


def balances() -> BalancesView:
    rows = (
        BalanceRow(Balance("zar", D("241659.00"), D("8341.00")), D("250000.00")),
        BalanceRow(Balance("btc", D("0.7400"), D("0.0100")), D("630779.80")),
        BalanceRow(Balance("eth", D("5"), D(0)), D("241500.00")),
        BalanceRow(Balance("xrp", D("10000"), D(0)), D("115000.00")),
        BalanceRow(Balance("doge", D("12.5"), D(0)), None),
    )
    return BalancesView(rows, D("1237279.80"), Freshness.LIVE)


def ticker(market: str = "btczar") -> Ticker:
    return Ticker(
        market=market,
        last=D("841039.73"),
        open=D("830738.57"),
        high=D("845402.10"),
        low=D("829990.51"),
        volume=D("12.41"),
        amount=D("10437303.05"),
        change_percent=D("1.24"),
        at_ms=NOW_MS,
    )


def connection(phase: Phase = Phase.LIVE, *, mode: str = "DEMO", access: Access = Access.TRADING) -> ConnectionView:
    """As it is in this phase, with the sentences that belong to it."""
    live = phase is Phase.LIVE
    reasons = {
        Phase.RECONNECTING: "The exchange closed the connection.",
        Phase.REFUSED: "The exchange does not accept this API key.",
        Phase.RECONCILING: "Fetching orders, trades and balances.",
    }
    allowed = live and access is Access.TRADING
    why_not = {
        Access.NO_CREDENTIALS: "Trading needs an API key: set CAPTUI_API_KEY and CAPTUI_API_SECRET.",
        Access.READ_ONLY: "captui was started with --read-only.",
        Access.REFUSED: "The exchange does not accept this API key.",
        Access.TRADING: "Not connected: orders cannot be sent.",
    }[access]
    return ConnectionView(
        phase=phase,
        access=access,
        mode=mode,
        exchange="127.0.0.1:8080",
        revision="atlas",
        reason=reasons.get(phase, ""),
        attempt=3 if phase is Phase.RECONNECTING else 0,
        next_attempt_ms=NOW_MS + 4_200 if phase is Phase.RECONNECTING else None,
        round_trip_ms=38.0,
        clock_offset_ms=12,
        last_heard_ms=NOW_MS - 300 if live else NOW_MS - 17_000,
        bytes_in_per_second=2_140 if live else 0,
        can_trade=allowed,
        why_not="" if allowed else why_not,
    )


def notices() -> tuple[Notice, ...]:
    return (
        Notice(NOW_MS - 60_000, Severity.GOOD, "Connected to 127.0.0.1:8080."),
        Notice(NOW_MS - 1_000, Severity.GOOD, "Bought 0.0020 BTC at 834 100.00.", "o-buy"),
    )


def views(state: str = "live") -> Views:
    """Everything at once. `state`: live, stale, reconnecting or no-credentials; raises KeyError for another."""
    phase, access, freshness, reason = {
        "live": (Phase.LIVE, Access.TRADING, Freshness.LIVE, ""),
        "stale": (Phase.LIVE, Access.TRADING, Freshness.STALE, "A change was missed: a new snapshot is on its way."),
        "reconnecting": (Phase.RECONNECTING, Access.TRADING, Freshness.STALE, "Not connected: these are old prices."),
        "no-credentials": (Phase.LIVE, Access.NO_CREDENTIALS, Freshness.LIVE, ""),
    }[state]
    known = access is Access.TRADING
    connected = connection(phase, mode="DEMO" if known else "LIVE", access=access)
    if state == "stale":
        connected = replace(connected, can_trade=False, why_not="The book is not up to date: orders wait until it is.")
    streamed = Freshness.STALE if phase is Phase.RECONNECTING else Freshness.LIVE
    private = Freshness.WAITING if not known else Freshness.LIVE if state in ("live", "stale") else Freshness.STALE
    return Views(
        connection=connected,
        markets=MarketsView(
            MARKETS,
            {market.base: Currency(market.base, market.base.upper(), 8, "coin") for market in MARKETS}
            | {"zar": Currency("zar", "Rand", 2, "fiat")},
            "btczar",
        ),
        book=book(freshness=freshness, reason=reason),
        chart=replace(chart(), freshness=streamed),
        tape=TapeView("btczar", trades(), streamed),
        tickers=TickersView({market.id: ticker(market.id) for market in MARKETS}),
        orders=OrdersView(open_orders(), closed_orders(), private) if known else OrdersView(),
        fills=FillsView(fills(), private) if known else FillsView(),
        balances=balances() if known else BalancesView(),
    )
