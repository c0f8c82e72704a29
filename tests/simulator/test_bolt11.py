"""Invoices of the specification's own section "Examples", and ours."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.simulator.bolt11 import Invoice, InvoiceError, bech32, decode, encode, to_words

HASH = "0001020304050607080900010203040506070809000102030405060708090102"
DONATION = (
    "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqf"
    "qypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakd"
    "yafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql"
)
COFFEE = (
    "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5r"
    "qwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegex"
    "t0eh0ymjpf39tuven09sam30g4vgpfna3rh"
)


def test_the_specification_s_donation_of_any_amount() -> None:
    assert decode(DONATION) == Invoice("bc", None, 1496314658, HASH, "Please consider supporting this project")


def test_the_specification_s_coffee_in_capital_letters_too() -> None:
    expected = Invoice("bc", 250_000_000, 1496314658, HASH, "1 cup coffee", expiry_s=60)
    assert decode(COFFEE) == decode(COFFEE.upper()) == expected
    assert expected.expires_s == 1496314718


@pytest.mark.parametrize(
    ("amount_msat", "start"),
    [
        (None, "lnbc1"),
        (100_000_000_000, "lnbc11"),
        (250_000_000, "lnbc2500u1"),
        (2_000_000_000, "lnbc20m1"),
        (1_000, "lnbc10n1"),
        (967_878_534, "lnbc9678785340p1"),
    ],
)
def test_an_amount_is_written_as_short_as_it_goes(amount_msat: int | None, start: str) -> None:
    text = encode(Invoice("bc", amount_msat, 1_795_000_000, HASH), secret=bytes(32))
    assert text.startswith(start)
    assert decode(text).amount_msat == amount_msat


invoices = st.builds(
    Invoice,
    network=st.sampled_from(["bc", "tb", "tbs", "bcrt"]),
    amount_msat=st.none() | st.integers(1, 10**15),
    created_s=st.integers(0, 2**35 - 1),
    payment_hash=st.binary(min_size=32, max_size=32).map(bytes.hex),
    description=st.text(max_size=100).filter(lambda text: text.encode("utf-8", "ignore").decode() == text),
    expiry_s=st.integers(0, 2**40),
)


@given(invoices, st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_again(invoice: Invoice, secret: bytes) -> None:
    assert decode(encode(invoice, secret=secret)) == invoice


@given(st.integers(0, len(COFFEE) - 1), st.sampled_from(string.ascii_lowercase + string.digits))
def test_one_wrong_letter_is_noticed(place: int, letter: str) -> None:
    if COFFEE[place] != letter:
        with pytest.raises(InvoiceError):
            decode(COFFEE[:place] + letter + COFFEE[place + 1 :])


def signed(prefix: str, fields: list[int]) -> str:
    return bech32(prefix, [*([0] * 7), *fields, *([0] * 104)])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no lightning invoice"),
        ("pay me", "no lightning invoice"),
        ("LN" + COFFEE[2:], "mixes"),
        (bech32("lnxy", [0] * 111), "no known network"),
        (bech32("lnbc0u", [0] * 111), "no known network"),
        (bech32("lnbc", [0] * 110), "too short"),
        (signed("lnbc", []), "no payment hash"),
        (signed("lnbc", [1, 1, 19, *([0] * 51)]), "no payment hash"),
        (signed("lnbc", [1, 1]), "cut off"),
        (signed("lnbc", [1, 1, 20, 0]), "cut off"),
        (signed("lnbc1p", [1, 1, 20, *([0] * 52)]), "finer than a millisatoshi"),
    ],
)
def test_what_is_no_invoice_is_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(InvoiceError, match=reason):
        decode(text)


def test_bech32_is_that_of_bip_173() -> None:
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    assert bech32("bc", [0, *to_words(program)]) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
