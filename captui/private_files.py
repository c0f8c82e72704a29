"""Files and folders for this user alone: 0600 and 0700, whatever the umask says, and mended where they were laxer before."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

FILE: Final = 0o600
FOLDER: Final = 0o700


def make_folder(path: Path) -> None:
    """Makes it and what is missing above it. One that is there keeps its mode: it need not be captui's. Raises OSError."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER, exist_ok=True)
        folder.chmod(FOLDER)
    # Says so where something else has the name.
    path.mkdir(exist_ok=True)


def own_folder(path: Path) -> None:
    """As `make_folder`, for a folder in which nobody but captui keeps anything: others lose their rights to it. Raises OSError."""
    make_folder(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(FOLDER)


def open_file(path: str | Path, flags: int) -> int:
    """A descriptor, with `os.open`'s flags; the file is made where `flags` say so. Fits as `opener` of `open`. Raises OSError."""
    descriptor = os.open(path, flags, FILE)
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != FILE:
            os.fchmod(descriptor, FILE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def replace_text(path: Path, text: str) -> None:
    """Writes the whole file in one step, beside the old one and then in its place. Raises OSError."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(open_file(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
