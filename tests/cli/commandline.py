"""Runs captui's commands as real processes against an embedded exchange, as a person or a script would."""

from __future__ import annotations

import atexit
import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.processes import CAPTUI, RunningExchange, exchange, free_port, home

Done = subprocess.CompletedProcess[str]

ROOT = Path(__file__).resolve().parents[2]


@cache
def _forking() -> subprocess.Popen[str]:
    """One for all tests of this process: it has imported everything, and keeps nothing of a run."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.forking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )

    def end() -> None:
        for pipe in (server.stdin, server.stdout):
            assert pipe is not None
            pipe.close()
        server.wait(10)

    atexit.register(end)
    return server


class Shell:
    """Runs commands one after the other, each in a process of its own (see forking). What they print is kept in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], answer: str, *, reader_leaves: bool = False
    ) -> Done:
        """With `reader_leaves`, standard output is a pipe that nobody reads."""
        return self.run_all([(arguments, answer)], environment, reader_leaves=reader_leaves)[0]

    def run_all(
        self,
        calls: Sequence[tuple[tuple[str, ...], str]],
        environment: Mapping[str, str],
        *,
        reader_leaves: bool = False,
    ) -> list[Done]:
        """Arguments and answers of runs that go on at the same time."""
        server = _forking()
        assert server.stdin is not None
        assert server.stdout is not None
        folders = [self._folder / str(number) for number in range(len(calls))]
        for folder, (_, answer) in zip(folders, calls, strict=True):
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in (("stdin", answer), ("stdout", ""), ("stderr", "")):
                (folder / name).write_text(text)
        runs = [
            {
                "arguments": arguments,
                "environment": dict(environment),
                "folder": str(folder),
                "reader_leaves": reader_leaves,
            }
            for folder, (arguments, _) in zip(folders, calls, strict=True)
        ]
        server.stdin.write(json.dumps(runs) + "\n")
        server.stdin.flush()
        codes: list[int] = json.loads(server.stdout.readline())
        return [
            Done(arguments, code, (folder / "stdout").read_text(), (folder / "stderr").read_text())
            for folder, (arguments, _), code in zip(folders, calls, codes, strict=True)
        ]


def run(folder: Path, *arguments: str, **environment: str) -> Done:
    """captui, of somebody with this home and an environment in which nothing of captui is set but this."""
    return Shell(folder / ".streams").run(arguments, home(folder) | environment, "")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A home folder and an exchange that its environment names."""

    folder: Path
    exchange: RunningExchange
    shell: Shell

    def environment(self, revision: str = "atlas") -> dict[str, str]:
        prefix = "atlas_" if revision == "atlas" else ""
        return {
            **home(self.folder),
            **self.exchange.key_pair(),
            "CAPTUI_REST_URL": getattr(self.exchange, f"{prefix}rest_url"),
            "CAPTUI_WS_URL": getattr(self.exchange, f"{prefix}ws_url"),
        }

    def run(self, *arguments: str, answer: str = "", revision: str = "atlas", **environment: str) -> Done:
        """The finished process. `answer` is what stands on its standard input."""
        return self.shell.run(arguments, self.environment(revision) | environment, answer)

    def run_all(self, calls: Sequence[tuple[tuple[str, ...], str]], **environment: str) -> list[Done]:
        """As `run`, of several arguments and answers at the same time."""
        return self.shell.run_all(calls, self.environment() | environment)

    def run_unread(self, *arguments: str) -> Done:
        """As `run`, where whoever should read standard output has gone."""
        return self.shell.run(arguments, self.environment(), "", reader_leaves=True)

    def ok(self, *arguments: str, **options: str) -> str:
        """Standard output of a command that did what it should."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str, **options: str) -> Any:
        return json.loads(self.ok(*arguments, "--json", **options))

    def csv(self, *arguments: str, **options: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.ok(*arguments, "--csv", **options))))

    def failed(self, code: int, *arguments: str, **options: str) -> str:
        """What it said on standard error, after checking that it said it well and nothing else."""
        done = self.run(*arguments, **options)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
        return done.stderr

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A process that goes on; whoever starts it ends it."""
        return subprocess.Popen(
            [*CAPTUI, *arguments],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def command_line(folder: Path, *options: str) -> Iterator[CommandLine]:
    """With an exchange of its own for as long as the context lasts."""
    with exchange(folder, *options) as running:
        yield CommandLine(folder, running, Shell(folder / "streams"))


def nobody() -> dict[str, str]:
    """The environment of someone whose exchange does not answer."""
    port = free_port()
    return {"CAPTUI_REST_URL": f"http://127.0.0.1:{port}/api", "CAPTUI_WS_URL": f"ws://127.0.0.1:{port}/ws"}


KEYLESS = {"CAPTUI_API_KEY": "", "CAPTUI_API_SECRET": ""}
