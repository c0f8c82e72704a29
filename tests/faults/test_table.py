from __future__ import annotations

from pathlib import Path

from tests.faults import stream_table
from tests.faults.table import ROWS, markdown


def test_the_readme_shows_the_tables_that_are_tested() -> None:
    readme = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    assert markdown() in readme, "run `python -m tests.faults.table` and paste what it prints"
    assert stream_table.markdown() in readme, "run `python -m tests.faults.stream_table` and paste what it prints"


def test_no_fault_stands_there_twice() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
