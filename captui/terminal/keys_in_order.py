"""Keys are acted on in the order in which they were pressed, however fast they come.

Over a slow line keys arrive in bunches. Textual hands each key to the widget that has the focus at that moment, and runs bindings only when
the key has come back up from there; of two keys in one bunch the second can be taken by a widget that the first was about to leave. In a
program that trades, `O x` must not cancel at the ladder's cursor. So a key waits until the one before it has been dealt with. What is
pasted waits its turn among the keys: a pin that comes right behind a Tab must not end up in the field before.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TypeVar

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

ReturnType = TypeVar("ReturnType")


class KeysInOrder(App[ReturnType]):
    """An App that takes one key, or one pasted text, at a time. Everything else passes as it comes."""

    _waiting: deque[events.Key | events.Paste]
    _in_hand: events.Key | events.Paste | None = None

    @property
    def has_keys_to_deal_with(self) -> bool:
        """Whether a key is under way or waits for its turn."""
        return self._in_hand is not None or bool(self.__dict__.get("_waiting"))

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
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
            # First the key itself has to come up to the app, where its binding is run; then what the binding has posted has to
            # come up as well, because that is what opens a dialog. A priority binding has been run already.
            self._follow(holder, holder, 2 if key.is_forwarded else 1)

    def _follow(self, node: MessagePump, holder: MessagePump, rounds: int) -> None:
        """Travels behind the key in hand, through the same queues: when this arrives at the app, the key has been through."""
        if node is self:
            then = partial(self._follow, holder, holder, rounds - 1) if rounds > 1 else self._passed
            if not self.call_later(then):
                self._in_hand = None
            return
        above = node._parent or self  # noqa: SLF001 - the way a key bubbles
        if not node.call_later(self._follow, above, holder, rounds):
            # The widget is going away; whatever was in its queue goes with it.
            self._follow(above, holder, rounds)

    async def _passed(self) -> None:
        self._in_hand = None
        await self._take_keys()
