"""The past as the exchange keeps it, read page by page for whoever looks at it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable
from typing import Any

from captui.errors import CaptuiError, UnauthorisedError
from captui.exchange.pages import Page
from captui.session.commands import HistoryFilter, ReadHistory
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.history_requests import Source, source_of
from captui.session.history_views import ExportProgress, HistoryView, Record
from captui.session.permission import read_refusal
from captui.session.views import Severity, Topic

log = logging.getLogger(__name__)

PAGE_SIZE = 50
PAGES_PER_WISH = 40
"""Pages that one wish reads at most where few of their records belong to the filter; the next wish goes on from there."""


class HistoryPages:
    """`export()` gives the newest export, which is shown beside the records."""

    def __init__(
        self, context: SessionContext, *, connection: Connection, export: Callable[[], ExportProgress | None]
    ) -> None:
        self._context = context
        self._connection = connection
        self._export = export
        self._filter: HistoryFilter | None = None
        self._rows: dict[Hashable, Record] = {}
        self._shown: tuple[Record, ...] = ()
        self._next = 1
        self._has_more = False
        self._problem = ""
        self._read_ms = 0
        self._odd: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def read(self, command: ReadHistory) -> None:
        """A new filter ends what was being read for another. More of the same while it is being read is ignored."""
        same = command.filter == self._filter
        if command.more and same:
            if self._has_more and self._task is None:
                self._start(command.filter, first=False)
            return
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if not same:
            self._filter = command.filter
            self._rows, self._shown, self._has_more, self._read_ms = {}, (), False, 0
        self._start(command.filter, first=True)

    def opened(self) -> None:
        """The connection is there: what was asked for before can be read now."""
        if self._filter is not None and not self._read_ms and self._task is None:
            self._start(self._filter, first=True)

    def view(self) -> HistoryView:
        return HistoryView(
            filter=self._filter,
            rows=self._shown,
            has_more=self._has_more,
            loading=self._task is not None,
            problem=self._problem,
            read_ms=self._read_ms,
            export=self._export(),
        )

    def _start(self, wanted: HistoryFilter, *, first: bool) -> None:
        self._problem = read_refusal(self._connection.access, self._connection.reason, reachable=self._context.has_rest)
        if not self._problem:
            self._task = self._context.tasks.spawn("history: page", self._load(source_of(wanted), first=first))
        self._context.mark(Topic.HISTORY)

    async def _load(self, source: Source[Any], *, first: bool) -> None:
        """Until a page's worth belongs to the filter, or the list ends. Cancelled, it changes nothing any more."""
        try:
            await self._load_pages(source, first=first)
        except UnauthorisedError as error:
            self._connection.heed_refusal(error.sentence, error.codes, error.status)
            self._problem = error.sentence
        except CaptuiError as error:
            log.info("history could not be read: %s", error)
            self._problem = error.sentence
        except Exception:
            # Whatever it was, nobody must wait for its end for ever.
            log.exception("history could not be read")
            self._problem = "Something unexpected went wrong; the log file has the details."
        self._task = None
        self._context.mark(Topic.HISTORY)

    async def _load_pages(self, source: Source[Any], *, first: bool) -> None:
        rest, found, number = self._context.rest, 0, 1 if first else self._next
        if source.shrinks and not first:
            # What has left the list since then has pulled up to a page of it over the edge.
            found = self._take(source, await source.page(rest, number - 1, PAGE_SIZE))
        for _ in range(PAGES_PER_WISH):
            page = await source.page(rest, number, PAGE_SIZE)
            if first and number == 1:
                # What was shown of the same filter stays until there is something newer.
                self._rows = {}
            found += self._take(source, page)
            number += 1
            self._next, self._has_more = number, page.has_more
            self._read_ms = self._context.now_ms()
            self._context.mark(Topic.HISTORY)
            if found >= PAGE_SIZE or not page.has_more:
                return

    def _take(self, source: Source[Any], page: Page[Any]) -> int:
        """How many new ones of the filter were in it."""
        before, history = len(self._rows), source.history
        self._rows.update((history.identity(record), record) for record in page.items if source.keeps(record))
        self._shown = tuple(sorted(self._rows.values(), key=history.order, reverse=True))
        for odd in page.odd:
            if odd.reason not in self._odd:
                self._odd.add(odd.reason)
                self._context.notify(Severity.WARNING, f"Left out of the {history.what}: {odd.reason}")
        return len(self._rows) - before
