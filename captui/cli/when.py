"""`--from` and `--to`: dates, times and durations, as unix milliseconds. No clock of its own."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

import click

from captui.core.dataclass import dataclass

_DURATION = re.compile(r"([0-9]{1,6})(m|h|d|w)")
_UNITS_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `from_ms` on, up to and without `to_ms`; None is no bound."""

    from_ms: int | None = None
    to_ms: int | None = None

    def holds(self, ms: int) -> bool:
        return (self.from_ms is None or ms >= self.from_ms) and (self.to_ms is None or ms < self.to_ms)


def time_range(from_: str | None, to: str | None, *, now_ms: int, zone: tzinfo | None = None) -> TimeRange:
    """A day as `--to` is the whole of that day; a duration is that long ago. `zone` None is the local one. Raises UsageError."""
    start = None if from_ is None else _moment(from_, "--from", now_ms, zone, end_of_day=False)
    end = None if to is None else _moment(to, "--to", now_ms, zone, end_of_day=True)
    if start is not None and end is not None and start >= end:
        raise click.UsageError("--from is not before --to.")
    return TimeRange(start, end)


def _moment(text: str, option: str, now_ms: int, zone: tzinfo | None, *, end_of_day: bool) -> int:
    duration = _DURATION.fullmatch(text)
    if duration is not None:
        return max(0, now_ms - int(duration[1]) * _UNITS_MS[duration[2]])
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone) if zone is not None else moment.astimezone()
        if end_of_day and _DAY.fullmatch(text):
            # Not 24 hours: the local day on which a clock is set has 23 or 25.
            after = datetime.fromisoformat(text) + timedelta(days=1)
            moment = after.replace(tzinfo=zone) if zone is not None else after.astimezone()
        ms = round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        ms = -1
    if ms < 0:
        raise click.UsageError(
            f"{option} is {text!r}; it must be a date (2026-03-01), a time (2026-03-01T09:30) or a duration (7d, 12h, 30m, 2w)."
        )
    return ms
