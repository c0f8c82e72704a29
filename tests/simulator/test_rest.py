from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

import pytest

from captui.simulator.markets import PERIODS
from tests.paths import API_DOCUMENT, needed
from tests.simulator.exchanges import QUIET, Trader, running


@pytest.fixture(scope="module")
def lively() -> Any:
    """An exchange with makers, its clock standing still after they warmed up."""
    with running(makers=True) as made:
        yield made


def document_example(after: str) -> Any:
    """The first JSON block of the API document after a heading."""
    text = needed(API_DOCUMENT).read_text()
    block = re.search(r"```json\n(.*?)```", text[text.index(after) :], re.DOTALL)
    assert block is not None
    return json.loads(block[1])


def test_markets_are_exactly_those_of_the_document(trader: Trader) -> None:
    assert trader.read("/public/markets") == document_example("> Markets response:")


def test_alive_answers_200(trader: Trader) -> None:
    assert trader.get("/public/health/alive").status_code == 200


def test_public_endpoints_need_no_key(trader: Trader) -> None:
    assert trader.http.get(trader.rest_url + "/public/markets").status_code == 200


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"base_unit": "eth"}, ["ethzar"]),
        ({"quote_unit": "usd"}, []),
        ({"limit": 2}, ["btczar", "ethzar"]),
        ({"limit": 3, "page": 2}, ["usdczar"]),
        ({"order_by": "id"}, ["btczar", "ethzar", "usdczar", "xrpzar"]),
        ({"ordering": "desc"}, ["usdczar", "xrpzar", "ethzar", "btczar"]),
    ],
)
def test_markets_can_be_filtered_ordered_and_paged(lively: Trader, params: dict[str, Any], ids: list[str]) -> None:
    assert [market["id"] for market in lively.read("/public/markets", **params)] == ids


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("/public/markets", {"limit": 0}, "public.market.invalid_limit"),
        ("/public/markets", {"limit": 1001}, "public.market.invalid_limit"),
        ("/public/markets", {"page": 0}, "public.market.non_positive_page"),
        ("/public/markets", {"page": "two"}, "public.market.non_integer_page"),
        ("/public/markets", {"order_by": "beauty"}, "public.market.invalid_order_by"),
        ("/public/markets/dogezar/depth", {}, "public.market.doesnt_exist"),
        ("/public/markets/btczar/k-line", {"period": 7}, "public.k_line.invalid_period"),
        ("/public/markets/btczar/k-line", {"limit": 0}, "public.k_line.invalid_limit"),
        ("/public/markets/btczar/depth", {"limit": 0}, "public.depth.invalid_limit"),
        ("/public/markets/btczar/trades", {"order_by": "up"}, "public.trade.invalid_order_by"),
        ("/public/currencies", {"type": "paper"}, "public.currency.invalid_type"),
    ],
)
def test_a_parameter_out_of_range_is_refused(lively: Trader, path: str, params: dict[str, Any], code: str) -> None:
    answer = lively.get(path, **params)
    assert (answer.status_code, answer.json()) == (422, {"errors": [code]})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/public/nothing", 404), ("GET", "/public/currencies/doge", 404), ("DELETE", "/public/markets", 405)],
)
def test_what_is_not_there_is_said_in_json(lively: Trader, method: str, path: str, status: int) -> None:
    answer = lively.http.request(method, lively.rest_url + path)
    assert answer.status_code == status
    assert list(answer.json()) == ["errors"]


def test_a_ticker_has_every_field_of_the_document_as_text(lively: Trader) -> None:
    ticker = lively.read("/public/markets/btczar/tickers")
    entry = ticker["ticker"]
    assert isinstance(ticker["at"], int)
    numbers = {"low", "high", "open", "last", "volume", "amount", "vol", "avg_price"}
    assert set(entry) == numbers | {"price_change_percent", "at"}
    assert all(re.fullmatch(r"\d+\.\d+", entry[name]) for name in numbers)
    assert float(entry["low"]) <= float(entry["avg_price"]) <= float(entry["high"])
    assert re.fullmatch(r"[+-]\d+\.\d\d%", entry["price_change_percent"])


def test_all_tickers_are_an_object_by_market(lively: Trader) -> None:
    tickers = lively.read("/public/markets/tickers")
    assert list(tickers) == ["btczar", "ethzar", "xrpzar", "usdczar"]
    assert tickers["ethzar"] == lively.read("/public/markets/ethzar/tickers")


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("market", ["btczar", "usdczar"])
def test_a_chart_is_full_in_every_period(lively: Trader, market: str, period: int) -> None:
    rows = lively.read(f"/public/markets/{market}/k-line", period=period, limit=200)
    assert len(rows) == 200
    assert all(later[0] - earlier[0] == period * 60 for earlier, later in pairwise(rows))
    assert all(low <= min(opened, close) <= max(opened, close) <= high for _, opened, high, low, close, _ in rows)
    assert all(isinstance(value, int | float) for row in rows for value in row)
    assert rows[-1][4] == float(lively.read(f"/public/markets/{market}/tickers")["ticker"]["last"])


def test_candles_default_to_thirty_minutes_and_take_ranges(lively: Trader) -> None:
    path, now = "/public/markets/btczar/k-line", 1_795_000_000
    assert len(lively.read(path)) == 30
    rows = lively.read(path, period=5, time_from=(now - 3600) * 1000, time_to=now * 1000, limit=1)
    assert [row[0] for row in rows] == list(range(-(-(now - 3600) // 300) * 300, now + 1, 300))
    assert lively.read(path, period=5, time_from=now - 3600, time_to=now) == [], (
        "seconds are not what this server reads"
    )


def test_a_server_may_read_seconds_instead() -> None:
    with running(time_unit="s") as trader:
        path, now = "/public/markets/btczar/k-line", 1_795_000_000
        assert len(trader.read(path, period=5, time_from=now - 3600, time_to=now)) == 12
        assert trader.read(path, period=5, time_from=(now - 3600) * 1000, time_to=now * 1000) == []


def test_depth_is_best_first_and_limited(lively: Trader) -> None:
    depth = lively.read("/public/markets/btczar/depth", limit=5)
    assert set(depth) == {"timestamp", "asks", "bids"}
    asks, bids = ([float(price) for price, _ in depth[side]] for side in ("asks", "bids"))
    assert (len(asks), len(bids)) == (5, 5)
    assert asks == sorted(asks)
    assert bids == sorted(bids, reverse=True)
    assert bids[0] < asks[0]
    assert len(lively.read("/public/markets/btczar/depth")["asks"]) == 100


def test_market_trades_are_newest_first_and_can_be_turned_and_cut(lively: Trader) -> None:
    path = "/public/markets/btczar/trades"
    newest = lively.read(path)
    assert 5 < len(newest) <= 100
    assert set(newest[0]) == {"id", "price", "amount", "total", "market", "created_at", "taker_type"}
    assert isinstance(newest[0]["id"], str)
    assert datetime.fromisoformat(newest[0]["created_at"]).utcoffset() is not None
    oldest = lively.read(path, order_by="asc")
    assert oldest == newest[::-1]
    cut = int(datetime.fromisoformat(newest[0]["created_at"]).timestamp()) * 1000 - 10_000
    later, earlier = (lively.read(path, **{name: cut}) for name in ("time_from", "time_to"))
    assert [trade["id"] for trade in later + earlier] == [trade["id"] for trade in newest]
    assert later
    assert earlier


def test_currencies_can_be_listed_by_type_and_got_alone(lively: Trader) -> None:
    assert [currency["id"] for currency in lively.read("/public/currencies", type="fiat")] == ["zar"]
    assert [currency["id"] for currency in lively.read("/public/currencies")] == ["zar", "btc", "eth", "xrp", "usdc"]
    assert lively.read("/public/currencies/btc")["precision"] == 8


def test_every_answer_has_the_date(lively: Trader) -> None:
    for path in ("/public/markets", "/nothing", "/account/balances/doge"):
        answer = lively.get(path)
        assert parsedate_to_datetime(answer.headers["Date"]).tzinfo is not None
        assert len(answer.headers.get_list("Date")) == 1


def test_pages_are_told_in_headers_by_the_newer_revision_only(trader: Trader) -> None:
    newer = trader.http.get(trader.endpoints.atlas_rest_url + "/public/markets", params={"limit": 3, "page": 2})
    assert [newer.headers[name] for name in ("Page", "Per-Page", "Total")] == ["2", "3", "4"]
    assert "Total" not in trader.get("/public/markets").headers


@pytest.mark.parametrize(("revisions", "alive"), [(("trade",), [200, 404]), (("atlas",), [404, 200])])
def test_a_revision_that_is_not_served_is_not_there(revisions: tuple[str, ...], alive: list[int]) -> None:
    with running(QUIET, revisions=revisions) as trader:
        urls = (trader.endpoints.rest_url, trader.endpoints.atlas_rest_url)
        assert [trader.http.get(url + "/public/health/alive").status_code for url in urls] == alive
