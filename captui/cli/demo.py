"""`captui demo`: the trading screen on the embedded exchange, over real sockets."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from captui.cli import trade
from captui.cli.embedded import EmbeddedExchange
from captui.cli.folders import state_folder
from captui.config import Funding
from captui.remembered import Remembered


def demo(
    *,
    replay: Path | None,
    speed: float,
    seed: int,
    revision: str,
    read_only: bool,
    port: int,
    control: bool,
    config_path: Path | None,
    profile: str | None,
    **screen: Any,
) -> None:
    """Starts the exchange, opens the screen on it, and ends it with the screen. Raises CaptuiError with the exchange's own sentence."""
    config = trade.settings(config_path, profile, **screen)
    trade.require_terminal()
    arguments = ["--port", str(port), "--seed", str(seed), "--revision", revision, "--past"]
    if replay is not None:
        arguments += ["--replay", str(replay.absolute()), "--speed", str(speed)]
    if control:
        arguments.append("--control")
    with EmbeddedExchange(arguments, revision=revision) as exchange, tempfile.TemporaryDirectory() as folder:
        remembered = Remembered(state_folder() / "remembered-demo.json")
        if replay is not None and not config.market:
            # The recorded market is what the user came to see.
            config = replace(config, market=market_of(replay))
        address = exchange.address()
        trade.run(
            replace(
                config,
                rest_url=address.rest_url,
                ws_url=address.ws_url,
                revision=revision,
                read_only=read_only or config.read_only,
                # The profile is of an exchange that this is not, and no money leaves that is worth anything.
                profile="",
                funding=Funding(enabled=True),
            ),
            address.credentials,
            mode="DEMO",
            # A new exchange knows nothing of the orders of the last one: neither shall the journal and the history.
            journal_path=Path(folder) / "orders.jsonl",
            history_path=Path(folder) / "history.sqlite",
            remembered=remembered,
        )


def market_of(recording: Path) -> str:
    """The market id that a recording drives, read from its first line; empty where it cannot be told (the exchange says why)."""
    import gzip
    import json

    try:
        with (
            gzip.open(recording, "rt", encoding="utf-8")
            if recording.suffix == ".gz"
            else recording.open(encoding="utf-8") as lines
        ):
            frame = json.loads(lines.readline())["frame"]
            return str(next(iter(frame)).partition(".")[0])
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return ""
