"""Which rows of a list that is read again and again are news: new ones at its top, and those that say something else than before."""

from __future__ import annotations

from collections.abc import Hashable, Mapping


class Changes:
    SHOWN_MS = 20_000
    """How long a change stays news."""

    def __init__(self) -> None:
        self._known: dict[str, Hashable] | None = None
        self._since: dict[str, int] = {}

    def note(self, says: Mapping[str, Hashable], now_ms: int) -> None:
        """What each row says now, by its key, newest first. Nothing of the first reading is news, nor are older pages read later."""
        if self._known is None:
            self._known = dict(says)
            return
        # A list that was empty has no older pages: whatever comes is new.
        above = True
        for key, words in says.items():
            if key in self._known:
                above = False
                if self._known[key] != words:
                    self._since[key] = now_ms
            elif above:
                self._since[key] = now_ms
        self._known |= says

    def is_news(self, key: str, now_ms: int) -> bool:
        return key in self._since and now_ms - self._since[key] < self.SHOWN_MS
