"""The markets, one a row: the rows follow the prices, and letters look for a name while it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from captui.widgets.entry import Entry
from captui.widgets.market_rows import Shown, columns, market_row
from captui.widgets.table import Row, Table


class MarketsTable(Table):
    """Shows markets in the order that it is given them. While `typing`, keys that print are the name that is looked for."""

    class Typed(Message):
        """What is looked for has changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(columns(80), empty="Waiting for the markets.", id=id)
        self._markets: tuple[Shown, ...] = ()
        self._entry = Entry()
        self._made_for = (0, 0)
        """The width and the decimals that the rows are made for."""
        self._made: dict[str, tuple[Shown, Row]] = {}
        """By market: most prices stand still from one frame to the next."""
        self.typing = False

    @property
    def typed(self) -> str:
        return self._entry.text

    def show_markets(self, markets: Sequence[Shown], *, empty: str) -> None:
        """`empty` is said where there are none."""
        self._markets, self._empty = tuple(markets), empty
        self._make()

    def search(self) -> None:
        """From now on keys that print are part of a name."""
        self.typing = True
        self.redraw()

    def keep(self) -> None:
        """End the typing; what was typed goes on choosing the rows."""
        self.typing = False
        self.redraw()

    def clear(self) -> None:
        """Look for nothing any more."""
        self.typing = False
        self._type(Entry())

    def _make(self) -> None:
        width = self.content_size.width
        places = max((shown.summary.market.price_precision for shown in self._markets), default=0)
        if width != self._made_for[0]:
            self._columns = columns(width)
            self._widths = [max(column.width, len(column.title)) for column in self._columns]
        if (width, places) != self._made_for:
            self._made_for = (width, places)
            self._made = {}
        self.show([self._row(shown) for shown in self._markets])

    def _row(self, shown: Shown) -> Row:
        market = shown.summary.market.id
        known = self._made.get(market)
        if known is None or known[0] != shown:
            known = self._made[market] = (shown, market_row(shown, *self._made_for))
        return known[1]

    def on_resize(self, _event: events.Resize) -> None:
        # Textual calls the base's handler after this one: that draws the new rows.
        if self._markets:
            self._make()

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's signature
        return self.typing and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        if not self.typing:
            return
        edits = {"backspace": self._entry.backspace, "ctrl+u": self._entry.clear_before}
        if event.key in edits:
            entry = edits[event.key]()
        elif event.character is not None and event.character.isprintable():
            entry = self._entry.insert(event.character)
        else:
            return
        event.stop()
        self._type(entry)

    def _type(self, entry: Entry) -> None:
        if entry.text != self._entry.text:
            self._entry = entry
            self.post_message(self.Typed(entry.text))
        self.redraw()
