from __future__ import annotations

from decimal import Decimal

import pytest

from captui.core import wire
from captui.core.types import Side
from captui.errors import ProtocolError


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"0.1", Decimal("0.1")),
        (b"1e-7", Decimal("1E-7")),
        (b"12345678901234567890.12345678901234567890", Decimal("12345678901234567890.12345678901234567890")),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b"-18446744073709551617", -18446744073709551617),
    ],
)
def test_json_numbers_never_pass_through_float(raw: bytes, expected: Decimal | int) -> None:
    read = wire.tree(raw)
    assert read == expected
    assert type(read) is type(expected)
    assert str(read) == str(expected)


def test_the_first_named_field_that_is_there_counts() -> None:
    fields = {"vol": "1.5", "volume": None, "tid": 7, "empty": ""}
    assert wire.number(fields, "volume", "vol") == Decimal("1.5")
    assert wire.text(fields, "id", "tid") == "7"
    assert wire.optional_number(fields, "empty", "missing") is None
    assert wire.optional_text(fields, "missing") == ""
    assert wire.optional_whole(fields, "missing") is None
    assert wire.optional_whole(fields, "tid") == 7
    assert wire.time_ms(fields, "missing", "empty") == 0


@pytest.mark.parametrize(
    "read",
    [
        lambda: wire.text({"id": []}, "id"),
        lambda: wire.text({"id": True}, "id"),
        lambda: wire.text({"id": ""}, "id"),
        lambda: wire.text({}, "id"),
        lambda: wire.number({}, "id"),
        lambda: wire.number({"id": []}, "id"),
        lambda: wire.number({"id": True}, "id"),
        lambda: wire.whole({"id": "1.5"}, "id"),
        lambda: wire.time_ms({"id": []}, "id"),
        lambda: wire.side({"id": "both"}, "id"),
        lambda: wire.side({}, "id"),
        lambda: wire.record([], "a thing called 'id'"),
        lambda: wire.rows("x", "'id' things"),
    ],
)
def test_the_wrong_kind_is_named(read: object) -> None:
    with pytest.raises(ProtocolError, match="'id'"):
        read()  # type: ignore[operator]


def test_sides_have_two_vocabularies() -> None:
    assert [wire.side({"s": word}, "s") for word in ("buy", "bid", "sell", "ask")] == [
        Side.BUY,
        Side.BUY,
        Side.SELL,
        Side.SELL,
    ]
    assert wire.side({"kind": "ask"}, "side", "kind") is Side.SELL
    assert wire.optional_side({"s": None}, "s") is None


def test_one_record_counts_as_a_list_of_one() -> None:
    assert wire.rows({"a": 1}, "things") == [{"a": 1}]
    assert wire.rows(None, "things") == []


@pytest.mark.parametrize(
    ("value", "read"), [(True, True), (False, False), ("true", True), ("False", False), (None, None), ("", None)]
)
def test_flags_come_as_truth_values_and_as_words(value: object, read: bool | None) -> None:
    assert wire.flag({"a": value}, "a") is read


@pytest.mark.parametrize("value", [1, "yes", {}])
def test_what_is_no_flag_is_refused(value: object) -> None:
    with pytest.raises(ProtocolError, match="'a'"):
        wire.flag({"a": value}, "a")


def test_the_first_name_that_is_there_counts() -> None:
    assert wire.verbatim({"b": 12, "c": "x"}, "a", "b", "c") == "12"
    assert wire.flag({"a": None, "b": True}, "a", "b") is True
    assert wire.verbatim({}, "a") == ""


def test_unmistakable_text_is_bounded_and_shows_what_cannot_be_seen() -> None:
    assert wire.unmistakable_text({"b": "x\u200b"}, "a", "b") == "x\\u200b"
    assert wire.unmistakable_text({"a": 12}, "a") == "12"
    assert wire.unmistakable_text({}, "a") == ""
    long = wire.unmistakable_text({"a": "x" * 5000}, "a")
    assert long == "x" * wire.MAX_VERBATIM + "…"
    with pytest.raises(ProtocolError, match="'a'"):
        wire.unmistakable_text({"a": []}, "a")
