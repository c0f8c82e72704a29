"""Settings: `config.toml` in the platform's config folder. Reading it has no side effects, and a mistake is one sentence.

Every setting has a default, so the file need not exist. Numbers with a decimal point are read exactly, never as float. A profile
(`[profiles.NAME]`) is laid over the settings of the top level, one by one; only the chosen one has to be right.
What captui remembers by itself (market, interval, theme, grouping) is not here but in `remembered.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, fields, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from captui.addresses import exchange_name
from captui.config_values import (
    Setting,
    as_choice,
    as_command,
    as_flag,
    as_interval,
    as_number,
    as_text,
    as_url,
    as_whole,
    check_url,
)
from captui.core.checks import Limits
from captui.core.dataclass import dataclass
from captui.core.fees import Fees
from captui.errors import ConfigError

REVISIONS = ("auto", "trade", "atlas")
HANG_UPS = ("keep-orders", "cancel-mine")
NOTIFIERS = ("auto", "osc9", "osc777", "off")
THEME_NAMES = ("captui-dark", "captui-light", "captui-dark-safe", "captui-light-safe", "captui-16")
LOG_LEVELS = ("debug", "info", "warning", "error")

_PROFILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_PAIRS = (("rest_url", "ws_url"), ("api_key_command", "api_secret_command"))
"""Settings that make no sense, or harm, one without the other: half a pair would be mixed with half of another exchange's."""


@dataclass(frozen=True, slots=True)
class Funding:
    """Money that leaves the exchange."""

    enabled: bool = False
    """Whether withdrawals and lightning payments may be sent at all."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, and what they were laid over. Field names are the names in the file."""

    profile: str = ""
    """The profile that is laid over the rest; empty: none."""
    rest_url: str = ""
    """Base of the REST API, for another exchange of the same software; empty: Cape Crypto."""
    ws_url: str = ""
    """Base of the websocket, without `/public` or `/private`; goes with `rest_url`."""
    revision: str = "auto"
    """Of the API: `trade` (2023), `atlas` (2025), or `auto` to ask the exchange."""
    market: str = ""
    """The market to open with; empty: the one of last time."""
    interval: str = ""
    """The candle interval to open with, `1m` to `1w`; empty: the one of last time."""
    theme: str = ""
    fps: int = 10
    """Frames a second at most; fewer for a slow line."""
    slow: bool = False
    """Begin with less to draw, for a slow line."""
    plain_driver: bool = False
    """Let Textual write to the terminal as it does by itself: everything that is drawn, changed or not."""
    on_hangup: str = "keep-orders"
    """What becomes of own orders when the terminal hangs up or captui is asked to end: one of `HANG_UPS`."""
    bell: bool = True
    """Ring the terminal's bell when an order is filled."""
    notify: str = "auto"
    """How the terminal is asked to show a notification of it: one of `NOTIFIERS`."""
    read_only: bool = False
    """Refuse every order and cancel."""
    log_level: str = "info"
    api_key_command: str = ""
    """Prints the API key on its first line; where the environment has none. Goes with `api_secret_command`."""
    api_secret_command: str = ""
    limits: Limits = field(default_factory=Limits)
    fees: Fees = field(default_factory=Fees)
    funding: Funding = field(default_factory=Funding)
    sizes: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    """By market id: the ladder's five size presets, in base units."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By action id: the key that does it instead of the default."""
    usual_exchange: str = ""
    """No setting: the exchange that the file means, where the command line names addresses of its own; empty: it names none."""

    @property
    def exchange(self) -> str:
        """What the exchange is called that requests go to (see captui.addresses)."""
        return exchange_name(self.rest_url, self.ws_url)


def config_path() -> Path:
    """Where the config is looked for when nobody says otherwise."""
    return platformdirs.user_config_path("captui") / "config.toml"


def load(path: Path | None = None, *, profile: str | None = None) -> Config:
    """The config of this file and this profile, or the defaults where there is no file at the default place.

    `profile` None is the one that the file itself chooses, if it does. Raises ConfigError: a named file that does not exist, one that
    cannot be read or is not TOML, an unknown profile, an unknown or unusable setting.
    """
    data, where = _read(path)
    return parse(data, where=where, profile=profile)


def profile_names(path: Path | None = None) -> tuple[str, ...]:
    """The profiles of this file, in its order. Raises ConfigError as `load` does."""
    data, where = _read(path)
    return tuple(_profiles(data, where))


def parse(data: Mapping[str, Any], *, where: str, profile: str | None = None) -> Config:
    """A Config from a parsed document. Raises ConfigError naming the setting, the file and what is allowed."""
    profiles = _profiles(data, where)
    config = _laid_over(Config(), {name: value for name, value in data.items() if name != "profiles"}, where=where)
    name = config.profile if profile is None else profile
    if not name:
        return replace(config, profile="")
    if name not in profiles:
        raise _no_profile(name, tuple(profiles), where)
    values = profiles[name]
    if values.get("rest_url"):
        # What signs at one exchange must not be sent to another unless the profile itself says so.
        config = replace(config, api_key_command="", api_secret_command="")
    return replace(_laid_over(config, values, where=where, inside=f"profiles.{name}."), profile=name)


def check_profile_name(name: str) -> str:
    """The name as it is. Raises ConfigError for one that could not be a part of a file name everywhere."""
    if not _PROFILE_NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot be the name of a profile.",
            advice="Use up to 32 small letters, digits, - and _, beginning with a letter or a digit.",
        )
    return name


def _read(path: Path | None) -> tuple[Mapping[str, Any], str]:
    """The parsed file, and its name for sentences."""
    chosen = path or config_path()
    try:
        text = chosen.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return {}, str(chosen)
        raise ConfigError(
            f"There is no config file {path}.", advice="Leave --config out to use the defaults."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"The config file {chosen} cannot be read: {said}.") from error
    # Nobody needs it without a file, and the first frame waits for what is imported.
    import tomllib

    try:
        return tomllib.loads(text, parse_float=Decimal), str(chosen)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"The config file {chosen} is not valid TOML: {error}.", advice="Mend or remove that line."
        ) from error


def _profiles(data: Mapping[str, Any], where: str) -> dict[str, dict[str, Any]]:
    found = data.get("profiles", {})
    setting = Setting("profiles", found, where)
    if not isinstance(found, dict):
        raise setting.wrong("a table of profiles: [profiles.NAME]")
    for name, values in found.items():
        check_profile_name(name)
        if not isinstance(values, dict):
            raise setting.inner(name, values).wrong(f"a table: [profiles.{name}]")
    return found


def _no_profile(name: str, known: tuple[str, ...], where: str) -> ConfigError:
    if not known:
        return ConfigError(
            f"There is no profile {name!r}: {where} has none at all.",
            advice="A profile begins with the line [profiles.NAME]; captui config init writes an example.",
        )
    near = get_close_matches(name, known, n=1)
    advice = f"Did you mean {near[0]!r}?" if near else f"There is {', '.join(known)}."
    return ConfigError(f"There is no profile {name!r} in {where}.", advice=advice)


def _laid_over(config: Config, data: Mapping[str, Any], *, where: str, inside: str = "") -> Config:
    """The config with these settings in place of its own. `inside` is what stands before their names: a profile's, or nothing."""
    known = set(_READERS) - ({"profile"} if inside else set())
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            raise _unknown(name, known, where, inside)
        values[name] = _READERS[name](Setting(inside + name, value, where), getattr(config, name))
    for one, other in _PAIRS:
        if bool(values.get(one)) != bool(values.get(other)) or (inside and (one in data) != (other in data)):
            raise ConfigError(f"In {where}, {inside}{one} and {inside}{other} go together: one of them is missing.")
    return replace(config, **values)


def with_addresses(config: Config, rest_url: str | None, ws_url: str | None) -> Config:
    """The config with the addresses of the command line, where it has any. Raises ConfigError."""
    if not (rest_url or ws_url):
        return config
    if not (rest_url and ws_url):
        raise ConfigError("--rest-url and --ws-url go together: one of them is missing.")
    return replace(
        config,
        rest_url=check_url(rest_url, "--rest-url", ("https", "http")),
        ws_url=check_url(ws_url, "--ws-url", ("wss", "ws")),
        usual_exchange=config.exchange,
    )


def _unknown(name: str, known: set[str], where: str, inside: str = "") -> ConfigError:
    near = get_close_matches(name, known, n=1)
    advice = f"Did you mean {inside + near[0]!r}?" if near else ""
    outside_tables = inside.count(".") in (0, 2)
    if outside_tables and name in _IN_TABLES:
        table = inside + _IN_TABLES[name]
        advice = f"Did you mean '{table}.{name}'? It stands below the line [{table}]."
    return ConfigError(f"In {where}, there is no setting {inside + name!r}.", advice=advice)


_MOST = 1_000_000_000
"""Of whole numbers: whoever writes more has not meant it."""

Table = TypeVar("Table", Limits, Fees)


def _table(setting: Setting, before: Table) -> Table:
    if not isinstance(setting.value, dict):
        raise setting.wrong(f"a table: [{setting.name}]")
    known = {f.name for f in fields(before)}
    values: dict[str, Any] = {}
    for name, value in setting.value.items():
        if name not in known:
            raise _unknown(name, known, setting.where, f"{setting.name}.")
        inner = setting.inner(name, value)
        values[name] = as_number(inner)
        if isinstance(getattr(before, name), int):
            if values[name] > _MOST or values[name] != values[name].to_integral_value():
                raise inner.wrong(f"a whole number up to {_MOST}")
            values[name] = int(values[name])
    return replace(before, **values)


def _funding(setting: Setting, before: Funding) -> Funding:
    if not isinstance(setting.value, dict):
        raise setting.wrong("a table: [funding]")
    for name in setting.value:
        if name != "enabled":
            raise _unknown(name, {"enabled"}, setting.where, f"{setting.name}.")
    return Funding(as_flag(setting.inner("enabled", setting.value.get("enabled", before.enabled))))


def _sizes(setting: Setting, before: Mapping[str, tuple[Decimal, ...]]) -> dict[str, tuple[Decimal, ...]]:
    if not isinstance(setting.value, dict):
        raise setting.wrong("a table of markets: [sizes]")
    sizes: dict[str, tuple[Decimal, ...]] = {}
    for market, presets in setting.value.items():
        if not isinstance(presets, list) or not 1 <= len(presets) <= 5:
            raise setting.inner(market, presets).wrong("a list of one to five amounts")
        numbers = tuple(as_number(setting.inner(market, preset)) for preset in presets)
        if not all(numbers):
            raise setting.inner(market, presets).wrong("a list of amounts above 0")
        sizes[market] = numbers
    return {**before, **sizes}


def _keys(setting: Setting, before: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(setting.value, dict):
        raise setting.wrong("a table of actions: [keys]")
    return {**before, **{action: as_text(setting.inner(action, key)) for action, key in setting.value.items()}}


def _alone(read: Callable[[Setting], Any]) -> Callable[[Setting, Any], Any]:
    """For a setting that replaces the one before it as a whole."""
    return lambda setting, _before: read(setting)


_IN_TABLES = {
    each.name: table
    for table, kind in (("limits", Limits), ("fees", Fees), ("funding", Funding))
    for each in fields(kind)
}
"""In which table each of their settings stands."""

_READERS: dict[str, Callable[[Setting, Any], Any]] = {
    "profile": _alone(as_text),
    "rest_url": _alone(as_url("https", "http")),
    "ws_url": _alone(as_url("wss", "ws")),
    "revision": _alone(lambda s: as_choice(s, REVISIONS)),
    "market": _alone(as_text),
    "interval": _alone(as_interval),
    "theme": _alone(lambda s: as_choice(s, THEME_NAMES, or_none=True)),
    "fps": _alone(lambda s: as_whole(s, 1, 60)),
    "slow": _alone(as_flag),
    "plain_driver": _alone(as_flag),
    "on_hangup": _alone(lambda s: as_choice(s, HANG_UPS)),
    "bell": _alone(as_flag),
    "notify": _alone(lambda s: as_choice(s, NOTIFIERS)),
    "read_only": _alone(as_flag),
    "log_level": _alone(lambda s: as_choice(s, LOG_LEVELS)),
    "api_key_command": _alone(as_command),
    "api_secret_command": _alone(as_command),
    "limits": _table,
    "fees": _table,
    "funding": _funding,
    "sizes": _sizes,
    "keys": _keys,
}

SETTINGS: tuple[str, ...] = tuple(_READERS)
"""The names that may stand in the file."""
