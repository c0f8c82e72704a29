"""Money that comes in: the user's deposits of the past, new ones and how they are confirmed, and the addresses they go to.

Choices where the API document is silent:

* The deposits of the past add up to what the user starts with; two that came to nothing are among them. They went to addresses that are
  no longer in use: the first request for an address of a coin has it made, and it is there `ADDRESS_MS` later.
* A deposit of a coin gains a confirmation every `BLOCK_MS`, one of rand is confirmed after one such step. Then it is accepted and can
  be spent, and `COLLECT_MS` later it is collected. One below the least amount is skipped and never credited.
* Addresses are visibly those of play money: no wallet takes them for real ones, so nobody can lose real coins to them.
"""

from __future__ import annotations

import random
from decimal import Decimal

from captui.simulator.agenda import Agenda
from captui.simulator.bolt11 import bech32, to_words
from captui.simulator.funding_records import Deposit, DepositState, FundingRefusedError
from captui.simulator.markets import CURRENCIES
from captui.simulator.money import ZERO, times
from captui.simulator.venue import USER_FUNDS, Venue

ADDRESS_MS = 3_000
BLOCK_MS = 1_000
COLLECT_MS = 2_000

FIRST_DEPOSIT_ID = 6_101
_SHARES = (Decimal("0.5"), Decimal("0.3"), Decimal("0.2"))
_DAY_MS = 86_400_000
_HISTORY_DAYS = 90
_ETHEREUM = ("eth", "usdc")


class Deposits:
    """All deposits of the user, by id in order of creation, and the addresses by currency."""

    def __init__(self, venue: Venue, agenda: Agenda, rng: random.Random, *, now_ms: int) -> None:
        self._venue = venue
        self._agenda = agenda
        self._rng = rng
        self._next = FIRST_DEPOSIT_ID
        self.records: dict[int, Deposit] = {}
        self.addresses: dict[str, str] = {}
        """An empty address is being made."""
        self.closed: set[str] = set()
        """Currencies for which no address is given. What is sent nevertheless arrives."""
        self._remember(now_ms)

    def arrive(self, currency: str, amount: Decimal, *, txid: str | None = None) -> Deposit:
        """A new deposit is seen on its way in; it is confirmed as time goes on."""
        deposit = self._new(currency, amount, txid=txid or transaction_id(currency, self._rng))
        self._agenda.at(self._venue.now_ms + BLOCK_MS, lambda now_ms: self._confirm(deposit, now_ms))
        return deposit

    def credit(self, currency: str, amount: Decimal, *, fee: Decimal = ZERO, txid: str | None = None) -> Deposit:
        """A deposit that can be spent at once: `amount` reaches the user, `fee` beside it the exchange."""
        deposit = self._new(currency, amount, fee=fee, txid=txid)
        deposit.confirmations = CURRENCIES[currency].min_confirmations if txid is not None else 0
        self._accept(deposit, self._venue.now_ms)
        return deposit

    def address(self, currency: str) -> str:
        """The address for a coin; empty while it is being made, which the first request starts.

        Raises:
            FundingRefusedError: deposits of it are closed.
        """
        if currency in self.closed:
            raise FundingRefusedError("account.currency.deposit_disabled")
        if currency not in self.addresses:
            self.addresses[currency] = ""
            self._agenda.at(self._venue.now_ms + ADDRESS_MS, lambda _now_ms: self._make_address(currency))
        return self.addresses[currency]

    def _confirm(self, deposit: Deposit, now_ms: int) -> None:
        needed = CURRENCIES[deposit.currency].min_confirmations
        if deposit.confirmations < needed:
            deposit.confirmations += 1
        if deposit.confirmations < needed:
            self._agenda.at(now_ms + BLOCK_MS, lambda later_ms: self._confirm(deposit, later_ms))
        elif deposit.amount < CURRENCIES[deposit.currency].min_deposit:
            deposit.state = DepositState.SKIPPED
        else:
            self._accept(deposit, now_ms)

    def _accept(self, deposit: Deposit, now_ms: int) -> None:
        deposit.state = DepositState.ACCEPTED
        deposit.completed_ms = now_ms
        self._agenda.at(now_ms + COLLECT_MS, lambda _now_ms: _collect(deposit))
        self._venue.deposit(deposit.currency, deposit.amount, fee=deposit.fee)

    def _make_address(self, currency: str) -> None:
        self.addresses[currency] = play_address(currency, self._rng)

    def _new(
        self,
        currency: str,
        amount: Decimal,
        *,
        txid: str | None,
        fee: Decimal = ZERO,
        created_ms: int | None = None,
    ) -> Deposit:
        deposit = Deposit(
            id=self._next,
            currency=currency,
            amount=amount,
            fee=fee,
            txid=txid,
            tid=f"TID{self._rng.getrandbits(40):010X}",
            created_ms=self._venue.now_ms if created_ms is None else created_ms,
        )
        self._next += 1
        self.records[deposit.id] = deposit
        return deposit

    def _remember(self, now_ms: int) -> None:
        past = [(currency, times(funds, share)) for currency, funds in USER_FUNDS.items() for share in _SHARES]
        ends = dict.fromkeys(range(len(past)), DepositState.COLLECTED)
        for currency, end in (("zar", DepositState.REJECTED), ("btc", DepositState.SKIPPED)):
            ends[len(past)] = end
            past.append((currency, times(CURRENCIES[currency].min_deposit, Decimal("0.5"))))
        order = list(range(len(past)))
        self._rng.shuffle(order)
        moments = sorted(self._rng.randrange(_DAY_MS, _HISTORY_DAYS * _DAY_MS) for _ in past)
        for place, age_ms in zip(order, reversed(moments), strict=True):
            currency, amount = past[place]
            deposit = self._new(currency, amount, txid=transaction_id(currency, self._rng), created_ms=now_ms - age_ms)
            deposit.state = ends[place]
            deposit.confirmations = CURRENCIES[currency].min_confirmations
            if deposit.state is DepositState.COLLECTED:
                deposit.completed_ms = deposit.created_ms + BLOCK_MS * max(1, deposit.confirmations)


def transaction_id(currency: str, rng: random.Random) -> str | None:
    """The name of a transaction on the coin's blockchain, in its own way of writing; None for what a bank carries."""
    if not CURRENCIES[currency].coin:
        return None
    digits = f"{rng.getrandbits(256):064x}"
    if currency in _ETHEREUM:
        return f"0x{digits}"
    return digits.upper() if currency == "xrp" else digits


def play_address(currency: str, rng: random.Random) -> str:
    """An address that looks like one and is none: bitcoin's of the test network, the others with a part that cannot be."""
    if currency == "btc":
        return bech32("bcrt", [0, *to_words(rng.randbytes(20))])
    if currency == "xrp":
        return f"rPLAYMONEY{rng.getrandbits(96):024x}?dt={rng.randrange(10**6, 10**7)}"
    return f"0xPLAYMONEY{rng.getrandbits(124):031x}"


def _collect(deposit: Deposit) -> None:
    deposit.state = DepositState.COLLECTED
