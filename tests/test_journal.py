"""What is in the journal before an order leaves, and what is found there after a crash."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.moves import Fate, SentKind, SentMove
from captui.core.types import OrderDraft, OrderType, Side
from captui.errors import JournalError
from captui.journal import Journal

DRAFT = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, Decimal("840000.50"), Decimal("0.00010000"), post_only=True)
MARKET_DRAFT = OrderDraft("ethzar", Side.SELL, OrderType.MARKET, None, Decimal("1.5"))
SCOPE = "127.0.0.1:8080/abcdef012345"


def opened(path: Path, scope: str = SCOPE) -> Journal:
    journal = Journal(path, scope=scope)
    journal.open()
    return journal


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_create_without_an_outcome_is_in_flight_with_the_very_draft(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal.jsonl"
    journal = opened(path)
    journal.create(DRAFT, "one", now_ms=1000)
    journal.create(MARKET_DRAFT, "two", now_ms=2000)
    journal.close()

    in_flight = Journal(path, scope=SCOPE).open()

    assert [(order.custom_id, order.created_ms) for order in in_flight] == [("one", 1000), ("two", 2000)]
    assert in_flight[0].draft == DRAFT
    assert str(in_flight[0].draft.volume) == "0.00010000"
    assert in_flight[1].draft == MARKET_DRAFT


@pytest.mark.parametrize(("outcome", "left"), [("accepted", 0), ("refused", 0), ("absent", 0), ("unknown", 1)])
def test_only_a_known_fate_takes_an_order_out_of_flight(tmp_path: Path, outcome: str, left: int) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    journal.create(DRAFT, "one", now_ms=1000)
    journal.outcome("one", outcome, order_id=7, reason="", now_ms=1001)
    journal.close()

    assert len(Journal(path, scope=SCOPE).open()) == left


def test_another_account_s_orders_are_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    opened(path).create(DRAFT, "one", now_ms=1000)

    other = Journal(path, scope="127.0.0.1:8080/other0000000")

    assert other.open() == ()
    assert not other.knows("one")


def test_earlier_runs_ids_are_known(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    journal.create(DRAFT, "one", now_ms=1000)
    journal.outcome("one", "accepted", order_id=7, reason="", now_ms=1001)
    journal.close()

    again = opened(path)

    assert again.knows("one")
    assert not again.knows("two")


def test_a_torn_last_line_is_passed_over_and_what_follows_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    journal.create(DRAFT, "one", now_ms=1000)
    journal.create(DRAFT, "two", now_ms=1001)
    journal.close()
    path.write_bytes(path.read_bytes()[:-20])

    again = Journal(path, scope=SCOPE)
    assert [order.custom_id for order in again.open()] == ["one"]
    assert again.damaged_lines == 1
    again.create(DRAFT, "three", now_ms=1002)
    again.close()

    last = Journal(path, scope=SCOPE)
    assert [order.custom_id for order in last.open()] == ["one", "three"]


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe not text\n",
        b"[1, 2]\n",
        b'{"kind":"create","scope":"%s","custom_id":"x","t":1}\n' % SCOPE.encode(),
        b'{"kind":"create","scope":"%s","custom_id":"x","t":"soon","market":"btczar"}\n' % SCOPE.encode(),
        b'{"kind":"create","scope":"%s","custom_id":"x","t":1,"market":"m","side":"up","type":"limit","volume":"1"}\n'
        % SCOPE.encode(),
        b'{"kind":"create","scope":"%s","custom_id":"x","t":1,"market":"m","side":"buy","type":"limit","volume":"a"}\n'
        % SCOPE.encode(),
    ],
)
def test_a_damaged_line_costs_itself_only(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    opened(path).create(DRAFT, "one", now_ms=1000)
    path.write_bytes(line + path.read_bytes())

    journal = Journal(path, scope=SCOPE)

    assert [order.custom_id for order in journal.open()] == ["one"]
    assert journal.damaged_lines == 1


def test_creates_and_cancels_are_on_disk_before_the_call_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    synced: list[int] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        synced.append(len(lines(path)))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)

    journal.create(DRAFT, "one", now_ms=1000)
    journal.cancel(custom_id="one", order_id=7, now_ms=1001)
    journal.cancel_all(market=None, side=Side.SELL, now_ms=1002)

    assert synced == [1, 2, 3]
    assert [line["kind"] for line in lines(path)] == ["create", "cancel", "cancel_all"]
    assert lines(path)[1]["id"] == 7
    assert lines(path)[2]["side"] == "sell"
    assert all(line["scope"] == SCOPE for line in lines(path))


def test_the_file_is_the_user_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    opened(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_is_an_error_and_the_next_line_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, data: write(handle, data[:10]))
        with pytest.raises(JournalError, match="cannot be written"):
            journal.create(DRAFT, "one", now_ms=1000)
    assert not journal.knows("one")

    journal.create(DRAFT, "two", now_ms=1001)
    journal.close()

    assert [order.custom_id for order in Journal(path, scope=SCOPE).open()] == ["two"]


def test_two_sessions_may_share_the_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    one, two = opened(path), opened(path)
    for number in range(20):
        one.create(DRAFT, f"one-{number}", now_ms=number)
        two.create(DRAFT, f"two-{number}", now_ms=number)
    one.close()
    two.close()

    assert len(Journal(path, scope=SCOPE).open()) == 40


def test_a_folder_in_the_place_of_the_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path, scope=SCOPE).open()


def test_writing_to_a_closed_journal_is_refused(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal.jsonl")
    journal.close()
    with pytest.raises(JournalError, match="not open"):
        journal.create(DRAFT, "one", now_ms=1000)


def withdraw(journal: Journal, key: str, *, now_ms: int = 1000) -> None:
    journal.move_sent(key, SentKind.WITHDRAWAL, "zar", Decimal("500.00"), "FNB cheque", now_ms)


def test_money_that_was_sent_is_found_again_until_its_fate_is_known(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    assert journal.open_moves == ()
    for number, fate in enumerate((None, *Fate)):
        withdraw(journal, f"move-{number}", now_ms=number)
        if fate is not None:
            journal.move_outcome(f"move-{number}", fate, "why", 2000, record_id=number)
    journal.create(DRAFT, "one", now_ms=3000)
    journal.close()

    again = Journal(path, scope=SCOPE)
    assert [order.custom_id for order in again.open()] == ["one"]
    assert again.damaged_lines == 0
    assert [(move.key, move.sent_ms) for move in again.open_moves] == [("move-0", 0), ("move-3", 3)]
    assert again.open_moves[0] == SentMove("move-0", SentKind.WITHDRAWAL, "zar", Decimal(500), "FNB cheque", 0)
    assert [(move.fate, move.record_id) for move in again.moves()] == [
        (None, None),
        *((fate, number + 1) for number, fate in enumerate(Fate)),
    ]
    assert again.knows_move("move-1")
    assert not again.knows_move("one")
    assert opened(path, "127.0.0.1:8080/other0000000").open_moves == ()


def test_moves_of_other_running_sessions_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    one, two = opened(path), opened(path)
    withdraw(one, "mine")
    withdraw(two, "theirs")
    one.move_outcome("mine", Fate.UNKNOWN, "", 1001)
    one.move_outcome("mine", Fate.ACCEPTED, "", 1002, record_id=7)

    assert [(move.sent.key, move.fate, move.record_id) for move in two.moves()] == [
        ("mine", Fate.ACCEPTED, 7),
        ("theirs", None, None),
    ]


def test_money_is_on_disk_before_the_call_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(path.read_text()))
    withdraw(journal, "move")
    assert [json.loads(text)["kind"] for text in synced] == ["move"]


@pytest.mark.parametrize("change", [{"amount": "much"}, {"what": "gift"}, {"to": None, "t": "soon"}, {"key": 7}])
def test_a_damaged_move_costs_itself_only(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    withdraw(journal, "bad")
    withdraw(journal, "good")
    journal.close()
    bad, good = path.read_text().splitlines()
    path.write_text(f"{json.dumps(json.loads(bad) | change)}\n{good}\n")

    again = Journal(path, scope=SCOPE)
    again.open()
    assert [move.key for move in again.open_moves] == ["good"]
    assert again.damaged_lines == 1


def test_moves_that_cannot_be_read_are_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(JournalError, match="cannot be read"):
        journal.moves()


def test_recent_orders_are_those_of_every_session_that_were_not_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    mine, other = opened(path), opened(path)
    for journal, number, at_ms in ((mine, 1, 1000), (mine, 2, 2000), (other, 3, 3000), (other, 4, 4000)):
        journal.create(replace(DRAFT, volume=Decimal(number)), str(number), now_ms=at_ms)
    other.outcome("3", "refused", order_id=None, reason="", now_ms=3001)
    other.outcome("4", "unknown", order_id=None, reason="", now_ms=4001)
    opened(path, "127.0.0.1:8080/other0000000").create(DRAFT, "5", now_ms=5000)
    assert [(draft.volume, at_ms) for draft, at_ms in mine.orders_since(2000)] == [
        (Decimal(2), 2000),
        (Decimal(4), 4000),
    ]
    assert mine.orders_since(4001) == ()


def test_recent_orders_of_a_journal_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read"):
        Journal(tmp_path, scope=SCOPE).orders_since(0)
