"""The log is a file, holds no secrets of the libraries, and its absence stops nothing."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from captui import logs


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    libraries = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "websockets")}
    yield
    for name, before in libraries.items():
        logging.getLogger(name).setLevel(before)
    for handler in set(root.handlers) - set(handlers):
        handler.close()
        root.removeHandler(handler)
    root.setLevel(level)


def test_what_is_logged_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "captui.log"
    assert logs.start(path, "info") == path
    logging.getLogger("captui.session").info("book stale")
    assert "captui.session: book stale" in path.read_text()


def test_libraries_that_log_request_headers_are_kept_quiet_at_any_level(tmp_path: Path) -> None:
    path = tmp_path / "captui.log"
    logs.start(path, "debug")
    for name in ("websockets.client", "httpx", "httpcore.http11"):
        logging.getLogger(name).debug("X-Auth-Signature: 065762")
    logging.getLogger("captui").debug("seen")
    assert "seen" in path.read_text()
    assert "X-Auth" not in path.read_text()


def test_no_place_for_a_log_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert logs.start(tmp_path / "file" / "captui.log", "info") is None
    logging.getLogger("captui").info("unheard")


def test_an_exception_that_nobody_caught_is_in_the_log_and_not_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "captui.log"
    program = f"""
import threading
from pathlib import Path
from captui import logs
logs.start(Path({str(path)!r}), "info")
logs.catch_everything()
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise KeyError("main")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ""
    logged = path.read_text()
    assert "ZeroDivisionError" in logged
    assert "KeyError: 'main'" in logged
