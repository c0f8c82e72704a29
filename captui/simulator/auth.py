"""Who may use the private part: signatures, nonces and the words for a refusal.

The signature is the lower-case hex HMAC-SHA256, keyed with the secret, of nonce and key put together. A nonce is unix milliseconds, less
than 5,000 away from the server's clock, and good once: a second use is refused like one out of time.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from captui.errors import CaptuiError

NONCE_WINDOW_MS = 5_000


class AuthError(CaptuiError):
    """The headers of a request do not open the private part. `status` is the HTTP status, `code` the exchange's word."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"The embedded exchange refused the credentials: {code}.")
        self.status = status
        self.code = code


def key_pair(seed: int) -> tuple[str, str]:
    """The key and the secret of the one user, from the seed. They open nothing but play money."""
    key = hashlib.sha256(f"captui exchange {seed} key".encode()).hexdigest()[:16]
    secret = hashlib.sha256(f"captui exchange {seed} secret".encode()).hexdigest()[:32]
    return key, secret


class Authenticator:
    """Checks the three headers of private requests and of the websocket's upgrade."""

    def __init__(self, key: str, secret: str) -> None:
        self.key = key
        self._secret = secret.encode()
        self.revoked = False
        self._used: set[int] = set()
        self._cleared_ms = 0

    def check(self, headers: Mapping[str, str], *, now_ms: int) -> None:
        """Let a request in.

        Raises:
            AuthError: a header is missing or blank, the key unknown or revoked, the nonce out of time or used, the signature wrong.
        """
        values = [headers.get(name) for name in ("x-auth-apikey", "x-auth-nonce", "x-auth-signature")]
        if all(value is None for value in values):
            raise AuthError(401, "authz.invalid_session")
        key, nonce_text, signature = (value or "" for value in values)
        if not (key.strip() and nonce_text.strip() and signature.strip()):
            raise AuthError(422, "authz.invalid_api_key_headers")
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            raise AuthError(401, "authz.unexistent_apikey")
        if self.revoked:
            raise AuthError(401, "authz.apikey_not_active")
        if not (nonce_text.isascii() and nonce_text.isdigit()):
            raise AuthError(401, "authz.nonce_expired")
        nonce = int(nonce_text)
        if abs(nonce - now_ms) >= NONCE_WINDOW_MS:
            raise AuthError(401, "authz.nonce_expired")
        expected = hmac.new(self._secret, f"{nonce_text}{key}".encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise AuthError(401, "authz.invalid_signature")
        if nonce in self._used:
            raise AuthError(401, "authz.nonce_expired")
        self._used.add(nonce)
        if abs(now_ms - self._cleared_ms) > NONCE_WINDOW_MS:
            self._used = {used for used in self._used if abs(used - now_ms) < 2 * NONCE_WINDOW_MS}
            self._cleared_ms = now_ms
