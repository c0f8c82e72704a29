"""All keys, those that work in the focused pane first. Made from the registry with the user's own keys in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from captui.actions import Action, Scope, display
from captui.render.lines import Line
from captui.screens.dialog import Title, Words

_TYPED = (
    "In the ticket an amount may be 0.01, 500zar, 25% or max, and in the price = is the last price, < the bid, > the ask.",
    "Nothing is sent until an order is staged or reviewed and then confirmed with the key that is shown.",
)
_KEYS_CELLS = 16


def help_items(actions: Sequence[Action], first: Sequence[Scope]) -> list[Line]:
    """A heading and the keys of each scope, those of `first` before the others."""
    items: list[Line] = []
    for scope in (*first, *(scope for scope in Scope if scope not in first)):
        if items:
            items.append(((" ", "text"), (" ", "text")))
        items.append(((scope.value, "accent" if scope in first else "strong"), (" ", "text")))
        for action in actions:
            if action.scope is scope:
                keys = " ".join(display(key) for key in action.keys)
                items.append(((f" {keys:<{_KEYS_CELLS}} ", "text"), (action.help, "dim")))
    items.append(((" ", "text"), (" ", "text")))
    items += [((text, "dim"),) for text in _TYPED]
    return items


class Help(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "leave", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
        Binding("space", "scroll(12)", show=False),
    ]

    def __init__(self, actions: Sequence[Action], first: Sequence[Scope], mode: str) -> None:
        super().__init__()
        self._items = help_items(actions, first)
        self._mode = mode

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall"):
            yield Title("Keys   ↑ ↓ scroll, Esc back", self._mode)
            with VerticalScroll(id="dialog-body"):
                yield Words(self._items, id="dialog-words")

    def on_mount(self) -> None:
        self.query_one("#dialog-body").focus()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        self.query_one("#dialog-body").scroll_relative(y=by, animate=False)
