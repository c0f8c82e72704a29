"""Dates, times and durations of --from and --to."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
import pytest

from captui.cli.when import TimeRange, time_range

NOW_MS = 1_800_000_000_000
JOHANNESBURG = ZoneInfo("Africa/Johannesburg")


def ms(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=JOHANNESBURG).timestamp() * 1000)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "ago_ms"), [("30m", 1_800_000), ("12h", 43_200_000), ("7d", 604_800_000), ("2w", 1_209_600_000)]
)
def test_a_duration_is_so_long_ago(text: str, ago_ms: int) -> None:
    assert time_range(text, None, now_ms=NOW_MS) == TimeRange(NOW_MS - ago_ms, None)


def test_a_tax_year_holds_both_its_days() -> None:
    span = time_range("2025-03-01", "2026-02-28", now_ms=NOW_MS, zone=JOHANNESBURG)
    assert span == TimeRange(ms(2025, 3, 1), ms(2026, 3, 1))
    assert span.holds(ms(2025, 3, 1))
    assert span.holds(ms(2026, 2, 28, 23, 59))
    assert not span.holds(ms(2026, 3, 1))
    assert not span.holds(ms(2025, 2, 28, 23, 59))


def test_a_day_on_which_a_clock_is_set_is_not_24_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    span = time_range("2026-03-29", "2026-03-29", now_ms=NOW_MS, zone=berlin)
    assert span.from_ms is not None
    assert span.to_ms is not None
    assert span.to_ms - span.from_ms == 23 * 3_600_000


def test_a_time_is_local_unless_it_says_its_zone() -> None:
    assert time_range("2026-03-01T09:30", None, now_ms=NOW_MS, zone=JOHANNESBURG).from_ms == ms(2026, 3, 1, 9, 30)
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert time_range("2026-03-01T09:30Z", None, now_ms=NOW_MS, zone=JOHANNESBURG).from_ms == moment.timestamp() * 1000


@pytest.mark.parametrize("text", ["soon", "7", "7y", "-7d", "2026-13-01", "1969-01-01T00:00Z", ""])
def test_anything_else_is_wrong_usage(text: str) -> None:
    with pytest.raises(click.UsageError, match="--to is"):
        time_range(None, text, now_ms=NOW_MS, zone=UTC)


def test_a_range_the_wrong_way_round_is_wrong_usage() -> None:
    with pytest.raises(click.UsageError, match="not before"):
        time_range("1d", "2d", now_ms=NOW_MS)
    assert time_range(None, None, now_ms=NOW_MS).holds(0)
