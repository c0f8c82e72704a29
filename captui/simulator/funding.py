"""Everything about the user's money that comes in or goes out, put together: no I/O, the venue's clock, one agenda."""

from __future__ import annotations

import random

from captui.simulator.agenda import Agenda
from captui.simulator.beneficiaries import Beneficiaries
from captui.simulator.deposits import Deposits
from captui.simulator.lightning import Lightning
from captui.simulator.venue import Venue
from captui.simulator.vouchers import Vouchers
from captui.simulator.withdrawals import Withdrawals


class Funding:
    """Deposits, beneficiaries, withdrawals, vouchers and lightning of one venue. `agenda` is the actor that moves them on."""

    def __init__(self, venue: Venue, *, seed: str) -> None:
        rng = random.Random(f"{seed}:funding")  # noqa: S311 - names of pretended transactions
        self.agenda = Agenda()
        self.deposits = Deposits(venue, self.agenda, rng, now_ms=venue.now_ms)
        self.beneficiaries = Beneficiaries(venue)
        self.withdrawals = Withdrawals(venue, self.agenda, rng)
        self.vouchers = Vouchers(venue, self.deposits, rng, now_ms=venue.now_ms)
        self.lightning = Lightning(venue, self.deposits, self.withdrawals, rng)
