"""What is printed: exact for programs, readable for people, harmless for terminals."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC
from decimal import Decimal

import pytest

from captui.cli.output import Format, details, emit_list, emit_one, note, table, too_many
from captui.export.csvfile import write_csv
from captui.export.values import Column, Moment, Value

Row = dict[str, Value]


def column(name: str, *, title: str | None = None, places: int | None = None) -> Column[Row]:
    return Column(name, lambda row: row.get(name), name if title is None else title, places)


COLUMNS = (column("name"), column("amount"), column("at"), column("hidden", title=""), column("on"))
ROWS: list[Row] = [
    {"name": "a\x1b[31m\nb", "amount": Decimal("1234.50"), "at": Moment(1_700_000_000_000), "hidden": 7, "on": True},
    {"name": "", "amount": Decimal("0.00000001"), "at": None, "hidden": None, "on": False},
]


def test_a_table_puts_decimal_points_under_each_other_and_steers_no_terminal() -> None:
    lines = table(ROWS, [each for each in COLUMNS if each.title], UTC).splitlines()
    assert lines[0].split() == ["name", "amount", "at", "on"]
    assert "\x1b" not in "".join(lines)
    assert lines[1].index(".") == lines[2].index(".")
    assert "1 234.5         2023" in lines[1]
    assert "2023-11-14 22:13:20  yes" in lines[1]
    assert lines[2].startswith("–")
    assert len(lines) == 3


def test_fixed_places_round_for_people_only() -> None:
    price = column("price", places=2)
    rows: list[Row] = [{"price": Decimal("1.005")}]
    assert table(rows, [price]).splitlines()[1].strip() == "1.00"
    out = io.StringIO()
    write_csv(rows, [price], out)
    assert out.getvalue() == "price\n1.005\n"


def test_long_words_lose_their_middle_on_a_narrow_terminal_and_numbers_nothing() -> None:
    columns = (column("name"), column("amount"), column("txid"))
    rows: list[Row] = [{"name": "btc", "amount": Decimal("123456789.12345678"), "txid": f"abcdef{'0' * 52}fedcba"}]
    whole = table(rows, columns)
    assert len(whole.splitlines()[1]) > 80
    assert table(rows, columns, width=200) == whole
    row = table(rows, columns, width=60).splitlines()[1]
    assert len(row) == 60
    assert row.startswith("btc   123 456 789.12345678  abcdef00")
    assert row.endswith("0fedcba")
    assert "…" in row
    narrowest = table(rows, columns, width=10).splitlines()[1]
    assert "123 456 789.12345678" in narrowest
    assert narrowest.endswith("  abcdef…fedcba")


def test_a_table_of_numbers_alone_stays_as_wide_as_it_is() -> None:
    rows: list[Row] = [{"amount": Decimal("123456789.12345678")}]
    assert table(rows, [column("amount")], width=5) == table(rows, [column("amount")])


def test_the_least_needed_columns_give_way_on_a_narrow_terminal() -> None:
    columns = (column("id"), column("average"), column("amount"), column("confirmations"))
    rows: list[Row] = [{"id": 7, "average": Decimal("1234.5"), "amount": Decimal("0.5"), "confirmations": 12}]
    assert too_many(rows, columns, 80) == []
    assert [each.title for each in too_many(rows, columns, 30)] == ["confirmations"]
    assert [each.title for each in too_many(rows, columns, 12)] == ["average", "confirmations"]


def test_only_a_terminal_has_an_edge(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    columns = (column("amount"), column("confirmations"))
    rows: list[Row] = [{"amount": Decimal(5), "confirmations": 12}]
    monkeypatch.setenv("COLUMNS", "10")
    emit_list(rows, columns, Format.TABLE, nothing="")
    assert "confirmations" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    emit_list(rows, columns, Format.TABLE, nothing="")
    said = capsys.readouterr()
    assert "confirmations" not in said.out
    assert said.err == "Too narrow for: confirmations. A wider terminal or --csv shows all.\n"


def test_details_have_one_line_for_each_field() -> None:
    said = details(ROWS[0], COLUMNS, UTC)
    assert [line.split()[0] for line in said.splitlines()] == [each.field for each in COLUMNS]


def test_json_has_exact_text_iso_times_and_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    emit_list(ROWS, COLUMNS, Format.JSON, nothing="")
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert json.loads(said) == [
        {"name": "a\x1b[31m\nb", "amount": "1234.5", "at": "2023-11-14T22:13:20Z", "hidden": 7, "on": True},
        {"name": "", "amount": "0.00000001", "at": None, "hidden": None, "on": False},
    ]


def test_csv_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    emit_one(ROWS[1] | {"name": 'quoted "x", y'}, COLUMNS, Format.CSV)
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == [
        {"name": 'quoted "x", y', "amount": "0.00000001", "at": "", "hidden": "", "on": "false"}
    ]


@pytest.mark.parametrize(("format_", "printed"), [(Format.TABLE, ""), (Format.JSON, "[]\n"), (Format.CSV, "name\n")])
def test_nothing_is_said_to_people_and_shaped_for_programs(
    capsys: pytest.CaptureFixture[str], format_: Format, printed: str
) -> None:
    emit_list([], [column("name")], format_, nothing="There is nothing.")
    said = capsys.readouterr()
    assert said.out == printed
    assert said.err == ("There is nothing.\n" if format_ is Format.TABLE else "")


def test_a_note_goes_to_stderr_whole_and_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    note("x" * 1000 + "\x1b]0;title\x07\nsecond")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "x" * 1000 + " ]0;title \nsecond\n"
