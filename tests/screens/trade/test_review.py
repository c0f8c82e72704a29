"""What a dialog says before money moves: the figures, the levels, the risks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.checks import Limits
from captui.core.fees import Fees
from captui.core.types import OrderDraft, OrderStatus, OrderType, Side
from captui.render.lines import Line, plain
from captui.screens.trade import review
from captui.screens.trade.order_desk import OrderDesk
from captui.session.views import Views
from captui.widgets.rows import fill_key
from tests import samples
from tests.ui.fake_session import FakeSession
from tests.ui.harness import Clock, Ids

D = Decimal


def text(items: list[Line]) -> str:
    return "\n".join(plain(item).rstrip() for item in items)


def reviewed(draft: OrderDraft, views: Views | None = None) -> str:
    desk = OrderDesk(FakeSession(views or samples.views()), limits=Limits(), fees=Fees(), now_ms=Clock(), new_id=Ids())
    return text(review.draft_items(desk.look(draft), samples.BTCZAR))


def limit(side: Side, price: str, volume: str) -> OrderDraft:
    return OrderDraft("btczar", side, OrderType.LIMIT, D(price), D(volume))


def test_an_order_that_rests() -> None:
    said = reviewed(limit(Side.BUY, "834100", "0.01"))
    assert "BUY 0.0100 BTC at 834 100.00   limit" in said
    assert "value       R 8 341.00" in said
    assert "fee         R 8.34  as maker" in said
    assert "rests       0.0100 BTC, behind 0.1658" in said
    assert "left after  R 233 318.00" in said
    assert "takes" not in said


def test_an_order_that_takes_and_rests() -> None:
    said = reviewed(limit(Side.BUY, "841600", "0.2"))
    assert "takes       0.1564 at 841 039.73" in said
    assert "            0.0150 at 841 600.00" in said
    assert "rests       0.0286 BTC" in said
    assert "part taker, part maker" in said
    assert "on average" in said


def test_a_market_order_says_so() -> None:
    said = reviewed(OrderDraft("btczar", Side.SELL, OrderType.MARKET, None, D("0.05")))
    assert "SELL 0.0500 BTC at the market\n" in said
    assert "as taker" in said
    assert "rests" not in said


def test_many_levels_are_summed_up() -> None:
    said = reviewed(OrderDraft("btczar", Side.SELL, OrderType.MARKET, None, D("0.6")))
    assert said.partition("takes")[2].count(" at 83") == 5
    assert "more" in said


def test_risks_are_told() -> None:
    said = reviewed(limit(Side.BUY, "700000", "0.01"))
    assert "your limit is 5 %" in said


def test_titles() -> None:
    assert review.title(limit(Side.SELL, "1", "1"), samples.BTCZAR) == "Sell BTC/ZAR?"
    assert review.title(limit(Side.BUY, "1", "1"), None) == "Buy BTCZAR?"


def test_order_details_tell_its_trades_and_nothing_twice() -> None:
    views = samples.views()
    found = review.details("orders", "o-buy", views, (), samples.TZ)
    assert found is not None
    title, items, can_cancel = found
    assert title == "Order"
    assert can_cancel
    said = text(items)
    assert "0.0033 of 0.0083 BTC" in said
    mine = [fill for fill in views.fills.fills if fill.custom_order_id == "o-buy"]
    assert said.count(", fee ") == len(mine) > 0


def test_an_unknown_order_is_explained() -> None:
    lost = samples.order("lost", Side.BUY, "833750", "0.02", status=OrderStatus.UNKNOWN, reason="The answer was lost.")
    views = samples.views()
    views = replace(views, orders=replace(views.orders, open=(lost,)))
    found = review.details("orders", "lost", views, (), samples.TZ)
    assert found is not None
    said = text(found[1])
    assert "never sent again" in said
    assert "not known yet" in said


def test_closed_orders_cannot_be_cancelled() -> None:
    found = review.details("history", "c-4", samples.views(), (), samples.TZ)
    assert found is not None
    assert not found[2]
    assert "Not enough funds." in text(found[1])


def test_details_of_a_trade_and_of_a_notice() -> None:
    views = samples.views()
    fill = views.fills.fills[0]
    found = review.details("trades", fill_key(fill), views, (), samples.TZ)
    assert found is not None
    assert fill.id in text(found[1])
    notice = samples.notices()[0]
    found = review.details("log", "7", views, [(7, notice)], samples.TZ)
    assert found is not None
    assert text(found[1]) == notice.text


def test_each_side_of_a_trade_with_oneself_has_its_own_details() -> None:
    views = samples.views()
    bought = views.fills.fills[0]
    sold = replace(bought, side=bought.side.opposite, order_id=77)
    views = replace(views, fills=replace(views.fills, fills=(bought, sold)))
    for fill in (bought, sold):
        found = review.details("trades", fill_key(fill), views, (), samples.TZ)
        assert found is not None
        assert f"side        {fill.side}" in text(found[1])
        assert f"order       {fill.order_id}" in text(found[1])


def test_a_row_that_has_gone_has_no_details() -> None:
    for table in ("orders", "history", "trades", "log"):
        assert review.details(table, "gone", samples.views(), (), samples.TZ) is None


def test_a_long_list_is_cut_and_says_so() -> None:
    orders = [samples.order(f"o{n}", Side.BUY, "800000", "0.01") for n in range(12)]
    said = text(review.order_list(orders, samples.views().markets, fresh=False))
    assert said.count("buy ") == 8
    assert "and 4 more" in said
    assert "not up to date" in said
