"""The log file: rotating, in the platform's state folder, without secrets and never on the screen."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
from pathlib import Path
from types import TracebackType

import platformdirs

_BYTES = 1_000_000
_KEPT = 3


def default_path() -> Path:
    """Where the log lies."""
    return platformdirs.user_state_path("captui") / "captui.log"


def current() -> Path | None:
    """The file that logging goes to, where it has been started."""
    files = (each for each in logging.getLogger().handlers if isinstance(each, logging.handlers.RotatingFileHandler))
    return next((Path(each.baseFilename) for each in files), None)


def start(path: Path, level: str) -> Path | None:
    """Sends all logging to this file. Returns its path, or None where it cannot be written: captui then runs without a log."""
    root = logging.getLogger()
    # These write request headers, and so key and signature, at debug level.
    for name in ("httpx", "httpcore", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
        )
        path.open("a").close()
    except OSError:
        root.addHandler(logging.NullHandler())
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(level.upper())
    return path


def catch_everything() -> None:
    """An exception that nobody caught goes to the log with its traceback; the person gets a sentence elsewhere."""

    def process(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        logging.getLogger("captui").critical("Nobody caught this", exc_info=(kind, error, traceback))

    def thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            process(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = process
    threading.excepthook = thread
