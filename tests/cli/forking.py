"""Runs captui's command line many times without importing it many times: a server that forks a process for each run.

Every run is a process of its own with its own environment, standard streams and exit code, as from a shell; only the half second
of imports before it is shared. Requests come as JSON lines on standard input, each a list of runs that go on at the same time, and
each is answered with the list of exit codes.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from captui.cli.main import main
from captui.cli.registry import COMMANDS

ON_THE_WAY = ("anyio._backends._asyncio", "certifi", "captui.exchange.stream", "captui.render.qr", "httpcore")
"""What commands, and the libraries under them, import only when a connection is made or something is drawn."""


def serve() -> None:
    for module in (*dict.fromkeys(entry.module for entry in COMMANDS.values()), *ON_THE_WAY):
        import_module(module)
    # What is there now stays: a child that collected it would have to copy it first.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        children = []
        for run in json.loads(line):
            child = os.fork()
            if child == 0:
                _run(**run)
            children.append(child)
        print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]), flush=True)


def _run(arguments: list[str], environment: dict[str, str], folder: str, *, reader_leaves: bool) -> None:
    for descriptor, (name, flags) in enumerate(
        (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY | os.O_CREAT), ("stderr", os.O_WRONLY | os.O_CREAT))
    ):
        os.dup2(os.open(Path(folder) / name, flags, 0o600), descriptor)
    if reader_leaves:
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)
    sys.stdin, sys.stdout = open(0, encoding="utf-8"), open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["captui", *arguments]
    code: object = 70
    try:
        main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    serve()
