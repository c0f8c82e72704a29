"""What every screen of captui does alike: help, palette, the way to the other screens, and failing without ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from enum import StrEnum

from textual.events import Event
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from captui.actions import Action, Scope
from captui.config import Config
from captui.core.dataclass import dataclass
from captui.session.commands import Reconnect, Refresh
from captui.session.views import SessionPort, Severity
from captui.terminal.composing import SparingCompositor


class PageName(StrEnum):
    """The screens, in the order of their keys."""

    TRADE = "trade"
    MARKETS = "markets"
    PORTFOLIO = "portfolio"
    HISTORY = "history"
    FUNDING = "funding"


def _unmeasured() -> int | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that a screen knows of the world."""

    session: SessionPort
    config: Config
    actions: tuple[Action, ...]
    """The registry with the user's own keys."""
    remembered: Mapping[str, str]
    """What was remembered when captui started."""
    remember: Callable[[str, str], None]
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    """A new uuid (text) at each call."""
    tz: tzinfo | None
    """The zone that times are shown in; None means the zone of this machine."""
    go: Callable[[PageName], None]
    """Show another screen."""
    trade_market: Callable[[str], None]
    """Show this market (id) on the trade screen, and go there."""
    say: Callable[[str, Severity], None]
    """One sentence for the message line of whatever is shown, and for the log."""
    bytes_out: Callable[[], int | None] = _unmeasured
    """Bytes a second to the terminal; None where nobody counts them."""


def footers(actions: Sequence[Action]) -> tuple[list[Action], list[Action]]:
    """What a key bar names of the keys that work everywhere: those that may give way, and those that never do."""
    named = [action for action in actions if action.scope is Scope.EVERYWHERE and action.footer]
    always = [action for name in ("screen.choose", "app.help") for action in named if action.id == name]
    return [action for action in named if action not in always], always


class CaptuiScreen(Screen[None]):
    """A subclass says what `pane` has the keys, which scopes work there, and how an action of its own is performed."""

    # Textual's own repaints the whole screen when another pane gets the keys; the two panes repaint themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    class Failed(Message):
        """Something unexpected went wrong in a handler; the app tells it."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, world: Surroundings) -> None:
        super().__init__()
        self._compositor = SparingCompositor()
        self.world = world
        self.actions = world.actions
        self.session = world.session

    async def _on_message(self, message: Message) -> None:
        """As Textual's, but a request of a pane that fails is a sentence and a log entry: the keys that cancel must go on working."""
        try:
            await super()._on_message(message)
        except Exception as error:
            if isinstance(message, Event):
                raise
            self.post_message(self.Failed(error))

    @property
    def page_name(self) -> PageName:
        raise NotImplementedError

    @property
    def mode(self) -> str:
        return self.session.views.connection.mode

    @property
    def scopes_here(self) -> tuple[Scope, ...]:
        """Whose keys work in the focused pane, besides those of everywhere; the first is shown first in the help."""
        raise NotImplementedError

    async def perform(self, action: Action) -> None:
        """Do this action where it belongs, going there first."""
        raise NotImplementedError

    def offers(self, action: Action) -> bool:
        """Whether the palette of this screen names it."""
        raise NotImplementedError

    def say(self, text: str, severity: Severity = Severity.WARNING) -> None:
        """One sentence in the message line and the log."""
        self.world.say(text, severity)

    # Dialogs are imported when they are opened: the first frame does not wait for them.

    def action_help(self) -> None:
        from captui.screens.help import Help

        self.app.push_screen(Help(self.actions, self.scopes_here, self.mode))

    def action_command_palette(self) -> None:
        from captui.screens.picker import palette

        def chosen(name: str | None) -> None:
            for action in self.actions:
                if action.id == name:
                    self.call_later(self.perform, action)

        self.app.push_screen(palette([action for action in self.actions if self.offers(action)], self.mode), chosen)

    def action_show_screen(self, name: str) -> None:
        self.world.go(PageName(name))

    def action_choose_screen(self) -> None:
        from captui.screens.picker import screen_picker

        def chosen(name: str | None) -> None:
            if name:
                self.world.go(PageName(name))

        self.app.push_screen(screen_picker(self.actions, self.page_name.value, self.mode), chosen)

    def action_refresh_all(self) -> None:
        self.session.send(Refresh())
        self.app.refresh(repaint=True, layout=True)

    async def action_redraw(self) -> None:
        await self.app.run_action("app.redraw")

    async def action_slow_line(self) -> None:
        await self.app.run_action("app.slow_line")

    def action_reconnect(self) -> None:
        self.session.send(Reconnect())

    async def action_next_theme(self) -> None:
        await self.app.run_action("app.next_theme")

    async def action_quit(self) -> None:
        await self.app.run_action("app.quit")

    async def action_cancel_all(self) -> None:
        await self.app.run_action("app.cancel_all")
