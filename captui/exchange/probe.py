"""Where the exchange is: the two revisions of its API, and which of them answers (exchange notes, Two revisions)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import httpx

from captui import __version__
from captui.addresses import is_loopback, require_encryption
from captui.core.dataclass import dataclass
from captui.errors import ExchangeError, NoConnectionError, RefusedError, UnavailableError
from captui.exchange.reasons import reason, without_frames


class Revision(StrEnum):
    TRADE = "trade"
    """The API document, December 2023."""
    ATLAS = "atlas"
    """Published since November 2025."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One exchange's two bases. The stream's paths are `{ws_url}/public` and `{ws_url}/private`."""

    rest_url: str
    ws_url: str
    revision: Revision


CAPE_CRYPTO: Final = (
    Endpoints(
        "https://trade.capecrypto.com/api/v2/atlas", "wss://trade.capecrypto.com/api/v2/websocket", Revision.ATLAS
    ),
    Endpoints("https://trade.capecrypto.com/api/v2/trade", "wss://trade.capecrypto.com/api/v2/stream", Revision.TRADE),
)
"""Newest first."""

_SERVER_ERROR = 500
_TELLING = (UnavailableError, RefusedError, NoConnectionError)


def endpoints_of(revision: Revision | str) -> Endpoints:
    """Cape Crypto's bases of this revision. Raises ValueError for a name that is neither `trade` nor `atlas`."""
    wanted = Revision(revision)
    return next(endpoints for endpoints in CAPE_CRYPTO if endpoints.revision is wanted)


def endpoints_by_hand(rest_url: str, ws_url: str) -> Endpoints:
    """Bases that the user gave, for any exchange of this software. The revision, which only labels, is read off the path."""
    revision = Revision.ATLAS if rest_url.rstrip("/").endswith("/atlas") else Revision.TRADE
    return Endpoints(rest_url, ws_url, revision)


async def find_endpoints(
    candidates: Sequence[Endpoints] = CAPE_CRYPTO,
    *,
    timeout_s: float = 5.0,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Endpoints:
    """The first candidate whose `public/health/alive` answers; all are asked at once.

    Where none is alive, raises the most telling of their errors: UnavailableError, RefusedError, NoConnectionError. Raises ConfigError,
    and asks nobody, where one of them is plain http to another machine.
    """
    for candidate in candidates:
        require_encryption(candidate.rest_url, "The REST base")
    tasks = [
        asyncio.create_task(_ask(candidate, timeout_s, transport), name=f"captui-probe-{candidate.revision}")
        for candidate in candidates
    ]
    failures: list[ExchangeError] = []
    try:
        for candidate, task in zip(candidates, tasks, strict=True):
            failure = await task
            if failure is None:
                return candidate
            failures.append(failure)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not failures:
        raise ValueError("no candidates to probe")
    raise min(failures, key=lambda failure: _TELLING.index(type(failure)))


async def find_revision(
    candidates: Sequence[Endpoints] = CAPE_CRYPTO,
    *,
    timeout_s: float = 5.0,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Revision:
    """As `find_endpoints`, for those who keep the URLs themselves."""
    return (await find_endpoints(candidates, timeout_s=timeout_s, transport=transport)).revision


async def _ask(
    candidate: Endpoints, timeout_s: float, transport: httpx.AsyncBaseTransport | None
) -> ExchangeError | None:
    """None where it is alive."""
    url = httpx.URL(candidate.rest_url)
    try:
        async with asyncio.timeout(timeout_s):
            async with httpx.AsyncClient(
                headers={"User-Agent": f"captui/{__version__}"},
                timeout=None,  # noqa: S113  # the limit is around the whole request
                trust_env=not is_loopback(url.host),
                transport=transport,
            ) as client:
                response = await client.get(f"{candidate.rest_url.rstrip('/')}/public/health/alive")
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        failure: ExchangeError = NoConnectionError(f"No connection to {url.host}: {reason(error)}.", sent=True)
        failure.__cause__ = without_frames(error)
        return failure
    status = response.status_code
    if response.is_success:
        return None
    if status < _SERVER_ERROR:
        return RefusedError(f"{url.host} answers, but not as an exchange does (HTTP status {status}).", status=status)
    sentence = f"{url.host} answers, but its trade engine is not running (HTTP status {status})."
    return UnavailableError(sentence, status=status, advice="Maintenance usually takes a few minutes.")
