"""Signatures and nonces (API document, Authentication; exchange notes, Authentication)."""

from __future__ import annotations

import hashlib
import hmac
from collections import deque

from captui.core.secret import Credentials

NONCE_WINDOW_MS = 5_000
"""The exchange refuses a nonce this far from its own clock, or further, either way."""


def sign(credentials: Credentials, nonce: int) -> str:
    """Lower-case hex HMAC-SHA256, keyed with the secret, of nonce and key: neither path nor body is part of it."""
    # No local variables: a traceback that prints them would print the key.
    return hmac.new(
        credentials.api_secret.reveal().encode(), f"{nonce}{credentials.api_key.reveal()}".encode(), hashlib.sha256
    ).hexdigest()


def auth_headers(credentials: Credentials, nonce: int) -> dict[str, str]:
    """The three headers of a signed request, the same for REST and for the websocket's upgrade. Made at the moment of sending."""
    return {
        "X-Auth-Apikey": credentials.api_key.reveal(),
        "X-Auth-Nonce": str(nonce),
        "X-Auth-Signature": sign(credentials, nonce),
    }


REMEMBERED_NONCES = 100_000
"""Hours of trading at the rate limit: far more requests than any step of a clock spans."""


class NonceSource:
    """Nonces that follow the exchange's clock and are never given twice.

    They only go up, with one exception: when the clock is found to have been ahead by the nonce window or more, following it
    back is the only way to be accepted again. Even then no nonce is repeated.
    """

    def __init__(self) -> None:
        self._last = 0
        self._given: set[int] = set()
        self._in_order: deque[int] = deque()

    def next(self, now_ms: int) -> int:
        """A nonce at or just after `now_ms`, the time at the exchange in unix milliseconds."""
        stepped_back = now_ms <= self._last - NONCE_WINDOW_MS
        nonce = now_ms if stepped_back else max(now_ms, self._last + 1)
        while nonce in self._given:
            nonce += 1
        self._last = nonce
        self._given.add(nonce)
        self._in_order.append(nonce)
        if len(self._in_order) > REMEMBERED_NONCES:
            self._given.discard(self._in_order.popleft())
        return nonce
