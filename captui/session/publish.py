"""From the session's state to what watchers see: views are built only for what changed, and no more often than they can be drawn."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from captui.session.views import Notice, Topic, Update, Views

log = logging.getLogger(__name__)

NOTICES_KEPT = 1000
"""For a watcher that does not take them; the oldest go first."""


def _nothing() -> None:
    """Nobody has asked to be told."""


class Outbox:
    """The side of publishing that any thread may touch."""

    def __init__(self, views: Views) -> None:
        """`views` are what is shown before the session has anything to show."""
        self._lock = threading.Lock()
        self._views = views
        self._dirty: set[Topic] = set()
        self._notices: deque[Notice] = deque(maxlen=NOTICES_KEPT)
        self.on_news: Callable[[], object] = _nothing
        """Called on the session's thread as `SessionPort.on_news` says."""

    @property
    def views(self) -> Views:
        return self._views

    def take(self) -> Update:
        """What changed since the last call. The views read afterwards are at least as new as what it names."""
        with self._lock:
            update = Update(dirty=frozenset(self._dirty), notices=tuple(self._notices))
            self._dirty.clear()
            self._notices.clear()
        return update

    def put(self, views: Views, dirty: set[Topic], notices: list[Notice]) -> None:
        with self._lock:
            before, self._views = self._views, views
            self._dirty |= dirty
            self._notices.extend(notices)
        if notices or dirty != {Topic.CONNECTION} or not views.connection.says_the_same_as(before.connection):
            self.on_news()


URGENT = frozenset({Topic.ORDERS})
"""What somebody who has just pressed a key is waiting for."""
URGENT_GAP_S = 0.01
STREAMED = frozenset({Topic.BOOK, Topic.CHART, Topic.TAPE})
"""Marked when something has come, so that comparing long views would find a difference, and cost more than drawing one for nothing."""


class Publisher:
    """Lives on the session's loop; a view that comes out as it was is no news. The first change after a quiet time is published in the
    same turn of the loop, later ones at most once per `interval_s`, urgent ones somewhat sooner; notices go out together with the
    views that they speak of."""

    def __init__(self, outbox: Outbox, builders: Mapping[Topic, Callable[[], object]], *, interval_s: float) -> None:
        self._outbox = outbox
        self._builders = builders
        self._interval_s = interval_s
        self._dirty: set[Topic] = set()
        self._notices: list[Notice] = []
        self._flush_handle: asyncio.TimerHandle | None = None
        self._flushed_at = float("-inf")

    def mark(self, topic: Topic) -> None:
        if topic not in self._dirty:
            self._dirty.add(topic)
            self._schedule(URGENT_GAP_S if topic in URGENT else self._interval_s)

    def notify(self, notice: Notice) -> None:
        self._notices.append(notice)
        self._schedule(self._interval_s)

    def flush(self) -> None:
        """Publishes what is pending now."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        if not self._dirty and not self._notices:
            return
        self._flushed_at = asyncio.get_running_loop().time()
        dirty, self._dirty = self._dirty, set()
        notices, self._notices = self._notices, []
        before = self._outbox.views
        built: dict[str, object] = {}
        for topic in dirty:
            try:
                view = self._builders[topic]()
            except Exception:
                # One view that cannot be built must not hold the others back.
                log.exception("the view %s could not be built", topic.value)
            else:
                if topic in STREAMED or view != getattr(before, topic.value):
                    built[topic.value] = view
        if built or notices:
            views = replace(before, **built)  # type: ignore[arg-type]  # topics are the names of the fields
            self._outbox.put(views, {Topic(name) for name in built}, notices)

    def _schedule(self, gap_s: float) -> None:
        loop = asyncio.get_running_loop()
        due = max(loop.time(), self._flushed_at + min(gap_s, self._interval_s))
        if self._flush_handle is not None:
            if self._flush_handle.when() <= due:
                return
            self._flush_handle.cancel()
        self._flush_handle = loop.call_at(due, self.flush)
