"""The embedded exchange in a process of its own, and captui at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench._pty import OnPty

CAPTUI = (sys.executable, "-m", "captui")
LIVE = b"everything is live"


def home(folder: Path) -> dict[str, str]:
    """For a user who has never run captui. Empty is as good as not set."""
    ours = {name: "" for name in os.environ if name.startswith(("CAPTUI_", "XDG_"))}
    # A start that may not keep compiled modules compiles captui each time, and Textual, which was installed compiled, never.
    return ours | {"HOME": str(folder), "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True, slots=True)
class Exchange:
    rest_url: str
    ws_url: str
    control_url: str
    key_pair: dict[str, str]

    def burst(self, market: str, *, per_second: int, seconds: float) -> None:
        order = {"market": market, "per_second": per_second, "seconds": round(seconds)}
        request = urllib.request.Request(  # noqa: S310 - our own
            f"{self.control_url}/burst", json.dumps(order).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310


@contextmanager
def exchange(*options: str) -> Iterator[Exchange]:
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [*CAPTUI, "exchange", "--port", "0", "--json", "--control", "--exit-with-stdin", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(os.environ) | home(Path(folder)),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            pair = {"CAPTUI_API_KEY": ready["api_key"], "CAPTUI_API_SECRET": ready["api_secret"]}
            yield Exchange(ready["atlas_rest_url"], ready["atlas_ws_url"], ready["control_url"], pair)
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait(15)


@contextmanager
def captui(
    at: Exchange,
    folder: Path,
    *,
    command: tuple[str, ...] = CAPTUI,
    rest_url: str = "",
    config: str = "",
    lines: int = 36,
    records: bool = False,
) -> Iterator[OnPty]:
    """With the exchange's key, and live."""
    path = folder / "config.toml"
    path.write_text(config, encoding="utf-8")
    where = ["--rest-url", rest_url or at.rest_url, "--ws-url", at.ws_url, "--revision", "atlas", "--config", str(path)]
    with OnPty([*command, *where], home(folder) | at.key_pair, lines=lines, records=records) as program:
        program.until(LIVE)
        yield program
