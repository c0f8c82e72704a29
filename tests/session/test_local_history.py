"""The file behind the session: opened in the background, tried again, replaced where it is damaged."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from captui.errors import DamagedHistoryError, HistoryError
from captui.history.history import History
from captui.session import local_history
from captui.session.context import SessionContext
from captui.session.local_history import LocalHistory
from captui.session.publish import Outbox, Publisher
from captui.session.settings import SessionSettings
from captui.session.views import Topic, Views
from tests.history.made import fill, opened, pair_of


async def until(condition: Callable[[], object]) -> None:
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not happen")


class Bench:
    def __init__(self, path: Path, *, has_key: bool = True) -> None:
        self.path = path
        self.outbox = Outbox(Views())
        self.context = SessionContext(SessionSettings(journal_path=path.with_name("j"), history_path=path))
        self.context.publisher = Publisher(self.outbox, dict.fromkeys(Topic, Views), interval_s=0.001)
        self.local = LocalHistory(self.context, has_key=has_key)
        self.opened = 0
        self.local.on_open = self._count

    @property
    def tries(self) -> int:
        """How often opening has failed so far."""
        return self.local._tries

    def _count(self) -> None:
        self.opened += 1

    async def begin(self) -> None:
        self.local.begin("exchange.example/abcd1234")
        await until(lambda: self.opened)

    def told(self) -> list[str]:
        assert self.context.publisher is not None
        self.context.publisher.flush()
        return [notice.text for notice in self.outbox.take().notices]


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr(local_history, "OPEN_WAITS_S", (0.0, 0.02))
    monkeypatch.setattr(local_history, "WAIT_S", 0.05)
    bench = Bench(tmp_path / "data" / "history.sqlite")
    yield bench
    assert await bench.context.tasks.close(1.0) == ()
    bench.local.close()
    await asyncio.get_running_loop().run_in_executor(None, bench.local._executor.shutdown)


async def test_it_is_opened_once_and_used_on_one_thread_of_its_own(bench: Bench) -> None:
    with pytest.raises(HistoryError, match="not open yet"):
        await bench.local.run(lambda history: history.trades.count())
    await bench.begin()
    bench.local.begin("another")
    threads = {await bench.local.run(lambda _: threading.get_ident()) for _ in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert bench.opened == 1
    assert bench.local.is_kept
    assert bench.local.is_open


async def test_one_that_is_held_by_another_is_tried_again(bench: Bench) -> None:
    with opened(bench.path):
        pass
    with closing(sqlite3.connect(bench.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        bench.local.begin("exchange.example/abcd1234")
        await until(lambda: not bench.local.is_kept)
        tried = bench.tries
        await until(lambda: bench.tries > tried + 1)
        assert "another program is writing to it" in bench.local.problem
        # Said once, however often it is tried.
        assert len(bench.told()) == 1
        other.execute("ROLLBACK")
    await bench.begin()
    assert bench.local.is_kept


async def test_damage_is_mended_and_told_and_the_action_is_not_done(bench: Bench) -> None:
    await bench.begin()

    def damage(history: History) -> None:
        history.trades.settle([fill(1)], pair_of)
        with history.file.writing() as connection:
            connection.execute("UPDATE trades SET amount = 'much'")

    await bench.local.run(damage)
    with pytest.raises(DamagedHistoryError):
        await bench.local.run(lambda history: history.reckoning.positions())
    assert bench.opened == 2
    assert [text for text in bench.told() if "history.sqlite.damaged" in text]
    assert await bench.local.run(lambda history: history.trades.count()) == 0


async def test_damage_that_cannot_be_mended_ends_the_record_and_nothing_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.begin()

    def refuse(_: History) -> None:
        raise HistoryError("The disk is full.")

    def damaged(_: History) -> None:
        raise DamagedHistoryError("The local history is damaged.")

    monkeypatch.setattr(History, "start_over", refuse)
    with pytest.raises(HistoryError, match="The disk is full"):
        await bench.local.run(damaged)
    assert bench.local.problem == "The disk is full."
    assert not bench.local.is_kept
    assert bench.told() == ["The disk is full. captui goes on without it."]


async def test_what_was_handed_over_is_written_although_it_is_closed(bench: Bench) -> None:
    await bench.begin()
    writing = asyncio.ensure_future(bench.local.run(lambda history: history.trades.settle([fill(1)], pair_of)))
    await asyncio.sleep(0)
    bench.local.close()
    await writing
    with opened(bench.path) as history:
        assert history.trades.count() == 1


def test_without_a_key_or_a_path_no_file_is_made(tmp_path: Path) -> None:
    asyncio.run(_without_a_key_or_a_path(tmp_path))
    assert list(tmp_path.iterdir()) == []


async def _without_a_key_or_a_path(tmp_path: Path) -> None:
    for local in (
        Bench(tmp_path / "data" / "h", has_key=False).local,
        LocalHistory(SessionContext(SessionSettings(journal_path=tmp_path / "j")), has_key=True),
    ):
        local.begin("exchange.example/abcd1234")
        assert local.problem
        with pytest.raises(HistoryError) as refused:
            await local.run(lambda history: history.trades.count())
        assert refused.value.sentence == local.problem
        local.close()


def test_sqlite_is_not_loaded_before_the_file_is_opened() -> None:
    script = "import sys, captui.session.runtime; print('sqlite3' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout == "False\n"
