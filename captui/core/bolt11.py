"""A look inside a lightning invoice before it is paid: for how much, for what, until when (BOLT 11; bech32 of BIP 173).

The checksum is verified and every amount is exact. What only the node that pays can judge is left to it: the signature, and with it
who is paid; feature bits; payment secret and routes. The exchange pays, and checks the amount once more (API document, New
lightning payment).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.errors import InvoiceError

MAX_LENGTH = 7089
"""Characters: what the largest QR code holds."""

DEFAULT_EXPIRY_S = 3600
"""Where the invoice names no expiry."""


class Network(StrEnum):
    """By the prefix after `ln`."""

    BITCOIN = "bc"
    TESTNET = "tb"
    SIGNET = "tbs"
    REGTEST = "bcrt"


@dataclass(frozen=True, slots=True)
class Invoice:
    text: str
    """The invoice itself, in lower case and without a `lightning:` before it: what is sent to be paid."""
    network: Network
    amount_msat: int | None
    """In thousandths of a satoshi; None where the payer chooses the amount."""
    created_ms: int
    """Unix milliseconds."""
    expiry_s: int
    """Seconds after `created_ms`."""
    payment_hash: str
    """64 hex digits."""
    description: str | None
    """The payee's words, control characters replaced; None where the invoice holds only their hash."""
    description_hash: str | None
    """64 hex digits."""

    @property
    def amount_sat(self) -> Decimal | None:
        """In satoshi, exactly."""
        return None if self.amount_msat is None else Decimal(self.amount_msat) / 1000

    @property
    def expires_ms(self) -> int:
        """Unix milliseconds."""
        return self.created_ms + self.expiry_s * 1000

    def is_expired(self, now_ms: int) -> bool:
        return now_ms >= self.expires_ms


_CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_CHARACTERS)}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH = 6

_HUMAN = re.compile(r"ln(?P<network>bcrt|bc|tbs|tb)(?:(?P<number>[1-9][0-9]*)(?P<multiplier>[munp]?))?")

_MSAT_PER_BITCOIN = 10**11
_DIVISORS = {"": 1, "m": 10**3, "u": 10**6, "n": 10**9, "p": 10**12}
"""Parts of a bitcoin that an amount counts, by its multiplier."""

_MOST_BITCOIN = 21_000_000
_TIMESTAMP_LENGTH = 7
_SIGNATURE_LENGTH = 104
_HASH_LENGTH = 52
"""All three in groups of five bits."""


def parse(text: str) -> Invoice:
    """The invoice in `text`, which may have blanks around it and `lightning:` before it, in lower or in upper case.

    Raises InvoiceError for anything that is no invoice, is damaged, or is of another money than bitcoin.
    """
    human, groups, invoice = _bech32(text)
    network, amount_msat = _amount(human)
    if len(groups) < _TIMESTAMP_LENGTH + _SIGNATURE_LENGTH:
        raise InvoiceError("The invoice is too short: a part of it is missing.", advice="Copy it again, as a whole.")
    fields = _fields(groups[_TIMESTAMP_LENGTH:-_SIGNATURE_LENGTH])
    payment_hash = fields.get("p")
    if payment_hash is None:
        raise InvoiceError("The invoice does not say which payment it is for: it has no payment hash.")
    description, description_hash, expiry = fields.get("d"), fields.get("h"), fields.get("x")
    return Invoice(
        text=invoice,
        network=network,
        amount_msat=amount_msat,
        created_ms=_number(groups[:_TIMESTAMP_LENGTH]) * 1000,
        expiry_s=DEFAULT_EXPIRY_S if expiry is None else _number(expiry),
        payment_hash=_bytes(payment_hash).hex(),
        description=None if description is None else _words(_bytes(description)),
        description_hash=None if description_hash is None else _bytes(description_hash).hex(),
    )


def _bech32(text: str) -> tuple[str, bytes, str]:
    """The part for people, the data in groups of five bits without the checksum, and the whole without decoration."""
    stripped = text.strip()
    if stripped[:10].lower() == "lightning:":
        stripped = stripped[10:]
    if len(stripped) > MAX_LENGTH:
        raise InvoiceError("This is too long to be a lightning invoice.")
    if stripped not in (stripped.lower(), stripped.upper()):
        raise InvoiceError(
            "The invoice mixes capitals and small letters, so it is damaged.", advice="Copy it again, as a whole."
        )
    invoice = stripped.lower()
    human, separator, data = invoice.rpartition("1")
    if not separator or not human.startswith("ln"):
        raise InvoiceError("This is not a lightning invoice: those begin with 'lnbc'.")
    try:
        groups = bytes(_VALUES[character] for character in data)
    except KeyError as error:
        raise InvoiceError(
            "The invoice holds a character that invoices do not have.", advice="Copy it again, as a whole."
        ) from error
    if len(groups) < _CHECKSUM_LENGTH or not _checks(human, groups):
        raise InvoiceError("The invoice is damaged: its checksum does not agree.", advice="Copy it again, as a whole.")
    return human, groups[:-_CHECKSUM_LENGTH], invoice


def _checks(human: str, groups: bytes) -> bool:
    """BIP 173, Checksum."""
    check = 1
    spread = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human]
    for value in (*spread, *groups):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                check ^= generator
    return check == 1


def _amount(human: str) -> tuple[Network, int | None]:
    """The network, and the amount in thousandths of a satoshi."""
    matched = _HUMAN.fullmatch(human)
    if matched is None:
        known = any(re.match(rf"ln{network}[0-9]", human) for network in Network)
        if known:
            raise InvoiceError("The amount of the invoice cannot be read.")
        raise InvoiceError("The invoice is not for bitcoin, or of a network that captui does not know.")
    network = Network(matched["network"])
    if matched["number"] is None:
        return network, None
    number, divisor = int(matched["number"]), _DIVISORS[matched["multiplier"]]
    msat, rest = divmod(number * _MSAT_PER_BITCOIN, divisor)
    if rest:
        raise InvoiceError("The invoice asks for a fraction of a thousandth of a satoshi, which cannot be paid.")
    if msat > _MOST_BITCOIN * _MSAT_PER_BITCOIN:
        raise InvoiceError("The invoice asks for more bitcoin than there will ever be.")
    return network, msat


def _fields(groups: bytes) -> dict[str, bytes]:
    """The first of each type: writers put the most preferred first. Hashes of another length are passed over, as BOLT 11 says."""
    found: dict[str, bytes] = {}
    for kind, data in _tagged(groups):
        if kind in "ph" and len(data) != _HASH_LENGTH:
            continue
        found.setdefault(kind, data)
    return found


def _tagged(groups: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(groups):
        length = _number(groups[at + 1 : at + 3])
        data = groups[at + 3 : at + 3 + length]
        if at + 3 > len(groups) or len(data) != length:
            raise InvoiceError("The invoice is damaged: a field of it ends too late.")
        yield _CHARACTERS[groups[at]], data
        at += 3 + length


def _number(groups: bytes) -> int:
    value = 0
    for group in groups:
        value = value << 5 | group
    return value


def _bytes(groups: bytes) -> bytes:
    """Whole bytes; the bits that are left over are padding."""
    whole, padding = divmod(len(groups) * 5, 8)
    return (_number(groups) >> padding).to_bytes(whole)


def _words(text: bytes) -> str:
    return "".join(c if c.isprintable() else " " for c in text.decode(errors="replace"))
