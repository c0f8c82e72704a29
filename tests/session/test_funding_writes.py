"""Every way to move money on a real exchange: accepted, refused, unknown, and how many requests arrived."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from captui import logs
from captui.core.bolt11 import parse
from captui.core.funding import Beneficiary, LightningInvoice, LightningPayment, VoucherRedemption, Withdrawal
from captui.core.secret import Secret
from captui.errors import JournalError
from captui.journal import Journal
from captui.session.commands import (
    ActivateBeneficiary,
    AddBeneficiary,
    FundingWrite,
    MakeInvoice,
    PayInvoice,
    RedeemVoucher,
    RemoveBeneficiary,
    Watch,
    Watched,
    Withdraw,
)
from captui.session.funding_views import MoveKind, MoveStatus
from captui.session.settings import system_ms
from captui.session.views import Phase, Severity
from captui.simulator.server import Endpoints, ExchangeServer
from tests.session.client import Client, quick_options
from tests.session.money import (
    BANK,
    OTP,
    PIN,
    VOUCHER,
    arrived,
    beneficiary,
    catch_up,
    ended,
    funded,
    key,
    move_of,
    watching,
    withdrawal,
    writes,
)

Start = Callable[..., Endpoints]


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Everything that captui logs, at its lowest level, as it does in use."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    libraries = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "websockets")}
    path = tmp_path / "captui.log"
    assert logs.start(path, "debug") == path
    yield path
    for name, before in libraries.items():
        logging.getLogger(name).setLevel(before)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
        root.removeHandler(handler)
    root.setLevel(level)


def kept(client: Client, log_file: Path) -> str:
    """All that anybody could read afterwards."""
    told = "".join(notice.text for notice in client.notices)
    return client.journal_path.read_text() + log_file.read_text() + repr(client.views) + told


def foreign(client: Client, sats: int | None = 1500) -> str:
    """Somebody else's invoice."""
    return str(client.control.foreign_invoice(sats)["bolt"])


@dataclass(frozen=True)
class Way:
    kind: MoveKind
    prepare: Callable[[Client, int], FundingWrite]
    """Everything that has to be there first; gives the command. The number makes its amount a new one."""
    request: str
    """What control calls it."""
    result: type | None

    @property
    def of_beneficiaries(self) -> bool:
        return self.kind in (MoveKind.ADD_BENEFICIARY, MoveKind.ACTIVATE_BENEFICIARY, MoveKind.REMOVE_BENEFICIARY)

    @property
    def is_looked_up(self) -> bool:
        return self.kind in (MoveKind.WITHDRAWAL, MoveKind.VOUCHER, MoveKind.PAYMENT)


def payment(client: Client, number: int) -> PayInvoice:
    return PayInvoice(key(), f"  {foreign(client, 1500 + number)}\n", Decimal(1500 + number))


WAYS = (
    Way(
        MoveKind.ADD_BENEFICIARY,
        lambda _, number: AddBeneficiary(key(), "zar", f"Number {number}", BANK, "At the bank"),
        "beneficiary",
        Beneficiary,
    ),
    Way(
        MoveKind.ACTIVATE_BENEFICIARY,
        lambda client, _: ActivateBeneficiary(key(), beneficiary(client, active=False).id, PIN),
        "beneficiary",
        Beneficiary,
    ),
    Way(
        MoveKind.REMOVE_BENEFICIARY,
        lambda client, _: RemoveBeneficiary(key(), beneficiary(client, active=False).id),
        "beneficiary",
        None,
    ),
    Way(
        MoveKind.WITHDRAWAL,
        lambda client, number: withdrawal(beneficiary(client), str(500 + number)),
        "withdraw",
        Withdrawal,
    ),
    Way(
        MoveKind.VOUCHER,
        lambda client, number: RedeemVoucher(key(), "1", Decimal(100 + number), unspent(client)),
        "redeem",
        VoucherRedemption,
    ),
    Way(
        MoveKind.INVOICE,
        lambda _, number: MakeInvoice(key(), Decimal(2000 + number), Decimal("0.5"), "Coffee", "for me"),
        "invoice",
        LightningInvoice,
    ),
    Way(MoveKind.PAYMENT, payment, "pay", LightningPayment),
)

every_way = pytest.mark.parametrize("way", WAYS, ids=[way.kind.value for way in WAYS])
numbers = count(1)


def unspent(client: Client) -> Secret:
    """A voucher that this exchange has not seen yet."""
    moves = client.views.funding.moves
    spent = any(move.kind is MoveKind.VOUCHER and move.status is not MoveStatus.REFUSED for move in moves)
    return Secret("1000000000003000") if spent else VOUCHER


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    server = ExchangeServer(quick_options())
    try:
        with funded(server.start(), tmp_path_factory.mktemp("shared") / "journal.jsonl") as client:
            watching(client)
            yield client
    finally:
        server.stop()


@pytest.fixture
def mover(shared: Client) -> Client:
    """One for many tests; what it was told before is forgotten."""
    shared.was_told("")
    shared.notices.clear()
    catch_up(shared.control)
    return shared


@every_way
def test_one_request_arrives_and_is_accepted(mover: Client, way: Way) -> None:
    command = way.prepare(mover, next(numbers))
    before = arrived(mover)
    mover.notices.clear()
    mover.send(command)
    mover.send(command)
    move = ended(mover, command.key, MoveStatus.ACCEPTED)
    assert (move.kind, move.reason) == (way.kind, "")
    assert move.result is None if way.result is None else isinstance(move.result, way.result)
    assert mover.told("Accepted: ").severity is Severity.GOOD
    mover.wait(lambda _: mover.balances() == mover.exchange_balances(), "the balances")
    assert [each["status"] // 100 for each in writes(mover, after=before)] == [2]


@every_way
def test_a_refusal_is_told_in_words(mover: Client, way: Way) -> None:
    command = way.prepare(mover, next(numbers))
    before = arrived(mover)
    mover.control.fault(kind="refuse", request=way.request, code="account.withdraw.disabled_api")
    mover.send(command)
    move = ended(mover, command.key)
    assert (move.status, move.reason) == (MoveStatus.REFUSED, "The exchange makes no withdrawals at present.")
    assert mover.told("Refused: The exchange makes no withdrawals at present (").severity is Severity.ERROR
    assert [each["status"] for each in writes(mover, after=before)] == [422]


@every_way
@pytest.mark.parametrize("fault", ["lose_reply", "lose_request"])
def test_a_lost_answer_is_unknown_and_nothing_is_sent_again(mover: Client, way: Way, fault: str) -> None:
    command = way.prepare(mover, next(numbers))
    before = arrived(mover)
    mover.control.fault(kind=fault, request=way.request)
    mover.send(command)
    assert mover.told("It is not known whether this was done: ").severity is Severity.WARNING
    move = ended(mover, command.key)
    if way.of_beneficiaries and fault == "lose_reply":
        move = ended(mover, command.key, MoveStatus.ACCEPTED)
        assert move.reason == ""
        assert mover.told("It was done: ").severity is Severity.GOOD
        assert isinstance(move.result, Beneficiary) is (way.kind is not MoveKind.REMOVE_BENEFICIARY)
    elif way.is_looked_up and fault == "lose_reply":
        move = ended(mover, command.key, MoveStatus.ACCEPTED)
        assert move.reason == ""
        assert mover.told("and has reached the exchange: it is ").severity is Severity.GOOD
        assert isinstance(move.result, Withdrawal) is (way.kind is not MoveKind.VOUCHER)
    else:
        assert move.status is MoveStatus.UNKNOWN
        assert move.reason
    mover.send(command)
    read_ms = mover.views.funding.read_ms
    mover.wait(lambda views: views.funding.read_ms > read_ms, "another reading")
    assert len(writes(mover, after=before)) == 1


def test_a_beneficiary_is_not_added_again_while_nobody_knows_what_became_of_it(funds: Client) -> None:
    command = AddBeneficiary(key(), "zar", "Savings", BANK)
    funds.control.fault(kind="lose_request", request="beneficiary")
    funds.send(command)
    assert ended(funds, command.key).status is MoveStatus.UNKNOWN
    before, again, other = arrived(funds), replace(command, key=key()), replace(command, key=key(), name="Cheque")
    funds.send(again)
    assert "being looked up" in ended(funds, again.key).reason
    assert writes(funds, after=before) == []
    funds.send(other)
    ended(funds, other.key, MoveStatus.ACCEPTED)


def test_what_is_sent_is_what_the_document_names(funds: Client) -> None:
    to = beneficiary(funds)
    funds.send(withdrawal(to, "500.50", note="same_day_rtc"))
    funds.wait(lambda views: views.funding.withdrawals, "the withdrawal")
    sent = next(each for each in writes(funds) if each["endpoint"] == "/account/withdraws")
    assert (sent["body_kind"], sent["query"]) == ("form", [])
    assert sent["fields"] == {
        "otp": "***",
        "beneficiary_id": str(to.id),
        "currency": "zar",
        "amount": "500.5",
        "note": "same_day_rtc",
    }
    invoice = key()
    funds.send(MakeInvoice(invoice, Decimal(2000), Decimal("0.5"), "Coffee", "for me"))
    made = ended(funds, invoice, MoveStatus.ACCEPTED).result
    assert isinstance(made, LightningInvoice)
    assert funds.views.funding.invoices == (made,)
    assert dict(writes(funds)[-1]["query"]) == {
        "amount": "2000",
        "conversion_percent": "0.5",
        "description": "Coffee",
        "member_description": "for me",
    }


def test_what_is_left_of_a_voucher_is_in_the_move_and_nowhere_else(log_file: Path, funds: Client) -> None:
    given = key()
    funds.send(RedeemVoucher(given, "1", Decimal(100), VOUCHER))
    result = ended(funds, given, MoveStatus.ACCEPTED).result
    assert isinstance(result, VoucherRedemption)
    assert result.amount == Decimal(97)
    assert result.change is not None
    assert result.change.amount == Decimal(400)
    assert "97 ZAR was credited; what was left came back as a new voucher" in funds.told("Accepted: redeem").text
    again = key()
    funds.send(RedeemVoucher(again, "1", Decimal(400), result.change.pin))
    ended(funds, again, MoveStatus.ACCEPTED)
    text = kept(funds, log_file)
    assert "whose pin only the funding screen shows" in text
    assert VOUCHER.reveal() not in text
    assert result.change.pin.reveal() not in text


def test_no_secret_is_kept_of_what_fails_either(log_file: Path, funds: Client) -> None:
    to, otp, pin = beneficiary(funds), Secret("908172"), Secret("9988776655443322")
    wrong, voucher, lost = withdrawal(to, otp=otp), RedeemVoucher(key(), "1", Decimal(100), pin), key()
    funds.send(wrong)
    assert ended(funds, wrong.key).reason == "The exchange does not accept this one-time password."
    funds.send(voucher)
    assert ended(funds, voucher.key).reason == "The exchange does not accept this voucher."
    funds.control.fault(kind="lose_request", request="redeem")
    funds.send(replace(voucher, key=lost))
    assert ended(funds, lost).status is MoveStatus.UNKNOWN
    pending = beneficiary(funds, "btc", "Cold", active=False)
    funds.send(ActivateBeneficiary(key(), pending.id, otp))
    funds.told("does not accept this pin")
    text = kept(funds, log_file)
    assert "does not accept this voucher" in text
    assert otp.reveal() not in text
    assert pin.reveal() not in text


def test_the_journal_has_it_before_and_after(funds: Client) -> None:
    to = beneficiary(funds)
    command = withdrawal(to, "500.00")
    funds.send(command)
    result = ended(funds, command.key, MoveStatus.ACCEPTED).result
    assert isinstance(result, Withdrawal)
    funds.wait(lambda _: "move_outcome" in funds.journal_path.read_text(), "the outcome in the journal")
    lines = [json.loads(line) for line in funds.journal_path.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["move", "move_outcome"]
    sent, outcome = lines
    assert (sent["key"], sent["what"], sent["currency"], sent["amount"], sent["to"]) == (
        command.key,
        "withdrawal",
        "zar",
        "500",
        "FNB cheque",
    )
    assert (outcome["outcome"], outcome["id"]) == ("accepted", result.id)


def test_money_that_cannot_be_journalled_is_not_sent(funds: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise JournalError("The order journal cannot be written: No space left on device.")

    command = withdrawal(beneficiary(funds))
    before = arrived(funds)
    monkeypatch.setattr(Journal, "move_sent", full)
    funds.send(command)
    move = ended(funds, command.key)
    assert move.status is MoveStatus.REFUSED
    assert "No space left" in move.reason
    assert writes(funds, after=before) == []


def test_without_a_journal_money_stays_and_an_invoice_can_be_made(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path) as client:
        watching(client)
        command, invoice = withdrawal(beneficiary(client)), MakeInvoice(key(), Decimal(1500))
        client.send(command)
        assert "The order journal" in ended(client, command.key).reason
        voucher = RedeemVoucher(key(), "1", Decimal(100), VOUCHER)
        client.send(voucher)
        assert "The order journal" in ended(client, voucher.key).reason
        client.send(invoice)
        ended(client, invoice.key, MoveStatus.ACCEPTED)


def test_the_end_of_the_session_waits_for_the_answer_and_keeps_it(exchange: Start, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with funded(exchange(), path) as client:
        watching(client)
        command = withdrawal(beneficiary(client))
        client.control.fault(kind="delay", ms=500, path="/account/withdraws", count=100)
        before = arrived(client)
        client.send(command)
        client.wait(lambda _: writes(client, after=before), "the request to arrive")
        assert client.session.stop(5.0)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["kind"], line.get("outcome")) for line in lines] == [("move", None), ("move_outcome", "accepted")]


def test_a_key_of_an_earlier_run_is_not_used_again(exchange: Start, tmp_path: Path) -> None:
    endpoints, journal = exchange(), tmp_path / "journal.jsonl"
    with funded(endpoints, journal) as first:
        watching(first)
        command = withdrawal(beneficiary(first))
        first.send(command)
        ended(first, command.key, MoveStatus.ACCEPTED)
    with funded(endpoints, journal) as second:
        watching(second)
        before = arrived(second)
        second.send(command)
        assert "never sent twice" in ended(second, command.key).reason
        assert writes(second, after=before) == []


def test_the_impossible_is_refused_before_it_leaves(funds: Client) -> None:
    bank, pending = beneficiary(funds), beneficiary(funds, "btc", "Cold", active=False)
    bolt = foreign(funds)
    before = arrived(funds)
    impossible: list[tuple[FundingWrite, str]] = [
        (withdrawal(bank, "99999999"), "is available"),
        (withdrawal(bank, "500.001"), "ZAR has 2 decimals."),
        (withdrawal(bank, "99"), "below the smallest withdrawal"),
        (withdrawal(bank, "-1"), "above zero"),
        (withdrawal(bank, currency="btc"), "is a beneficiary of ZAR, not of BTC."),
        (withdrawal(bank, currency="doge"), "no currency 'doge'"),
        (withdrawal(bank, beneficiary_id=9999), "There is no such beneficiary."),
        (withdrawal(bank, otp=Secret("12a4")), "made of digits"),
        (withdrawal(pending, "0.01"), "needs an active beneficiary"),
        (ActivateBeneficiary(key(), bank.id, PIN), "is active already"),
        (ActivateBeneficiary(key(), pending.id, Secret("")), "made of digits"),
        (ActivateBeneficiary(key(), 9999, PIN), "There is no such beneficiary."),
        (RemoveBeneficiary(key(), 9999), "There is no such beneficiary."),
        (AddBeneficiary(key(), "doge", "Moon", BANK), "no currency 'doge'"),
        (AddBeneficiary(key(), "zar", " ", BANK), "needs a name"),
        (AddBeneficiary(key(), "btc", "Cold", {"address": "bc1 q"}), "holds a blank"),
        (RedeemVoucher(key(), "9", Decimal(100), VOUCHER), "no such deposit method"),
        (RedeemVoucher(key(), "3", Decimal(100), VOUCHER), "takes no vouchers"),
        (RedeemVoucher(key(), "1", Decimal(9), VOUCHER), "no less than 10 ZAR"),
        (RedeemVoucher(key(), "1", Decimal(100), Secret(" ")), "with its pin"),
        (MakeInvoice(key(), Decimal("1.5")), "whole number of satoshi"),
        (MakeInvoice(key(), Decimal(1500), Decimal(50)), "between nothing and all of it"),
        (PayInvoice(key(), bolt, Decimal(1501)), "The invoice is over 1 500 satoshi, not 1 501."),
        (PayInvoice(key(), bolt[:-1], Decimal(1500)), "checksum"),
        (PayInvoice(key(), foreign(funds, 99_000_000), Decimal(99_000_000)), "BTC is available"),
    ]
    for command, why in impossible:
        funds.send(command)
        move = ended(funds, command.key)
        assert move.status is MoveStatus.REFUSED
        assert why in move.reason, move
        assert funds.told(f"Not sent: {move.reason.rstrip('.')} (").severity is Severity.ERROR
    assert writes(funds, after=before) == []
    assert not any("Withdrawal" in notice.text for notice in funds.notices)


def test_what_is_in_lists_that_were_never_read_is_not_said_to_be_missing(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl") as client:
        client.live()
        unread: list[FundingWrite] = [
            Withdraw(key(), "zar", Decimal(500), 1, OTP),
            ActivateBeneficiary(key(), 1, PIN),
            RemoveBeneficiary(key(), 1),
            RedeemVoucher(key(), "1", Decimal(100), VOUCHER),
        ]
        for command in unread:
            client.send(command)
            assert "have not been read yet" in ended(client, command.key).reason
        assert writes(client) == []


def test_an_invoice_is_not_paid_after_its_time(exchange: Start, tmp_path: Path) -> None:
    ahead = {"ms": 0}
    with funded(exchange(), tmp_path / "journal.jsonl", now_ms=lambda: system_ms() + ahead["ms"]) as client:
        watching(client)
        bolt = foreign(client)
        ahead["ms"] = parse(bolt).expiry_s * 1000 + 60_000
        command = PayInvoice(key(), bolt, Decimal(1500))
        client.send(command)
        assert ended(client, command.key).reason == "The invoice has expired; ask for a new one."


def test_money_leaves_only_where_the_config_lets_it_and_comes_in_all_the_same(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", funding_enabled=False) as client:
        watching(client)
        assert not client.views.funding.enabled
        leaving: list[Withdraw | PayInvoice] = [
            withdrawal(beneficiary(client)),
            PayInvoice(key(), foreign(client), Decimal(1500)),
        ]
        for command in leaving:
            client.send(command)
            assert "are switched off" in ended(client, command.key).reason
        voucher = key()
        client.send(RedeemVoucher(voucher, "1", Decimal(100), VOUCHER))
        ended(client, voucher, MoveStatus.ACCEPTED)


def test_a_read_only_session_moves_nothing_and_shows_everything(exchange: Start, tmp_path: Path) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", read_only=True) as client:
        client.wait(lambda views: views.balances.rows, "the balances")
        client.send(Watch(Watched.FUNDING))
        assert client.wait(lambda views: views.funding.read, "the lists").funding.deposits
        command = MakeInvoice(key(), Decimal(1500))
        client.send(command)
        assert "read-only" in ended(client, command.key).reason
        assert writes(client) == []


def test_without_a_key_there_is_nothing_but_a_reason(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", credentials=False) as client:
        client.wait(lambda views: views.markets.markets, "the markets")
        client.send(Watch(Watched.FUNDING))
        assert "no API key" in client.wait(lambda views: views.funding.problem, "a reason").funding.problem
        command = MakeInvoice(key(), Decimal(1500))
        client.send(command)
        assert "no API key" in ended(client, command.key).reason


def test_nothing_moves_while_the_connection_is_lost(funds: Client) -> None:
    to = beneficiary(funds)
    funds.control.fault(kind="reply", status=503, path="/market/orders", method="GET", count=50)
    funds.control.fault(kind="drop_websockets")
    funds.wait(lambda views: views.connection.phase is not Phase.LIVE, "not live")
    before = arrived(funds)
    command = withdrawal(to)
    funds.send(command)
    assert ended(funds, command.key).status is MoveStatus.REFUSED
    assert writes(funds, after=before) == []


def test_the_same_again_waits_until_the_first_is_known(funds: Client) -> None:
    to = beneficiary(funds)
    first, second, other = withdrawal(to), withdrawal(to), withdrawal(to, "501")
    funds.control.fault(kind="lose_request", request="withdraw")
    funds.send(first)
    ended(funds, first.key, MoveStatus.UNKNOWN)
    funds.send(second)
    assert "outcome is not known yet" in ended(funds, second.key).reason
    funds.send(other)
    ended(funds, other.key, MoveStatus.ACCEPTED)
    assert move_of(funds, first.key) == funds.views.funding.moves[-3]


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_both_revisions_take_a_withdrawal_and_a_payment(exchange: Start, tmp_path: Path, revision: str) -> None:
    with funded(exchange(), tmp_path / "journal.jsonl", revision=revision) as client:
        watching(client)
        commands: list[FundingWrite] = [
            withdrawal(beneficiary(client, "btc", "Cold"), "0.01"),
            PayInvoice(key(), foreign(client, None), Decimal("12.5"), note="tip"),
        ]
        for command in commands:
            client.send(command)
            ended(client, command.key, MoveStatus.ACCEPTED)
        client.wait(lambda views: len(views.funding.withdrawals) == 2, "both in the list")
    assert OTP.reveal() not in (tmp_path / "journal.jsonl").read_text()
