"""Who owns what: available and locked amounts per account and currency.

Amounts are exact (see `money`) and never negative, and per currency all accounts together, with the fee account, always hold what was
deposited and not withdrawn: every movement takes from one place what it puts into another.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from captui.errors import CaptuiError
from captui.simulator.money import ZERO, minus, plus

FEES = "fees"
"""The account that receives the exchange's fees."""


class InsufficientFundsError(CaptuiError):
    """An account was asked for more than it has."""


class Ledger:
    """All accounts of the exchange. Accounts and currencies come into being when they are first named."""

    def __init__(self) -> None:
        self._available: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        self._locked: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        self._brought_in: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)

    def available(self, account: str, currency: str) -> Decimal:
        return self._available.get((account, currency), ZERO)

    def locked(self, account: str, currency: str) -> Decimal:
        return self._locked.get((account, currency), ZERO)

    def accounts(self) -> list[str]:
        return sorted({account for account, _ in (*self._available, *self._locked)})

    def currencies(self, account: str) -> list[str]:
        return sorted({currency for owner, currency in (*self._available, *self._locked) if owner == account})

    def deposit(self, account: str, currency: str, amount: Decimal) -> None:
        """Bring new money in.

        Raises:
            InsufficientFundsError: `amount` is negative.
        """
        if amount < 0:
            raise InsufficientFundsError(f"A deposit of {amount} {currency} is negative.")
        key = (account, currency)
        self._available[key] = plus(self._available[key], amount)
        self._brought_in[currency] = plus(self._brought_in[currency], amount)

    def lock(self, account: str, currency: str, amount: Decimal) -> None:
        """Set available money aside for an order.

        Raises:
            InsufficientFundsError: less than `amount` is available.
        """
        key = (account, currency)
        left = minus(self._available[key], amount)
        if left < 0:
            raise InsufficientFundsError(f"Account {account} has {self._available[key]} {currency} and needs {amount}.")
        self._available[key] = left
        self._locked[key] = plus(self._locked[key], amount)

    def unlock(self, account: str, currency: str, amount: Decimal) -> None:
        """Give locked money back to its owner.

        Raises:
            InsufficientFundsError: less than `amount` is locked.
        """
        self._take_locked(account, currency, amount)
        key = (account, currency)
        self._available[key] = plus(self._available[key], amount)

    def pay(self, payer: str, payee: str, currency: str, amount: Decimal, *, fee: Decimal) -> None:
        """Move locked money of `payer` to `payee`, less `fee`, which goes to the exchange.

        Raises:
            InsufficientFundsError: less than `amount` is locked, or the fee is more than the amount.
        """
        received = minus(amount, fee)
        if received < 0 or fee < 0:
            raise InsufficientFundsError(f"A fee of {fee} on {amount} {currency} is out of range.")
        self._take_locked(payer, currency, amount)
        self._available[payee, currency] = plus(self._available[payee, currency], received)
        self._available[FEES, currency] = plus(self._available[FEES, currency], fee)

    def withdraw(self, account: str, currency: str, amount: Decimal, *, fee: Decimal) -> None:
        """Let locked money leave the exchange, but for `fee`, which goes to it.

        Raises:
            InsufficientFundsError: less than `amount` is locked, or the fee is more than the amount.
        """
        leaving = minus(amount, fee)
        if leaving < 0 or fee < 0:
            raise InsufficientFundsError(f"A fee of {fee} on {amount} {currency} is out of range.")
        self._take_locked(account, currency, amount)
        self._available[FEES, currency] = plus(self._available[FEES, currency], fee)
        self._brought_in[currency] = minus(self._brought_in[currency], leaving)

    def discrepancies(self) -> dict[str, Decimal]:
        """Per currency, what all accounts hold less what came in and did not go out; empty when everything adds up."""
        held: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
        for holdings in (self._available, self._locked):
            for (_, currency), amount in holdings.items():
                held[currency] = plus(held[currency], amount)
        difference = {currency: minus(held[currency], self._brought_in[currency]) for currency in held}
        return {currency: amount for currency, amount in difference.items() if amount}

    def _take_locked(self, account: str, currency: str, amount: Decimal) -> None:
        key = (account, currency)
        left = minus(self._locked[key], amount)
        if left < 0 or amount < 0:
            raise InsufficientFundsError(f"Account {account} has {self._locked[key]} {currency} locked, not {amount}.")
        self._locked[key] = left
