"""Records as CSV: to anything that takes text, or to a file that is there whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol, TypeVar

from captui import private_files
from captui.export.values import Column, for_programs

T = TypeVar("T")


class Writable(Protocol):
    """What CSV is written to."""

    def write(self, text: str, /) -> object: ...


def write_csv(records: Sequence[T], columns: Sequence[Column[T]], to: Writable) -> None:
    """A heading and one row for each; what is not known is an empty cell."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow([column.field for column in columns])
    for record in records:
        cells = (for_programs(column.read(record)) for column in columns)
        writer.writerow(
            ["" if cell is None else str(cell).lower() if cell is True or cell is False else cell for cell in cells]
        )


def write_file(records: Sequence[T], columns: Sequence[Column[T]], path: Path, *, replace: bool) -> None:
    """As CSV, in one step, on disk when it returns. Blocks.

    Raises OSError where it cannot be written, FileExistsError where there is one already and it may not be replaced.
    """
    write_whole(lambda file: write_csv(records, columns, file), path, replace=replace)


def write_whole(write: Callable[[Writable], None], path: Path, *, replace: bool) -> None:
    """What `write` writes, as `write_file` does it."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        written = Path(file.name)
        try:
            os.fchmod(file.fileno(), private_files.FILE)
            write(file)
            file.flush()
            os.fsync(file.fileno())
            if replace:
                written.replace(path)
            else:
                _take_name(written, path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise


def _take_name(written: Path, path: Path) -> None:
    """The name is taken by creating it: a look before the rename would leave a gap for another program's file."""
    path.touch(exist_ok=False)
    try:
        written.replace(path)
    except OSError:
        path.unlink(missing_ok=True)
        raise
