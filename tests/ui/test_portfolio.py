"""The portfolio screen, by its keys: what is owned, how it is shown, and what is said where it cannot be known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from rich.cells import cell_len

from captui.core.types import Balance, Currency
from captui.screens.portfolio import PortfolioScreen
from captui.session.commands import SelectMarket, Watch, Watched
from captui.session.history_views import PortfolioView, SyncProgress
from captui.session.views import Access, BalanceRow, BalancesView, Freshness, TickersView, Views
from tests import samples, samples_markets, samples_portfolio
from tests.ui.harness import LARGE, MEDIUM, SMALL, Opened, opened

D = Decimal


def shown(it: Opened) -> list[str]:
    """The currencies from the top."""
    lines = it.text("#holdings").splitlines()[1:]
    return [line.split()[0] for line in lines if line.strip()]


def owning(*balances: Balance) -> Views:
    views = samples_portfolio.views()
    rows = tuple(BalanceRow(balance, None) for balance in balances)
    return replace(views, balances=BalancesView(rows, None, Freshness.LIVE))


BY_VALUE = ["BTC", "ZAR", "ETH", "XRP", "USDC", "SOL", "DOGE"]


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE])
async def test_everything_that_is_owned_is_there(size: tuple[int, int]) -> None:
    async with opened(samples_portfolio.views(), size=size) as it:
        await it.press("f4")
        assert Watch(Watched.PORTFOLIO) in it.session.sent
        assert shown(it) == BY_VALUE
        assert "total R 1 237 585.44" in it.words("#portfolio-summary")
        assert "since 4 May 2026" in it.text("#portfolio-summary")
        assert "+70 519.86" in it.text("#holdings")
        assert all(cell_len(line) <= size[0] for line in it.text().splitlines())


async def test_it_is_live() -> None:
    async with opened(samples_portfolio.views()) as it:
        await it.press("f4")
        tickers = dict(it.session.views.tickers.tickers)
        tickers["btczar"] = replace(tickers["btczar"], last=D("850000"))
        it.session.change(tickers=TickersView(tickers))
        await it.frame()
        assert "637 500.00" in it.text("#holdings")
        assert "total R 1 244 305.65" in it.words("#portfolio-summary")


async def test_a_low_terminal_shows_the_table_or_the_curve() -> None:
    async with opened(samples_portfolio.views(), size=SMALL) as it:
        await it.press("f4")
        page = it.app.page
        assert isinstance(page, PortfolioScreen)
        assert (page.table.display, page.equity.display) == (True, False)
        await it.press("c")
        assert (page.table.display, page.equity.display) == (False, True)
        assert "since 21 Oct" in it.text("#equity")
        assert "portfolio.curve" not in it.remembered
        # The keys of the screen work without the table.
        await it.press("c")
        assert (page.table.display, page.equity.display) == (True, False)
        await it.press("down", "enter")
        assert it.on_top == "Dialog"


@pytest.mark.parametrize("remembered", [{}, {"portfolio.curve": "on"}])
async def test_a_higher_one_shows_both_and_can_leave_the_curve_out(remembered: dict[str, str]) -> None:
    async with opened(samples_portfolio.views(), remembered=remembered) as it:
        await it.press("f4")
        page = it.app.page
        assert isinstance(page, PortfolioScreen)
        assert page.table.region.area
        assert page.equity.region.area
        await it.press("c")
        assert it.remembered["portfolio.curve"] == "off"
        assert not page.equity.display
        assert page.table.display
        await it.pilot.resize_terminal(*SMALL)
        await it.frame()
        assert page.table.display


async def test_growing_gives_the_curve_its_room_back() -> None:
    async with opened(samples_portfolio.views(), size=SMALL) as it:
        await it.press("f4")
        await it.pilot.resize_terminal(*MEDIUM)
        page = it.app.page
        assert isinstance(page, PortfolioScreen)
        async with asyncio.timeout(20):
            # The pane is laid out when Textual finds nothing else to do.
            while not page.equity.region.area:
                await it.frame()
        assert "since 21 Oct" in it.text("#equity")
        assert shown(it) == BY_VALUE


async def test_periods_are_stepped_clicked_and_remembered() -> None:
    async with opened(samples_portfolio.views()) as it:
        await it.press("f4", "left_square_bracket")
        assert it.remembered["portfolio.period"] == "7d"
        assert "since 13 Nov 2026" in it.text("#equity")
        await it.press(*["right_square_bracket"] * 9)
        assert it.remembered["portfolio.period"] == "all"
        assert "since 4 May 2026" in it.text("#equity")
        at = it.text("#equity").splitlines()[0].index("1d")
        await it.pilot.click("#equity", offset=(at, 0))
        await it.settle()
        assert it.remembered["portfolio.period"] == "1d"


async def test_arrows_step_the_period_of_a_curve_that_is_seen() -> None:
    async with opened(samples_portfolio.views(), remembered={"portfolio.curve": "off"}) as it:
        await it.press("f4", "right")
        assert "portfolio.period" not in it.remembered
        await it.press("c", "right")
        assert it.remembered["portfolio.period"] == "1y"
        await it.press("left", "left")
        assert it.remembered["portfolio.period"] == "7d"


async def test_a_period_that_is_asked_for_brings_the_curve() -> None:
    async with opened(samples_portfolio.views(), size=SMALL) as it:
        await it.press("f4", "right_square_bracket")
        assert "1y" in it.text("#equity")
        assert it.remembered["portfolio.period"] == "1y"


@pytest.mark.parametrize(("period", "since"), [("7d", "13 Nov"), ("nonsense", "21 Oct")])
async def test_a_remembered_period_counts(period: str, since: str) -> None:
    async with opened(samples_portfolio.views(), remembered={"portfolio.period": period}) as it:
        await it.press("f4")
        assert f"since {since}" in it.text("#equity")


SECRET = ("1 237", "630 779", "250 000", "10 000", "0.75", "47 019", "13 575", "615 006", "241 500", "1 320 000")


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE])
async def test_in_private_no_amount_is_on_the_screen(size: tuple[int, int]) -> None:
    async with opened(samples_portfolio.views(), size=size) as it:
        await it.press("f4")
        before = it.text()
        assert "630 779" in before
        await it.press("p")
        assert it.remembered["portfolio.private"] == "on"
        for keys in ((), ("c",), ("c", "enter")):
            await it.press(*keys)
            screen = it.text()
            assert not [amount for amount in SECRET if amount in screen]
        await it.press("escape", "p")
        assert it.remembered["portfolio.private"] == "off"
        assert "630 779" in it.text()


async def test_private_is_private_from_the_first_frame_on() -> None:
    async with opened(samples_portfolio.views(), remembered={"portfolio.private": "on"}) as it:
        await it.press("f4")
        assert "amounts are hidden" in it.text("#portfolio-summary")
        assert not [amount for amount in SECRET if amount in it.text()]


async def test_small_amounts_can_be_left_out_and_are_counted() -> None:
    async with opened(samples_portfolio.views()) as it:
        await it.press("f4", "d")
        assert shown(it) == ["BTC", "ZAR", "ETH", "XRP", "DOGE"]
        assert "2 small amounts left out, R 5.65 together" in it.words("#portfolio-summary")
        assert it.remembered["portfolio.small"] == "hidden"
        await it.press("d")
        assert shown(it) == BY_VALUE


async def test_where_all_is_small_it_says_how_to_see_it() -> None:
    views = owning(Balance("zar", D("1.50"), D(0)))
    async with opened(replace(views, portfolio=PortfolioView())) as it:
        await it.press("f4", "d")
        assert "worth less than ten rand; d shows it" in it.words("#holdings")
        await it.press("d")
        assert shown(it) == ["ZAR"]


async def test_sorts_go_round_and_the_cursor_stays_on_its_currency() -> None:
    async with opened(samples_portfolio.views()) as it:
        await it.press("f4", "down", "s")
        assert shown(it) == sorted(BY_VALUE)
        assert it.remembered["portfolio.sort"] == "name"
        await it.press("s")
        assert shown(it)[0] == "XRP"
        await it.press("s")
        assert shown(it)[:3] == ["BTC", "USDC", "ETH"]
        await it.press("s")
        assert shown(it) == BY_VALUE
        page = it.app.page
        assert isinstance(page, PortfolioScreen)
        assert page.table.cursor_key == "zar"


async def test_a_remembered_sort_counts_and_nonsense_does_not() -> None:
    for remembered, first in (("name", "BTC"), ("change", "XRP"), ("nonsense", "BTC")):
        async with opened(samples_portfolio.views(), remembered={"portfolio.sort": remembered}) as it:
            await it.press("f4")
            assert shown(it)[0] == first


async def test_details_stay_live_and_lead_to_the_market() -> None:
    async with opened(samples_portfolio.views()) as it:
        await it.press("f4", "down", "down", "enter")
        assert "Ethereum (ETH)" in it.text("#dialog-title")
        assert "−R 23 500.50" in it.words("#dialog-words")
        tickers = dict(it.session.views.tickers.tickers)
        tickers["ethzar"] = replace(tickers["ethzar"], last=D("54000"))
        it.session.change(tickers=TickersView(tickers))
        await it.frame()
        assert "+R 4 999.50" in it.words("#dialog-words")
        await it.press("enter")
        assert it.on_top == "PortfolioScreen"
        assert not [command for command in it.session.sent if isinstance(command, SelectMarket)]
        await it.press("enter", "t")
        assert it.app.screen is it.app.trade
        assert SelectMarket("ethzar") in it.session.sent
        assert it.remembered["market"] == "ethzar"


async def test_rand_and_what_has_no_market_cannot_be_traded_from_there() -> None:
    async with opened(owning(Balance("zar", D(500), D(0)), Balance("doge", D(500), D(0)))) as it:
        for keys in (("f4", "enter", "t"), ("escape", "end", "enter", "t")):
            await it.press(*keys)
            assert it.on_top == "Dialog"
            assert "Trade" not in it.text("#answers")


async def test_details_of_what_is_gone_meanwhile_do_no_harm() -> None:
    async with opened(samples_portfolio.views()) as it:
        await it.press("f4", "end", "enter")
        it.session.change(balances=BalancesView((), None, Freshness.LIVE), portfolio=PortfolioView())
        await it.frame()
        assert it.on_top == "Dialog"
        await it.press("escape")
        assert "The account is empty." in it.words("#holdings")
        await it.press("enter")
        assert it.on_top == "PortfolioScreen"


async def test_old_numbers_are_told() -> None:
    async with opened(samples_portfolio.views("reconnecting"), size=SMALL) as it:
        await it.press("f4")
        assert it.text("#portfolio-summary").splitlines()[0].rstrip().endswith("not live")
        await it.press("enter")
        assert "not live" in it.words("#dialog-words")


async def test_without_a_key_it_says_what_to_do() -> None:
    async with opened(samples_portfolio.views("no-credentials")) as it:
        await it.press("f4")
        assert "to see what you own" in it.words("#holdings")
        assert it.words("#portfolio-summary") == ""


async def test_a_refused_key_is_told_in_the_exchanges_words() -> None:
    views = samples_portfolio.views("no-credentials")
    words = "The key [/x] has been switched off."
    refused = replace(views, connection=replace(views.connection, access=Access.REFUSED, reason=words))
    async with opened(refused) as it:
        await it.press("f4")
        assert words in it.words("#holdings")


async def test_before_the_balances_are_known_it_waits() -> None:
    views = replace(samples_portfolio.views(), balances=BalancesView())
    async with opened(views) as it:
        await it.press("f4", "enter", "s", "d", "p", "c", "c")
        assert "Waiting for what you own." in it.words("#holdings")
        assert it.on_top == "PortfolioScreen"


async def test_the_first_filling_of_the_history_is_told() -> None:
    async with opened(samples_portfolio.views("filling")) as it:
        await it.press("f4")
        assert "Reading the past: 300 trades, 420 orders." in it.words("#portfolio-summary")
        assert "there is nothing yet" in it.words("#equity")
        it.session.change(portfolio=samples_portfolio.portfolio(sync=SyncProgress(412, 530, done=True)))
        await it.frame()
        assert "412 own trades since 4 May 2026" in it.words("#portfolio-summary")


async def test_a_curve_of_one_value_says_when_it_was() -> None:
    async with opened(samples_portfolio.views("one")) as it:
        await it.press("f4")
        # The value of this moment is the second point.
        assert "since 20 Nov 2026 10:03" in it.text("#equity")
        it.session.change(balances=replace(it.session.views.balances, freshness=Freshness.STALE))
        await it.frame()
        assert "The newest value is of 20 Nov 2026 10:03" in it.words("#equity")


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
@pytest.mark.parametrize("text", ["[/x]", "価格が高い", "\x1b[2J", "x" * 5_000])
async def test_words_of_the_exchange_do_nothing(text: str, size: tuple[int, int]) -> None:
    views = samples_portfolio.views()
    market = replace(samples.BTCZAR, name=text)
    markets = replace(
        views.markets,
        markets=(market, *samples_markets.MARKETS[1:]),
        currencies={"btc": Currency("btc", text, 8, "coin"), text: Currency(text, text, 8, "coin")},
    )
    rows = (*views.balances.rows, BalanceRow(Balance(text, D(5), D(0)), None))
    past = samples_portfolio.portfolio(sync=SyncProgress(problem=text))
    nasty = replace(views, markets=markets, balances=BalancesView(rows, None, Freshness.LIVE), portfolio=past)
    async with opened(nasty, size=size) as it:
        await it.press("f4", "enter")
        screen = it.text()
        await it.press("escape", "end", "enter", "escape")
        screen += it.text()
        assert "630 779.80" in screen
        assert not {c for c in screen if not c.isprintable()} - {"\n"}
        assert all(cell_len(line) <= size[0] for line in it.text().splitlines())


async def test_the_palette_offers_what_the_screen_can_do() -> None:
    async with opened(samples_portfolio.views()) as it:
        await it.press("f4", "ctrl+p")
        await it.write("hide amounts")
        await it.press("enter")
        assert it.remembered["portfolio.private"] == "on"
