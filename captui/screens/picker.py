"""Choosing one of a list by typing part of its name: markets, intervals, and everything that captui can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen

from captui.actions import Action, display
from captui.core.dataclass import dataclass
from captui.core.intervals import Interval
from captui.core.text import pair_name
from captui.render.lines import Line, on, padded, spread
from captui.render.numbers import percent, short
from captui.screens.dialog import Title
from captui.session.views import MarketsView, TickersView
from captui.widgets import wording
from captui.widgets.entry import Entry
from captui.widgets.line_pane import LinePane


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    line: Line
    words: str
    """Lower-case text in which what is typed is looked for."""


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """Those that hold every typed word; the ones whose name begins with it first. `btc/zar`, `btc zar` and `btczar` are one."""
    words = typed.lower().replace("/", " ").split()
    found = [choice for choice in choices if all(word in choice.words for word in words)]
    return sorted(found, key=lambda choice: not choice.words.startswith(words[0])) if words else found


class PickList(LinePane, can_focus=True):
    """What is typed, and the rows that match it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)", show=False),
        Binding("down", "row(1)", show=False),
        Binding("pageup", "row(-10)", show=False),
        Binding("pagedown", "row(10)", show=False),
        Binding("enter", "pick", show=False),
    ]

    class Picked(Message):
        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    def __init__(self, choices: Sequence[Choice], current: str, hint: str) -> None:
        super().__init__(id="pick-list")
        self.choices = tuple(choices)
        self._entry = Entry()
        self._hint = hint
        self._found = list(choices)
        values = [choice.value for choice in choices]
        self._cursor = values.index(current) if current in values else 0

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's signature
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        edits = {"backspace": self._entry.backspace, "ctrl+u": self._entry.clear_before}
        if event.key in edits:
            self._entry = edits[event.key]()
        elif event.character is not None and event.character.isprintable():
            self._entry = self._entry.insert(event.character)
        else:
            return
        event.stop()
        self._found = matching(self.choices, self._entry.text)
        self._cursor = 0
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        at = self._top(self.content_size.height) + event.y - 2
        if event.y >= 2 and at < len(self._found):
            self.post_message(self.Picked(self._found[at].value))

    def action_row(self, by: int) -> None:
        self._cursor = max(0, min(len(self._found) - 1, self._cursor + by))
        self.redraw()

    def action_pick(self) -> None:
        if self._found:
            self.post_message(self.Picked(self._found[self._cursor].value))

    def lines(self, width: int, height: int) -> list[Line]:
        typed: Line = ((self._entry.text, "strong"), ("▏", "accent"))
        made: list[Line] = [padded(typed if self._entry.text else (("▏", "accent"), (self._hint, "faint")), width), ()]
        if not self._found:
            return [*made, (("Nothing has that in its name.", "dim"),)]
        top = self._top(height)
        for index, choice in enumerate(self._found[top : top + height - 2], top):
            line = spread(choice.line, (), width)
            made.append(on(line, "cursor") if index == self._cursor else line)
        return made

    def _top(self, height: int) -> int:
        return max(0, self._cursor - (height - 2) + 1)


class Picker(ModalScreen[str]):
    """Returns the value of the choice, or an empty text where none was made."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, current: str, hint: str, mode: str, wide: bool = False
    ) -> None:
        super().__init__()
        self._wide = wide
        self._title, self._mode = title, mode
        self._list = PickList(choices, current, hint)
        self._height = len(choices) + 2

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="wide" if self._wide else ""):
            yield Title(self._title, self._mode)
            yield self._list

    def on_mount(self) -> None:
        self._list.styles.height = self._height
        self._list.focus()

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        self.dismiss(message.value)

    def action_leave(self) -> None:
        self.dismiss("")


def market_picker(markets: MarketsView, tickers: TickersView, mode: str) -> Picker:
    choices: list[Choice] = []
    for market in markets.markets:
        name = pair_name(market.name, market.id)
        ticker = tickers.tickers.get(market.id)
        runs: list[tuple[str, str]] = [(f"{name:<11}", "strong" if market.enabled else "dim")]
        if not market.enabled:
            runs.append((" trading is halted", "warning"))
        elif ticker is not None:
            up = ticker.change_percent >= 0
            runs += [
                (f"{wording.price(ticker.last, market):>14}", "text"),
                (f"{percent(ticker.change_percent):>11}", "bid" if up else "ask"),
                (f"{short(ticker.volume):>10} {market.base.upper()}", "dim"),
            ]
        choices.append(Choice(market.id, tuple(runs), f"{name.lower()} {market.id} {market.base} {market.quote}"))
    return Picker("Market", choices, current=markets.selected, hint="part of its name", mode=mode)


def interval_picker(current: Interval, mode: str) -> Picker:
    choices = [
        Choice(
            interval.label,
            ((f"{interval.label:<6}", "strong"), (_spoken(interval), "dim")),
            f"{interval.label} {_spoken(interval)}",
        )
        for interval in Interval
    ]
    return Picker("Candle interval", choices, current=current.label, hint="15m, 4h, 1d …", mode=mode)


def palette(actions: Sequence[Action], mode: str) -> Picker:
    """Every action by its name; returns its id."""
    choices = [
        Choice(
            action.id,
            (
                (f"{action.label:<16}", "strong"),
                (f"{display(action.keys[0]):<10}", "accent"),
                (action.help, "dim"),
            ),
            f"{action.label} {action.scope.value} {action.help}".lower(),
        )
        for action in actions
        if action.id != "app.palette"
    ]
    return Picker("Do what?", choices, current="", hint="part of its name", mode=mode, wide=True)


def screen_picker(actions: Sequence[Action], current: str, mode: str) -> Picker:
    """The screens by name, with their keys; returns the name."""
    choices = [
        Choice(
            action.id.removeprefix("screen."),
            ((f"{action.label:<12}", "strong"), (f"{display(action.keys[0]):<6}", "accent"), (action.help, "dim")),
            f"{action.label} {action.help}".lower(),
        )
        for action in actions
        if action.id.startswith("screen.") and action.method.startswith("show_screen")
    ]
    return Picker("Go to", choices, current=current, hint="part of its name", mode=mode, wide=True)


def _spoken(interval: Interval) -> str:
    minutes = interval.value
    for size, unit in ((10_080, "week"), (1_440, "day"), (60, "hour")):
        if minutes % size == 0:
            return wording.count(minutes // size, unit)
    return wording.count(minutes, "minute")
