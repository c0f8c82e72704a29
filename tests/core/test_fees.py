from decimal import Decimal

from captui.core.fees import Fees


def test_todays_fees_are_those_of_the_notes() -> None:
    assert Fees() == Fees(maker=Decimal("0.1") / 100, taker=Decimal("0.2") / 100)
