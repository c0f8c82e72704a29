"""Makes the screens beside trading. Each is imported when it is first gone to: the first frame does not wait for them."""

from __future__ import annotations

from captui.screens.base import PageName, Surroundings
from captui.screens.page import Page


def made(name: PageName, world: Surroundings) -> Page:
    """A new one of this name. Raises ValueError for the trade screen, which is always there."""
    match name:
        case PageName.MARKETS:
            from captui.screens.markets import MarketsScreen

            return MarketsScreen(world)
        case PageName.PORTFOLIO:
            from captui.screens.portfolio import PortfolioScreen

            return PortfolioScreen(world)
        case PageName.HISTORY:
            from captui.screens.history.screen import HistoryScreen

            return HistoryScreen(world)
        case PageName.FUNDING:
            from captui.screens.funding.screen import FundingScreen

            return FundingScreen(world)
        case PageName.TRADE:
            raise ValueError("the trade screen is made with the app")
