"""kill -9 at every step of an order's life, from before the journal to after the answer: the next start finds out what became of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui.core.types import OrderStatus
from captui.session.commands import Watch, Watched
from captui.simulator.server import Endpoints
from tests.control import Control
from tests.faults.agreement import agree
from tests.faults.conftest import IMPATIENT
from tests.paths import ROOT
from tests.session.client import Client, exchange_process
from tests.session.money import beneficiary, catch_up, watching

_CHILD = """
import asyncio, importlib, json, sys, threading
from decimal import Decimal
from pathlib import Path
from captui.core.types import Side
from captui.session.commands import CancelAll
from captui.simulator.server import Endpoints
from tests.session.client import Client
from tests.session.money import watching, withdrawal

given = json.loads(sys.argv[1])

def say(**what):
    print(json.dumps(what), flush=True)

if given["held"]:
    module, owner, name = given["held"].split(":")
    owner = getattr(importlib.import_module(module), owner)
    if asyncio.iscoroutinefunction(getattr(owner, name)):
        async def hold(*_, **__):
            say(held=True)
            await asyncio.Event().wait()
    else:
        def hold(*_, **__):
            say(held=True)
            threading.Event().wait()

settings = {"funding_enabled": True, "funding_every_s": 0.1}
with Client(Endpoints(**given["endpoints"]), Path(given["journal"]), revision="atlas", settings=settings) as client:
    client.live()
    order = None
    if given["what"].startswith("cancel"):
        order = client.resting()
    if given["what"] == "withdraw":
        watching(client)
        to = next(each for each in client.views.funding.beneficiaries if each.is_active)
    say(ready=True, order=order.id if order else None)
    sys.stdin.readline()
    if given["held"]:
        setattr(owner, name, hold)
    if given["what"] == "create":
        key = client.place(Side.BUY, client.views.book.best_bid.price - 2000, "0.005")
    elif given["what"] == "cancel":
        client.cancel(key := order.key)
    elif given["what"] == "cancel all":
        client.send(CancelAll())
        key = order.key
    else:
        command = withdrawal(to, given["amount"])
        key = command.key
        client.send(command)
    say(key=key)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Step:
    name: str
    what: str
    held: str
    """Of captui, in the process to be killed: never returns."""
    fault: str
    journalled: bool
    done: bool
    """Whether the exchange has carried it out by then."""
    told: bool = True
    """Whether the next start says that it did not know."""


STEPS = (
    Step("about to be journalled", "create", "captui.journal:Journal:create", "", False, False, told=False),
    Step("journalled, not sent", "create", "captui.exchange.rest:RestClient:create_order", "", True, False),
    Step("sent, not processed", "create", "", "hang before", True, False),
    Step("processed, answer under way", "create", "", "hang after", True, True),
    Step("answered, outcome not journalled", "create", "captui.journal:Journal:outcome", "", True, True),
    Step("outcome journalled", "create", "", "", True, True, told=False),
    Step("about to be journalled", "cancel", "captui.journal:Journal:cancel", "", False, False),
    Step("journalled, not sent", "cancel", "captui.exchange.rest:RestClient:cancel_order", "", True, False),
    Step("sent, not processed", "cancel", "", "hang before", True, False),
    Step("processed, answer under way", "cancel", "", "hang after", True, True),
    Step("answered", "cancel", "", "", True, True),
    Step("journalled, not sent", "cancel all", "captui.exchange.rest:RestClient:cancel_all", "", True, False),
    Step("sent, not processed", "cancel all", "", "hang before", True, False),
    Step("processed, answer under way", "cancel all", "", "hang after", True, True),
    Step("about to be journalled", "withdraw", "captui.journal:Journal:move_sent", "", False, False, told=False),
    Step("journalled, not sent", "withdraw", "captui.exchange.funding:FundingClient:withdraw", "", True, False),
    Step("sent, not processed", "withdraw", "", "hang before", True, False),
    Step("processed, answer under way", "withdraw", "", "hang after", True, True),
    Step("answered, outcome not journalled", "withdraw", "captui.journal:Journal:move_outcome", "", True, True),
    Step("outcome journalled", "withdraw", "", "", True, True, told=False),
)
_LINES = {"create": "create", "cancel": "cancel", "cancel all": "cancel_all", "withdraw": "move"}
_ENDS = {"create": "outcome", "withdraw": "move_outcome"}
_ENDPOINTS = {
    "create": "/market/orders",
    "cancel": "/cancel",
    "cancel all": "/market/orders/cancel",
    "withdraw": "/account/withdraws",
}


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    with exchange_process(manual_clock=True, seed=12) as endpoints:
        path = tmp_path_factory.mktemp("money") / "journal.jsonl"
        with Client(endpoints, path, revision="atlas", settings=dict(IMPATIENT)) as client:
            watching(client)
            beneficiary(client)
        yield endpoints


class Doomed:
    """A process with a session, which says what it does and is killed in the middle of it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait(10) == -signal.SIGKILL


@contextmanager
def doomed(endpoints: Endpoints, journal: Path, step: Step, amount: str) -> Iterator[Doomed]:
    given = {
        "endpoints": {name: getattr(endpoints, name) for name in Endpoints.__dataclass_fields__},
        "journal": str(journal),
        "held": step.held,
        "what": step.what,
        "amount": amount,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, json.dumps(given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Doomed(process)
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.005)


def lines(journal: Path, kind: str) -> list[dict[str, Any]]:
    entries = [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []
    return [entry for entry in entries if entry["kind"] == kind]


def arrivals(control: Control, step: Step, after: int) -> list[dict[str, Any]]:
    return [
        each
        for each in control.requests(after=after)
        if each["method"] == "POST" and each["endpoint"].endswith(_ENDPOINTS[step.what])
    ]


def killed(endpoints: Endpoints, journal: Path, step: Step, amount: str) -> tuple[str, int | None]:
    """The key of what it was doing when it was killed, and the number of the order that it had before."""
    assert endpoints.control_url is not None
    control = Control(endpoints.control_url)
    with doomed(endpoints, journal, step, amount) as process:
        order: int | None = process.heard()["order"]
        seen = control.requests()[-1]["number"]
        catch_up(control)
        if step.fault:
            control.plan({"on": step.what, "do": step.fault})
        process.go()
        said = [process.heard()]
        if step.held:
            said.append(process.heard())
        elif step.fault == "hang before":
            until(lambda: arrivals(control, step, seen), "it arrives")
        elif step.fault == "hang after" or step.what not in _ENDS:
            until(lambda: arrivals(control, step, seen), "it arrives")
            until(lambda: has_happened(control, step, order, amount), "it is carried out")
        else:
            until(lambda: lines(journal, _ENDS[step.what]), "its outcome is in the journal")
        process.kill()
        # Now that it is over, nothing can be added any more.
        assert bool(lines(journal, _LINES[step.what])) is step.journalled
        assert len(arrivals(control, step, seen)) == int(bool(step.fault) or step.done)
        assert has_happened(control, step, order, amount) is step.done
        key = next(each["key"] for each in said if "key" in each)
    control.fault(kind="clear")
    return key, order


def has_happened(control: Control, step: Step, order: int | None, amount: str) -> bool:
    if step.what == "withdraw":
        return bool(paid(control, amount))
    orders = control.state()["orders"]
    if step.what == "create":
        return any(each["origin_volume"] == "0.005" and each["state"] == "wait" for each in orders)
    return any(each["id"] == order and each["state"] == "cancel" for each in orders)


def paid(control: Control, amount: str) -> list[dict[str, Any]]:
    """Withdrawals of this amount; the record may leave out the fee."""
    return [
        each
        for each in control.funding()["withdrawals"]
        if Decimal(amount) - Decimal(each["amount"]) in (Decimal(0), Decimal(each["fee"]))
    ]


@pytest.mark.parametrize(
    ("number", "step"), list(enumerate(STEPS)), ids=[f"{step.what}: {step.name}" for step in STEPS]
)
def test_the_next_start_finds_out(endpoints: Endpoints, tmp_path: Path, number: int, step: Step) -> None:
    journal = tmp_path / "journal.jsonl"
    amount = str(600 + number)
    key, order = killed(endpoints, journal, step, amount)

    with Client(endpoints, journal, revision="atlas", settings=dict(IMPATIENT)) as client:
        client.live()
        before = client.control.requests()[-1]["number"]
        if step.what == "withdraw":
            client.send(Watch(Watched.FUNDING))
            client.wait(lambda _: money_is_known(client, step, key), "its fate is in the journal")
            assert len(paid(client.control, amount)) == int(step.done)
        elif step.what == "create":
            if step.journalled:
                client.wait_status(key, OrderStatus.WAIT if step.done else OrderStatus.ABSENT)
            else:
                assert client.order(key) is None
        else:
            client.wait(lambda _: of_number(client, order), f"order {order}")
            assert of_number(client, order) is (OrderStatus.CANCELLED if step.done else OrderStatus.WAIT)
        agree(client)
        if step.what in _ENDS:
            words = "captui ended before" if step.what == "create" else "its outcome is not known"
            assert client.was_told(words) is step.told
        assert arrivals(client.control, step, before) == [], "nothing is sent anew by itself"
        for opened in client.views.orders.open:
            client.cancel(opened.key)
        client.wait(lambda views: not views.orders.open, "all cancelled")


def money_is_known(client: Client, step: Step, key: str) -> bool:
    if not step.journalled:
        return client.views.funding.read
    ends = [each["outcome"] for each in lines(client.journal_path, "move_outcome") if each["key"] == key]
    return bool(ends) and ends[-1] == ("accepted" if step.done else "absent")


def of_number(client: Client, number: int | None) -> OrderStatus | None:
    orders = client.views.orders
    return next((each.status for each in (*orders.open, *orders.closed) if each.id == number), None)
