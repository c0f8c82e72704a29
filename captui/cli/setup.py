"""Set-up with everything that it needs of the world: the exchange to test a key at, the places where one is kept, the config."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from captui import config as configuration
from captui import config_edit, credentials, logs, system_keyring
from captui.cli import trade
from captui.config import Config
from captui.core.dataclass import dataclass
from captui.core.secret import Credentials, KeptKey
from captui.credentials import Source
from captui.errors import CaptuiError, CredentialsError, UnauthorisedError
from captui.keymap import rebound
from captui.setup.pages import store_lines
from captui.setup.ports import Choice, Circumstances, Fact, Place, Way

LOOKED = "setup"
"""What is remembered of somebody who wants to look only: set-up is not opened again by itself."""

_NAMES = {
    Source.ENVIRONMENT: f"the environment ({credentials.KEY})",
    Source.COMMAND: "the commands of the config",
    Source.KEYRING: "the keyring",
    Source.FILE: "the file",
}
_KEPT_IN = {Place.KEYRING: Source.KEYRING, Place.FILE: Source.FILE}
"""In the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Started:
    """How captui was started: the config with all options over it, and what of them a demo and the config file want to know again."""

    config: Config
    config_path: Path | None
    profile: str | None
    always_read_only: bool
    screen: Mapping[str, Any]


def is_first_start(started: Started) -> bool:
    """Whether nothing speaks of an earlier one. That there is no key the caller knows."""
    named = started.config_path is not None or configuration.config_path().exists()
    return not named and not trade.remembered_of(started.config).values


def set_up(started: Started) -> None:
    """Asks, keeps what was chosen, and opens what was chosen. Raises CaptuiError as that does."""
    config = started.config
    log_path = logs.start(logs.default_path(), config.log_level)
    logs.catch_everything()

    from captui.setup.app import SetupApp

    remembered = trade.remembered_of(config)
    app = SetupApp(
        circumstances(started),
        key_test=lambda pair: examined(config, pair),
        keep=lambda choice: keep(started, choice),
        actions=rebound(config.keys),
        theme=config.theme or remembered.values.get("theme", ""),
        log_path=log_path,
    )
    app.driver_class = trade.driver_class(config)
    app.run()
    trade.say(app.return_code or 0, app.last_words)
    choice = app.choice
    if choice is None:
        return
    if choice.way is Way.DEMO:
        from captui.cli.demo import demo

        demo(
            replay=None,
            speed=1.0,
            seed=1,
            revision="atlas",
            read_only=False,
            port=0,
            control=False,
            config_path=started.config_path,
            profile=started.profile,
            **started.screen,
        )
        return
    if choice.way is Way.LOOK:
        remembered.remember(LOOKED, Way.LOOK.value)
    read_only = choice.read_only if choice.way is Way.KEY else config.read_only
    try:
        trade.open_account(replace(config, read_only=read_only), choice.credentials)
    finally:
        if choice.place is Place.STORE:
            sys.stderr.write("".join(f"{line}\n" for line in store_lines(config.profile)))


def circumstances(started: Started) -> Circumstances:
    """What set-up finds. A source that is broken holds a key too: it has to be replaced, and its sentence is said where it matters."""
    config = started.config
    refusal, in_keyring = _keyring(config)
    path = credentials.file_path(config.profile)
    before = _before(config)
    holding: dict[Place, str] = {}
    if in_keyring:
        holding[Place.KEYRING] = _meant_for(config, lambda: system_keyring.load(config.profile))
    if path.exists():
        holding[Place.FILE] = _meant_for(config, lambda: credentials.from_file(path))
    now = before or next((source for place, source in _KEPT_IN.items() if place in holding), None)
    meant = {
        Source.COMMAND: credentials.meant_for(None, config),
        **{source: holding.get(place, "") for place, source in _KEPT_IN.items()},
    }
    key_now_for = meant.get(now, "") if now else ""
    return Circumstances(
        host=config.exchange,
        config_file=shown(started.config_path or configuration.config_path()),
        key_file=shown(path),
        profile=config.profile,
        key_now=_NAMES[now] if now else "",
        key_now_for="" if key_now_for == config.exchange else key_now_for,
        before=_NAMES[before] if before else "",
        keyring_refusal=refusal,
        holding=holding,
        read_only=config.read_only,
        always_read_only=started.always_read_only,
    )


def shown(path: Path) -> str:
    """The path as a person writes it."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _before(config: Config) -> Source | None:
    """What is asked before keyring and file, where it is set, usable or not."""
    if any(os.environ.get(name, "").strip() for name in (credentials.KEY, credentials.SECRET)):
        return Source.ENVIRONMENT
    return Source.COMMAND if config.api_key_command else None


def _meant_for(config: Config, kept: Callable[[], KeptKey | None]) -> str:
    """The exchange of a key that is kept; empty where it is broken."""
    try:
        return credentials.meant_for(kept(), config)
    except CredentialsError:
        return ""


def _keyring(config: Config) -> tuple[str, bool]:
    """Why it cannot be used, and whether it holds a key."""
    try:
        refusal = system_keyring.why_not()
        return refusal, not refusal and system_keyring.has_entry(config.profile)
    except CredentialsError as error:
        return str(error), False


async def examined(config: Config, pair: Credentials) -> AsyncIterator[Fact]:
    """What the exchange tells of itself and of this key, by reads alone.

    The API has no question for the rights of a key (API document, Authentication): that balances and orders can be read is found out by
    reading them, and whether it may trade only an order would tell. Raises CaptuiError where nobody answers or the key is refused.
    """
    from captui.cli.connect import endpoints, now_ms
    from captui.core.signing import NonceSource
    from captui.exchange.clock import ServerClock
    from captui.exchange.rest import RestClient

    chosen = await endpoints(config)
    yield Fact("exchange", f"{urlsplit(chosen.rest_url).netloc}, revision {chosen.revision}")
    clock = ServerClock()
    rest = RestClient(base_url=chosen.rest_url, credentials=pair, clock=clock, nonces=NonceSource(), now_ms=now_ms)
    await rest.open()
    try:
        round_trip_ms = await rest.alive()
        yield Fact("answers in", f"{round_trip_ms:.0f} ms")
        yield clock_fact(clock.offset_ms)
        refusals: list[UnauthorisedError] = []
        try:
            held = [balance for balance in await rest.balances() if balance.total]
            yield Fact("balances", f"can be read: {_counted(len(held), 'currency', 'currencies')} not empty")
        except UnauthorisedError as error:
            refusals.append(_of_permission(error))
            yield Fact("balances", f"cannot be read. {error.sentence}", good=False)
        try:
            await rest.orders(limit=1)
            yield Fact("orders", "can be read")
        except UnauthorisedError as error:
            refusals.append(_of_permission(error))
            yield Fact("orders", f"cannot be read. {error.sentence}", good=False)
        if len(refusals) > 1:
            raise refusals[-1]
    finally:
        await rest.close()


def _of_permission(error: UnauthorisedError) -> UnauthorisedError:
    """A right that is missing says something of this read only. Raises whatever is wrong with the key as a whole."""
    if "authz.invalid_permission" not in error.codes:
        raise error
    return error


def clock_fact(offset_ms: int | None) -> Fact:
    """How far this machine's clock is from the exchange's (exchange notes, Authentication: 5 s are too many)."""
    if offset_ms is None:
        return Fact("clock", "the exchange does not tell its time", good=False)
    if not offset_ms:
        return Fact("clock", "agrees with the exchange's")
    late = "behind" if offset_ms > 0 else "ahead of"
    return Fact(
        "clock", f"{abs(offset_ms) / 1000:.1f} s {late} the exchange's; captui corrects it", abs(offset_ms) < 2000
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def keep(started: Started, choice: Choice) -> None:
    """Writes down the key and what goes with it. Raises CaptuiError where it cannot be."""
    assert choice.credentials is not None
    config = started.config
    if choice.place is Place.KEYRING:
        system_keyring.save(config.profile, choice.credentials, config.exchange)
    elif choice.place is Place.FILE:
        credentials.save(credentials.file_path(config.profile), choice.credentials, config.exchange)
    if choice.place is Place.NOWHERE or started.always_read_only:
        return
    before = configuration.load(started.config_path, profile=config.profile).read_only
    if before is choice.read_only:
        return
    try:
        path = started.config_path or configuration.config_path()
        config_edit.set_flag(path, "read_only", choice.read_only, profile=config.profile)
    except CaptuiError as error:
        kept = "The key is kept, but read-only is not. " if choice.place is not Place.STORE else ""
        raise CredentialsError(f"{kept}{error}") from error
