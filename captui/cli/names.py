"""Ids of markets and currencies on the command line: what may be one, and which ones Tab offers.

Offered is what captui has seen on this machine: a question to the exchange at every Tab would be slow, and in nobody's place to ask.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs
from click.shell_completion import CompletionItem

from captui import private_files
from captui.core.intervals import Interval
from captui.core.types import Market

if TYPE_CHECKING:
    _Text = click.ParamType[str]
else:
    # Not generic in every version that captui runs with.
    _Text = click.ParamType

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_PRIVATE_STREAMS = ("order", "trade", "balance")


class Name(_Text):
    """An id of a market or a currency, in small letters: what can be a part of a path."""

    def __init__(self, name: str) -> None:
        self.name = name
        """`market` or `currency`."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not _NAME.fullmatch(text):
            self.fail(f"{text!r} is not the id of a market or a currency, such as btczar or btc.", param, ctx)
        return text.lower()

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's
        return [CompletionItem(name) for name in seen(self.name) if name.startswith(incomplete.lower())]


class Stream(_Text):
    """A stream of the websocket, by whatever name: the exchange knows which ones it has."""

    name = "stream"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 - click's
        topics = ("ob-inc", "trades", *(f"kline-{interval.label}" for interval in Interval))
        offered = [
            *_PRIVATE_STREAMS,
            "global.tickers",
            *(f"{m}.{topic}" for m in seen(MARKET.name) for topic in topics),
        ]
        return [CompletionItem(name) for name in offered if name.startswith(incomplete)]


MARKET = Name("market")
CURRENCY = Name("currency")
STREAM = Stream()


def remember(markets: Iterable[Market]) -> None:
    """Keeps the ids of markets and of their currencies for Tab. Losing them loses nothing, so a full disk is no error."""
    listed = sorted(markets, key=lambda market: market.id)
    names = {
        MARKET.name: [market.id for market in listed],
        CURRENCY.name: sorted({unit for market in listed for unit in (market.base, market.quote)}),
    }
    if not listed or names == _read():
        return
    path = _path()
    with contextlib.suppress(OSError):
        private_files.own_folder(path.parent)
        private_files.replace_text(path, json.dumps(names))


def seen(kind: str) -> list[str]:
    """Ids of a kind, `market` or `currency`, as far as this machine has seen them."""
    return [name for name in _read().get(kind, ()) if _NAME.fullmatch(name)]


def _read() -> dict[str, list[str]]:
    try:
        found: object = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    lists = {kind: names for kind, names in found.items() if isinstance(names, list)}
    return {kind: [name for name in names if isinstance(name, str)] for kind, names in lists.items()}


def _path() -> Path:
    return platformdirs.user_cache_path("captui") / "names.json"
