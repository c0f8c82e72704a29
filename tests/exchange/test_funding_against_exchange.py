"""Money in and out with the embedded exchange, in both revisions; what arrived there is compared with the document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import TypeVar

import pytest

from captui.core.bolt11 import Network, parse
from captui.core.funding import Beneficiary, LightningInvoice, Withdrawal
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.core.secret import Secret
from captui.errors import RefusedError
from captui.exchange.funding import FundingClient
from captui.exchange.probe import Revision
from captui.exchange.rest import RestClient
from captui.simulator.server import ExchangeOptions, ExchangeServer
from tests import api_document
from tests.exchange.embedded import Running, client_of, started

T = TypeVar("T")

OTP, PIN = Secret("123456"), Secret("271828")
VOUCHER = Secret("1000000000000100")
"""These three as `captui exchange` prints them."""

ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
LONG_MS = 600_000
"""Enough for every payment to reach its end."""


@pytest.fixture(params=list(Revision))
def exchange(request: pytest.FixtureRequest) -> Iterator[Running]:
    server = ExchangeServer(ExchangeOptions(port=0, seed=3, control=True, manual_clock=True, makers=False))
    try:
        yield started(server, request.param)
    finally:
        server.stop()


@pytest.fixture
async def client(exchange: Running) -> AsyncIterator[RestClient]:
    async with client_of(exchange) as client:
        yield client


@pytest.fixture
def funding(client: RestClient) -> FundingClient:
    return client.funding


async def advance(exchange: Running, ms: int = LONG_MS) -> None:
    await asyncio.to_thread(exchange.control.advance, ms)


def accepted(outcome: Outcome[T]) -> T:
    assert isinstance(outcome, Accepted), outcome
    return outcome.value


async def active_beneficiary(funding: FundingClient) -> Beneficiary:
    created = accepted(
        await funding.create_beneficiary(
            currency="btc", name="Cold store", description="In the safe", data={"address": ADDRESS}
        )
    )
    assert (created.state, created.address) == ("pending", ADDRESS)
    return accepted(await funding.activate_beneficiary(created.id, PIN))


async def test_the_life_of_a_beneficiary(funding: FundingClient) -> None:
    assert await funding.beneficiaries() == ()
    active = await active_beneficiary(funding)

    assert active.is_active
    assert await funding.beneficiary(active.id) == active
    assert await funding.beneficiaries(currency="btc", state="active") == (active,)
    assert await funding.beneficiaries(currency="btc", state="pending") == ()
    assert accepted(await funding.delete_beneficiary(active.id)) is None
    with pytest.raises(RefusedError):
        await funding.beneficiary(active.id)


async def test_an_address_that_cannot_be_seen_hides_no_other_and_can_be_removed(funding: FundingClient) -> None:
    fine = await active_beneficiary(funding)
    odd = accepted(await funding.create_beneficiary(currency="btc", name="odd", data={"address": "bc1\x1b[2J"}))
    assert odd.address == "bc1\\x1b[2J"
    assert {each.id for each in await funding.beneficiaries()} == {fine.id, odd.id}
    accepted(await funding.delete_beneficiary(odd.id))
    assert await funding.beneficiaries() == (fine,)


async def test_a_withdrawal_from_pin_to_blockchain(
    exchange: Running, client: RestClient, funding: FundingClient
) -> None:
    pending = accepted(await funding.create_beneficiary(currency="btc", name="Cold store", data={"address": ADDRESS}))
    too_early = await funding.withdraw(currency="btc", amount=Decimal("0.01"), beneficiary_id=pending.id, otp=OTP)
    wrong_pin = await funding.activate_beneficiary(pending.id, Secret("000000"))
    beneficiary = accepted(await funding.activate_beneficiary(pending.id, PIN))
    wrong_otp = await funding.withdraw(
        currency="btc", amount=Decimal("0.01"), beneficiary_id=beneficiary.id, otp=Secret("000000")
    )
    too_much = await funding.withdraw(
        currency="btc", amount=Decimal("0.7500001"), beneficiary_id=beneficiary.id, otp=OTP
    )
    for refused in (too_early, wrong_pin, wrong_otp, too_much):
        assert isinstance(refused, Refused)
        assert refused.status == 422
    before = await client.balance("btc")

    sent = accepted(
        await funding.withdraw(currency="btc", amount=Decimal("0.01"), beneficiary_id=beneficiary.id, otp=OTP)
    )

    assert sent is not None
    assert not sent.is_final
    during = await client.balance("btc")
    assert during.available == before.available - Decimal("0.01")
    await advance(exchange)
    (done,) = (await funding.withdrawals(currency="btc", state="succeed", rid=ADDRESS)).items
    assert (done.id, done.is_final, bool(done.txid)) == (sent.id, True, True)
    assert done.amount + done.fee == Decimal("0.01")
    after = await client.balance("btc")
    assert (after.available, after.locked) == (before.available - Decimal("0.01"), Decimal(0))
    assert (await funding.withdrawals(currency="btc", state="submitted")).items == ()


async def test_a_withdrawal_whose_answer_is_lost_is_unknown_and_in_the_list_once(
    exchange: Running, funding: FundingClient
) -> None:
    beneficiary = await active_beneficiary(funding)
    exchange.control.fault(kind="reply", status=502, path="/account/withdraws", method="POST", accepted=True)

    outcome = await funding.withdraw(currency="btc", amount=Decimal("0.02"), beneficiary_id=beneficiary.id, otp=OTP)

    assert isinstance(outcome, Unknown)
    assert len((await funding.all_withdrawals(currency="btc")).items) == 1


async def test_many_withdrawals_are_read_over_many_pages(funding: FundingClient) -> None:
    beneficiary = await active_beneficiary(funding)
    made = [
        accepted(
            await funding.withdraw(
                currency="btc", amount=Decimal("0.001") * number, beneficiary_id=beneficiary.id, otp=OTP
            )
        )
        for number in range(1, 8)
    ]

    pages = [await funding.withdrawals(page=page, limit=3) for page in (1, 2, 3)]

    assert [page.has_more for page in pages] == [True, True, False]
    found: list[Withdrawal] = [item for page in pages for item in page.items]
    assert {item.id for item in found} == {item.id for item in made if item is not None}
    assert len(found) == 7


async def test_a_quote_is_given_and_used_by_the_newer_revision_only(
    exchange: Running, client: RestClient, funding: FundingClient
) -> None:
    if exchange.endpoints.revision is Revision.TRADE:
        with pytest.raises(RefusedError) as caught:
            await funding.withdrawal_quote("btc")
        assert caught.value.status in {404, 405}
        return
    beneficiary = await active_beneficiary(funding)
    quote = await funding.withdrawal_quote("btc")
    assert quote.currency == "btc"
    assert quote.expires_ms - quote.created_ms == 90_000

    async def withdraw() -> Outcome[Withdrawal | None]:
        return await funding.withdraw(
            currency="btc", amount=Decimal("0.01"), beneficiary_id=beneficiary.id, otp=OTP, quote_id=quote.id
        )

    sent = accepted(await withdraw())
    assert sent is not None
    assert sent.fee == quote.fee
    await advance(exchange, 90_000)
    assert isinstance(await withdraw(), Refused)


async def test_deposits_of_the_past_and_one_that_arrives(
    exchange: Running, client: RestClient, funding: FundingClient
) -> None:
    history = await funding.all_deposits()
    assert len(history.items) > 5
    one = next(deposit for deposit in history.items if deposit.txid)
    assert await funding.deposit(one.txid) == one
    assert (await funding.deposits(txid=one.txid)).items == (one,)
    with pytest.raises(RefusedError) as caught:
        await funding.deposit("nowhere")
    assert caught.value.status == 404
    btc = await funding.all_deposits(currency="btc")
    assert {deposit.currency for deposit in btc.items} == {"btc"}
    short = [await funding.deposits(page=page, limit=5) for page in range(1, len(history.items) // 5 + 2)]
    assert tuple(deposit for page in short for deposit in page.items) == history.items
    before = await client.balance("btc")

    await asyncio.to_thread(exchange.control.deposit, "btc", Decimal("0.5"))
    await advance(exchange)

    assert (await client.balance("btc")).available == before.available + Decimal("0.5")
    newest = (await funding.deposits(currency="btc", limit=1)).items[0]
    assert newest.amount == Decimal("0.5")
    assert newest.id not in {deposit.id for deposit in history.items}


@pytest.mark.parametrize("currency", ["btc", "xrp"])
async def test_an_address_is_made_when_it_is_first_asked_for(
    exchange: Running, funding: FundingClient, currency: str
) -> None:
    first = await funding.deposit_address(currency)
    await advance(exchange, 60_000)
    second = await funding.deposit_address(currency)

    assert (first.currency, first.address) == (currency, "")
    assert second.address
    assert await funding.deposit_address(currency) == second


async def test_a_voucher_is_redeemed_once_and_its_change_comes_back(client: RestClient, funding: FundingClient) -> None:
    method = next(method for method in await funding.payment_methods() if method.kind == "voucher")
    before = await client.balance("zar")

    redeemed = accepted(await funding.redeem_voucher(method.id, Decimal(60), VOUCHER))
    again = await funding.redeem_voucher(method.id, Decimal(60), VOUCHER)

    assert isinstance(again, Refused)
    assert redeemed.origin_amount == 100
    assert redeemed.change is not None
    assert redeemed.change.amount == 40
    assert redeemed.amount is not None
    assert (await client.balance("zar")).available == before.available + redeemed.amount
    changed = accepted(await funding.redeem_voucher(method.id, Decimal(40), redeemed.change.pin))
    assert changed.change is None


async def invoice_of(funding: FundingClient, amount_sat: Decimal) -> LightningInvoice:
    return accepted(
        await funding.lightning_invoice(amount_sat, description="Rent for May", member_description="From Thandi")
    )


async def test_an_invoice_can_be_looked_into(funding: FundingClient) -> None:
    invoice = await invoice_of(funding, Decimal(50_000))

    looked = parse(invoice.bolt)

    assert looked.network is Network.BITCOIN
    assert looked.amount_sat == invoice.amount == 50_000
    assert invoice.amount_msat == looked.amount_msat
    assert looked.description == invoice.description == "Rent for May"
    assert invoice.expires_ms - invoice.created_ms == 3_600_000
    assert looked.expires_ms == invoice.expires_ms


async def test_an_invoice_is_paid_for_its_amount_only(
    exchange: Running, client: RestClient, funding: FundingClient
) -> None:
    bolt = (await invoice_of(funding, Decimal(50_000))).bolt
    before = await client.balance("btc")

    wrong = await funding.lightning_pay(bolt, Decimal(50_001))
    paid = accepted(await funding.lightning_pay(bolt, Decimal(50_000), member_description="Tuesday"))

    assert isinstance(wrong, Refused)
    assert (paid.bolt, paid.amount) == (bolt, Decimal(50_000))
    (withdrawal,) = (await funding.withdrawals(currency="btc")).items
    assert withdrawal.amount == Decimal("0.0005")
    assert (await client.balance("btc")).available == before.available - withdrawal.amount - withdrawal.fee


async def test_a_conversion_below_the_markets_minimum_is_refused(funding: FundingClient) -> None:
    """The example of the document: 0.00001 BTC can be converted wholly or not at all."""
    assert isinstance(await funding.lightning_invoice(Decimal(1000), conversion_percent=Decimal("0.99")), Refused)
    whole = accepted(await funding.lightning_invoice(Decimal(1000), conversion_percent=Decimal(1)))
    assert whole.conversion_percent == 1


async def test_every_refusal_that_can_be_met_has_words(funding: FundingClient) -> None:
    beneficiary = await active_beneficiary(funding)
    bolt = (await invoice_of(funding, Decimal(50_000))).bolt
    accepted(await funding.lightning_pay(bolt, Decimal(50_000)))

    async def withdraw(amount: str = "0.01", currency: str = "btc", note: str | None = None) -> object:
        return await funding.withdraw(
            currency=currency, amount=Decimal(amount), beneficiary_id=beneficiary.id, otp=OTP, note=note
        )

    outcomes = [
        await funding.create_beneficiary(currency="btc", name="Twice", data={"address": ADDRESS}),
        await funding.create_beneficiary(currency="btc", name="Nowhere", data={"iban": "x"}),
        await funding.create_beneficiary(currency="doge", name="Nothing", data={"address": "x"}),
        await funding.activate_beneficiary(beneficiary.id, PIN),
        await funding.delete_beneficiary(beneficiary.id + 1),
        await withdraw(currency="eth"),
        await withdraw("0.00001"),
        await withdraw("3"),
        await withdraw(note="rent"),
        await funding.redeem_voucher("1", Decimal(60), Secret("1111")),
        await funding.redeem_voucher("99", Decimal(60), VOUCHER),
        await funding.redeem_voucher("1", Decimal(1), VOUCHER),
        await funding.redeem_voucher("1", Decimal(600), VOUCHER),
        await funding.lightning_pay("lnbc1", Decimal(5)),
        await funding.lightning_pay(bolt, Decimal(50_000)),
        await funding.lightning_invoice(Decimal("0.5")),
        await funding.lightning_invoice(Decimal(10), conversion_percent=Decimal(1)),
    ]

    for outcome in outcomes:
        assert isinstance(outcome, Refused), outcome
        assert outcome.codes, outcome
        assert not any(code in outcome.reason for code in outcome.codes), outcome


async def test_what_arrived_is_what_the_document_says(
    exchange: Running, client: RestClient, funding: FundingClient
) -> None:
    beneficiary = await active_beneficiary(funding)
    await funding.withdraw(currency="btc", amount=Decimal("0.01"), beneficiary_id=beneficiary.id, otp=OTP)
    await funding.withdrawals(currency="btc", state="submitted", rid=ADDRESS)
    await funding.deposits(currency="btc", state="accepted", txid="f00d")
    await funding.deposit_address("btc")
    await funding.payment_methods()
    await funding.redeem_voucher("1", Decimal(60), VOUCHER)
    bolt = (await invoice_of(funding, Decimal(50_000))).bolt
    await funding.lightning_pay(bolt, Decimal(50_000), description="Rent", member_description="May")
    await funding.delete_beneficiary(beneficiary.id)
    await client.balances(nonzero=True)
    await client.markets(base="btc", quote="zar", order_by="position", descending=True)
    await client.currencies(kind="coin")

    arrived = await asyncio.to_thread(exchange.control.requests)

    endpoints = api_document.endpoints()
    for request in arrived:
        path = request["endpoint"].strip("/")
        matching = [each for each in endpoints if each.method == request["method"] and each.matches(path)]
        assert matching, f"{request['method']} {path} is not in the document"
        (endpoint,) = matching
        assert {name for name, _ in request["query"]} <= endpoint.named("query"), request
        assert set(request["fields"]) <= endpoint.named("form"), request
        assert request["body_kind"] == ("form" if endpoint.named("form") else "none"), request
        assert request["signed"] is not path.startswith("public"), request
        assert 200 <= request["status"] < 300, request
    assert len({(request["method"], request["endpoint"]) for request in arrived}) == 14
