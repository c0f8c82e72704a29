"""What the stream should carry against what this connection was asked for. No I/O."""

from __future__ import annotations

from urllib.parse import urlencode

from captui.core import codec

LONGEST_URL = 1_800
"""Proxies cut longer ones off; what does not fit is subscribed to after the connection is open."""


class Subscriptions:
    """The wanted set survives a connection, the asked set does not."""

    def __init__(self) -> None:
        self.wanted: frozenset[str] = frozenset()
        self._asked: frozenset[str] = frozenset()
        self._again: frozenset[str] = frozenset()

    def want(self, streams: frozenset[str]) -> None:
        """Raises ValueError for a name that no message could carry."""
        codec.subscribe(sorted(streams))
        self.wanted = streams

    def ask_again(self, stream: str) -> None:
        """Unsubscribe and subscribe once more, which brings a new snapshot. Nothing happens to a stream that is not wanted."""
        if stream in self.wanted:
            self._again |= {stream}

    def url(self, base: str) -> str:
        """`base` with as many of the wanted streams as fit, each with its own `stream=`: the server ignores any other form.

        They count as asked for; everything asked of an earlier connection is forgotten.
        """
        fitting: list[str] = []
        length = len(base)
        for stream in sorted(self.wanted):
            length += len(urlencode({"stream": stream})) + 1
            if length > LONGEST_URL:
                break
            fitting.append(stream)
        self._asked = frozenset(fitting)
        self._again = frozenset()
        return f"{base}?{urlencode([('stream', stream) for stream in fitting])}" if fitting else base

    def messages(self) -> list[str]:
        """What to send so that the server agrees with what is wanted; it counts as sent."""
        again = self._again & self._asked
        leaving = (self._asked - self.wanted) | again
        joining = (self.wanted - self._asked) | again
        self._asked = self.wanted
        self._again = frozenset()
        # Leaving first: a market's old streams must not take up the reader while the new ones start.
        return [*codec.unsubscribe(sorted(leaving)), *codec.subscribe(sorted(joining))]
