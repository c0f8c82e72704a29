from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from captui.errors import DamagedHistoryError, HistoryError
from captui.history.file import SCHEMA_VERSION, HistoryFile
from captui.history.history import History
from tests.history.made import SCOPE, fill, opened, pair_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    with opened(path) as history:
        history.trades.settle([fill(1)], pair_of)
        assert {mode(one) for one in path.parent.iterdir()} == {0o600}
    assert mode(path.parent) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    with opened(path):
        pass
    path.chmod(0o644)
    with opened(path):
        assert mode(path) == 0o600


def test_money_is_text(path: Path) -> None:
    with opened(path) as history:
        history.trades.settle([fill(1, amount="0.1", total="1e3")], pair_of)
        history.values.add(1, fill(1).total)
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT price, amount, total, fee FROM trades").fetchone()
        assert row == ("100", "0.1", "1000", "0")
        columns = connection.execute(
            "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
        ).fetchall()
        assert {kind for _, _, kind in columns} == {"TEXT", "INTEGER"}
        assert {("trades", "price", "TEXT"), ("account_values", "value", "TEXT")} <= set(columns)
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def _damages(path: Path) -> dict[str, bytes]:
    whole = path.read_bytes()
    return {
        "text": b"This is not a database.\n" * 1000,
        "half": whole[: len(whole) // 2],
        "torn": whole[: len(whole) // 2 + 77],
        "zeros": whole[:4096] + bytes(len(whole) - 4096),
        "garbled": whole[:100] + b"\xff" * 2000 + whole[2100:],
    }


@pytest.mark.parametrize("kind", ["text", "half", "torn", "zeros", "garbled"])
def test_a_damaged_file_is_set_aside_and_begun_anew(path: Path, kind: str) -> None:
    with opened(path) as history:
        history.trades.settle([fill(number, at=number) for number in range(500)], pair_of)
    damaged = _damages(path)[kind]
    path.write_bytes(damaged)
    history = History(path, scope=SCOPE)
    assert not history.open()
    try:
        assert history.file.set_aside_path.read_bytes() == damaged
        assert history.trades.count() == 0
        assert history.covered_ms("trades") is None
        history.trades.settle([fill(1)], pair_of)
        assert history.trades.count() == 1
    finally:
        history.close()
    with opened(path) as again:
        assert again.trades.count() == 1


def test_damage_that_comes_while_it_is_open_is_told_and_mended(path: Path) -> None:
    with opened(path) as history:
        history.trades.settle([fill(number, at=number) for number in range(2000)], pair_of, covered_ms=1)
    with opened(path) as history:
        size = path.stat().st_size
        with history.file.reading() as connection:
            # Forgets the pages that it has in memory.
            connection.execute("PRAGMA shrink_memory")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (size - 4096))
        with pytest.raises(DamagedHistoryError):
            history.reckoning.positions()
        assert history.start_over()
        assert history.trades.count() == 0
        assert history.covered_ms("trades") is None
        assert history.reckoning.positions() == {}


def test_a_word_that_nobody_wrote_is_damage(path: Path) -> None:
    with opened(path) as history:
        history.trades.settle([fill(1)], pair_of)
        with history.file.writing() as connection:
            connection.execute("UPDATE trades SET amount = 'much'")
        with pytest.raises(DamagedHistoryError):
            history.reckoning.positions()


def test_it_may_be_deleted_at_any_time(path: Path) -> None:
    with opened(path) as history:
        history.trades.settle([fill(1)], pair_of)
        path.unlink()
        with pytest.raises(DamagedHistoryError, match="is gone"):
            history.trades.settle([fill(2)], pair_of)
        # What is left beside it (-wal) must not come to life in the next one.
        assert path.with_name("history.sqlite-wal").stat().st_size
        assert not history.start_over()
        assert history.trades.count() == 0
        assert not history.file.set_aside_path.exists()
        history.trades.settle([fill(3)], pair_of)
        with opened(path) as another:
            assert another.trades.count() == 1


def test_what_is_left_beside_a_deleted_one_does_not_come_to_life(path: Path) -> None:
    with opened(path) as history:
        history.trades.settle([fill(1)], pair_of)
        path.unlink()
        assert path.with_name("history.sqlite-wal").stat().st_size
        with opened(path) as following:
            assert following.trades.count() == 0
            following.trades.settle([fill(3)], pair_of)
    with opened(path) as last:
        assert last.trades.count() == 1


def test_one_that_was_replaced_meanwhile_is_not_set_aside_again(path: Path) -> None:
    with opened(path):
        pass
    slow = HistoryFile(path, scope=SCOPE)
    slow.open()
    path.write_bytes(b"damaged" * 1000)
    fast = HistoryFile(path, scope=SCOPE)
    assert not fast.open()
    with fast.writing() as connection:
        connection.execute("INSERT INTO account_values VALUES (?, 1, '1')", (fast.scope,))
    assert not slow.start_over()
    with slow.reading() as connection:
        assert connection.execute("SELECT count(*) FROM account_values").fetchone() == (1,)
    slow.close()
    fast.close()


@pytest.mark.parametrize("statement", ["PRAGMA application_id = 7", f"PRAGMA user_version = {SCHEMA_VERSION + 1}"])
def test_a_file_of_another_program_or_a_newer_captui_is_left_alone(path: Path, statement: str) -> None:
    with opened(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    before = path.read_bytes()
    with pytest.raises(HistoryError) as refused:
        HistoryFile(path, scope=SCOPE).open()
    assert not isinstance(refused.value, DamagedHistoryError)
    assert path.read_bytes() == before


def test_another_program_that_holds_it_is_waited_for_shortly(path: Path) -> None:
    with opened(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="another program is writing to it"):
            HistoryFile(path, scope=SCOPE, wait_s=0.1).open()
        other.execute("ROLLBACK")
    with opened(path) as history:
        assert history.trades.count() == 0


def test_a_folder_that_cannot_be_written_is_told(path: Path) -> None:
    path.parent.parent.joinpath("data").write_text("in the way")
    with pytest.raises(HistoryError, match="cannot be opened"):
        HistoryFile(path, scope=SCOPE).open()


def test_half_a_transaction_is_none(path: Path) -> None:
    def halfway(history: History) -> None:
        with history.file.writing() as connection:
            connection.execute("INSERT INTO account_values VALUES (?, 1, '1')", (history.file.scope,))
            connection.execute("INSERT INTO nowhere VALUES (1)")

    with opened(path) as history:
        with pytest.raises(HistoryError, match="cannot be written"):
            halfway(history)
        assert history.values.every() == ()


def test_closed_it_says_so(path: Path) -> None:
    with opened(path) as history:
        pass
    with pytest.raises(HistoryError, match="not open"):
        history.trades.count()


def _record(path: Path, worker: int, count: int) -> None:
    with opened(path) as history:
        for number in range(count):
            # Every second one is also another's: two captui of one account hear the same.
            history.trades.settle([fill(f"{worker}-{number}"), fill(f"all-{number}")], pair_of, covered_ms=number)


def test_several_captui_share_one_file(path: Path) -> None:
    method = multiprocessing.get_context("spawn")
    workers = [method.Process(target=_record, args=(path, worker, 40)) for worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with opened(path) as history:
        assert history.trades.count() == 3 * 40 + 40
        assert history.covered_ms("trades") == 39


_FILL_FOR_EVER = """
import sys
from pathlib import Path
from tests.history.made import fill, opened, pair_of
with opened(Path(sys.argv[1])) as history:
    for page in range(10**9):
        history.trades.settle([fill(page * 100 + one, at=page * 100 + one) for one in range(100)], pair_of, covered_ms=page * 100 + 99)
        print(page, flush=True)
"""


def test_killed_while_it_writes_it_has_whole_pages_and_their_mark(path: Path) -> None:
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", _FILL_FOR_EVER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        for _ in range(7):
            process.stdout.readline()
        process.kill()
        process.wait(10)
        process.stdout.close()
        with opened(path) as history:
            covered_ms = history.covered_ms("trades")
            assert covered_ms is not None
            assert covered_ms % 100 == 99
            found = history.trades.settled_after((-1, 0, "", "", 0), before_ms=None, limit=10**6)
            assert [one.fill.time_ms for one in found] == list(range(covered_ms + 1))
