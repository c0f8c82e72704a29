"""Values as programs read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from captui.export.values import Column, Moment, Value, as_object, for_programs, iso


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1234.50"), "1234.5"),
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("-0.0"), "0"),
        (Moment(1_700_000_000_000), "2023-11-14T22:13:20Z"),
        (7, 7),
        (True, True),
        ("a\x1bb", "a\x1bb"),
        (None, None),
    ],
)
def test_every_value_is_exact(value: Value, written: object) -> None:
    assert for_programs(value) == written


def test_times_keep_their_milliseconds() -> None:
    assert iso(1_700_000_000_123) == "2023-11-14T22:13:20.123Z"
    assert iso(0) == "1970-01-01T00:00:00Z"


def test_an_object_has_the_field_names() -> None:
    columns: list[Column[int]] = [
        Column("id", lambda number: number),
        Column("twice", lambda number: Decimal(number * 2)),
    ]
    assert as_object(3, columns) == {"id": 3, "twice": "6"}
