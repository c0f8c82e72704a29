"""The markets screen, by its keys: looking, searching, sorting, favourites, and going to trade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from rich.cells import cell_len

from captui.core.types import Ticker
from captui.screens.markets import MarketsScreen
from captui.session.commands import SelectMarket, Watch, Watched
from captui.session.views import Freshness, MarketsView, Phase, TickersView, Views
from tests import samples, samples_markets
from tests.ui.harness import LARGE, MEDIUM, SMALL, Opened, opened

D = Decimal


def shown(it: Opened) -> list[str]:
    """The pairs from the top."""
    lines = it.text("#markets").splitlines()[1:]
    return [line[2:].lstrip("★ ").split()[0] for line in lines if line.strip()]


def marked(it: Opened) -> str:
    page = it.app.page
    assert isinstance(page, MarketsScreen)
    return page.table.cursor_key


def moved(it: Opened, market: str, *, last: str = "", change: str = "") -> None:
    """A new ticker of one market."""
    tickers = dict(it.session.views.tickers.tickers)
    before: Ticker = tickers[market]
    tickers[market] = replace(
        before, last=D(last) if last else before.last, change_percent=D(change) if change else before.change_percent
    )
    it.session.change(tickers=TickersView(tickers))


BY_TURNOVER = ["BTC/ZAR", "ETH/ZAR", "BTC/USDC", "XRP/ZAR", "USDC/ZAR", "SOL/ZAR", "ETH/BTC", "USDT/ZAR"]


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE])
async def test_all_markets_are_there_with_the_traded_one_under_the_cursor(size: tuple[int, int]) -> None:
    async with opened(samples_markets.views(), size=size) as it:
        await it.press("f3")
        assert shown(it) == BY_TURNOVER
        assert marked(it) == "btczar"
        assert Watch(Watched.MARKETS) in it.session.sent
        text = it.text("#markets")
        assert "841 039.73" in text
        assert "+1.24 %" in text
        assert "halted" in text
        assert "smallest order 0.00001 BTC" in it.text("#market-detail")
        assert all(cell_len(line) <= size[0] for line in it.text().splitlines())


async def test_enter_trades_the_market_and_remembers_it() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "down", "enter")
        assert it.app.screen is it.app.trade
        assert SelectMarket("ethzar") in it.session.sent
        assert it.remembered["market"] == "ethzar"


async def test_the_market_that_is_traded_already_is_not_selected_again() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "t")
        assert it.app.screen is it.app.trade
        assert not [command for command in it.session.sent if isinstance(command, SelectMarket)]


async def test_typing_looks_for_a_name_and_enter_trades_the_first() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "slash")
        await it.write("sol")
        assert shown(it) == ["SOL/ZAR"]
        assert "/ sol" in it.text("#markets-head")
        await it.press("enter")
        assert SelectMarket("solzar") in it.session.sent
        await it.press("f3")
        assert len(shown(it)) == 8


async def test_keys_that_mean_something_elsewhere_are_letters_while_typing() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "slash")
        await it.write("sft?gjkhl/ ")
        assert it.on_top == "MarketsScreen"
        assert "/ sft?gjkhl/" in it.text("#markets-head")
        assert "No market has that in its name" in it.text("#markets")
        assert "markets.favourites" not in it.remembered
        await it.press("enter")
        assert it.on_top == "MarketsScreen"
        await it.press("ctrl+u")
        await it.write("ethh")
        await it.press("backspace")
        assert shown(it) == ["ETH/ZAR", "ETH/BTC"]


async def test_the_arrows_move_while_typing_and_escape_shows_all_again() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "slash")
        await it.write("eth")
        await it.press("down")
        assert marked(it) == "ethbtc"
        await it.press("escape")
        assert it.on_top == "MarketsScreen"
        assert len(shown(it)) == 8
        assert marked(it) == "ethbtc"
        await it.press("escape")
        assert it.app.screen is it.app.trade


async def test_tab_keeps_what_was_found_and_gives_the_keys_back() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "slash")
        await it.write("eth")
        await it.press("tab", "f")
        assert it.remembered["markets.favourites"] == "ethzar"
        assert shown(it) == ["ETH/ZAR", "ETH/BTC"]
        await it.press("slash")
        await it.write("b")
        assert "/ ethb" in it.text("#markets-head")


async def test_favourites_come_first_and_are_remembered() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "end", "up", "f")
        assert it.remembered["markets.favourites"] == "ethbtc"
        assert shown(it)[0] == "ETH/BTC"
        assert marked(it) == "ethbtc"
        assert "★" in it.text("#markets")
        await it.press("f")
        assert it.remembered["markets.favourites"] == ""
        assert shown(it) == BY_TURNOVER


async def test_remembered_favourites_are_there_and_unknown_ones_do_no_harm() -> None:
    async with opened(samples_markets.views(), remembered={"markets.favourites": "gone,xrpzar"}) as it:
        await it.press("f3")
        assert shown(it)[0] == "XRP/ZAR"
        await it.press("right")
        assert shown(it) == ["XRP/ZAR"]
        await it.press("f")
        assert "No favourites yet" in it.text("#markets")
        assert it.remembered["markets.favourites"] == "gone"


async def test_arrows_go_through_the_quotes_and_wrap() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "right", "right", "right")
        assert shown(it) == ["ETH/BTC"]
        await it.press("right")
        assert shown(it) == ["BTC/USDC"]
        await it.press("right")
        assert len(shown(it)) == 8
        await it.press("left")
        assert shown(it) == ["BTC/USDC"]


async def test_a_tab_can_be_clicked_and_a_row_clicked_twice() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3")
        at = it.text("#markets-head").index("BTC 1")
        await it.pilot.click("#markets-head", offset=(at + 1, 0))
        await it.settle()
        assert shown(it) == ["ETH/BTC"]
        await it.pilot.click("#markets", offset=(6, 1), times=2)
        await it.settle()
        assert SelectMarket("ethbtc") in it.session.sent


async def test_one_quote_needs_no_tabs() -> None:
    async with opened() as it:
        await it.press("f3")
        assert "ZAR 4" not in it.text("#markets-head")


async def test_sorts_go_round_and_are_remembered() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "s")
        assert (it.remembered["markets.sort"], shown(it)[0]) == ("price down", "BTC/ZAR")
        await it.press("s")
        assert (it.remembered["markets.sort"], shown(it)[:2]) == ("name up", ["BTC/USDC", "BTC/ZAR"])
        await it.press("s")
        assert (it.remembered["markets.sort"], shown(it)[0]) == ("change down", "SOL/ZAR")
        await it.press("S")
        assert (it.remembered["markets.sort"], shown(it)[0]) == ("change up", "ETH/ZAR")
        assert "by change ↑" in it.text("#markets-head")
        assert marked(it) == "btczar"


@pytest.mark.parametrize(
    ("remembered", "first"), [("name down", "XRP/ZAR"), ("nonsense", "BTC/ZAR"), ("name", "BTC/ZAR"), ("", "BTC/ZAR")]
)
async def test_a_remembered_sort_counts_and_nonsense_does_not(remembered: str, first: str) -> None:
    async with opened(samples_markets.views(), remembered={"markets.sort": remembered}) as it:
        await it.press("f3")
        assert shown(it)[0] == first


async def test_rows_change_places_now_and_then_and_never_while_the_cursor_is_moved() -> None:
    async with opened(samples_markets.views(), remembered={"markets.sort": "change down"}) as it:
        await it.press("f3")
        await it.later(6_000)
        assert shown(it)[0] == "SOL/ZAR"
        moved(it, "ethzar", change="50")
        await it.frame()
        assert "+50.00 %" in it.text("#markets")
        assert shown(it)[0] == "SOL/ZAR"
        await it.press("down")
        at = marked(it)
        await it.later(4_000)
        assert shown(it)[0] == "SOL/ZAR"
        await it.later(2_000)
        assert shown(it)[0] == "ETH/ZAR"
        assert marked(it) == at


async def test_a_price_that_moves_has_an_arrow() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3")
        assert "▲" not in it.text("#markets")
        moved(it, "xrpzar", last="11.54")
        await it.frame()
        line = next(line for line in it.text("#markets").splitlines() if "XRP/ZAR" in line)
        assert "11.54     ▲" in line
        moved(it, "xrpzar", last="11.50")
        await it.later(5_000)
        assert "11.50     ▼" in it.text("#markets")


async def test_the_line_below_follows_the_cursor() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3")
        assert "you hold 0.7500 BTC" in it.text("#market-detail")
        await it.press("down")
        assert "you hold 5.0000 ETH" in it.text("#market-detail")
        assert "1 open order" in it.text("#market-detail")


async def test_amounts_hidden_on_the_portfolio_screen_are_hidden_here_too() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f4", "p", "f3")
        assert "amounts are hidden" in it.text("#market-detail")
        assert "630 779" not in it.text()
        await it.press("f4", "p", "f3")
        assert "630 779" in it.text()


@pytest.mark.parametrize("state", ["reconnecting", "stale"])
async def test_old_prices_are_told(state: str) -> None:
    async with opened(samples_markets.views(state)) as it:
        await it.press("f3")
        # A book that missed a change says nothing of the tickers.
        assert ("not live" in it.text("#markets-head")) is (state == "reconnecting")


async def test_no_arrow_for_prices_that_come_while_it_is_not_live() -> None:
    async with opened(samples_markets.views("reconnecting")) as it:
        await it.press("f3")
        moved(it, "xrpzar", last="11.54")
        await it.frame()
        assert "▲" not in it.text("#markets")


async def test_a_refused_key_leaves_the_public_prices_live() -> None:
    views = samples_markets.views("no-credentials")
    refused = replace(views, connection=replace(views.connection, phase=Phase.REFUSED))
    async with opened(refused) as it:
        await it.press("f3")
        assert "not live" not in it.text("#markets-head")
        assert "hold" not in it.text("#market-detail")
        it.session.change(book=replace(views.book, freshness=Freshness.STALE))
        await it.frame()
        assert "not live" in it.text("#markets-head")


async def test_before_the_markets_are_known_it_says_so() -> None:
    async with opened(Views()) as it:
        await it.press("f3", "enter", "f", "s", "down")
        assert "Waiting for the markets." in it.text("#markets")
        assert it.on_top == "MarketsScreen"
        views = samples_markets.views()
        it.session.change(markets=views.markets, tickers=views.tickers, connection=views.connection)
        await it.frame()
        assert len(shown(it)) == 8
        assert marked(it) == "btczar"


async def test_the_palette_offers_what_the_screen_can_do() -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3", "ctrl+p")
        await it.write("reverse")
        await it.press("enter")
        assert it.remembered["markets.sort"] == "volume up"


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
@pytest.mark.parametrize("text", ["[/x]", "価格が高い", "\x1b[2J", "x" * 5_000])
async def test_names_of_the_exchange_do_nothing(text: str, size: tuple[int, int]) -> None:
    views = samples_markets.views()
    market = replace(samples.BTCZAR, name=text, base=text, quote=text)
    nasty = replace(views, markets=MarketsView((market, *samples_markets.MARKETS[1:]), {}, "btczar"))
    async with opened(nasty, size=size) as it:
        await it.press("f3", "f", "right", "left", "slash", "escape")
        screen = it.text()
        assert "ETH/ZAR" in screen
        assert "48 300.00" in screen
        assert not {c for c in screen if not c.isprintable()} - {"\n"}
        assert all(cell_len(line) <= size[0] for line in screen.splitlines())


async def test_a_view_that_did_not_change_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(samples_markets.views()) as it:
        await it.press("f3")
        page = it.app.page
        assert isinstance(page, MarketsScreen)
        drawn: list[object] = []
        monkeypatch.setattr(page.table, "refresh", lambda *regions, **_how: drawn.extend(regions or ("all",)))
        it.session.change(tickers=TickersView(dict(it.session.views.tickers.tickers)))
        await it.frame()
        assert drawn == []
        moved(it, "xrpzar", last="11.54")
        await it.frame()
        assert len(drawn) == 1
