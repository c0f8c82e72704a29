"""Money whose answer was lost: looked up in this session, and told and looked up by the next one after a crash."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from captui.core.moves import WITHIN_MS, Fate, SentKind
from captui.core.secret import Credentials, Secret
from captui.journal import Journal
from captui.session.funding_views import MoveStatus
from captui.session.settings import system_ms
from captui.session.views import Severity
from captui.simulator.server import Endpoints
from tests.control import Control
from tests.paths import ROOT
from tests.session.client import Client
from tests.session.money import beneficiary, ended, funded, watching, withdrawal, writes

Start = Callable[..., Endpoints]

_SENDER = """
import json, sys, time
from decimal import Decimal
from pathlib import Path
from captui.simulator.server import Endpoints
from tests.session.money import beneficiary, catch_up, funded, watching, withdrawal, writes
given = json.loads(sys.argv[1])
with funded(Endpoints(**given["endpoints"]), Path(given["journal"])) as client:
    watching(client)
    to = beneficiary(client)
    catch_up(client.control)
    client.control.fault(kind="delay", ms=2500, path="/account/withdraws", count=1000)
    client.send(withdrawal(to, "500", given["key"]))
    client.wait(lambda _: any(each["endpoint"] == "/account/withdraws" for each in writes(client)), "it to arrive")
    print("sent", flush=True)
    time.sleep(60)
"""
"""A session of its own process, which is killed between the request and its answer."""


def scope(endpoints: Endpoints) -> str:
    pair = Credentials(Secret(endpoints.api_key), Secret(endpoints.api_secret))
    return f"{urlsplit(endpoints.atlas_rest_url).netloc}/{pair.fingerprint}"


def journalled(endpoints: Endpoints, path: Path, *keys: str, sent_ms: int, amount: str = "500") -> None:
    """As an earlier run left it."""
    journal = Journal(path, scope=scope(endpoints))
    journal.open()
    for key in keys:
        journal.move_sent(key, SentKind.WITHDRAWAL, "zar", Decimal(amount), "FNB cheque", sent_ms)
    journal.close()


def fates(endpoints: Endpoints, path: Path) -> list[tuple[str, Fate | None, int | None]]:
    journal = Journal(path, scope=scope(endpoints))
    journal.open()
    journal.close()
    return [(move.sent.key, move.fate, move.record_id) for move in journal.moves()]


def outcomes(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line for line in lines if line["kind"] == "move_outcome"]


def looks(client: Client) -> int:
    """Look-ups ask for one currency, the lists for all."""
    return sum(
        each["endpoint"] == "/account/withdraws" and ["currency", "zar"] in each["query"]
        for each in client.control.requests()
    )


def test_a_crash_between_request_and_answer_is_told_and_resolved_at_the_next_start(
    exchange: Start, tmp_path: Path
) -> None:
    endpoints, path = exchange(), tmp_path / "journal.jsonl"
    given = json.dumps({"endpoints": asdict(endpoints), "journal": str(path), "key": "the-key"})
    process = subprocess.Popen([sys.executable, "-c", _SENDER, given], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"sent\n"
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    assert fates(endpoints, path) == [("the-key", None, None)]

    control = Control(str(endpoints.control_url))
    control.fault(kind="clear")

    with funded(endpoints, path) as client:
        told = client.told("A withdrawal of 500 ZAR to FNB cheque was sent at ")
        assert told.severity is Severity.WARNING
        assert told.text.endswith("its outcome is not known; look at the withdrawals before you send it again.")
        # The exchange carries it out now, although whoever sent it is gone.
        client.told("has reached the exchange: it is withdrawal ")
        client.wait(lambda _: outcomes(path), "the outcome in the journal")
        made = control.funding()["withdrawals"]
        arrived = [each for each in writes(client) if each["endpoint"] == "/account/withdraws"]
        assert (len(made), len(arrived)) == (1, 1)
    assert fates(endpoints, path) == [("the-key", Fate.ACCEPTED, made[0]["id"])]


def test_one_that_arrived_is_found_by_the_next_start_and_told_once(exchange: Start, tmp_path: Path) -> None:
    endpoints, path = exchange(), tmp_path / "journal.jsonl"
    with funded(endpoints, path) as first:
        watching(first)
        command = withdrawal(beneficiary(first))
        first.send(command)
        ended(first, command.key, MoveStatus.ACCEPTED)
        made = first.control.funding()["withdrawals"][0]["id"]
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if '"move_outcome"' not in line))

    with funded(endpoints, path) as second:
        second.told("was sent at ")
        told = second.told(f"has reached the exchange: it is withdrawal {made}, ")
        assert told.severity is Severity.GOOD
        second.wait(lambda _: outcomes(path), "the outcome in the journal")
        assert writes(second)[-1]["status"] == 201
    assert fates(endpoints, path) == [(command.key, Fate.ACCEPTED, made)]

    with funded(endpoints, path) as third:
        watching(third)
        assert not third.was_told("was sent at ")


def test_one_that_never_arrived_is_told_absent_once_it_could_have_come(exchange: Start, tmp_path: Path) -> None:
    endpoints, path = exchange(), tmp_path / "journal.jsonl"
    journalled(endpoints, path, "old", sent_ms=system_ms() - WITHIN_MS - 60_000)
    journalled(endpoints, path, "new", sent_ms=system_ms(), amount="700")
    with funded(endpoints, path) as client:
        told = client.told("never reached the exchange: looked up for long enough and not among the withdrawals.")
        assert "500 ZAR" in told.text
        client.wait(lambda _: outcomes(path), "the outcome in the journal")
        assert not client.was_told("700 ZAR to FNB cheque was sent at the")
    assert fates(endpoints, path) == [("old", Fate.ABSENT, None), ("new", None, None)]


def test_two_that_could_be_one_are_left_to_the_person(exchange: Start, tmp_path: Path) -> None:
    endpoints, path = exchange(), tmp_path / "journal.jsonl"
    with funded(endpoints, tmp_path / "other.jsonl") as other:
        watching(other)
        command = withdrawal(beneficiary(other))
        other.send(command)
        ended(other, command.key, MoveStatus.ACCEPTED)
    journalled(endpoints, path, "one", "two", sent_ms=system_ms() - 1000)
    with funded(endpoints, path) as client:
        client.told("look at them before you send it again")
        client.wait(lambda _: len(outcomes(path)) == 2, "both outcomes in the journal")
        assert sum("it cannot be told which" in notice.text for notice in client.notices) == 2
    assert [fate for _, fate, _ in fates(endpoints, path)] == [Fate.AMBIGUOUS] * 2


def test_what_another_session_was_told_is_not_looked_up_any_more(exchange: Start, tmp_path: Path) -> None:
    endpoints, path = exchange(), tmp_path / "journal.jsonl"
    journalled(endpoints, path, "one", sent_ms=system_ms())
    with funded(endpoints, path) as client:
        client.told("was sent at ")
        journal = Journal(path, scope=scope(endpoints))
        journal.open()
        journal.move_outcome("one", Fate.REFUSED, "", system_ms())
        journal.close()
        runtime = client.session._runtime
        assert runtime is not None
        client.wait(lambda _: not runtime._funding._lookups.open, "the look-up to end")
        assert len(outcomes(path)) == 1


@pytest.mark.parametrize("status", [500, 502])
def test_a_look_up_that_fails_is_made_again(exchange: Start, tmp_path: Path, status: int) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl") as client:
        watching(client)
        command = withdrawal(beneficiary(client))
        client.control.fault(kind="reply", status=status, path="/account/withdraws", method="POST", accepted=True)
        client.control.fault(kind="reply", status=403, path="/account/withdraws", method="GET", count=3)
        client.send(command)
        move = ended(client, command.key, MoveStatus.ACCEPTED)
        assert move.result is not None
        arrived = [each for each in writes(client) if each["endpoint"] == "/account/withdraws"]
        assert len(arrived) == 1


def test_another_of_another_amount_is_not_it(funds: Client) -> None:
    to = beneficiary(funds)
    lost, other = withdrawal(to), withdrawal(to, "600")
    funds.control.fault(kind="lose_request", request="withdraw")
    funds.send(lost)
    ended(funds, lost.key, MoveStatus.UNKNOWN)
    funds.send(other)
    ended(funds, other.key, MoveStatus.ACCEPTED)
    seen = looks(funds)
    funds.wait(lambda _: looks(funds) > seen + 1, "two more look-ups")
    assert ended(funds, lost.key).status is MoveStatus.UNKNOWN
