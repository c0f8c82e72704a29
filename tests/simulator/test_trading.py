from __future__ import annotations

import json
import re
import uuid
from datetime import datetime
from typing import Any

import pytest

from tests.paths import API_DOCUMENT, needed
from tests.simulator.exchanges import Trader, running


def document_order() -> dict[str, Any]:
    text = needed(API_DOCUMENT).read_text()
    block = re.search(r"```json\n(.*?)```", text[text.index("> Create order response:") :], re.DOTALL)
    assert block is not None
    example: dict[str, Any] = json.loads(block[1])
    return example


def test_the_document_s_own_order_is_answered_as_in_the_document(trader: Trader) -> None:
    """Only what must differ does: number, uuid and times."""
    answer = trader.post(
        "/market/orders",
        {
            "market": "btczar",
            "side": "sell",
            "volume": "0.00001",
            "ord_type": "limit",
            "price": "800000",
            "post_only": True,
            "custom_order_id": "302b0494-1a06-4089-846c-0c6b13f1b661",
        },
    )
    example = document_order()
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == set(example)
    differing = {name for name in made if made[name] != example[name]}
    assert differing <= {"id", "uuid", "created_at", "updated_at"}
    assert isinstance(made["id"], int)
    uuid.UUID(made["uuid"])
    assert datetime.fromisoformat(made["created_at"]).utcoffset() is not None


def test_an_order_can_be_got_by_number_and_by_uuid(trader: Trader) -> None:
    made = trader.order("buy", "0.1", "800000")
    for name in (made["id"], made["uuid"], made["uuid"].upper()):
        found = trader.read(f"/market/orders/{name}")
        assert (found["id"], found["state"], found["trades"]) == (made["id"], "wait", [])


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("999999999", 404, "record.not_found"),
        ("302b0494-1a06-4089-846c-0c6b13f1b661", 404, "record.not_found"),
        ("mine", 422, "market.order.invaild_id_or_uuid"),
        ("-1", 422, "market.order.invaild_id_or_uuid"),
    ],
)
def test_an_order_that_is_not_there(trader: Trader, name: str, status: int, code: str) -> None:
    trader.order("buy", "0.1", "800000", custom_order_id="302b0494-1a06-4089-846c-0c6b13f1b661")
    for answer in (trader.get(f"/market/orders/{name}"), trader.cancel(name)):
        assert (answer.status_code, answer.json()) == (status, {"errors": [code]})


def test_a_matched_order_tells_of_its_trades_and_fees(trader: Trader) -> None:
    resting = trader.order("sell", "0.1", "850000", custom_order_id="mine")
    trader.control("trade", market="btczar", side="buy", amount="0.04")
    found = trader.read(f"/market/orders/{resting['id']}")
    assert (found["state"], found["executed_volume"], found["remaining_volume"]) == ("wait", "0.04", "0.06")
    assert (found["avg_price"], found["trades_count"]) == ("850000.0", 1)
    (fill,) = found["trades"]
    assert fill == trader.read("/market/trades")[0]
    assert {name: fill[name] for name in ("side", "taker_type", "fee", "fee_currency", "fee_amount", "total")} == {
        "side": "sell",
        "taker_type": "buy",
        "fee": "0.001",
        "fee_currency": "zar",
        "fee_amount": "34.0",
        "total": "34000.0",
    }
    assert (fill["order_id"], fill["custom_order_id"]) == (resting["id"], "mine")
    assert trader.read("/account/balances/zar") == {"currency": "zar", "balance": "283966.0", "locked": "0.0"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"market": None}, "market.order.missing_market"),
        ({"market": "dogezar"}, "market.market.doesnt_exist"),
        ({"market": ["btczar"]}, "market.market.doesnt_exist"),
        ({"side": ""}, "market.order.missing_side"),
        ({"side": "hold"}, "market.order.invalid_side"),
        ({"volume": None}, "market.order.missing_volume"),
        ({"volume": "much"}, "market.order.invalid_volume_or_price"),
        ({"volume": "-1"}, "market.order.invalid_volume_or_price"),
        ({"volume": "1e99999999"}, "market.order.invalid_volume_or_price"),
        ({"volume": True}, "market.order.invalid_volume_or_price"),
        ({"price": "NaN"}, "market.order.invalid_volume_or_price"),
        ({"price": None}, "market.order.invalid_volume_or_price"),
        ({"price": "800000.001"}, "market.order.invalid_volume_or_price"),
        ({"ord_type": "stop"}, "market.order.invalid_type"),
        ({"ord_type": "market"}, "market.order.market_order_price"),
        ({"ord_type": "market", "price": None}, "market.order.insufficient_market_liquidity"),
        ({"volume": "10"}, "market.account.insufficient_balance"),
        ({"custom_order_id": 7}, "market.order.invalid_custom_order_id"),
    ],
)
def test_a_bad_order_is_refused_with_the_exchange_s_word(calm: Trader, body: dict[str, Any], code: str) -> None:
    good = {"market": "btczar", "side": "buy", "volume": "0.1", "ord_type": "limit", "price": "800000"}
    answer = calm.post("/market/orders", good | body)
    assert (answer.status_code, answer.json()) == (422, {"errors": [code]})
    assert calm.state()["orders"] == []


@pytest.mark.parametrize("body", [b"not json", b"[1]", b'"text"'])
def test_a_body_that_is_no_object_is_refused(calm: Trader, body: bytes) -> None:
    headers = calm.headers() | {"Content-Type": "application/json"}
    answer = calm.http.post(calm.rest_url + "/market/orders", headers=headers, content=body)
    assert (answer.status_code, answer.json()) == (422, {"errors": ["server.invalid_json"]})


def test_the_older_revision_takes_numbers_and_orders_without_type(trader: Trader) -> None:
    number = trader.post("/market/orders", {"market": "btczar", "side": "buy", "volume": 0.1, "price": 800000.5})
    assert (number.status_code, number.json()["origin_volume"], number.json()["price"]) == (201, "0.1", "800000.5")
    assert number.json()["ord_type"] == "limit"
    assert "post_only" not in number.json()


def test_orders_are_taken_as_json_alone(trader: Trader) -> None:
    order = {"market": "btczar", "side": "sell", "volume": "0.1", "price": "900000"}
    for answer in (trader.form("/market/orders", **order), trader.ask("/market/orders", **order)):
        assert (answer.status_code, answer.json()) == (422, {"errors": ["server.parameters_belong_in_json"]})
    assert trader.read("/market/orders") == []


def test_the_newer_revision_wants_texts_and_a_type(atlas: Trader) -> None:
    good = {"market": "btczar", "side": "buy", "volume": "0.1", "ord_type": "limit", "price": "800000"}
    assert atlas.post("/market/orders", good).json()["post_only"] is False
    for change, code in (
        ({"volume": 0.1}, "market.order.invalid_volume_or_price"),
        ({"price": 800000}, "market.order.invalid_volume_or_price"),
        ({"ord_type": None}, "market.order.missing_ord_type"),
    ):
        answer = atlas.post("/market/orders", good | change)
        assert (answer.status_code, answer.json()) == (422, {"errors": [code]})


def test_cancelling_answers_201_with_the_order_as_it_stood(trader: Trader) -> None:
    made = trader.order("buy", "0.1", "800000")
    answer = trader.cancel(made["uuid"])
    assert (answer.status_code, answer.json()["state"]) == (201, "wait")
    assert trader.read(f"/market/orders/{made['id']}")["state"] == "cancel"
    again = trader.cancel(made["id"])
    assert (again.status_code, again.json()["state"]) == (201, "cancel")
    assert trader.read("/account/balances/zar")["locked"] == "0.0"


def test_cancelling_all_can_be_narrowed_to_market_and_side(trader: Trader) -> None:
    buy = trader.order("buy", "0.1", "800000")
    sell = trader.order("sell", "0.1", "900000")
    other = trader.order("buy", "1", "40000", market="ethzar")

    def cancelled(body: dict[str, str]) -> list[int]:
        answer = trader.form("/market/orders/cancel", **body)
        assert answer.status_code == 201
        return [order["id"] for order in answer.json()]

    assert cancelled({"market": "btczar", "side": "sell"}) == [sell["id"]]
    assert cancelled({"market": "ethzar"}) == [other["id"]]
    assert cancelled({}) == [buy["id"]]
    assert cancelled({}) == []
    assert trader.form("/market/orders/cancel", side="both").json() == {"errors": ["market.order.invalid_side"]}


def test_orders_can_be_filtered_ordered_and_paged(atlas: Trader) -> None:
    first = atlas.order("buy", "0.1", "800000")
    atlas.control("advance", ms=10_000)
    second = atlas.order("sell", "0.1", "900000")
    third = atlas.order("buy", "1", "40000", market="ethzar")
    market = atlas.order("sell", "0.05", None, ord_type="market")
    atlas.cancel(second["id"])

    def ids(**params: Any) -> list[int]:
        return [order["id"] for order in atlas.read("/market/orders", **params)]

    everything = [market["id"], third["id"], second["id"], first["id"]]
    assert ids() == everything
    assert ids(order_by="asc") == everything[::-1]
    assert ids(market="ethzar") == [third["id"]]
    assert ids(base_unit="btc", state="wait") == [first["id"]]
    assert ids(quote_unit="usd") == []
    assert ids(state="cancel") == [second["id"]]
    assert ids(state=["cancel", "done"]) == [market["id"], second["id"]]
    assert ids(ord_type="market") == [market["id"]]
    assert ids(type="buy") == [third["id"], first["id"]]
    start = 1_795_000_000_000
    assert ids(time_from=start + 1) == everything[:3]
    assert ids(time_to=start + 10_000) == [first["id"]]
    assert ids(limit=2, page=2) == everything[2:]
    answer = atlas.get("/market/orders", limit=2, page=2)
    assert [answer.headers[name] for name in ("Page", "Per-Page", "Total")] == ["2", "2", "4"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"state": "lost"}, "market.order.invalid_state"),
        ({"market": "dogezar"}, "market.market.doesnt_exist"),
        ({"type": "hold"}, "market.order.invalid_type"),
        ({"ord_type": "stop"}, "market.order.invalid_ord_type"),
        ({"time_from": "noon"}, "market.order.non_integer_time_from"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(calm: Trader, params: dict[str, str], code: str) -> None:
    assert calm.get("/market/orders", **params).json() == {"errors": [code]}


def test_own_trades_can_be_filtered(atlas: Trader) -> None:
    first = atlas.order("sell", "0.1", "850000")
    second = atlas.order("sell", "1", "46000", market="ethzar")
    atlas.control("trade", market="btczar", side="buy", amount="0.1")
    atlas.control("advance", ms=1000)
    atlas.control("trade", market="ethzar", side="buy", amount="1")

    def orders(trader: Trader = atlas, **params: Any) -> list[int]:
        return [trade["order_id"] for trade in trader.read("/market/trades", **params)]

    assert orders() == [second["id"], first["id"]]
    assert orders(order_by="asc") == [first["id"], second["id"]]
    assert orders(market="btczar") == [first["id"]]
    assert orders(order_id=second["id"]) == [second["id"]]
    assert orders(time_from=1_795_000_001_000) == [second["id"]]
    assert orders(time_to=1_795_000_001_000) == [first["id"]]
    older = Trader(atlas.endpoints)
    with older:
        assert orders(older, order_id=second["id"]) == [second["id"], first["id"]], "the filter is newer"


def test_balances_leave_out_what_is_locked(trader: Trader) -> None:
    trader.order("buy", "0.1", "800000")
    balances = {each["currency"]: each for each in trader.read("/account/balances")}
    assert balances["zar"] == {"currency": "zar", "balance": "170000.0", "locked": "80000.0"}
    assert balances["btc"] == {"currency": "btc", "balance": "0.75", "locked": "0.0"}
    assert list(balances) == ["zar", "btc", "eth", "xrp", "usdc"]
    assert trader.get("/account/balances/doge").json() == {"errors": ["account.currency.doesnt_exist"]}


def test_zero_balances_can_be_left_out(trader: Trader) -> None:
    trader.control("trade", market="btczar", side="buy", amount="1", price="200000")
    trader.order("sell", "0.75", "200000")
    trader.control("trade", market="btczar", side="buy", amount="0.75")
    assert [each["currency"] for each in trader.read("/account/balances", nonzero="true")] == [
        "zar",
        "eth",
        "xrp",
        "usdc",
    ]


@pytest.mark.parametrize("path", ["/market/orders", "/market/trades", "/account/balances", "/market/orders/1"])
def test_private_endpoints_want_a_key(calm: Trader, path: str) -> None:
    answer = calm.http.get(calm.rest_url + path)
    assert (answer.status_code, answer.json()) == (401, {"errors": ["authz.invalid_session"]})


def test_a_nonce_counts_once_over_both_revisions(calm: Trader) -> None:
    headers = calm.headers()
    first = calm.http.get(calm.endpoints.rest_url + "/account/balances", headers=headers)
    second = calm.http.get(calm.endpoints.atlas_rest_url + "/account/balances", headers=headers)
    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json() == {"errors": ["authz.nonce_expired"]}


def test_a_wrong_signature_changes_nothing(calm: Trader) -> None:
    headers = calm.headers() | {"X-Auth-Signature": "0" * 64}
    body = {"market": "btczar", "side": "buy", "volume": "0.1", "price": "800000"}
    answer = calm.http.post(calm.rest_url + "/market/orders", headers=headers, json=body)
    assert (answer.status_code, answer.json()) == (401, {"errors": ["authz.invalid_signature"]})
    assert calm.state()["orders"] == []


def test_the_rate_limit_answers_429_and_says_when_to_come_back() -> None:
    with running(rate_limit=3) as trader:
        answers = [trader.get("/public/health/alive") for _ in range(10)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert answers[0].status_code == 200
        assert refused
        assert int(refused[0].headers["Retry-After"]) == 1
        assert refused[0].json() == {"errors": ["server.too_many_requests"]}
