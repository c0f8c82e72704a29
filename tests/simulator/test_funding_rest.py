"""Money in and out over real sockets, in both revisions."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from captui.simulator.beneficiaries import PIN
from captui.simulator.withdrawals import OTP
from tests.simulator.exchanges import Record, Trader, listening
from tests.simulator.test_control import in_thread

ADDRESS = {"address": "bc1qcold"}


def made(answer: Any, status: int = 201) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: Any, code: str) -> None:
    assert (answer.status_code, answer.json()) == (422, {"errors": [code]})


def beneficiary(trader: Trader, currency: str = "btc", *, active: bool = True, **data: Any) -> int:
    new = made(trader.form("/account/beneficiaries", currency=currency, name="cold", data=json.dumps(data or ADDRESS)))
    if active:
        made(trader.form(f"/account/beneficiaries/{new['uuid']}/activate", method="PATCH", pin=PIN), 200)
    number: int = new["uuid"]
    return number


def withdraw(trader: Trader, number: int, amount: str, currency: str = "btc", **more: Any) -> Any:
    fields = {"otp": OTP, "beneficiary_id": number, "currency": currency, "amount": amount, **more}
    return trader.form("/account/withdraws", **fields)


def test_a_beneficiary_s_life(trader: Trader) -> None:
    new = made(
        trader.form(
            "/account/beneficiaries", currency="btc", name="cold", description="in the safe", data=json.dumps(ADDRESS)
        )
    )
    assert new == {
        "uuid": 801,
        "currency": "btc",
        "name": "cold",
        "description": "in the safe",
        "data": ADDRESS,
        "state": "pending",
    }
    path = "/account/beneficiaries/801"
    refused(trader.form(f"{path}/activate", method="PATCH", pin=1), "account.beneficiary.invalid_pin")
    refused(trader.form(f"{path}/activate", method="PATCH", pin="x"), "account.beneficiary.non_integer_pin")
    refused(trader.form(f"{path}/activate", method="PATCH"), "account.beneficiary.missing_pin")
    active = made(trader.form(f"{path}/activate", method="PATCH", pin=PIN), 200)
    assert active == {**new, "state": "active"} == trader.read(path)
    gone = trader.http.delete(trader.rest_url + path, headers=trader.headers())
    assert (gone.status_code, gone.content) == (204, b"")
    for answer in (trader.get(path), trader.http.delete(trader.rest_url + path, headers=trader.headers())):
        assert (answer.status_code, answer.json()) == (404, {"errors": ["record.not_found"]})
    assert trader.read("/account/beneficiaries") == []


def test_the_newer_revision_calls_a_beneficiary_by_id_too(atlas: Trader) -> None:
    number = beneficiary(atlas)
    assert {atlas.read(f"/account/beneficiaries/{number}")[name] for name in ("id", "uuid")} == {number}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"currency": "doge"}, "account.currency.doesnt_exist"),
        ({"currency": ""}, "account.beneficiary.empty_currency"),
        ({"name": ""}, "account.beneficiary.empty_name"),
        ({"data": "bc1qcold"}, "account.beneficiary.non_json_data"),
        ({"data": '"bc1qcold"'}, "account.beneficiary.non_json_data"),
        ({"data": "{}"}, "account.beneficiary.empty_data"),
    ],
)
def test_a_beneficiary_that_is_none_is_refused(calm: Trader, change: Record, code: str) -> None:
    good = {"currency": "btc", "name": "cold", "data": json.dumps(ADDRESS)}
    refused(calm.form("/account/beneficiaries", **(good | change)), code)


def test_beneficiaries_can_be_filtered(trader: Trader) -> None:
    first = beneficiary(trader)
    second = beneficiary(trader, "zar", account_number="62", active=False)

    def numbers(**query: str) -> list[int]:
        return [each["uuid"] for each in trader.read("/account/beneficiaries", **query)]

    assert numbers() == [first, second]
    assert numbers(state="active") == numbers(currency="btc") == [first]
    assert numbers(state="pending") == numbers(currency="zar") == [second]
    assert numbers(currency="btc", state="pending") == []
    refused(trader.get("/account/beneficiaries", state="archived"), "account.beneficiary.invalid_state")
    refused(trader.get("/account/beneficiaries", currency="doge"), "account.currency.doesnt_exist")


def test_a_withdrawal_moves_on_with_time(trader: Trader) -> None:
    number = beneficiary(trader)
    new = made(withdraw(trader, number, "0.25"))
    assert new == {
        "id": 3301,
        "currency": "btc",
        "type": "coin",
        "amount": "0.2499",
        "fee": "0.0001",
        "blockchain_txid": None,
        "rid": "bc1qcold",
        "state": "submitted",
        "confirmations": 0,
        "note": None,
        "created_at": new["created_at"],
        "updated_at": new["created_at"],
        "done_at": None,
    }
    assert trader.read("/account/balances/btc") == {"currency": "btc", "balance": "0.5", "locked": "0.25"}
    trader.control("advance", ms=2_000)
    assert [each["state"] for each in trader.read("/account/withdraws")] == ["processing"]
    trader.control("advance", ms=3_000)
    (done,) = trader.read("/account/withdraws", state="succeed")
    assert (done["confirmations"], len(done["blockchain_txid"])) == (2, 64)
    assert datetime.fromisoformat(done["done_at"]) > datetime.fromisoformat(done["created_at"])
    state = trader.state()
    assert state["discrepancies"] == {}
    assert state["accounts"]["user"]["btc"] == {"available": "0.5", "locked": "0.0"}
    assert state["accounts"]["fees"]["btc"]["available"] == "0.0001"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"otp": None}, "account.withdraw.missing_otp"),
        ({"otp": ""}, "account.withdraw.empty_otp"),
        ({"otp": "12345x"}, "account.withdraw.non_integer_otp"),
        ({"otp": OTP + 1}, "account.withdraw.invalid_otp"),
        ({"beneficiary_id": 1}, "account.beneficiary.doesnt_exist"),
        ({"beneficiary_id": "cold"}, "account.withdraw.non_integer_beneficiary_id"),
        ({"currency": "doge"}, "account.currency.doesnt_exist"),
        ({"amount": "-1"}, "account.withdraw.non_positive_amount"),
        ({"amount": "much"}, "account.withdraw.non_positive_amount"),
        ({"amount": "0.8"}, "account.withdraw.insufficient_balance"),
        ({"note": "x" * 257}, "account.withdraw.too_long_note"),
    ],
)
def test_a_withdrawal_that_does_not_fit_is_refused(trader: Trader, change: Record, code: str) -> None:
    good = {"otp": OTP, "beneficiary_id": beneficiary(trader), "currency": "btc", "amount": "0.1"}
    fields: Record = {name: value for name, value in (good | change).items() if value is not None}
    refused(trader.form("/account/withdraws", **fields), code)
    assert trader.read("/account/withdraws") == []


def test_withdrawals_can_be_filtered_and_paged(atlas: Trader) -> None:
    coins, bank = beneficiary(atlas), beneficiary(atlas, "zar", account_number="62")
    numbers = [made(withdraw(atlas, coins, "0.01"))["id"] for _ in range(4)]
    rand = made(withdraw(atlas, bank, "500", "zar"))["id"]

    def ids(**query: Any) -> list[int]:
        return [each["id"] for each in atlas.read("/account/withdraws", **query)]

    newest_first = [rand, *reversed(numbers)]
    assert ids() == newest_first
    assert [ids(limit=2, page=page) for page in (1, 2, 3, 4)] == [
        newest_first[:2],
        newest_first[2:4],
        newest_first[4:],
        [],
    ]
    headers = atlas.get("/account/withdraws", limit=2, page=2).headers
    assert [headers[name] for name in ("Page", "Per-Page", "Total")] == ["2", "2", "5"]
    assert ids(currency="zar") == ids(rid=str(bank)) == [rand]
    assert ids(rid="bc1qcold", limit=1) == numbers[-1:]
    assert ids(state="succeed") == []
    refused(atlas.get("/account/withdraws", limit=101), "account.withdraw.invalid_limit")
    refused(atlas.get("/account/withdraws", state="lost"), "account.withdraw.invalid_state")


def test_only_the_newer_revision_gives_quotes(atlas: Trader) -> None:
    quote = atlas.read("/account/withdraws/btc")
    assert set(quote) == {"id", "currency", "fee", "blockchain", "created_at", "expires_at"}
    created, expires = (datetime.fromisoformat(quote[name]) for name in ("created_at", "expires_at"))
    assert (expires - created).total_seconds() == 90
    number = beneficiary(atlas)
    new = made(withdraw(atlas, number, "0.1", quote_id=quote["id"]))
    assert new["fee"] == quote["fee"]
    refused(withdraw(atlas, number, "0.1", quote_id=quote["id"]), "account.withdraw.invalid_quote")
    refused(atlas.get("/account/withdraws/doge"), "account.currency.doesnt_exist")
    older = Trader(atlas.endpoints)
    with older:
        assert older.get("/account/withdraws/btc").status_code == 404
        assert made(withdraw(older, number, "0.1", quote_id="nonsense"))["fee"] == "0.0001"


def test_deposits_can_be_listed_filtered_and_found(atlas: Trader) -> None:
    everything = atlas.read("/account/deposits")
    assert len(everything) == 17
    assert everything == sorted(everything, key=lambda each: -each["id"])
    assert set(everything[0]) == {
        "id", "currency", "amount", "fee", "txid", "confirmations", "state", "created_at", "completed_at", "tid",
    }  # fmt: skip
    pages = [atlas.read("/account/deposits", limit=5, page=page) for page in range(1, 6)]
    assert [each for page in pages for each in page] == everything
    assert [len(page) for page in pages] == [5, 5, 5, 2, 0]
    assert atlas.get("/account/deposits", limit=5).headers["Total"] == "17"
    coins = atlas.read("/account/deposits", currency="eth")
    assert [each["currency"] for each in coins] == ["eth"] * 3
    assert [each["currency"] for each in atlas.read("/account/deposits", state="rejected")] == ["zar"]
    assert atlas.read("/account/deposits", txid=coins[1]["txid"]) == [coins[1]]
    assert atlas.read(f"/account/deposits/{coins[1]['txid']}") == coins[1]
    assert atlas.get("/account/deposits/none").status_code == 404
    refused(atlas.get("/account/deposits", state="lost"), "account.deposit.invalid_state")
    refused(atlas.get("/account/deposits", limit=101), "account.deposit.invalid_limit")


def test_a_deposit_address_is_empty_at_first(trader: Trader) -> None:
    assert trader.read("/account/deposit_address/btc") == {"currency": "btc", "address": None, "state": "pending"}
    trader.control("advance", ms=3_000)
    address = trader.read("/account/deposit_address/btc")
    assert address["address"].startswith("bcrt1q")
    assert address["state"] == "active"
    for currency in ("zar", "doge"):
        refused(trader.get(f"/account/deposit_address/{currency}"), "account.currency.doesnt_exist")


def test_methods_are_answered_as_the_document_says(trader: Trader) -> None:
    methods = made(trader.get("/payments/methods"), 201)
    assert [(method["id"], method["type"]) for method in methods] == [
        ("1", "voucher"),
        ("2", "voucher"),
        ("3", "instanteft"),
    ]
    assert (methods[0]["min_amount"], methods[0]["max_amount"]) == (10, 3000)


def test_a_voucher_in_numbers_or_in_texts(trader: Trader) -> None:
    query = {"payment_method_id": 1, "amount": "120.50", "voucher_pin": "1000000000000500"}
    older = made(trader.ask("/payments/vouchers/new", **query))
    assert (older["amount"], older["origin_amount"]) == (116.88, 500)
    change = older["change_voucher"]
    assert change["change_amount"] == 379.5
    assert datetime.fromisoformat(change["change_expiry"]).year == 2029
    rest = {"payment_method_id": 1, "amount": "379.5", "voucher_pin": str(change["change_pin"])}
    assert "change_voucher" not in made(trader.ask("/payments/vouchers/new", **rest))
    with Trader(trader.endpoints, revision="atlas") as newer:
        whole = {"payment_method_id": 2, "amount": "250", "voucher_pin": "1000000000000250"}
        assert made(newer.ask("/payments/vouchers/new", **whole)) == {
            "amount": "250.0",
            "origin_amount": "250.0",
            "change_voucher": None,
        }
        refused(newer.ask("/payments/vouchers/new", **whole), "payments.voucher.already_redeemed")
    assert trader.state()["discrepancies"] == {}


def test_an_invoice_is_made_and_paid(trader: Trader) -> None:
    (new,) = made(
        trader.ask(
            "/account/lightning/invoices",
            amount=50000,
            conversion_percent="0",
            description="tea",
            member_description="mine",
        )
    )
    assert new["bolt"].startswith("lnbc500u1")
    assert {name: new[name] for name in new if name not in ("bolt", "created_at", "expires_at")} == {
        "amount": "50000.0",
        "conversion_percent": "0.0",
        "amount_msat": "50000000.0",
        "description": "tea",
        "member_description": "mine",
        "state": "pending",
        "paid_at": None,
    }
    created, expires = (datetime.fromisoformat(new[name]) for name in ("created_at", "expires_at"))
    assert (expires - created).total_seconds() == 3600
    paid = trader.control("lightning/pay", bolt=new["bolt"])
    assert (paid["state"], paid["paid_at"]) == ("paid", new["created_at"])
    assert trader.read("/account/balances/btc")["balance"] == "0.7505"


def test_the_newer_revision_answers_with_the_invoice_alone(atlas: Trader) -> None:
    new = made(atlas.ask("/account/lightning/invoices", amount=1000, conversion_percent=1))
    assert new["conversion_percent"] == "1.0"
    refused(
        atlas.ask("/account/lightning/invoices", amount=1000, conversion_percent="0.5"),
        "account.lightning.conversion_below_market_minimum",
    )
    refused(
        atlas.ask("/account/lightning/invoices", amount=1000, conversion_percent="half"),
        "account.lightning.invalid_conversion_percent",
    )
    refused(atlas.ask("/account/lightning/invoices", amount="0"), "account.lightning.non_positive_amount")


@pytest.mark.parametrize(("revision", "amount"), [("trade", 2500), ("atlas", "2500.0")])
def test_an_invoice_of_somebody_else_is_paid(trader: Trader, revision: str, amount: object) -> None:
    bolt = trader.control("lightning/invoice", amount="2500", description="coffee")["bolt"]
    with Trader(trader.endpoints, revision=revision) as payer:
        answer = made(payer.ask("/account/lightning/pays", bolt=bolt, amount=2500, member_description="mine"))
        new = answer[0] if revision == "trade" else answer
        assert new == {
            "bolt": bolt,
            "address": None,
            "amount": amount,
            "description": "coffee",
            "member_description": "mine",
            "state": "submitted",
            "created_at": new["created_at"],
        }
        refused(payer.ask("/account/lightning/pays", bolt=bolt, amount=2500), "account.lightning.invoice_paid")
        payer.control("advance", ms=2_000)
        (done,) = payer.read("/account/withdraws", rid=bolt)
        assert (done["state"], done["amount"], done["fee"], done["note"]) == (
            "succeed",
            "0.000025",
            "0.00000003",
            "mine",
        )
        refused(payer.ask("/account/lightning/pays", bolt="x", amount=1), "account.lightning.invalid_bolt")
        refused(payer.ask("/account/lightning/pays", amount=1), "account.lightning.missing_bolt")


async def test_the_websocket_tells_of_money_that_comes_and_goes(trader: Trader) -> None:
    number = await in_thread(beneficiary, trader)
    async with listening(trader, "/private?stream=balance") as heard:
        await heard.until("success")
        await in_thread(withdraw, trader, number, "0.25")
        assert await heard.until("balance") == {"currency": "btc", "balance": "0.5", "locked": "0.25"}
        await in_thread(trader.control, "advance", ms=10_000)
        assert await heard.until("balance") == {"currency": "btc", "balance": "0.5", "locked": "0.0"}
        await in_thread(trader.control, "incoming", currency="btc", amount="1")
        await in_thread(trader.control, "advance", ms=10_000)
        assert await heard.until("balance") == {"currency": "btc", "balance": "1.5", "locked": "0.0"}
