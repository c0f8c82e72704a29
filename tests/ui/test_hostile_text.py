"""Words of the exchange are data: brackets, wide letters and escape sequences, in every place that shows text, with notifications on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from captui.core.types import OrderStatus, Side
from captui.session.views import Access, Freshness, MarketsView, OrdersView, Severity, Views
from tests import samples
from tests.ui.harness import LARGE, MEDIUM, SMALL, opened

NASTY = [
    "[/x]",
    "[b]bold[/b]",
    "[@click=app.quit]x[/]",
    "価格が高い",
    "\U0001f680\u200d\U0001f525",
    "%s {0} $bid",
    "x" * 5_000,
]


def poisoned(text: str) -> Views:
    """Sample views in which every text that can come from outside is this one."""
    views = samples.views()
    market = replace(samples.BTCZAR, name=text)
    order = replace(
        samples.order("o", Side.BUY, "834100", "0.01", status=OrderStatus.UNKNOWN),
        reason=text,
        custom_id=text,
        uuid=text,
    )
    fill = replace(samples.fills()[0], id=text, fee_currency=text, custom_order_id=text)
    return replace(
        views,
        markets=MarketsView((market, *samples.MARKETS[1:]), views.markets.currencies, "btczar"),
        orders=OrdersView((order,), (replace(order, key="c", status=OrderStatus.REJECTED),), Freshness.LIVE),
        fills=replace(views.fills, fills=(fill,)),
        connection=replace(views.connection, reason=text, why_not=text, exchange=text, can_trade=False),
        book=replace(views.book, reason=text, freshness=Freshness.STALE),
    )


CASES = [*((text, MEDIUM) for text in NASTY), (NASTY[0], SMALL), (NASTY[3], LARGE)]


@pytest.mark.parametrize(("text", "size"), CASES, ids=range(len(CASES)))
async def test_no_text_of_the_exchange_does_anything(text: str, size: tuple[int, int]) -> None:
    async with opened(poisoned(text), size=size) as it:
        for severity in Severity:
            it.session.tell(text, at_ms=it.clock.ms, severity=severity)
        await it.frame()
        await it.press(
            "b", "O", "enter", "escape", "H", "enter", "escape", "M", "enter", "escape", "G", "enter", "escape"
        )
        await it.press("slash", "escape", "ctrl+q", "escape", "question_mark", "escape", "ctrl+x", "escape")
        assert it.on_top == "TradeScreen"
        assert it.app.is_running
        shown = it.text()
        assert all(cell_len(line) <= size[0] for line in shown.splitlines())


@pytest.mark.parametrize(
    "text", ["\x1b]0;owned\x07", "\x1b[2J", "a\nb\rc", "\x9b31m"], ids=["title", "clear", "lines", "c1"]
)
async def test_no_notice_reaches_the_terminal_raw(text: str) -> None:
    async with opened() as it:
        it.session.tell(text, at_ms=it.clock.ms, severity=Severity.ERROR)
        order = replace(samples.order("o", Side.BUY, "834100", "0.01"), reason=text, custom_id=text)
        it.session.change(orders=OrdersView((order,), (), Freshness.LIVE))
        await it.press("G", "enter")
        shown = it.text()
        await it.press("escape", "O", "enter")
        shown += it.text()
        assert not {c for c in shown if not c.isprintable()} - {"\n"}


async def test_a_refused_key_is_told_in_the_exchanges_words() -> None:
    views = samples.views("no-credentials")
    words = "The key [/x] has been switched off."
    connection = replace(views.connection, access=Access.REFUSED, reason=words, why_not=words)
    async with opened(replace(views, connection=connection)) as it:
        assert words in it.words("#balances")
        assert words in it.words("#orders")
        await it.press("b")
        assert it.said == words
