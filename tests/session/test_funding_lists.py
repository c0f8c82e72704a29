"""The lists of money in and out on a real exchange: read again and again while they are looked at, and told about."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.funding import LightningInvoice
from captui.session.commands import (
    HistoryFilter,
    MakeInvoice,
    MoreDeposits,
    MoreWithdrawals,
    ReadHistory,
    RecordKind,
    Refresh,
    Watch,
    Watched,
)
from captui.session.funding_lists import PAGE_SIZE
from captui.session.funding_views import MoveStatus
from captui.session.views import Severity, Views
from captui.simulator.server import Endpoints
from tests.session.client import Client
from tests.session.money import beneficiary, ended, funded, key, watching, withdrawal

Start = Callable[..., Endpoints]


def reads(client: Client) -> int:
    return sum(each["endpoint"] == "/account/deposits" for each in client.control.requests())


def test_a_deposit_is_told_when_it_is_seen_and_when_it_counts(funds: Client) -> None:
    held = funds.balances()["btc"][0]
    known = len(funds.views.funding.deposits)
    funds.control.incoming("btc", Decimal("0.25"))
    assert funds.told("A deposit of 0.25 BTC is on its way.").severity is Severity.INFO
    assert funds.views.funding.deposits[0].amount == Decimal("0.25")
    funds.control.advance(30_000)
    assert funds.told("The deposit of 0.25 BTC has arrived.").severity is Severity.GOOD
    funds.wait(lambda _: funds.balances()["btc"][0] == held + Decimal("0.25"), "the balance")
    assert len(funds.views.funding.deposits) == known + 1
    assert sum("0.25 BTC" in notice.text for notice in funds.notices) == 2


def test_a_withdrawal_is_followed_to_its_end(funds: Client) -> None:
    to = beneficiary(funds)
    done, failed = withdrawal(to), withdrawal(to, "600")
    for command in (done, failed):
        funds.send(command)
        ended(funds, command.key, MoveStatus.ACCEPTED)
    listed = funds.wait(lambda views: len(views.funding.withdrawals) == 2, "both").funding.withdrawals
    assert [each.amount for each in listed] == [585, 485]
    funds.control.end_withdrawal(listed[0].id, "rejected")
    assert (
        funds.told(f"Withdrawal {listed[0].id} of 585 ZAR did not go through: it is rejected.").severity
        is Severity.ERROR
    )
    funds.control.advance(1000)
    funds.told(f"Withdrawal {listed[1].id} of 485 ZAR is accepted.")
    funds.control.advance(60_000)
    funds.told(f"Withdrawal {listed[1].id} of 485 ZAR is done.")
    assert not funds.was_told("of 485 ZAR is submitted")
    funds.wait(lambda _: funds.balances() == funds.exchange_balances(), "the balances")


def test_an_invoice_is_paid_when_its_deposit_arrives(funds: Client) -> None:
    given = key()
    funds.send(MakeInvoice(given, Decimal(2000)))
    made = ended(funds, given, MoveStatus.ACCEPTED).result
    assert isinstance(made, LightningInvoice)
    assert made.state != "paid"
    funds.control.pay_invoice(made.bolt)
    paid = funds.wait(lambda views: views.funding.invoices[0].paid_ms, "the payment").funding.invoices
    assert [(each.bolt, each.state) for each in paid] == [(made.bolt, "paid")]


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_pages_beyond_the_second_come_one_at_a_time(exchange: Start, tmp_path: Path, revision: str) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", revision=revision) as client:
        for number in range(2 * PAGE_SIZE):
            client.control.deposit("zar", Decimal(100 + number))
        views = watching(client)
        everything = [each["id"] for each in client.control.funding()["deposits"]]
        assert len(everything) > 2 * PAGE_SIZE
        assert (len(views.funding.deposits), views.funding.more_deposits) == (PAGE_SIZE, True)
        assert not views.funding.more_withdrawals
        client.send(MoreDeposits())
        client.wait(lambda views: len(views.funding.deposits) == 2 * PAGE_SIZE, "the second page")
        client.control.deposit("zar", Decimal(7777))
        client.told("A deposit of 7 777 ZAR has arrived.")
        client.send(MoreDeposits())
        last = client.wait(lambda views: not views.funding.more_deposits, "the third page").funding.deposits
        assert [each.id for each in last] == sorted((*everything, last[0].id), reverse=True)
        client.send(MoreDeposits())
        client.send(MoreWithdrawals())
        client.wait(lambda views: views.funding.read_ms > 0, "the lists")
        assert not client.was_told("could not be read")


def test_nobody_looking_is_nobody_asking(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", funding_every_s=0.02) as client:
        client.live()
        assert reads(client) == 0
        client.send(Watch(Watched.FUNDING))
        client.wait(lambda _: reads(client) >= 3, "several readings")
        client.send(Watch(Watched.MARKETS))
        client.send(Watch(Watched.NOTHING))
        seen = [reads(client)]

        def settled(_: Views) -> bool:
            seen.append(reads(client))
            return len(seen) > 30 and len(set(seen[-30:])) == 1

        client.wait(settled, "the readings to end")


def test_trouble_is_told_and_what_was_read_stays(funds: Client) -> None:
    deposits = funds.views.funding.deposits
    assert deposits
    funds.control.fault(kind="reply", status=403, path="/account/withdraws", method="GET", count=2)
    trouble = funds.wait(lambda views: views.funding.problem, "the problem").funding
    assert trouble.deposits == deposits
    well = funds.wait(lambda views: not views.funding.problem, "its end").funding
    assert well.read_ms > trouble.read_ms
    assert well.methods == trouble.methods
    assert [method.kind for method in well.methods] == ["voucher", "voucher", "instanteft"]


def test_what_is_looked_at_before_the_connection_is_there_is_read_as_soon_as_it_is(
    exchange: Start, tmp_path: Path
) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", funding_every_s=600.0) as client:
        wanted = HistoryFilter(RecordKind.DEPOSITS)
        client.send(Watch(Watched.FUNDING))
        client.send(ReadHistory(wanted))
        client.wait(lambda views: views.funding.read and views.history.rows, "both to be read")
        assert (client.views.funding.problem, client.views.history.problem) == ("", "")


def test_what_the_config_allows_is_known_from_the_start(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl") as client:
        assert not client.wait(lambda views: views.funding.enabled, "the config's word").funding.read


def test_the_wish_for_the_newest_is_not_kept_waiting(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", funding_every_s=600.0) as client:
        watching(client)
        client.control.deposit("zar", Decimal(7777))
        client.send(Refresh())
        client.told("A deposit of 7 777 ZAR has arrived.")
        client.control.deposit("zar", Decimal(8888))
        client.control.fault(kind="drop_websockets")
        client.told("A deposit of 8 888 ZAR has arrived.")


def test_own_moves_show_at_once_whether_or_not_anybody_looks(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", funding_every_s=600.0) as client:
        watching(client)
        client.send(Watch(Watched.NOTHING))
        to = beneficiary(client)
        command = withdrawal(to)
        client.send(command)
        client.wait(lambda views: views.funding.withdrawals, "the withdrawal")
        client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")
        lost = withdrawal(to, "600")
        client.control.fault(kind="reply", status=502, path="/account/withdraws", method="POST", accepted=True)
        client.send(lost)
        client.wait(lambda views: len(views.funding.withdrawals) == 2, "the second")


def test_an_account_without_vouchers_sees_all_the_rest(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", methods_every_s=0.0) as client:
        client.live()
        client.control.fault(kind="reply", status=403, path="/payments/methods", count=5)
        client.send(Watch(Watched.FUNDING))
        client.wait(lambda views: views.funding.methods, "the methods at last")
        told = [notice for notice in client.notices if "no ways to redeem vouchers" in notice.text]
        assert [notice.severity for notice in told] == [Severity.WARNING]
        assert client.views.funding.read


def test_failing_readings_are_spaced_out(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", funding_every_s=0.01, funding_max_s=600.0) as client:
        client.live()
        client.control.fault(kind="reply", status=403, path="/account/deposits", method="GET", count=8)
        started = time.monotonic()
        client.send(Watch(Watched.FUNDING))
        client.wait(lambda _: reads(client) >= 8, "eight failures")
        # 0.01 s, doubled six times: the waits between eight readings.
        assert time.monotonic() - started >= 1.27
        assert client.views.funding.problem
        client.wait(lambda views: views.funding.read, "the ninth")
        times = [client.views.funding.read_ms]
        client.wait(lambda views: views.funding.read_ms > times[0], "the next, soon")


def test_a_refused_key_ends_the_asking(funds: Client) -> None:
    funds.control.fault(kind="revoke_key")
    funds.wait(lambda views: views.funding.problem and views.connection.access == "refused", "the refusal")
    seen = [reads(funds)]

    def settled(_: Views) -> bool:
        seen.append(reads(funds))
        return len(seen) > 30 and len(set(seen[-30:])) == 1

    funds.wait(settled, "the readings to end")
    assert funds.views.funding.deposits
