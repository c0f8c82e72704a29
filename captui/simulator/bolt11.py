"""Lightning invoices as text (BOLT #11), written and read: amount, time, expiry, payment hash and description.

The invoices of the embedded exchange carry a signature of zeros, which no wallet accepts: nobody can pay real money for them by
mistake. What is read is checked for its form and checksum; signatures are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from captui.errors import CaptuiError

DEFAULT_EXPIRY_S = 3600
"""BOLT #11: the expiry of an invoice that names none."""

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_WORDS = 6
_TIME_WORDS = 7
_HASH_WORDS = 52
_SIGNATURE_WORDS = 104
_PREFIX = re.compile(r"ln(bcrt|tbs|tb|bc)(?:([1-9][0-9]*)([munp]?))?")
_PICO = {"": 10**12, "m": 10**9, "u": 10**6, "n": 10**3, "p": 1}
"""Millionths of millionths of a bitcoin in one of each multiplier, the largest first. Ten of them are a millisatoshi."""
_PAYMENT_HASH, _DESCRIPTION, _EXPIRY, _SECRET, _FEATURES = (_CHARSET.index(tag) for tag in "pdxs9")
_ONION_AND_SECRET = (16, 8, 0)
"""Feature bits 14 and 8: whoever pays must send the secret, in an onion of variable length."""


class InvoiceError(CaptuiError):
    """A text is no lightning invoice, or a damaged one."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an invoice says. Times are unix seconds; `network` is `bc` for bitcoin itself; the hash is 64 hex digits."""

    network: str
    amount_msat: int | None
    """Millisatoshis; None leaves the amount to whoever pays."""
    created_s: int
    payment_hash: str
    description: str = ""
    expiry_s: int = DEFAULT_EXPIRY_S

    @property
    def expires_s(self) -> int:
        return self.created_s + self.expiry_s


def encode(invoice: Invoice, *, secret: bytes) -> str:
    """The text of an invoice; `secret` (32 bytes) is what whoever pays has to send along."""
    words = [
        *_number(invoice.created_s, _TIME_WORDS),
        *_tagged(_PAYMENT_HASH, to_words(bytes.fromhex(invoice.payment_hash))),
        *_tagged(_SECRET, to_words(secret)),
        *_tagged(_DESCRIPTION, to_words(invoice.description.encode())),
        *_tagged(_EXPIRY, _number(invoice.expiry_s, max(1, -(-invoice.expiry_s.bit_length() // 5)))),
        *_tagged(_FEATURES, _ONION_AND_SECRET),
        *([0] * _SIGNATURE_WORDS),
    ]
    return bech32(f"ln{invoice.network}{_amount_text(invoice.amount_msat)}", words)


def decode(text: str) -> Invoice:
    """What an invoice says.

    Raises:
        InvoiceError: the text has another form, its checksum is wrong, or it lacks a payment hash.
    """
    prefix, words = _parts(text)
    matched = _PREFIX.fullmatch(prefix)
    if matched is None:
        raise InvoiceError("This is no lightning invoice: its first part names no known network and amount.")
    if len(words) < _TIME_WORDS + _SIGNATURE_WORDS:
        raise InvoiceError("This lightning invoice is too short.")
    fields = _fields(words[_TIME_WORDS:-_SIGNATURE_WORDS])
    payment_hash = fields.get(_PAYMENT_HASH)
    if payment_hash is None:
        raise InvoiceError("This lightning invoice has no payment hash.")
    expiry = fields.get(_EXPIRY)
    return Invoice(
        network=matched[1],
        amount_msat=_amount(matched[2], matched[3]),
        created_s=_value(words[:_TIME_WORDS]),
        payment_hash=_to_bytes(payment_hash).hex(),
        description=_to_bytes(fields.get(_DESCRIPTION, ())).decode("utf-8", "replace"),
        expiry_s=DEFAULT_EXPIRY_S if expiry is None else _value(expiry),
    )


def bech32(prefix: str, words: Sequence[int]) -> str:
    """Prefix, separator, words of five bits and their checksum (BIP 173)."""
    rest = _polymod([*_spread(prefix), *words, *([0] * _CHECKSUM_WORDS)]) ^ 1
    checksum = [rest >> 5 * (_CHECKSUM_WORDS - 1 - place) & 31 for place in range(_CHECKSUM_WORDS)]
    return f"{prefix}1{''.join(_CHARSET[word] for word in (*words, *checksum))}"


def to_words(data: bytes) -> list[int]:
    """Bytes as words of five bits, the last one filled up with zeros."""
    bits = len(data) * 8
    count = -(-bits // 5)
    return _number(int.from_bytes(data) << (count * 5 - bits), count)


def _parts(text: str) -> tuple[str, list[int]]:
    if text != text.lower() and text != text.upper():
        raise InvoiceError("This lightning invoice mixes capital and small letters.")
    prefix, separator, data = text.lower().rpartition("1")
    if not separator or not prefix or len(data) < _CHECKSUM_WORDS or not set(data) <= set(_CHARSET):
        raise InvoiceError("This is no lightning invoice.")
    words = [_CHARSET.index(letter) for letter in data]
    if not prefix.isascii() or _polymod([*_spread(prefix), *words]) != 1:
        raise InvoiceError("The checksum of this lightning invoice is wrong.")
    return prefix, words[:-_CHECKSUM_WORDS]


def _fields(words: Sequence[int]) -> dict[int, Sequence[int]]:
    """Tagged fields by tag. The first of a kind counts, and a payment hash of another length than 52 words does not (BOLT #11)."""
    fields: dict[int, Sequence[int]] = {}
    place = 0
    while place < len(words):
        if place + 3 > len(words):
            raise InvoiceError("A field of this lightning invoice is cut off.")
        tag, length = words[place], words[place + 1] * 32 + words[place + 2]
        content = words[place + 3 : place + 3 + length]
        if len(content) != length:
            raise InvoiceError("A field of this lightning invoice is cut off.")
        if tag != _PAYMENT_HASH or length == _HASH_WORDS:
            fields.setdefault(tag, content)
        place += 3 + length
    return fields


def _amount(digits: str | None, multiplier: str | None) -> int | None:
    if digits is None:
        return None
    pico = int(digits) * _PICO[multiplier or ""]
    if pico % 10:
        raise InvoiceError("The amount of this lightning invoice is finer than a millisatoshi.")
    return pico // 10


def _amount_text(amount_msat: int | None) -> str:
    if amount_msat is None:
        return ""
    pico = amount_msat * 10
    letter = next(letter for letter, size in _PICO.items() if pico % size == 0)
    return f"{pico // _PICO[letter]}{letter}"


def _tagged(tag: int, content: Sequence[int]) -> list[int]:
    return [tag, *_number(len(content), 2), *content]


def _number(value: int, count: int) -> list[int]:
    return [value >> 5 * (count - 1 - place) & 31 for place in range(count)]


def _value(words: Iterable[int]) -> int:
    total = 0
    for word in words:
        total = total * 32 + word
    return total


def _to_bytes(words: Sequence[int]) -> bytes:
    bits = len(words) * 5
    return (_value(words) >> bits % 8).to_bytes(bits // 8)


def _spread(prefix: str) -> list[int]:
    return [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]


def _polymod(values: Iterable[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                checksum ^= generator
    return checksum
