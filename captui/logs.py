"""The log file: rotating, in the platform's state folder, without secrets and never on the screen."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
import threading
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

import platformdirs

from captui import private_files

_BYTES = 1_000_000
_KEPT = 3


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Each file that it begins anew is for this user alone too."""

    def _open(self) -> TextIOWrapper:
        # The handler closes it.
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=private_files.open_file)  # type: ignore[return-value]


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
        private_files.own_folder(path.parent)
        handler = _PrivateFile(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
        os.close(private_files.open_file(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT))
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
