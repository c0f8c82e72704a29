"""The embedded exchange as a process of its own: it cannot slow the screen down, and it ends when captui ends, however that happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import field
from types import TracebackType
from typing import IO

from captui.core.dataclass import dataclass
from captui.core.secret import Credentials, Secret
from captui.credentials import without_key
from captui.errors import CaptuiError

_ENDED_WITHIN_S = 30.0
_GONE_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where the embedded exchange listens, and the key pair that trades on it."""

    rest_url: str
    ws_url: str
    credentials: Credentials = field(repr=False)


class EmbeddedExchange:
    """`with EmbeddedExchange(arguments) as exchange: exchange.address()`. Arguments are those of `captui exchange`."""

    def __init__(self, arguments: Sequence[str], *, revision: str) -> None:
        self._revision = revision
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close(), with the process
        # Its standard input stays open for as long as this process lives: even after a kill -9 it sees the end of it and goes.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-m", "captui", "exchange", "--json", "--exit-with-stdin", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            start_new_session=True,
            env=without_key(os.environ),
        )

    def __enter__(self) -> EmbeddedExchange:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def address(self) -> Address:
        """Waits until it listens. Raises CaptuiError with its own sentence where it could not start (port in use, recording damaged)."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise CaptuiError(self._why_not())
        ready = json.loads(line)
        prefix = "atlas_" if self._revision == "atlas" else ""
        return Address(
            rest_url=ready[f"{prefix}rest_url"],
            ws_url=ready[f"{prefix}ws_url"],
            credentials=Credentials(api_key=Secret(ready["api_key"]), api_secret=Secret(ready["api_secret"])),
        )

    def close(self) -> None:
        """Asks it to go, and sees to it that it has gone."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(_GONE_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._complaints.close()

    def _why_not(self) -> str:
        self._process.wait(_ENDED_WITHIN_S)
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip().splitlines()
        sentence = said[-1].removeprefix("captui: ") if said else ""
        return sentence or "The embedded exchange could not be started."
