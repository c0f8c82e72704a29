"""Writing a whole history to a file: every page is read first, then the file is there whole, or not at all."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from captui.core.text import printable
from captui.errors import CaptuiError, ExchangeError, UnauthorisedError
from captui.exchange.pages import collect
from captui.exchange.requests import PAGE_SIZE
from captui.export.csvfile import write_file
from captui.session.commands import ExportHistory
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.history_requests import Source, source_of
from captui.session.history_views import ExportProgress
from captui.session.permission import read_refusal
from captui.session.views import Severity, Topic

log = logging.getLogger(__name__)

MAX_PAGES = 10_000
"""A million records; a list that goes on for longer is a server that does not know how to end it."""


class Exporting:
    def __init__(self, context: SessionContext, *, connection: Connection) -> None:
        self._context = context
        self._connection = connection
        self.progress: ExportProgress | None = None
        """Of the newest export, also after its end."""
        self._running = False

    def start(self, command: ExportHistory) -> None:
        """One at a time."""
        if self._running:
            self._context.notify(Severity.WARNING, "An export is still being written: wait for its end.")
            return
        path = command.path.expanduser()
        self._show(ExportProgress(str(path)))
        refusal = read_refusal(self._connection.access, self._connection.reason, reachable=self._context.has_rest)
        if refusal:
            self._fail(refusal)
            return
        self._running = True
        self._context.tasks.spawn("export", self._export(command, source_of(command.filter), path))

    async def _export(self, command: ExportHistory, source: Source[Any], path: Path) -> None:
        try:
            if await asyncio.to_thread(path.exists):
                raise FileExistsError
            found = await self._read(source)
            wanted = command.filter
            records = source.history.oldest_first(found, from_ms=wanted.from_ms, to_ms=wanted.to_ms)
            await asyncio.to_thread(write_file, records, source.history.columns, path, replace=False)
        except FileExistsError:
            self._fail(f"{_name(path)} is there already: choose another name.")
        except OSError as error:
            self._fail(f"{_name(path)} cannot be written: {error.strerror or error}.")
        except UnauthorisedError as error:
            self._connection.heed_refusal(error.sentence, error.codes, error.status)
            self._fail(error.sentence)
        except CaptuiError as error:
            self._fail(error.sentence)
        except Exception:
            # Whatever it was, nobody must wait for its end for ever.
            log.exception("an export failed")
            self._fail("Something unexpected went wrong; the log file has the details.")
        else:
            self._show(ExportProgress(str(path), records=len(records), done=True))
            self._context.notify(Severity.GOOD, f"{_name(path)} holds {len(records)} {source.history.what}.")
        finally:
            self._running = False

    async def _read(self, source: Source[Any]) -> list[Any]:
        """Every record of the filter. Raises ExchangeError, also where the list did not hold still."""
        rest = self._context.rest
        found = await collect(
            lambda number: source.page(rest, number, PAGE_SIZE),
            source.history.identity,
            max_pages=MAX_PAGES,
            progress=self._read_on,
        )
        if found.has_more:
            raise ExchangeError(f"The list of {source.history.what} kept changing while it was read: export it again.")
        for odd in found.odd:
            self._context.notify(Severity.WARNING, f"Left out of the {source.history.what}: {odd.reason}")
        return [record for record in found.items if source.keeps(record)]

    def _read_on(self, have: int, _total: int | None) -> None:
        if self.progress is not None:
            self._show(replace(self.progress, records=have))

    def _fail(self, sentence: str) -> None:
        if self.progress is not None:
            self._show(replace(self.progress, problem=sentence))
        self._context.notify(Severity.WARNING, f"Nothing was exported: {sentence}")

    def _show(self, progress: ExportProgress) -> None:
        self.progress = progress
        self._context.mark(Topic.HISTORY)


def _name(path: Path) -> str:
    return printable(str(path))
