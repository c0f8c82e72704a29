"""Instant ways to pay rand in, and the vouchers that can be redeemed.

These pins are good on every exchange of play money, once each (method 1 gives change, method 2 only takes a voucher whole):

=================  ======  =======================
pin                method  worth
=================  ======  =======================
1000000000000100   1       R100
1000000000000500   1       R500
1000000000003000   1       R3000
1000000000000250   2       R250
1000000000000050   2       R50, expired
=================  ======  =======================

Method 1 keeps 3 % of what is redeemed, rounded up to the cent. Change comes as a new voucher with a pin of its own. Method 3 is an instant
bank transfer, which has no vouchers.
"""

from __future__ import annotations

import random
from decimal import ROUND_CEILING, Decimal

from captui.simulator.deposits import Deposits
from captui.simulator.funding_records import FundingRefusedError, Redemption, Voucher, VoucherMethod
from captui.simulator.money import decimals, minus, times
from captui.simulator.venue import Venue

METHODS = {
    method.id: method
    for method in (
        VoucherMethod(
            id=1,
            provider_id="play_voucher",
            name="Play Voucher",
            kind="voucher",
            description="A voucher from a shop; what is not redeemed comes back as a new voucher.",
            min_amount=Decimal(10),
            max_amount=Decimal(3000),
            fee_rate=Decimal("0.03"),
            gives_change=True,
        ),
        VoucherMethod(
            id=2,
            provider_id="whole_voucher",
            name="Whole Voucher",
            kind="voucher",
            description="A voucher that is redeemed whole.",
            min_amount=Decimal(50),
            max_amount=Decimal(1000),
        ),
        VoucherMethod(
            id=3,
            provider_id="play_eft",
            name="Play Instant EFT",
            kind="instanteft",
            description="A transfer from a bank.",
            min_amount=Decimal(100),
            max_amount=Decimal(50_000),
        ),
    )
}
"""By the id that redeeming takes."""

SOLD = (
    ("1000000000000100", 1, 100),
    ("1000000000000500", 1, 500),
    ("1000000000003000", 1, 3000),
    ("1000000000000250", 2, 250),
)
EXPIRED_PIN = "1000000000000050"

_VALID_MS = 3 * 365 * 86_400_000
_CENT = Decimal("0.01")


class Vouchers:
    """Redeems vouchers, each once."""

    def __init__(self, venue: Venue, deposits: Deposits, rng: random.Random, *, now_ms: int) -> None:
        self._venue = venue
        self._deposits = deposits
        self._rng = rng
        self.sold = {pin: Voucher(pin, method, Decimal(worth), now_ms + _VALID_MS) for pin, method, worth in SOLD}
        self.sold[EXPIRED_PIN] = Voucher(EXPIRED_PIN, 2, Decimal(50), now_ms - 1)

    def redeem(self, method_id: int, amount: Decimal, pin: str) -> Redemption:
        """Turn `amount` of a voucher into rand of the user.

        Raises:
            FundingRefusedError: the method has no vouchers, the pin is not good, or the amount does not fit; nothing has changed.
        """
        method = METHODS.get(method_id)
        if method is None or method.kind != "voucher":
            raise FundingRefusedError("payments.method.doesnt_exist")
        if decimals(amount) > 2 or not method.min_amount <= amount <= method.max_amount:
            raise FundingRefusedError("payments.voucher.invalid_amount")
        voucher = self.sold.get(pin)
        if voucher is None or voucher.method_id != method_id:
            raise FundingRefusedError("payments.voucher.invalid_pin")
        if voucher.used:
            raise FundingRefusedError("payments.voucher.already_redeemed")
        if self._venue.now_ms >= voucher.expires_ms:
            raise FundingRefusedError("payments.voucher.expired")
        left = minus(voucher.value, amount)
        if left < 0 or (left and not method.gives_change):
            raise FundingRefusedError("payments.voucher.amount_doesnt_match")
        voucher.used = True
        fee = times(amount, method.fee_rate).quantize(_CENT, rounding=ROUND_CEILING)
        net = minus(amount, fee)
        self._deposits.credit("zar", net, fee=fee)
        return Redemption(net, voucher.value, self._change(voucher, left) if left else None)

    def _change(self, voucher: Voucher, left: Decimal) -> Voucher:
        pin = str(self._rng.randrange(2 * 10**15, 3 * 10**15))
        change = Voucher(pin, voucher.method_id, left, self._venue.now_ms + _VALID_MS)
        self.sold[pin] = change
        return change
