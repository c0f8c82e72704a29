"""What a session is started with."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Literal

from captui.core.checks import Limits
from captui.core.dataclass import dataclass
from captui.core.fees import Fees
from captui.core.intervals import Interval

Revision = Literal["auto", "trade", "atlas"]

DEFAULT_MARKET = "btczar"
"""Shown where the user has not chosen one and the exchange has it."""


def system_ms() -> int:
    """This machine's clock, unix milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """Times with `_s` are seconds. Clock and randomness are injectable for tests."""

    journal_path: Path
    history_path: Path | None = None
    """The file of the local history; None: nothing is kept."""
    funding_enabled: bool = False
    """Whether withdrawals and lightning payments may be sent at all."""
    rest_url: str | None = None
    """Both base addresses by hand, or both None: then `revision` decides."""
    ws_url: str | None = None
    revision: Revision = "auto"
    mode: str = "LIVE"
    """Shown on every screen (see ConnectionView)."""
    profile: str = ""
    """Name of the config's profile, shown beside the exchange; empty where there is none."""
    read_only: bool = False
    market: str | None = None
    interval: Interval = Interval.M15
    limits: Limits = field(default_factory=Limits)
    fees: Fees = field(default_factory=Fees)
    publish_interval_s: float = 0.05
    stand_aside_s: float = 0.004
    """For so long at most whoever sends an order or a cancel does nothing else. Two threads share one interpreter: a screen that was
    drawn meanwhile would keep the order waiting at each of its steps, several times as long as the steps themselves take."""
    rate: float = 10.0
    """REST requests a second, on average."""
    burst: int = 20
    """REST requests that may go out at once after a quiet time."""
    timeout_s: float = 10.0
    """For one REST request; a write that takes longer has an unknown fate."""
    absent_after_s: float = 60.0
    """How long look-ups must have succeeded without finding an order before it counts as never received."""
    silent_after_s: float = 8.0
    """Nothing heard on the stream for this long, pongs included: what is shown is no longer called live."""
    ping_every_s: float = 5.0
    dead_after_s: float = 12.0
    recheck_every_s: float = 60.0
    """Orders, trades and balances are fetched again after so long: an own event that got lost shows in nothing else."""
    good_after_s: float = 10.0
    """The stream's back-off starts again from the beginning only after a connection stayed good for so long."""
    max_delay_s: float = 30.0
    """The longest wait between two tries to connect."""
    tickers_every_s: float = 5.0
    tape_every_s: float = 2.5
    funding_every_s: float = 10.0
    """How often the lists of money in and out are read while they are watched."""
    funding_max_s: float = 120.0
    """The longest wait between two readings of them when they fail."""
    methods_every_s: float = 300.0
    """How often the ways to redeem vouchers, which hardly ever change, are read with them."""
    address_first_s: float = 2.0
    """How soon an address that is still being made is asked for again; each further wait is longer by half."""
    address_patience_s: float = 120.0
    """How long an address is waited for."""
    skew_notice_ms: int = 2_000
    """A clock that is off by at least this much is mentioned; it is corrected in any case."""
    settle_after_s: float = 1.0
    """After own activity has ended for this long, balances are read once more."""
    quote: str = "zar"
    """The currency in which balances are valued."""
    now_ms: Callable[[], int] = system_ms
    rng: random.Random = field(default_factory=random.Random)
