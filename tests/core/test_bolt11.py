"""The published examples of BOLT 11, damaged invoices, and invoices made here."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.bolt11 import MAX_LENGTH, Network, parse
from captui.errors import InvoiceError

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "bolt11-examples.json").read_text())
MSAT_PER_BITCOIN = 10**11
CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
COFFEE = EXAMPLES["valid"][1]["invoice"]
PAYMENT_HASH = ("p", [0] * 52)


def titled(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", EXAMPLES[name], ids=lambda example: example["title"][:60])


@titled("valid")
def test_a_published_example(example: dict[str, Any]) -> None:
    invoice = parse(example["invoice"])

    assert invoice.text == example["invoice"].lower()
    assert invoice.network == example["network"]
    bitcoin = example["amount_btc"]
    assert invoice.amount_msat == (None if bitcoin is None else Decimal(bitcoin) * MSAT_PER_BITCOIN)
    assert invoice.created_ms == example["timestamp"] * 1000
    assert invoice.expiry_s == example["expiry_s"]
    assert invoice.expires_ms == (example["timestamp"] + example["expiry_s"]) * 1000
    assert invoice.payment_hash == example["payment_hash"]
    assert invoice.description == example["description"]
    hashed = example["hashed"]
    assert invoice.description_hash == (None if hashed is None else hashlib.sha256(hashed.encode()).hexdigest())


@titled("invalid")
def test_a_published_example_of_an_invalid_invoice(example: dict[str, Any]) -> None:
    with pytest.raises(InvoiceError, match=example["sentence"]):
        parse(example["invoice"])


@titled("for_the_paying_node_to_refuse")
def test_what_only_the_paying_node_can_judge_is_shown(example: dict[str, Any]) -> None:
    assert parse(example["invoice"]).amount_msat in {2_500_000_000, 2_000_000_000, 250_000_000}


@pytest.mark.parametrize("text", [f" {COFFEE}\n", f"lightning:{COFFEE}", f"LIGHTNING:{COFFEE.upper()}"])
def test_what_stands_around_an_invoice_is_no_part_of_it(text: str) -> None:
    assert parse(text) == parse(COFFEE)
    assert parse(text).text == COFFEE


@given(st.integers(0, len(COFFEE) - 1), st.sampled_from(CHARACTERS))
def test_a_single_wrong_character_is_always_seen(at: int, character: str) -> None:
    damaged = COFFEE[:at] + character + COFFEE[at + 1 :]
    if damaged != COFFEE:
        with pytest.raises(InvoiceError):
            parse(damaged)


@given(st.integers(0, len(COFFEE) - 2))
def test_two_neighbours_that_changed_places_are_always_seen(at: int) -> None:
    damaged = COFFEE[:at] + COFFEE[at + 1] + COFFEE[at] + COFFEE[at + 2 :]
    if damaged != COFFEE:
        with pytest.raises(InvoiceError):
            parse(damaged)


@given(st.text(max_size=60) | st.text(alphabet=f"ln1{CHARACTERS}", max_size=200).map("lnbc".__add__))
def test_anything_else_is_a_plain_sentence(text: str) -> None:
    with pytest.raises(InvoiceError) as caught:
        parse(text)
    assert caught.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("amount", "msat"),
    [
        ("", None),
        ("1", MSAT_PER_BITCOIN),
        ("21000000", 21_000_000 * MSAT_PER_BITCOIN),
        ("1m", 100_000_000),
        ("7u", 700_000),
        ("3n", 300),
        ("10p", 1),
        ("123456789012340p", 12_345_678_901_234),
    ],
)
@pytest.mark.parametrize("network", Network)
def test_amounts_are_exact(network: Network, amount: str, msat: int | None) -> None:
    invoice = parse(made(f"ln{network}{amount}", PAYMENT_HASH))
    assert (invoice.network, invoice.amount_msat) == (network, msat)
    assert invoice.amount_sat == (None if msat is None else Decimal(msat).scaleb(-3))


@pytest.mark.parametrize(
    ("human", "sentence"),
    [
        ("lnbc0", "cannot be read"),
        ("lnbc01u", "cannot be read"),
        ("lnbc5k", "cannot be read"),
        ("lnbc1.5m", "cannot be read"),
        ("lnbcm", "network that captui does not know"),
        ("lnltc1m", "network that captui does not know"),
        ("lnbc21000001", "more bitcoin than there will ever be"),
        ("lnbc15p", "fraction of a thousandth"),
        ("bc", "not a lightning invoice"),
    ],
)
def test_an_amount_that_is_none_is_refused(human: str, sentence: str) -> None:
    with pytest.raises(InvoiceError, match=sentence):
        parse(made(human, PAYMENT_HASH))


def test_the_first_field_of_a_kind_counts() -> None:
    invoice = parse(made("lnbc1m", PAYMENT_HASH, ("d", five(b"one ")), ("d", five(b"two ")), ("x", [2]), ("x", [3])))
    assert invoice.description == "one "
    assert invoice.expiry_s == 2


def test_an_invoice_is_expired_from_the_moment_that_it_names() -> None:
    invoice = parse(made("lnbc1m", PAYMENT_HASH, ("x", [1, 28]), timestamp_s=1_000))
    assert invoice.expires_ms == 1_060_000
    assert not invoice.is_expired(1_059_999)
    assert invoice.is_expired(1_060_000)


def test_words_of_a_stranger_carry_no_control_characters() -> None:
    invoice = parse(made("lnbc1m", PAYMENT_HASH, ("d", five(b"a\x1b[2J\nb\xff"))))
    assert invoice.description == "a [2J b\ufffd"


@pytest.mark.parametrize("length", [51, 53])
def test_a_payment_hash_of_another_length_is_none(length: int) -> None:
    with pytest.raises(InvoiceError, match="no payment hash"):
        parse(made("lnbc1m", ("p", [0] * length)))


@pytest.mark.parametrize("tail", [[1], [1, 0], [1, 0, 5], [1, 31, 31]])
def test_a_field_that_ends_too_late_is_damage(tail: list[int]) -> None:
    with pytest.raises(InvoiceError, match="ends too late"):
        parse(made("lnbc1m", PAYMENT_HASH, tail=tail))


def test_no_more_than_the_largest_qr_code_holds_is_read() -> None:
    room = MAX_LENGTH - len(made("lnbc1m", PAYMENT_HASH)) - 3 * 8
    fields = [("d", [0] * (room // 8))] * 8
    longest = made("lnbc1m", PAYMENT_HASH, *fields)
    assert len(longest) <= MAX_LENGTH
    assert parse(longest).amount_msat == 100_000_000
    with pytest.raises(InvoiceError, match="too long"):
        parse(made("lnbc1m", PAYMENT_HASH, *fields, *fields))


def made(human: str, *fields: tuple[str, list[int]], timestamp_s: int = 0, tail: list[int] | None = None) -> str:
    """An invoice with these fields, data in groups of five bits, an empty signature and a right checksum."""
    data = [timestamp_s >> 5 * (6 - place) & 31 for place in range(7)]
    for kind, groups in fields:
        data += [CHARACTERS.index(kind), len(groups) >> 5, len(groups) & 31, *groups]
    data += [*(tail or []), *[0] * 104]
    expanded = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human]
    check = polymod([*expanded, *data, *[0] * 6]) ^ 1
    data += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{human}1" + "".join(CHARACTERS[value] for value in data)


def polymod(values: list[int]) -> int:
    """The remainder that BIP 173 calls the checksum, by long division over GF(32) with its generator polynomial."""
    remainder = [0, 0, 0, 0, 0, 1]
    for value in values:
        lead, *rest = remainder
        remainder = [*rest, value]
        remainder = [a ^ times(lead, b) for a, b in zip(remainder, (29, 22, 20, 21, 29, 18), strict=True)]
    number = 0
    for value in remainder:
        number = number << 5 | value
    return number


def times(a: int, b: int) -> int:
    """In GF(32) modulo x^5 + x^3 + 1."""
    product = 0
    for bit in range(5):
        if b >> bit & 1:
            product ^= a << bit
    for bit in (8, 7, 6, 5):
        if product >> bit & 1:
            product ^= 0b101001 << bit - 5
    return product


def five(data: bytes) -> list[int]:
    """Groups of five bits, the last one padded with zeros."""
    bits = "".join(f"{byte:08b}" for byte in data)
    return [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]
