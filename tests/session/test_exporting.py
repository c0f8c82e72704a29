"""Whole histories in a file: byte for byte what the command line writes, or nothing at all."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captui.core.types import Side
from captui.session.commands import ExportHistory, HistoryFilter, ReadHistory, RecordKind
from captui.session.history_views import ExportProgress
from captui.session.views import Severity
from captui.simulator.server import Endpoints
from tests.processes import CAPTUI, home
from tests.session.client import Client
from tests.session.money import arrived
from tests.session.past import Past, past

Start = Callable[..., Endpoints]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    with past(tmp_path_factory.mktemp("past"), revision="atlas") as made:
        yield made


def export(client: Client, wanted: HistoryFilter, path: Path) -> ExportProgress:
    before = client.views.history.export
    client.send(ExportHistory(wanted, path))

    def over(_: object) -> bool:
        progress = client.views.history.export
        return progress is not None and progress is not before and (progress.done or bool(progress.problem))

    client.wait(over, f"the end of the export to {path}")
    progress = client.views.history.export
    assert progress is not None
    return progress


def by_command_line(lived: Past, folder: Path, kind: RecordKind, *options: str) -> bytes:
    endpoints = lived.endpoints
    where = ["--rest-url", endpoints.atlas_rest_url, "--ws-url", endpoints.atlas_ws_url, "--revision", "atlas"]
    keys = {"CAPTUI_API_KEY": endpoints.api_key, "CAPTUI_API_SECRET": endpoints.api_secret}
    return subprocess.run(
        [*CAPTUI, "export", kind.value, *options, *where], env=home(folder) | keys, capture_output=True, check=True
    ).stdout


@pytest.mark.parametrize("kind", list(RecordKind))
def test_it_is_what_the_command_line_writes(lived: Past, tmp_path: Path, kind: RecordKind) -> None:
    path = tmp_path / "out.csv"
    progress = export(lived.client, HistoryFilter(kind), path)
    written = path.read_bytes()
    assert written == by_command_line(lived, tmp_path, kind)
    rows = list(csv.DictReader(io.StringIO(written.decode())))
    assert len(rows) > (200 if kind is RecordKind.DEPOSITS else 100)
    assert progress == ExportProgress(str(path), records=len(rows), done=True)
    assert [row["created_at"] for row in rows] == sorted(row["created_at"] for row in rows)
    assert lived.client.told(f"{path} holds {len(rows)} {kind.value}.").severity is Severity.GOOD
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_range_of_time_is_that_of_the_command_line(lived: Past, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    middle_ms = lived.middle_ms // 1000 * 1000
    middle = datetime.fromtimestamp(middle_ms / 1000, UTC).isoformat()
    export(lived.client, HistoryFilter(RecordKind.WITHDRAWALS, to_ms=middle_ms), path)
    written = path.read_bytes()
    assert written == by_command_line(lived, tmp_path, RecordKind.WITHDRAWALS, "--to", middle)
    assert 1 < written.count(b"\n") < by_command_line(lived, tmp_path, RecordKind.WITHDRAWALS).count(b"\n")


def test_only_what_belongs_to_the_filter_is_written(lived: Past, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    export(lived.client, HistoryFilter(RecordKind.TRADES, market="btczar", side=Side.SELL), path)
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert rows
    assert {(row["market"], row["side"]) for row in rows} == {("btczar", "sell")}


def test_a_file_that_is_there_stays(lived: Past, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    before = arrived(lived.client)
    progress = export(lived.client, HistoryFilter(RecordKind.DEPOSITS), path)
    assert progress.problem == f"{path} is there already: choose another name."
    assert path.read_text() == "mine"
    assert not any(each["endpoint"] == "/account/deposits" for each in lived.client.control.requests(after=before))


@pytest.mark.parametrize("name", ["no/such/folder/out.csv", "."])
def test_a_place_that_cannot_be_written_is_told(lived: Past, tmp_path: Path, name: str) -> None:
    progress = export(lived.client, HistoryFilter(RecordKind.DEPOSITS, currency="btc"), tmp_path / name)
    assert progress.problem
    assert not progress.done
    assert list(tmp_path.iterdir()) == []


def test_what_breaks_off_in_the_middle_leaves_no_file(lived: Past, tmp_path: Path) -> None:
    client = lived.client
    # The first page comes, the second does not.
    client.control.fault(kind="delay", ms=300, path="/account/deposits", count=2)
    client.send(ExportHistory(HistoryFilter(RecordKind.DEPOSITS), tmp_path / "out.csv"))
    client.wait(
        lambda views: views.history.export is not None and views.history.export.records == 100, "the first page"
    )
    client.send(ExportHistory(HistoryFilter(RecordKind.ORDERS), tmp_path / "second.csv"))
    client.told("An export is still being written")
    client.control.fault(kind="reply", status=403, path="/account/deposits", method="GET", count=50)
    client.wait(lambda views: views.history.export is not None and views.history.export.problem, "the failure")
    client.control.fault(kind="clear")
    assert list(tmp_path.iterdir()) == []
    progress = client.views.history.export
    assert progress is not None
    assert (progress.path, progress.done) == (str(tmp_path / "out.csv"), False)
    assert export(client, HistoryFilter(RecordKind.DEPOSITS), tmp_path / "out.csv").done


def test_an_export_leaves_the_records_on_the_screen_as_they_are(lived: Past, tmp_path: Path) -> None:
    client, shown = lived.client, HistoryFilter(RecordKind.ORDERS, market="ethzar")
    client.send(ReadHistory(shown))
    rows = client.wait(lambda views: views.history.filter == shown and views.history.rows, "rows").history.rows
    export(client, HistoryFilter(RecordKind.TRADES), tmp_path / "out.csv")
    assert (client.views.history.filter, client.views.history.rows) == (shown, rows)


def test_the_home_folder_is_understood(lived: Past, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "HOME", str(tmp_path))
    assert export(lived.client, HistoryFilter(RecordKind.TRADES, market="ethzar"), Path("~/out.csv")).done
    assert (tmp_path / "out.csv").exists()


def test_without_a_key_there_is_a_reason(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", credentials=False) as client:
        client.wait(lambda views: views.markets.markets, "the markets")
        progress = export(client, HistoryFilter(RecordKind.ORDERS), tmp_path / "out.csv")
        assert "no API key" in progress.problem
        assert client.told("Nothing was exported").severity is Severity.WARNING


def test_an_empty_history_is_a_heading(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl") as client:
        client.live()
        assert export(client, HistoryFilter(RecordKind.TRADES), tmp_path / "out.csv").done
        assert (tmp_path / "out.csv").read_text().startswith("id,created_at,market,")
