"""Where the user may send money: beneficiaries, each good once its pin was given.

Real beneficiaries get their pin by e-mail. Here it is always `PIN`.
"""

from __future__ import annotations

from captui.simulator.funding_records import Beneficiary, BeneficiaryState, FundingRefusedError
from captui.simulator.markets import CURRENCIES
from captui.simulator.venue import Venue

PIN = 271828
"""What activates every beneficiary of play money."""

FIRST_BENEFICIARY_ID = 801


class Beneficiaries:
    """All beneficiaries of the user, by id in order of creation; deleted ones are kept, archived."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self.records: dict[int, Beneficiary] = {}

    def create(self, currency: str, *, name: str, description: str, data: dict[str, object]) -> Beneficiary:
        """A new one, pending.

        Raises:
            FundingRefusedError: a coin's data has no address, a bank's no details, or the address is there already.
        """
        if not data:
            raise FundingRefusedError("account.beneficiary.empty_data")
        if CURRENCIES[currency].coin:
            address = data.get("address")
            if not isinstance(address, str) or not address.strip():
                raise FundingRefusedError("account.beneficiary.missing_address_in_data")
            if any(each.currency == currency and each.data.get("address") == address for each in self.known()):
                raise FundingRefusedError("account.beneficiary.duplicate_address")
        made = Beneficiary(
            id=FIRST_BENEFICIARY_ID + len(self.records),
            currency=currency,
            name=name,
            description=description,
            data=data,
            created_ms=self._venue.now_ms,
        )
        self.records[made.id] = made
        return made

    def known(self) -> list[Beneficiary]:
        """Those that were not deleted, oldest first."""
        return [each for each in self.records.values() if each.state is not BeneficiaryState.ARCHIVED]

    def find(self, number: int) -> Beneficiary | None:
        found = self.records.get(number)
        return None if found is None or found.state is BeneficiaryState.ARCHIVED else found

    def activate(self, beneficiary: Beneficiary, pin: int) -> None:
        """Make a pending one good.

        Raises:
            FundingRefusedError: it is not pending, or the pin is another.
        """
        if beneficiary.state is not BeneficiaryState.PENDING:
            raise FundingRefusedError("account.beneficiary.cant_activate")
        if pin != PIN:
            raise FundingRefusedError("account.beneficiary.invalid_pin")
        beneficiary.state = BeneficiaryState.ACTIVE

    def delete(self, beneficiary: Beneficiary) -> None:
        beneficiary.state = BeneficiaryState.ARCHIVED
