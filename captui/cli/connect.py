"""From options, environment and config to an open REST client."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from captui import config as configuration
from captui import credentials, logs
from captui.config import Config
from captui.core.dataclass import dataclass
from captui.core.secret import Credentials
from captui.core.signing import NonceSource
from captui.credentials import Source
from captui.errors import UnauthorisedError
from captui.exchange.clock import ServerClock
from captui.exchange.probe import Endpoints, Revision, endpoints_by_hand, endpoints_of, find_endpoints
from captui.exchange.rest import RestClient


@dataclass(frozen=True, slots=True)
class Where:
    """What the command line and the environment say of the exchange; None is not said."""

    rest_url: str | None = None
    ws_url: str | None = None
    revision: str | None = None
    config_path: Path | None = None
    profile: str | None = None
    read_only: bool | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """An open REST client and what it was made from. `credentials` is None for public data, and so is `source`."""

    config: Config
    endpoints: Endpoints
    credentials: Credentials | None
    rest: RestClient
    clock: ServerClock
    nonces: NonceSource
    source: Source | None = None

    @property
    def scope(self) -> str:
        """Of the order journal: this exchange and this key (see captui.journal)."""
        assert self.credentials is not None
        return f"{urlsplit(self.endpoints.rest_url).netloc}/{self.credentials.fingerprint}"


def now_ms() -> int:
    """This machine's clock, unix milliseconds."""
    return time.time_ns() // 1_000_000


def settings(where: Where) -> Config:
    """The config file and its profile with the command line over it. Raises ConfigError."""
    config = configuration.load(where.config_path, profile=where.profile)
    config = configuration.with_addresses(config, where.rest_url, where.ws_url)
    return replace(
        config,
        revision=where.revision or config.revision,
        read_only=config.read_only if where.read_only is None else where.read_only,
    )


def find_key_pair(config: Config) -> credentials.Found | None:
    """From the environment, the config's commands, the profile's keyring entry or its file: the first that has one.

    Raises CredentialsError where what is set cannot be used.
    """
    return credentials.find(os.environ, config)


def key_pair(config: Config) -> Credentials:
    """Raises CredentialsError as above, UnauthorisedError where there is none."""
    return _required(find_key_pair(config), config).credentials


def _required(found: credentials.Found | None, config: Config) -> credentials.Found:
    if found is None:
        whose, option = (
            (f" for the profile {config.profile!r}", f" --profile {config.profile}") if config.profile else ("", "")
        )
        raise UnauthorisedError(
            f"This needs an API key, and none is set{whose}.",
            advice=f"Set {credentials.KEY} and {credentials.SECRET}, or keep them with captui keys set{option}.",
        )
    return found


async def endpoints(config: Config) -> Endpoints:
    """Addresses given by hand come first, then the revision; `auto` asks which one answers. Raises ExchangeError where none does."""
    if config.rest_url:
        found = endpoints_by_hand(config.rest_url, config.ws_url)
        return found if config.revision == "auto" else replace(found, revision=Revision(config.revision))
    return await find_endpoints() if config.revision == "auto" else endpoints_of(config.revision)


@asynccontextmanager
async def connected(where: Where, *, private: bool) -> AsyncIterator[Connection]:
    """An open client, with the key only where `private`. Raises ConfigError, CredentialsError and ExchangeError."""
    config = settings(where)
    logs.start(logs.default_path(), config.log_level)
    found = _required(find_key_pair(config), config) if private else None
    pair = found.credentials if found else None
    chosen = await endpoints(config)
    clock, nonces = ServerClock(), NonceSource()
    rest = RestClient(base_url=chosen.rest_url, credentials=pair, clock=clock, nonces=nonces, now_ms=now_ms)
    await rest.open()
    try:
        yield Connection(config, chosen, pair, rest, clock, nonces, found.source if found else None)
    finally:
        await rest.close()


def ask(where: Where, question: Callable[[Connection], Awaitable[None]], *, private: bool = True) -> None:
    """Connects, with the key where `private`, and runs `question`. Raises what it raises."""

    async def run() -> None:
        async with connected(where, private=private) as connection:
            await question(connection)

    asyncio.run(run())
