"""Two keys in one bunch do what they do one by one."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget

from captui.terminal.keys_in_order import KeysInOrder


class Pane(Widget, can_focus=True):
    """Takes digits as they come, and has a binding that changes what they mean."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "next"), Binding("x", "cancel"), Binding("d", "doubt")]

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.fields = ["", ""]
        self.field = 0
        self.cancelled = 0

    def action_next(self) -> None:
        self.field = 1

    def action_cancel(self) -> None:
        self.cancelled += 1

    class Doubtful(Message):
        """A pane does not know dialogs: it asks whoever is above it."""

    def action_doubt(self) -> None:
        self.post_message(self.Doubtful())

    def on_key(self, event: events.Key) -> None:
        if event.key.isdigit():
            event.stop()
            self.fields[self.field] += event.key

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.fields[self.field] += event.text


class Question(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "yes")]

    def action_yes(self) -> None:
        self.dismiss()
        assert isinstance(self.app, Panes)
        self.app.answers += 1


class Panes(KeysInOrder[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("O", "other"), Binding("q", "ask")]
    answers = 0

    def compose(self) -> ComposeResult:
        yield Pane("first")
        yield Pane("second")

    def action_other(self) -> None:
        self.screen.set_focus(self.query_one("#second"))

    def on_pane_doubtful(self) -> None:
        self.push_screen(Question())

    def action_ask(self) -> None:
        self.push_screen(Question())


def press_at_once(app: App[None], *keys: str) -> None:
    """As a terminal delivers them in one read: nothing happens between them."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def dealt_with(app: Panes, pilot: Pilot[None]) -> None:
    """Until every key has been through; Textual's own pause is over sooner on a busy machine."""
    taken = asyncio.Event()
    app.call_later(taken.set)
    async with asyncio.timeout(30):
        await taken.wait()
        while app.has_keys_to_deal_with:
            await pilot.pause()
        await pilot.pause()


async def test_a_digit_after_a_binding_goes_where_the_binding_led() -> None:
    app = Panes()
    async with app.run_test() as pilot:
        first = app.query_one("#first", Pane)
        press_at_once(app, "1", "down", "2", "3")
        await dealt_with(app, pilot)
        assert first.fields == ["1", "23"]


async def test_a_key_after_a_change_of_pane_goes_to_the_new_pane() -> None:
    app = Panes()
    async with app.run_test() as pilot:
        press_at_once(app, "x", "O", "x", "7")
        await dealt_with(app, pilot)
        first, second = app.query_one("#first", Pane), app.query_one("#second", Pane)
        assert (first.cancelled, first.fields) == (1, ["", ""])
        assert (second.cancelled, second.fields) == (1, ["7", ""])


@pytest.mark.parametrize("repeats", [1, 20])
@pytest.mark.parametrize("asks", ["q", "d"])
async def test_a_key_after_a_question_answers_it(asks: str, repeats: int) -> None:
    app = Panes()
    async with app.run_test() as pilot:
        press_at_once(app, *[asks, "y"] * repeats)
        await dealt_with(app, pilot)
        assert app.answers == repeats
        assert len(app.screen_stack) == 1


async def test_a_pane_that_goes_away_with_the_key_does_not_stop_the_next() -> None:
    app = Panes()
    async with app.run_test() as pilot:
        press_at_once(app, "1")
        await app.query_one("#first").remove()
        press_at_once(app, "O", "5")
        await dealt_with(app, pilot)
        assert app.query_one("#second", Pane).fields[0].endswith("5")


async def test_what_is_pasted_goes_where_the_key_before_it_led() -> None:
    app = Panes()
    async with app.run_test() as pilot:
        press_at_once(app, "O", "5")
        app.post_message(events.Paste("pin"))
        press_at_once(app, "6")
        await dealt_with(app, pilot)
        first, second = app.query_one("#first", Pane), app.query_one("#second", Pane)
        assert (first.fields[0], second.fields[0]) == ("", "5pin6")
