"""How far a list of the exchange is recorded without a hole."""

from __future__ import annotations

import sqlite3


def cover(connection: sqlite3.Connection, scope: int, kind: str, covered_ms: int) -> None:
    """Everything of this kind up to this time is recorded. Part of the transaction that records it; a mark never goes back."""
    connection.execute(
        "INSERT INTO coverage (scope, kind, covered_ms) VALUES (?, ?, ?)"
        " ON CONFLICT (scope, kind) DO UPDATE SET covered_ms = max(covered_ms, excluded.covered_ms)",
        (scope, kind, covered_ms),
    )


def covered(connection: sqlite3.Connection, scope: int, kind: str) -> int | None:
    """None where nothing is known to be complete."""
    found = connection.execute("SELECT covered_ms FROM coverage WHERE scope = ? AND kind = ?", (scope, kind)).fetchone()
    return None if found is None else int(found[0])
