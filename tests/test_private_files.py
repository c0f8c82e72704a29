"""Whatever captui writes is for this user alone, whatever the umask, and what was laxer before is mended."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from captui import config_edit, credentials, logs, private_files
from captui.cli import names
from captui.core.secret import Credentials, Secret
from captui.export.csvfile import Writable, write_whole
from captui.history.file import HistoryFile
from captui.journal import Journal
from captui.remembered import Remembered
from tests.samples import BTCZAR

UMASKS = [0o000, 0o022, 0o077, 0o177, 0o777]


@pytest.fixture(params=UMASKS, ids=oct)
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def _no_log_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    libraries = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "websockets")}
    yield
    for name, before in libraries.items():
        logging.getLogger(name).setLevel(before)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
        root.removeHandler(handler)
    root.setLevel(level)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def assert_private(folder: Path) -> None:
    """Everything under it, itself excepted. There is something."""
    found = list(folder.rglob("*"))
    assert any(path.is_file() for path in found)
    assert {path: oct(mode(path)) for path in found if path.is_file() and mode(path) != 0o600} == {}
    assert {path: oct(mode(path)) for path in found if path.is_dir() and mode(path) != 0o700} == {}


@pytest.mark.usefixtures("_umask", "_no_log_afterwards")
def test_log_and_its_older_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_BYTES", 400)
    path = tmp_path / "a" / "b" / "captui.log"
    assert logs.start(path, "info") == path
    for number in range(20):
        logging.getLogger("captui").info("line %d", number)
    assert len(list(path.parent.iterdir())) == 4
    assert_private(tmp_path)


@pytest.mark.usefixtures("_umask")
def test_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a" / "b" / "orders.jsonl", scope="host/key")
    journal.open()
    journal.cancel_all(market=None, side=None, now_ms=1)
    journal.close()
    assert_private(tmp_path)


@pytest.mark.usefixtures("_umask")
def test_history_with_the_files_that_sqlite_makes_beside_it(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path / "a" / "b" / "history.sqlite", scope="host/key")
    history.open()
    with history.writing() as connection:
        connection.execute("INSERT INTO account_values VALUES (1, 1, '1')")
    assert len(list((tmp_path / "a" / "b").iterdir())) == 3
    assert_private(tmp_path)
    history.close()


@pytest.mark.usefixtures("_umask")
def test_what_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Remembered(tmp_path / "a" / "b" / "remembered.json").remember("market", "btczar")
    monkeypatch.setattr(names, "_path", lambda: tmp_path / "c" / "names.json")
    names.remember([BTCZAR])
    assert names.seen("market") == [BTCZAR.id]
    assert_private(tmp_path)


@pytest.mark.usefixtures("_umask")
def test_key_and_config(tmp_path: Path) -> None:
    credentials.save(tmp_path / "a" / "b" / "credentials.toml", Credentials(Secret("k"), Secret("s")), "a.example")
    config_edit.set_flag(tmp_path / "c" / "config.toml", "read_only", True)
    assert_private(tmp_path)


@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("replace", [False, True])
def test_exports(tmp_path: Path, replace: bool) -> None:
    path = tmp_path / "tax.csv"
    if replace:
        path.write_text("the one of last year")
        path.chmod(0o644)

    def write(file: Writable) -> None:
        file.write("id,price\n")

    write_whole(write, path, replace=replace)
    assert path.read_text() == "id,price\n"
    assert_private(tmp_path)


def test_what_was_laxer_is_mended(tmp_path: Path) -> None:
    folder = tmp_path / "captui"
    folder.mkdir(mode=0o755)
    path = folder / "orders.jsonl"
    path.touch(mode=0o644)
    path.chmod(0o644)
    Journal(path, scope="host/key").open()
    assert (mode(path), mode(folder)) == (0o600, 0o700)


def test_a_folder_that_need_not_be_captuis_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    private_files.make_folder(folder)
    config_edit.set_flag(folder / "config.toml", "read_only", True)
    assert mode(folder) == 0o755
    assert mode(folder / "config.toml") == 0o600


def test_a_file_in_the_way_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        private_files.make_folder(tmp_path / "file")


def test_a_text_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="directory"):
        private_files.replace_text(tmp_path / "taken", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
