from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from captui.history.values import DAY_MS, HOUR_MS, HOURS_KEPT_MS, MINUTE_MS, MINUTES_KEPT_MS
from tests.history.made import opened

NOW_MS = 1_700_000_000_000


def test_one_value_a_minute_whoever_records_it(tmp_path: Path) -> None:
    start = NOW_MS // MINUTE_MS * MINUTE_MS
    with opened(tmp_path / "h") as one, opened(tmp_path / "h") as two:
        assert one.values.add(start + 5, Decimal("1.50"))
        assert not two.values.add(start + 59_999, Decimal(2))
        assert two.values.add(start + 60_000, Decimal(3))
        assert one.values.every() == two.values.every() == ((start + 5, Decimal("1.5")), (start + 60_000, Decimal(3)))


def test_accounts_have_their_own_minutes(tmp_path: Path) -> None:
    with opened(tmp_path / "h", "one") as one, opened(tmp_path / "h", "two") as two:
        assert one.values.add(NOW_MS, Decimal(1))
        assert two.values.add(NOW_MS, Decimal(2))
        two.values.thin(NOW_MS + 100 * DAY_MS)
        assert one.values.every() == ((NOW_MS, Decimal(1)),)


def test_values_stay_when_trades_are_read_anew(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history:
        history.values.add(NOW_MS, Decimal(1))
        history.rebuild()
        assert len(history.values.every()) == 1


def _expected(times: list[int], now_ms: int) -> list[int]:
    """Said in another way: each time stays unless a later one is in the same past hour or day."""
    kept = []
    for time_ms in times:
        step = MINUTE_MS
        if time_ms < (now_ms - HOURS_KEPT_MS) // DAY_MS * DAY_MS:
            step = DAY_MS
        elif time_ms < (now_ms - MINUTES_KEPT_MS) // HOUR_MS * HOUR_MS:
            step = HOUR_MS
        if not any(other > time_ms and other // step == time_ms // step for other in times):
            kept.append(time_ms)
    return kept


@settings(max_examples=40)
@given(
    st.lists(st.one_of(st.integers(0, 3 * DAY_MS), st.integers(0, 60 * DAY_MS)), max_size=60),
    st.lists(st.integers(0, 40 * DAY_MS), max_size=3),
)
def test_the_last_of_each_hour_and_then_of_each_day_stays(ages: list[int], later: list[int]) -> None:
    times = sorted({(NOW_MS - age) // MINUTE_MS * MINUTE_MS for age in ages})
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "h") as history:
        for time_ms in times:
            history.values.add(time_ms, Decimal(time_ms))
        now_ms = NOW_MS
        for step_ms in (0, *later):
            now_ms += step_ms
            history.values.thin(now_ms)
            # Thinned now and then, or once: the same.
            assert [at_ms for at_ms, _ in history.values.every()] == _expected(times, now_ms)
        days = {time_ms // DAY_MS for time_ms in times}
        assert {at_ms // DAY_MS for at_ms, _ in history.values.every()} == days
