"""What speaks against money moving, before it is sent: one sentence each, empty where nothing does.

The exchange judges in the end; these rules keep from leaving what it would refuse, or what the user cannot have meant. Limits that the
exchange sets for a person (24 and 72 hours) are left to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from captui.core.bolt11 import Invoice, Network
from captui.core.funding import Beneficiary, PaymentMethod
from captui.core.money import EXACT, is_sane, on_step
from captui.core.text import grouped, printable
from captui.core.types import Currency

SATS_PER_BITCOIN = Decimal(100_000_000)
VOUCHER_CURRENCY = "zar"
LIGHTNING_CURRENCY = "btc"
SAME_DAY_NOTE = "same_day_rtc"
"""Asks for the faster and dearer way of a withdrawal of rand (API document, New withdrawal)."""

NO_SUCH_BENEFICIARY = "There is no such beneficiary."

_CENT = Decimal("0.01")
_MSAT = Decimal("0.001")


def bitcoin(sats: Decimal) -> Decimal:
    """Exactly."""
    return EXACT.divide(sats, SATS_PER_BITCOIN)


def against_withdrawal(
    currency: Currency, amount: Decimal, *, available: Decimal, fee: Decimal | None, note: str = ""
) -> str:
    """`amount` is what leaves the account: the software behind the exchange takes the fee out of it. None: the fee is not known."""
    unit = currency.id.upper()
    if currency.withdrawal_enabled is False:
        return f"The exchange has switched off withdrawals of {unit}."
    wrong = against_amount(currency, amount)
    if wrong:
        return wrong
    if currency.min_withdraw_amount is not None and amount < currency.min_withdraw_amount:
        least = grouped(currency.min_withdraw_amount)
        return f"{grouped(amount)} {unit} is below the smallest withdrawal, {least} {unit}."
    if amount > available:
        return f"Only {grouped(available)} {unit} is available."
    if fee is not None and amount <= fee:
        return f"Nothing would be left of {grouped(amount)} {unit} after the fee of {grouped(fee)} {unit}."
    if note and currency.kind == "coin":
        return "Only withdrawals of rand can carry a note."
    return ""


def against_amount(currency: Currency, amount: Decimal) -> str:
    """An amount of money that is none, or finer than the currency is."""
    if not is_sane(amount) or amount <= 0:
        return "An amount of money is a number above zero."
    if not on_step(amount, Decimal(1).scaleb(-currency.precision)):
        return f"{currency.id.upper()} has {currency.precision} decimals."
    return ""


def against_beneficiary(beneficiary: Beneficiary | None, currency: str) -> str:
    """As the destination of a withdrawal of `currency`. None: there is none of that number."""
    if beneficiary is None:
        return NO_SUCH_BENEFICIARY
    name = printable(beneficiary.name)
    if beneficiary.currency != currency:
        return f"{name} is a beneficiary of {beneficiary.currency.upper()}, not of {currency.upper()}."
    if not beneficiary.is_active:
        return f"{name} is {printable(beneficiary.state)}: a withdrawal needs an active beneficiary."
    return ""


def against_new_beneficiary(currency: Currency, name: str, data: Mapping[str, str]) -> str:
    """A coin goes to an address, rand to a bank account."""
    if not name.strip():
        return "A beneficiary needs a name."
    if not name.isprintable():
        return "The name holds a character that cannot be seen."
    if not data or not all(key.strip() and value.strip() for key, value in data.items()):
        return "A beneficiary needs an address or the details of a bank account, each with a value."
    if currency.kind == "coin":
        address = data.get("address", "")
        if not address:
            return f"A beneficiary of {currency.id.upper()} needs an address."
        if not (address.isascii() and address.isprintable()) or " " in address:
            return "The address holds a blank or a character that addresses do not have: copy it again."
    elif set(data) == {"address"}:
        return f"{currency.id.upper()} goes to a bank account, not to an address."
    elif not all(key.isprintable() and value.isprintable() for key, value in data.items()):
        return "The bank details hold a character that cannot be seen."
    return ""


def against_payment(
    invoice: Invoice, amount_sat: Decimal, *, available: Decimal, fee: Decimal | None, now_ms: int
) -> str:
    """`available` and `fee` are in bitcoin, `now_ms` is the exchange's clock. The fee comes on top: an invoice is paid whole."""
    if invoice.network is not Network.BITCOIN:
        return f"The invoice is for {invoice.network.name.lower()}, not for real bitcoin."
    if invoice.is_expired(now_ms):
        return "The invoice has expired; ask for a new one."
    if not is_sane(amount_sat) or amount_sat <= 0:
        return "An amount of money is a number above zero."
    if not on_step(amount_sat, _MSAT):
        return "Nothing smaller than a thousandth of a satoshi can be paid."
    if invoice.amount_sat is not None and invoice.amount_sat != amount_sat:
        return f"The invoice is over {grouped(invoice.amount_sat)} satoshi, not {grouped(amount_sat)}."
    wanted = EXACT.add(bitcoin(amount_sat), fee or Decimal(0))
    if wanted > available:
        return f"{grouped(wanted)} BTC is needed and only {grouped(available)} BTC is available."
    return ""


def against_invoice(amount_sat: Decimal, conversion_percent: Decimal | None) -> str:
    """`conversion_percent` is the part to sell for rand: 1 is all of it (API document, New lightning invoice)."""
    if not is_sane(amount_sat) or amount_sat <= 0 or not on_step(amount_sat, Decimal(1)):
        return "An invoice is over a whole number of satoshi."
    if conversion_percent is not None and not (is_sane(conversion_percent) and 0 <= conversion_percent <= 1):
        return "The part to convert is between nothing and all of it."
    return ""


def against_voucher(method: PaymentMethod | None, amount: Decimal) -> str:
    """`amount` is in rand. None: there is no such method."""
    if method is None:
        return "There is no such deposit method."
    name = printable(method.name)
    if method.kind and method.kind != "voucher":
        return f"{name} takes no vouchers."
    if not is_sane(amount) or amount <= 0:
        return "An amount of money is a number above zero."
    if not on_step(amount, _CENT):
        return "Rand has 2 decimals."
    if method.min_amount is not None and amount < method.min_amount:
        return f"{name} takes no less than {grouped(method.min_amount)} ZAR."
    if method.max_amount is not None and amount > method.max_amount:
        return f"{name} takes no more than {grouped(method.max_amount)} ZAR."
    return ""


def is_digits(text: str) -> bool:
    """Whether a pin or a one-time password has the shape of one (API document: integers)."""
    return bool(text) and text.isascii() and text.isdigit()
