from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.simulator.exchanges import Trader, listening, running
from tests.simulator.test_control import in_thread, refused
from tests.simulator.test_funding_rest import beneficiary, made, withdraw


def test_a_deposit_arrives_and_is_confirmed(trader: Trader) -> None:
    new = trader.control("incoming", currency="btc", amount="0.5", txid="cafe")
    assert (new["state"], new["confirmations"], new["txid"], new["amount"]) == ("submitted", 0, "cafe", "0.5")
    assert trader.read("/account/deposits/cafe") == new
    trader.control("advance", ms=1_000)
    assert trader.read("/account/deposits/cafe")["confirmations"] == 1
    assert trader.read("/account/balances/btc")["balance"] == "0.75"
    trader.control("advance", ms=1_000)
    accepted = trader.read("/account/deposits/cafe")
    assert (accepted["state"], accepted["confirmations"]) == ("accepted", 2)
    assert accepted["completed_at"] is not None
    assert trader.read("/account/balances/btc")["balance"] == "1.25"
    trader.control("advance", ms=2_000)
    assert trader.read("/account/deposits/cafe")["state"] == "collected"


def test_time_confirms_on_a_real_clock_too() -> None:
    with running(manual_clock=False) as trader:
        trader.control("incoming", currency="zar", amount="500")
        state = trader.until(lambda state: state["accounts"]["user"]["zar"]["available"] == "250500.0")
        assert state["discrepancies"] == {}


def test_a_deposit_at_once_is_in_the_history(trader: Trader) -> None:
    trader.control("deposit", currency="btc", amount="2.5")
    newest = trader.read("/account/deposits")[0]
    assert (newest["currency"], newest["amount"], newest["state"]) == ("btc", "2.5", "accepted")


@pytest.mark.parametrize("state", ["rejected", "canceled", "failed"])
def test_a_withdrawal_can_come_to_nothing(trader: Trader, state: str) -> None:
    number = made(withdraw(trader, beneficiary(trader), "0.25"))["id"]
    assert trader.control("withdrawal", id=number, state=state)["state"] == state
    assert trader.read("/account/balances/btc") == {"currency": "btc", "balance": "0.75", "locked": "0.0"}
    assert refused(trader, "withdrawal", {"id": number, "state": state}) == "account.withdraw.cannot_end_like_that"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("incoming", {"currency": "doge", "amount": "1"}, "account.currency.doesnt_exist"),
        ("incoming", {"currency": "btc", "amount": "0"}, "control.non_positive_amount"),
        ("withdrawal", {"id": "x", "state": "failed"}, "control.non_integer_id"),
        ("withdrawal", {"id": 1, "state": "lost"}, "account.withdraw.invalid_state"),
        ("lightning/invoice", {"amount": "-1"}, "control.non_positive_amount"),
        ("lightning/pay", {"bolt": "x"}, "account.lightning.invoice_doesnt_exist"),
    ],
)
def test_an_order_that_means_nothing_is_refused(calm: Trader, path: str, body: dict[str, Any], code: str) -> None:
    assert refused(calm, path, body) == code


def test_an_unknown_withdrawal_is_not_found(calm: Trader) -> None:
    answer = calm.http.post(f"{calm.endpoints.control_url}/withdrawal", json={"id": 1, "state": "failed"})
    assert answer.status_code == 404


def test_everything_about_funding_can_be_seen(atlas: Trader) -> None:
    number = beneficiary(atlas)
    new = made(withdraw(atlas, number, "0.25"))
    invoice = made(atlas.ask("/account/lightning/invoices", amount=1000))
    atlas.read("/account/deposit_address/eth")
    seen = atlas.http.get(f"{atlas.endpoints.control_url}/funding").json()
    assert seen["withdrawals"] == [new]
    assert [each["id"] for each in seen["beneficiaries"]] == [number]
    assert seen["invoices"] == [{**invoice, "order_id": None}]
    assert seen["addresses"] == {"eth": ""}
    assert (len(seen["deposits"]), seen["quotes"]) == (17, [])


@pytest.mark.parametrize(("kind", "created"), [("lose_reply", 1), ("lose_request", 0)])
def test_a_withdrawal_s_reply_can_be_lost(trader: Trader, kind: str, created: int) -> None:
    number = beneficiary(trader)
    trader.fault(kind, request="withdraw")
    with pytest.raises(httpx.RemoteProtocolError):
        withdraw(trader, number, "0.25")
    assert len(trader.read("/account/withdraws")) == created


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_every_write_of_money_can_be_refused(trader: Trader, revision: str) -> None:
    number = beneficiary(trader)
    bolt = trader.control("lightning/invoice", amount="1000")["bolt"]
    voucher = {"payment_method_id": 2, "amount": 250, "voucher_pin": "1000000000000250"}
    with Trader(trader.endpoints, revision=revision) as asker:
        for request, send in (
            ("beneficiary", lambda: asker.form("/account/beneficiaries", currency="zar", name="x", data='{"a": 1}')),
            ("withdraw", lambda: withdraw(asker, number, "0.25")),
            ("redeem", lambda: asker.ask("/payments/vouchers/new", **voucher)),
            ("invoice", lambda: asker.ask("/account/lightning/invoices", amount=1000)),
            ("pay", lambda: asker.ask("/account/lightning/pays", amount=1000, bolt=bolt)),
        ):
            asker.fault("refuse", request=request, code="some.code")
            answer = send()
            assert (answer.status_code, answer.json()) == (422, {"errors": ["some.code"]})
            assert send().status_code == 201


async def test_requests_are_written_down_without_secrets(trader: Trader) -> None:
    def log(after: int = 0) -> Any:
        return trader.http.get(f"{trader.endpoints.control_url}/requests", params={"after": after}).json()

    await in_thread(trader.order, "buy", "0.1", "800000", post_only=True)
    await in_thread(trader.get, "/market/orders", state=["wait", "done"])
    await in_thread(trader.form, "/account/withdraws", otp=123456, amount="0.1")
    await in_thread(
        trader.ask, "/payments/vouchers/new", payment_method_id=1, amount=50, voucher_pin="1000000000000100"
    )
    entries = await in_thread(log)
    order, orders, withdrawal, voucher = entries
    assert order.pop("at_ms") <= orders.pop("at_ms")
    assert order == {
        "number": 1,
        "method": "POST",
        "path": "/api/v2/trade/market/orders",
        "endpoint": "/market/orders",
        "query": [],
        "body_kind": "json",
        "fields": {
            "market": "btczar",
            "side": "buy",
            "volume": "0.1",
            "ord_type": "limit",
            "price": "800000",
            "post_only": True,
        },
        "signed": True,
        "status": 201,
    }
    assert orders["query"] == [["state", "wait"], ["state", "done"]]
    assert (orders["method"], orders["body_kind"], orders["status"]) == ("GET", "none", 200)
    assert (withdrawal["body_kind"], withdrawal["status"]) == ("form", 422)
    assert withdrawal["fields"] == {"otp": "***", "amount": "0.1"}
    assert voucher["query"] == [["payment_method_id", "1"], ["amount", "50"], ["voucher_pin", "***"]]
    assert await in_thread(log, 3) == [voucher]
    text = str(entries)
    for secret in (trader.endpoints.api_key, trader.endpoints.api_secret, "1000000000000100", "123456"):
        assert secret not in text


def test_a_request_without_an_answer_has_no_status(trader: Trader) -> None:
    trader.fault("lose_reply", request="create")
    with pytest.raises(httpx.RemoteProtocolError):
        trader.order("buy", "0.1", "800000")
    trader.http.get(trader.rest_url + "/public/markets")
    lost, public = trader.http.get(f"{trader.endpoints.control_url}/requests").json()
    assert (lost["status"], lost["fields"]["volume"]) == (None, "0.1")
    assert (public["signed"], public["status"]) == (False, 200)
    assert len(trader.state()["orders"]) == 1


async def test_a_websocket_s_upgrade_is_written_down_too(trader: Trader) -> None:
    async with listening(trader, "/private?stream=order&stream=balance") as heard:
        await heard.until("success")
    (entry,) = trader.http.get(f"{trader.endpoints.control_url}/requests").json()
    assert (entry["method"], entry["path"], entry["signed"]) == ("WEBSOCKET", "/api/v2/stream/private", True)
    assert (entry["query"], entry["status"]) == ([["stream", "order"], ["stream", "balance"]], 101)


def test_money_in_and_out_can_be_closed_by_currency(trader: Trader) -> None:
    number = beneficiary(trader)
    closed = trader.fault("currency_state", currency="btc", deposits=False, withdrawals=False)
    assert closed == {"kind": "currency_state", "currency": "btc", "deposits": False, "withdrawals": False}
    told = trader.read("/public/currencies/btc")
    assert (told["deposit_enabled"], told["withdrawal_enabled"]) == (False, False)
    assert all(each["deposit_enabled"] for each in trader.read("/public/currencies") if each["id"] != "btc")
    bolt = trader.control("lightning/invoice", amount="1000")["bolt"]
    for answer, code in (
        (withdraw(trader, number, "0.1"), "account.currency.withdrawal_disabled"),
        (trader.ask("/account/lightning/pays", amount=1000, bolt=bolt), "account.currency.withdrawal_disabled"),
        (trader.get("/account/deposit_address/btc"), "account.currency.deposit_disabled"),
    ):
        assert (answer.status_code, answer.json()) == (422, {"errors": [code]})
    assert trader.fault("currency_state", currency="btc", withdrawals=True)["deposits"] is False
    assert withdraw(trader, number, "0.1").status_code == 201
    trader.fault("clear")
    assert trader.get("/account/deposit_address/btc").status_code == 200


def test_only_currencies_that_exist_can_be_closed(calm: Trader) -> None:
    assert refused(calm, "fault", {"kind": "currency_state", "currency": "doge"}) == "account.currency.doesnt_exist"


def test_a_paid_invoice_is_converted_at_the_makers_prices() -> None:
    with running(makers=True, revision="atlas") as trader:
        new = made(trader.ask("/account/lightning/invoices", amount=100_000, conversion_percent="0.25"))
        best = Decimal(trader.read("/public/markets/btczar/depth", limit=1)["bids"][0][0])
        trader.control("lightning/pay", bolt=new["bolt"])
        (invoice,) = trader.http.get(f"{trader.endpoints.control_url}/funding").json()["invoices"]
        order = trader.read(f"/market/orders/{invoice['order_id']}")
        assert (order["side"], order["ord_type"], order["state"]) == ("sell", "market", "done")
        assert order["executed_volume"] == "0.00025"
        assert Decimal(order["avg_price"]) <= best
        (fill,) = trader.read("/market/trades", order_id=order["id"])
        received = Decimal(fill["total"]) - Decimal(fill["fee_amount"])
        assert Decimal(trader.read("/account/balances/zar")["balance"]) == 250_000 + received
        assert trader.read("/account/balances/btc")["balance"] == "0.75075"
        assert trader.state()["discrepancies"] == {}
