"""Keys are acted on in the order in which they were pressed, however fast they come.

Over a slow line keys arrive in bunches. Textual hands each key to the widget that has the focus at that moment, and runs bindings only when
the key has come back up from there; of two keys in one bunch the second can be taken by a widget that the first was about to leave. In a
program that trades, `O x` must not cancel at the ladder's cursor. So a key waits until the one before it has been dealt with.
"""

from __future__ import annotations

from collections import deque
from typing import TypeVar

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

ReturnType = TypeVar("ReturnType")


class KeysInOrder(App[ReturnType]):
    """An App that takes one key at a time. Everything else passes as it comes."""

    _waiting: deque[events.Key]
    _in_hand: events.Key | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        if "_waiting" not in self.__dict__:
            self._waiting = deque()
        self._waiting.append(event)
        await self._take_keys()

    async def _take_keys(self) -> None:
        while self._waiting and self._in_hand is None:
            key = self._in_hand = self._waiting.popleft()
            holder: MessagePump = self.focused or self.screen
            await super().on_event(key)
            if key.is_forwarded:
                self._follow(holder)
            else:
                # A priority binding has dealt with it at once.
                self._in_hand = None

    def _follow(self, holder: MessagePump) -> None:
        """Travels behind the key in hand, through the same queues: when this arrives, the key has been through."""
        if holder is self:
            if not self.call_later(self._passed):
                self._in_hand = None
        elif not holder.call_later(self._follow, holder._parent or self):  # noqa: SLF001 - the way a key bubbles
            # The widget is going away; whatever was in its queue goes with it.
            self._follow(holder._parent or self)  # noqa: SLF001

    async def _passed(self) -> None:
        self._in_hand = None
        await self._take_keys()
