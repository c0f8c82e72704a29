"""Starts captui's own commands as real processes, in a home of their own, and sees to it that they end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.control import Control

CAPTUI = (sys.executable, "-m", "captui")


def home(folder: Path) -> dict[str, str]:
    """The environment of a user who has never run captui."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("CAPTUI_", "XDG_")) and k not in ("NO_COLOR", "COLUMNS", "LINES")
    }
    return kept | {"HOME": str(folder), "TZ": "Africa/Johannesburg", "LANG": "C.UTF-8"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class RunningExchange:
    """What `captui exchange --json` said when it was ready."""

    rest_url: str
    ws_url: str
    atlas_rest_url: str
    atlas_ws_url: str
    api_key: str
    api_secret: str
    control: Control
    process: subprocess.Popen[bytes]

    def key_pair(self) -> dict[str, str]:
        """For the environment of a client."""
        return {"CAPTUI_API_KEY": self.api_key, "CAPTUI_API_SECRET": self.api_secret}

    def urls(self, revision: str = "atlas") -> list[str]:
        """For the command line of a client."""
        prefix = "atlas_" if revision == "atlas" else ""
        return [
            "--rest-url",
            getattr(self, f"{prefix}rest_url"),
            "--ws-url",
            getattr(self, f"{prefix}ws_url"),
            "--revision",
            revision,
        ]


@contextmanager
def exchange(folder: Path, *options: str) -> Iterator[RunningExchange]:
    """`captui exchange` with `/control/`, in another process, on a free port."""
    process = subprocess.Popen(
        [*CAPTUI, "exchange", "--port", "0", "--json", "--control", "--exit-with-stdin", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=home(folder),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = json.loads(process.stdout.readline())
        yield RunningExchange(
            rest_url=ready["rest_url"],
            ws_url=ready["ws_url"],
            atlas_rest_url=ready["atlas_rest_url"],
            atlas_ws_url=ready["atlas_ws_url"],
            api_key=ready["api_key"],
            api_secret=ready["api_secret"],
            control=Control(ready["control_url"]),
            process=process,
        )
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
