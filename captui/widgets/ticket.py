"""The order ticket: a form filled in from the keyboard. It shapes a draft and asks for its review; it sends nothing.

One pane with a cursor that goes from field to field, so that Tab stays the key between panes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from captui.actions import Scope, bindings
from captui.core.types import Market, OrderDraft, Side
from captui.render.lines import Line, on, padded, right, width_of, wrapped
from captui.render.numbers import amount_runs, fixed, price_runs
from captui.session.views import BookView
from captui.widgets import wording
from captui.widgets.draft import DraftView
from captui.widgets.entry import Entry
from captui.widgets.line_pane import LinePane
from captui.widgets.ticket_form import SHARES, Form, Kind, Reading, read

FIELDS = ("side", "kind", "price", "amount", "share")
_LABEL = 8
"""Cells of a label with the space behind it."""
_LOW = 9
"""Rows below which side and type share one."""
_PASSED_ON = frozenset({"?", "/"})
"""Printable keys that mean nothing in a number and keep their meaning of everywhere while one is typed."""


class Ticket(LinePane, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.TICKET)]

    class DraftChanged(Message):
        """The form says something else now; None while it is not a whole order."""

        def __init__(self, draft: OrderDraft | None) -> None:
            super().__init__()
            self.draft = draft

    class Review(Message):
        """What this order will do is to be shown, and then perhaps sent."""

        def __init__(self, draft: OrderDraft) -> None:
            super().__init__()
            self.draft = draft

    class Declined(Message):
        """There is nothing to review; the sentence says why."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    class Left(Message):
        """The user is done here."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._market: Market | None = None
        self._book = BookView()
        self._available: Mapping[str, Decimal] | None = None
        self._last: Decimal | None = None
        self._side = Side.BUY
        self._kind = Kind.LIMIT
        self._share = 0
        self._entries = {"price": Entry(), "amount": Entry()}
        self._field = "price"
        self._reading = Reading()
        self._view: DraftView | None = None

    @property
    def form(self) -> Form:
        return Form(self._side, self._kind, self._entries["price"].text, self._entries["amount"].text)

    @property
    def draft(self) -> OrderDraft | None:
        return self._reading.draft

    def show_market(self, market: Market | None) -> None:
        """Another market empties the fields: a price of one is no price of another."""
        if market == self._market:
            return
        if market is None or self._market is None or market.id != self._market.id:
            self._entries = {"price": Entry(), "amount": Entry()}
        self._market = market
        self._changed()

    def show_prices(self, book: BookView, last: Decimal | None) -> None:
        """The newest book and last price of the market: they turn values into amounts and fill the price."""
        if book is self._book and last == self._last:
            return
        self._book, self._last = book, last
        self._changed()

    def show_available(self, available: Mapping[str, Decimal] | None) -> None:
        self._available = available
        self._changed()

    def show_draft(self, view: DraftView | None) -> None:
        """What the screen worked out for the draft that this form describes."""
        if view != self._view:
            self._view = view
            self.redraw()

    def clear(self) -> None:
        """Empty the amount, once its order is on its way: the next one is typed on purpose."""
        self._entries["amount"] = Entry()
        self._changed()

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's signature
        """While a number is typed, no letter may cancel orders or change the market."""
        return self._typing and _is_text(character)

    def on_key(self, event: events.Key) -> None:
        if not self._typing:
            return
        entry = self._entries[self._field]
        edits = {
            "backspace": entry.backspace,
            "delete": entry.delete,
            "home": entry.home,
            "end": entry.end,
            "ctrl+u": entry.clear_before,
        }
        if event.key in edits:
            changed = edits[event.key]()
        elif self._field == "price" and event.character in ("=", "<", ">"):
            changed = self._filled(event.character) or entry
        elif _is_text(event.character):
            changed = entry.insert(event.character or "")
        else:
            return
        event.stop()
        event.prevent_default()
        self._edit(changed)

    def on_paste(self, event: events.Paste) -> None:
        if self._typing:
            event.stop()
            line = next(iter(event.text.splitlines()), "")
            self._edit(self._entries[self._field].insert("".join(c for c in line if c.isprintable())[:40]))

    def on_click(self, event: events.Click) -> None:
        fields = self._rows()
        if 0 <= event.y < len(fields):
            self._field = fields[event.y]
            self.redraw()

    def action_previous_field(self) -> None:
        self._step(-1)

    def action_next_field(self) -> None:
        self._step(1)

    def action_choose(self, by: int) -> None:
        if self._field == "side":
            self._side = self._side.opposite
        elif self._field == "kind":
            kinds = list(Kind)
            self._kind = kinds[(kinds.index(self._kind) + by) % len(kinds)]
        elif self._field == "share":
            self._share = max(1, min(len(SHARES), self._share + by)) if self._share else (1 if by > 0 else len(SHARES))
            self._entries["amount"] = Entry.of(SHARES[self._share - 1][1])
        else:
            self._entries[self._field] = self._entries[self._field].move(by)
        self._changed()

    def action_review(self) -> None:
        if self._reading.draft is not None:
            self.post_message(self.Review(self._reading.draft))
        elif self._reading.sentence:
            self.post_message(self.Declined(self._reading.sentence))
        elif self._reading.field:
            self._field = self._reading.field
            self.post_message(self.Declined(f"The order needs {'a price' if self._field == 'price' else 'an amount'}."))
            self.redraw()
        else:
            self.post_message(self.Declined("No market is chosen yet."))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    @property
    def _typing(self) -> bool:
        return self._field in self._entries

    def _rows(self) -> tuple[str, ...]:
        return ("side", "price", "amount", "share") if self.content_size.height < _LOW else FIELDS

    def _step(self, by: int) -> None:
        fields = [field for field in FIELDS if not (field == "price" and self._kind is Kind.MARKET)]
        at = fields.index(self._field) if self._field in fields else fields.index("amount")
        self._field = fields[max(0, min(len(fields) - 1, at + by))]
        self.redraw()

    def _filled(self, key: str) -> Entry | None:
        """The last price, the bid or the ask as an entry; None where there is none."""
        level = {"<": self._book.best_bid, ">": self._book.best_ask}.get(key)
        price = self._last if key == "=" else (level.price if level else None)
        return None if price is None else Entry.of(wording.price(price, self._market))

    def _edit(self, entry: Entry) -> None:
        if self._field == "amount":
            self._share = 0
        self._entries[self._field] = entry
        self._changed()

    def _changed(self) -> None:
        before = self._reading
        if self._market is None:
            self._reading = Reading()
        else:
            self._reading = read(
                self.form,
                market=self._market,
                bids=self._book.bids,
                asks=self._book.asks,
                available=self._available,
            )
        if self._reading.draft != before.draft:
            if self._reading.draft is None or (self._view and self._view.draft != self._reading.draft):
                self._view = None
            self.post_message(self.DraftChanged(self._reading.draft))
        self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        choices = (
            [(*self._sides(), ("  ", "text"), *self._kind_alone())] if height < _LOW else [self._sides(), self._kinds()]
        )
        shown = [padded(line, width) for line in choices]
        shown += [self._entry_line("price", width), self._entry_line("amount", width), self._share_line(width)]
        return [*shown, *self._outcome(width, height - len(shown))][:height]

    def _sides(self) -> Line:
        looks = {Side.BUY: "bid", Side.SELL: "ask"}
        runs: list[tuple[str, str]] = []
        for side in Side:
            label = f" {side.value.upper() if side is self._side else side.value} "
            runs.append((label, self._lit("side", f"{looks[side]}@lit" if side is self._side else "faint")))
        return tuple(runs)

    def _kinds(self) -> Line:
        looks = {kind: "text@lit" if kind is self._kind else "faint" for kind in Kind}
        return tuple((f" {kind.value} ", self._lit("kind", looks[kind])) for kind in Kind)

    def _kind_alone(self) -> Line:
        """The chosen type between arrows, where there is no row for all three."""
        arrows = "accent" if self.has_focus and self._field == "kind" else "faint"
        return (("‹", arrows), (f" {self._kind.value} ", self._lit("kind", "text@lit")), ("›", arrows))

    def _lit(self, field: str, style: str) -> str:
        """The focused field's own choice stands on the cursor's ground."""
        return style.replace("@lit", "@cursor") if self.has_focus and self._field == field else style

    def _entry_line(self, name: str, width: int) -> Line:
        focused = self.has_focus and self._field == name
        if name == "price" and self._kind is Kind.MARKET:
            return padded(
                (("price".ljust(_LABEL), "label"), (right("at the market", width - _LABEL - 1), "dim")), width
            )
        entry = self._entries[name]
        room = width - _LABEL - 1
        wrong = self._reading.field == name and self._reading.sentence
        style = "error" if wrong else "strong" if focused else "text"
        if focused:
            # The end of a long text is what is being typed: its beginning gives way.
            before, after = entry.text[: entry.cursor], entry.text[entry.cursor :]
            text = ("…" + (before + after)[-(room - 2) :]) if len(entry.text) > room - 1 else before + "▏" + after
            return on(padded(((name.ljust(_LABEL), "accent"), (right(text, room), style)), width), "cursor")
        shown = entry.text if len(entry.text) <= room else "…" + entry.text[-(room - 1) :]
        if not shown:
            return padded(((name.ljust(_LABEL), "label"), (right("·" * 8, room), "faint")), width)
        runs = price_runs(shown, style) if name == "price" and not wrong else amount_runs(shown, style)
        return padded(((name.ljust(_LABEL), "label"), (" " * (room - width_of(runs)), "text"), *runs), width)

    def _share_line(self, width: int) -> Line:
        focused = self.has_focus and self._field == "share"
        runs: list[tuple[str, str]] = [(" " * (_LABEL - 1), "text")]
        for i, (label, _) in enumerate(SHARES, 1):
            style = "strong" if i == self._share else "dim"
            runs.append(
                (f" {label} ", f"{style}@cursor" if focused and (i == self._share or not self._share) else style)
            )
        return padded(tuple(runs), width)

    def _outcome(self, width: int, room: int) -> list[Line]:
        """What the order will do, or the one sentence that stands in its way."""
        if self._reading.sentence:
            return [((text, "error"),) for text in wrapped(self._reading.sentence, width, room)]
        if self._view is None or self._view.preview is None or self._market is None:
            found = self._view.findings if self._view else ()
            if found:
                return [((text, "error"),) for text in wrapped(found[0].text, width, room)]
            hint = "= last  < bid  > ask" if self.has_focus and self._field == "price" else ""
            return [((hint, "faint"),)] if hint else []
        preview, quote = self._view.preview, self._market.quote
        figures = [
            ("value", wording.money(preview.value, quote), ""),
            ("fee", wording.money(preview.fee_value, quote), "maker" if preview.maker else "taker"),
        ]
        if preview.left is not None:
            left = preview.left
            spent = preview.spend_currency
            text = wording.money(left, spent) if spent == "zar" else f"{fixed(left, 4)} {spent.upper()}"
            figures.append(("left", text, ""))
        made = [self._figure(label, text, note, width) for label, text, note in figures]
        finding = next(iter(sorted(self._view.findings, key=lambda found: not found.blocking)), None)
        if finding is None:
            return [*([()] if room > len(made) + 1 else []), *made]
        style = "error" if finding.blocking else "warning"
        words = wrapped(finding.text, width, max(1, room - min(len(made), max(0, room - 3))))
        return [*made[: max(0, room - len(words))], *(((text, style),) for text in words)]

    def _figure(self, label: str, text: str, note: str, width: int) -> Line:
        room = width - _LABEL - 1
        noted = f"{label} {note}" if note else label
        return padded(
            (
                (noted.ljust(_LABEL)[: max(_LABEL, len(noted))], "label"),
                (right(text, room - max(0, len(noted) - _LABEL)), "text"),
            ),
            width,
        )


def _is_text(character: str | None) -> bool:
    return character is not None and character.isprintable() and character not in _PASSED_ON
