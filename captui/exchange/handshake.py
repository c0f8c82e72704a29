"""Opens one websocket: signed as it is sent, following no redirect, telling no log what it sends."""

from __future__ import annotations

import logging
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection, connect
from websockets.http11 import Response

from captui import __version__

LARGEST_MESSAGE = 16 * 2**20
"""Bytes. A snapshot of 300 levels a side is 20 kB; a limit is still needed, because a broken server has none."""

CLOSE_TIMEOUT_S = 1.0


async def shake_hands(url: str, *, auth: Callable[[], dict[str, str] | None], through_proxy: bool) -> ClientConnection:
    """An open connection without compression or pings of its own. `through_proxy`: one that the environment names is used.

    `auth` gives the headers at the moment of sending. No time limit: the caller has one. Raises OSError, WebSocketException
    (InvalidStatus where the server answered something else than "go on"), and ImportError for a SOCKS proxy without its package.
    """
    return await _Connect(
        url,
        # Never a local variable: a traceback would print the key and its signature.
        additional_headers=auth(),
        user_agent_header=f"captui/{__version__}",
        compression=None,
        proxy=True if through_proxy else None,
        open_timeout=None,
        ping_interval=None,
        close_timeout=CLOSE_TIMEOUT_S,
        max_size=LARGEST_MESSAGE,
        max_queue=(1024, 256),
        logger=_library_log(),
    )


def headers_of(response: Response | None) -> dict[str, str]:
    """By capitalised name, the first where one comes twice (the library's own look-up raises then)."""
    found: dict[str, str] = {}
    for name, value in () if response is None else response.headers.raw_items():
        found.setdefault(name.title(), value)
    return found


class _Connect(connect):
    """Follows no redirect: the library would send the key to wherever it points."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


def _library_log() -> logging.Logger:
    """At debug level the library writes the handshake's headers, and so key and signature: this one never goes that low."""
    log = logging.getLogger("captui.exchange.websockets")
    log.setLevel(logging.WARNING)
    return log
