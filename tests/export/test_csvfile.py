"""CSV that reads back, and files that are there whole or not at all."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from captui.export.csvfile import write_csv, write_file
from captui.export.values import Column, Moment, Value

Row = dict[str, Value]


def column(name: str) -> Column[Row]:
    return Column(name, lambda row: row.get(name))


COLUMNS = tuple(column(name) for name in ("name", "amount", "at", "on", "count"))
ROW: Row = {"name": 'a "b", c\nd', "amount": Decimal("1E+3"), "at": Moment(1_700_000_000_123), "on": True, "count": 7}


def test_csv_reads_back() -> None:
    out = io.StringIO()
    rows: list[Row] = [ROW, {"on": False}]
    write_csv(rows, COLUMNS, out)
    assert list(csv.DictReader(io.StringIO(out.getvalue()))) == [
        {"name": 'a "b", c\nd', "amount": "1000", "at": "2023-11-14T22:13:20.123Z", "on": "true", "count": "7"},
        {"name": "", "amount": "", "at": "", "on": "false", "count": ""},
    ]


def test_a_file_holds_what_is_written_elsewhere(tmp_path: Path) -> None:
    out = io.StringIO()
    write_csv([ROW], COLUMNS, out)
    for replace in (False, True):
        write_file([ROW], COLUMNS, tmp_path / "out.csv", replace=replace)
        assert (tmp_path / "out.csv").read_bytes().decode() == out.getvalue()
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_file([ROW], COLUMNS, path, replace=False)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("replace", [False, True])
def test_what_breaks_off_leaves_nothing(tmp_path: Path, replace: bool) -> None:
    def broken(_: Row) -> Value:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        write_file([ROW], [Column("broken", broken)], tmp_path / "out.csv", replace=replace)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_file([ROW], COLUMNS, tmp_path / "no" / "out.csv", replace=False)


def test_a_rename_that_fails_leaves_neither_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="No space left"):
        write_file([ROW], COLUMNS, tmp_path / "out.csv", replace=False)
    assert not list(tmp_path.iterdir())
