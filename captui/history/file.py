"""The file of the local history: opened, made, set aside where it is damaged, and shared with other captui that run.

One SQLite file (WAL) serves several accounts and several sessions. Every row belongs to a scope, which names the exchange and the key
as in the order journal (host and key fingerprint, never the key). Money is exact text, never REAL; times are unix milliseconds.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from captui import private_files
from captui.errors import DamagedHistoryError, HistoryError

SCHEMA_VERSION: Final = 1
APPLICATION_ID: Final = 0x63707475
"""In the file's header, so that a database of another program is never taken for ours."""
RETRY_S: Final = 0.05
"""Between tries of the one step for which SQLite does not wait by itself."""

_SCHEMA: Final = """
CREATE TABLE scopes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    epoch INTEGER NOT NULL DEFAULT 0,
    reckoned TEXT NOT NULL DEFAULT ''
);
CREATE TABLE trades (
    scope INTEGER NOT NULL,
    id TEXT NOT NULL,
    side TEXT NOT NULL,
    order_id INTEGER NOT NULL,
    market TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    price TEXT NOT NULL,
    amount TEXT NOT NULL,
    total TEXT NOT NULL,
    fee TEXT,
    fee_currency TEXT NOT NULL,
    maker INTEGER,
    custom_order_id TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    PRIMARY KEY (scope, id, side, order_id)
) WITHOUT ROWID;
CREATE INDEX trades_in_order ON trades (scope, settled, time_ms, length(id), id, side, order_id);
CREATE TABLE orders (
    scope INTEGER NOT NULL,
    id INTEGER NOT NULL,
    uuid TEXT NOT NULL,
    custom_id TEXT NOT NULL,
    market TEXT NOT NULL,
    side TEXT NOT NULL,
    type TEXT NOT NULL,
    price TEXT,
    average_price TEXT,
    state TEXT NOT NULL,
    volume TEXT NOT NULL,
    executed TEXT NOT NULL,
    post_only INTEGER,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (scope, id)
) WITHOUT ROWID;
CREATE INDEX orders_by_state ON orders (scope, state);
CREATE TABLE account_values (
    scope INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (scope, at_ms)
) WITHOUT ROWID;
CREATE TABLE coverage (
    scope INTEGER NOT NULL,
    kind TEXT NOT NULL,
    covered_ms INTEGER NOT NULL,
    PRIMARY KEY (scope, kind)
) WITHOUT ROWID;
CREATE TABLE cost_bases (
    scope INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (scope, time_ms, place)
) WITHOUT ROWID;
"""

_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_IN_USE: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class HistoryFile:
    """One connection, for use on the thread that opened it. `wait_s` is how long another captui's write is waited for."""

    def __init__(self, path: Path, *, scope: str, wait_s: float = 2.0) -> None:
        self._path = path
        self._scope_name = scope
        self._wait_s = wait_s
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self.scope = 0
        """The number under which this scope's rows are filed."""

    @property
    def set_aside_path(self) -> Path:
        return self._path.with_name(f"{self._path.name}.damaged")

    def open(self) -> bool:
        """False where a damaged file was found: then it was set aside, and this one is new. Raises HistoryError."""
        try:
            self._connect()
        except DamagedHistoryError:
            return not self.start_over()
        return True

    def start_over(self) -> bool:
        """Sets the damaged file aside and opens a new one. False where there was nothing to set aside: it was deleted, or another captui
        was faster and has begun anew already. Raises HistoryError."""
        self.close()
        if self._identity != self._identity_now():
            self._connect()
            return False
        try:
            self._path.replace(self.set_aside_path)
            for suffix in ("-wal", "-shm"):
                # They belong to the damaged file: beside a new one they would be taken for its own.
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise self._error("set aside", error.strerror or str(error)) from error
        self._connect()
        return True

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Raises HistoryError."""
        with self._told("read"):
            try:
                yield self._opened()
            except (ValueError, ArithmeticError) as error:
                # A number or a word that nobody has written here.
                raise DamagedHistoryError(f"The local history {self._path} is damaged.") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing. Raises HistoryError."""
        connection = self._opened()
        if self._identity != self._identity_now():
            # Deleted by its owner, who may do so at any time: what is written here would be gone with the last handle.
            raise DamagedHistoryError(f"The local history {self._path} is gone.")
        with self._told("written"):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise HistoryError("The local history is not open.")
        return self._connection

    def _connect(self) -> None:
        try:
            self._make_private()
            self._identity = self._identity_now()
        except OSError as error:
            raise self._error("opened", error.strerror or str(error)) from error
        with self._told("opened"):
            # Autocommit: transactions begin and end where `writing` says.
            connection = sqlite3.connect(self._path, timeout=self._wait_s, isolation_level=None)
            try:
                self._set_up(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection

    def _identity_now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _make_private(self) -> None:
        private_files.own_folder(self._path.parent)
        try:
            # Only a file that is new: closing a second handle of one in use would drop the locks of its connections.
            os.close(private_files.open_file(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR))
        except FileExistsError:
            if self._path.stat().st_mode & 0o077:
                self._path.chmod(0o600)

    def _set_up(self, connection: sqlite3.Connection) -> None:
        self._use_wal(connection)
        # A crash of the machine may cost the last rows, which are read again; it never damages the file.
        connection.execute("PRAGMA synchronous = NORMAL")
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise DamagedHistoryError(f"The local history {self._path} is damaged.")
        connection.execute("BEGIN IMMEDIATE")
        self._make_tables(connection)
        connection.execute("INSERT OR IGNORE INTO scopes (name) VALUES (?)", (self._scope_name,))
        (self.scope,) = connection.execute("SELECT id FROM scopes WHERE name = ?", (self._scope_name,)).fetchone()
        connection.execute("COMMIT")

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        deadline = time.monotonic() + self._wait_s
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL").fetchone()
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _IN_USE or time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_S)

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif application != APPLICATION_ID:
            raise HistoryError(f"{self._path} is not a local history of captui.")
        elif version > SCHEMA_VERSION:
            raise HistoryError(f"The local history {self._path} was written by a newer captui.")

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _DAMAGE:
                raise DamagedHistoryError(f"The local history {self._path} is damaged.") from error
            if code in _IN_USE:
                raise self._error(what, "another program is writing to it") from error
            raise self._error(what, str(error)) from error

    def _error(self, what: str, why: str) -> HistoryError:
        return HistoryError(f"The local history {self._path} cannot be {what}: {why}.")
