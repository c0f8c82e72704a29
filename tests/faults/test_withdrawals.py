"""The table's column for money that leaves: one withdrawal for each fault, sent once, and its fate known in the end."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from captui.core.funding import Beneficiary
from captui.session.commands import Reconnect
from captui.session.funding_views import MoveStatus
from captui.session.views import Access
from captui.simulator.server import Endpoints
from tests.faults.conftest import IMPATIENT
from tests.faults.table import ROWS, End, Row
from tests.session.client import Client
from tests.session.money import arrived, beneficiary, catch_up, ended, watching, withdrawal, writes

amounts = count(501)
TOLD = {
    End.CARRIED_OUT: "",
    End.SEEN: "",
    End.FOUND: "not known",
    End.NOTHING: "not known",
    End.REFUSED: "",
}


@pytest.fixture(scope="module")
def shared(endpoints: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Beneficiary]]:
    path: Path = tmp_path_factory.mktemp("money") / "journal.jsonl"
    with Client(endpoints, path, revision="atlas", settings=dict(IMPATIENT)) as client:
        watching(client)
        yield client, beneficiary(client)


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_withdraw(shared: tuple[Client, Beneficiary], row: Row) -> None:
    client, to = shared
    amount = Decimal(next(amounts))
    catch_up(client.control)
    before = arrived(client)
    client.control.plan({"on": "withdraw", **row.entry})
    command = withdrawal(to, str(amount))
    client.send(command)

    # No stream tells of withdrawals: what is only seen there ends as found here.
    end = End.FOUND if row.of("withdraw") is End.SEEN else row.of("withdraw")
    done = end in (End.CARRIED_OUT, End.FOUND)
    move = ended(client, command.key, MoveStatus.ACCEPTED if done else MoveStatus.REFUSED)
    client.told(TOLD[end])
    assert done or move.reason
    if row.needs_the_user:
        client.wait(lambda views: views.connection.access is Access.REFUSED, "the key is refused")
        client.control.fault(kind="revoke_key", revoked=False)
        client.send(Reconnect())
    client.control.fault(kind="market_state", market="btczar", state="enabled")
    client.live()
    sent = [each for each in writes(client, after=before) if each["endpoint"] == "/account/withdraws"]
    assert len(sent) == 1
    fee = client.views.markets.currencies["zar"].withdraw_fee or Decimal(0)
    made = [
        each
        for each in client.control.funding()["withdrawals"]
        if amount in (Decimal(each["amount"]), Decimal(each["amount"]) + fee)
    ]
    assert len(made) == int(done)
    client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")
    numbers = {one["id"] for one in made}
    client.wait(lambda views: numbers <= {each.id for each in views.funding.withdrawals}, "it in the list")
