"""Moving money in tests: a session that may, where it goes, and what arrived at the exchange."""

from __future__ import annotations

import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

from captui.core.funding import Beneficiary
from captui.core.secret import Secret
from captui.session.commands import ActivateBeneficiary, AddBeneficiary, Watch, Watched, Withdraw
from captui.session.funding_views import Move, MoveStatus
from captui.session.settings import system_ms
from captui.session.views import Views
from captui.simulator.server import Endpoints
from tests.control import Control
from tests.session.client import Client

OTP, PIN = Secret("123456"), Secret("271828")
VOUCHER = Secret("1000000000000500")
"""Worth R500, good with method 1. These three are known on every exchange of play money."""

BITCOIN_ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
BANK = {"account_number": "62001234567", "bank_name": "FNB"}


def key() -> str:
    return str(uuid.uuid4())


def funded(endpoints: Endpoints, journal: Path, *, revision: str = "atlas", **settings: Any) -> Client:
    """A session that may move money and reads its lists ten times a second."""
    given: dict[str, Any] = {"funding_enabled": True, "funding_every_s": 0.1, **settings}
    return Client(endpoints, journal, revision=revision, settings=given)


def watching(client: Client) -> Views:
    """Live, and the lists are there."""
    client.live()
    catch_up(client.control)
    client.send(Watch(Watched.FUNDING))
    return client.wait(lambda views: views.funding.read, "the lists of money in and out")


def move_of(client: Client, given: str) -> Move | None:
    return next((move for move in client.views.funding.moves if move.key == given), None)


def ended(client: Client, given: str, *statuses: MoveStatus) -> Move:
    """The move, once it has one of these statuses (any but sending where none is named)."""
    wanted = statuses or tuple(status for status in MoveStatus if status is not MoveStatus.SENDING)

    def reached(_: Views) -> bool:
        move = move_of(client, given)
        return move is not None and move.status in wanted

    client.wait(reached, f"the end of {given}, is {move_of(client, given)}")
    move = move_of(client, given)
    assert move is not None
    return move


def beneficiary(client: Client, currency: str = "zar", name: str = "FNB cheque", *, active: bool = True) -> Beneficiary:
    data = BANK if currency == "zar" else {"address": BITCOIN_ADDRESS}
    added = key()
    client.send(AddBeneficiary(added, currency, name, data))
    made = ended(client, added, MoveStatus.ACCEPTED).result
    assert isinstance(made, Beneficiary)
    client.wait(lambda views: any(each.id == made.id for each in views.funding.beneficiaries), "it in the list")
    if not active:
        return made
    client.send(ActivateBeneficiary(key(), made.id, PIN))
    found = client.wait(
        lambda views: [each for each in views.funding.beneficiaries if each.id == made.id and each.is_active], "active"
    ).funding.beneficiaries
    return next(each for each in found if each.id == made.id)


def withdrawal(to: Beneficiary, amount: str = "500", given: str | None = None, **changes: Any) -> Withdraw:
    fields: dict[str, Any] = {
        "key": given or key(),
        "currency": to.currency,
        "amount": Decimal(amount),
        "beneficiary_id": to.id,
        "otp": OTP,
    }
    return Withdraw(**{**fields, **changes})


def arrived(client: Client) -> int:
    """The number of the newest request that the exchange has got."""
    requests = client.control.requests()
    return int(requests[-1]["number"]) if requests else 0


def writes(client: Client, *, after: int = 0) -> list[dict[str, Any]]:
    """The requests with a higher number than `after` that were to change something, oldest first."""
    return [each for each in client.control.requests(after=after) if each["method"] in ("POST", "PATCH", "DELETE")]


def catch_up(control: Control) -> None:
    """The exchange's time stands still in tests: what it writes down from now on bears about the real time."""
    behind_ms = system_ms() - control.state()["now_ms"]
    if behind_ms > 0:
        control.advance(behind_ms)
