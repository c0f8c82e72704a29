"""Reads fault plans: files of JSON or TOML, and what the control interface is sent."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from captui.errors import ConfigError
from captui.simulator.fault_plan import OF_FRAMES, OF_REQUESTS, OF_UPGRADES, Fault, Operation, PlannedFault
from captui.simulator.markets import MARKETS

_FRAMES = re.compile(
    r"order|trade|balance|pong|success|global\.tickers|([a-z0-9]+|\*)\.(ob-inc|ob-snap|trades|kline-[0-9a-z*]+|\*)"
)
_WHOLE = ("after", "times", "ms", "status", "retry_after", "size")
_KNOWN = frozenset(each.name for each in fields(PlannedFault))


def read_plan(path: Path) -> tuple[PlannedFault, ...]:
    """The plan in a file: `[[fault]]` tables in `*.toml`, else JSON, a list of objects or one object with the list under `fault`.

    Raises:
        ConfigError: the file cannot be read, or an entry says something that is not understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
        given: Any = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise ConfigError(f"The fault plan {path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        kind = "TOML" if path.suffix == ".toml" else "JSON"
        raise ConfigError(f"The fault plan {path} is not {kind}: {error}.") from error
    listed = given.get("fault") if isinstance(given, dict) else given
    if not isinstance(listed, list):
        raise ConfigError(f"The fault plan {path} holds no list of faults.", advice="See the README for its form.")
    return planned(listed)


def planned(listed: Iterable[object]) -> tuple[PlannedFault, ...]:
    """The entries of a plan, checked.

    Raises:
        ConfigError: with the number of the entry (from 1) and what is wrong with it.
    """
    return tuple(_entry(given, number) for number, given in enumerate(listed, 1))


def _entry(given: object, number: int) -> PlannedFault:
    if not isinstance(given, Mapping):
        raise _wrong(number, "is no table of names and values")
    unknown = sorted(set(given) - _KNOWN)
    if unknown:
        raise _wrong(number, f"has {unknown[0]!r}, which is none of {_listed(_KNOWN)}")
    on, do = given.get("on"), given.get("do")
    if do not in tuple(Fault):
        raise _wrong(number, f"does {do!r}, which is none of {_listed(Fault)}")
    if not isinstance(on, str) or not (on in tuple(Operation) or _FRAMES.fullmatch(on)):
        raise _wrong(number, f"is on {on!r}, which is neither one of {_listed(Operation)} nor a frame's name")
    for name in _WHOLE:
        value = given.get(name)
        negative = isinstance(value, int) and value < 0 and not (name == "ms" and do == Fault.CLOCK)
        if name in given and (isinstance(value, bool) or not isinstance(value, int) or negative):
            raise _wrong(number, f"has a {name} that is no whole number from 0")
    if not 200 <= given.get("status", 503) <= 599:
        raise _wrong(number, "has a status that is not from 200 to 599")
    for name, kind in (
        ("html", bool),
        ("processed", bool),
        ("path", str),
        ("method", str),
        ("market", str),
        ("fields", Mapping),
    ):
        if name in given and not isinstance(given[name], kind):
            raise _wrong(number, f"has a {name} of another kind")
    if not _is_names(given.get("kept", ())):
        raise _wrong(number, "keeps something that is no list of names")
    if given.get("market", "btczar") not in MARKETS:
        raise _wrong(number, f"has a market that is none of {_listed(MARKETS)}")
    fault = PlannedFault(**{**given, "do": Fault(do)})
    possible = OF_FRAMES if fault.is_of_frames else OF_UPGRADES if on == Operation.CONNECT else OF_REQUESTS
    if fault.do not in possible:
        raise _wrong(number, f"cannot do {fault.do.value!r} on {on!r}, only {_listed(possible)}")
    return fault


def _is_names(given: object) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(each, str) for each in given)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _wrong(number: int, what: str) -> ConfigError:
    return ConfigError(f"Fault {number} of the plan {what}.")
