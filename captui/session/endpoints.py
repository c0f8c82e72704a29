"""Which exchange the settings mean."""

from __future__ import annotations

from captui.exchange.probe import Endpoints, endpoints_by_hand, endpoints_of, find_endpoints
from captui.session.settings import SessionSettings


async def endpoints_for(settings: SessionSettings) -> Endpoints:
    """Addresses given by hand come first, then the revision; `auto` asks which one answers. Raises ExchangeError where none does."""
    if settings.rest_url is not None and settings.ws_url is not None:
        return endpoints_by_hand(settings.rest_url, settings.ws_url)
    if settings.revision == "auto":
        return await find_endpoints()
    return endpoints_of(settings.revision)
