"""The frame of the screens beside trading: which screen this is on top; message, status and keys below; the page between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from captui.actions import Action, Scope, bindings, display
from captui.render.lines import Line, spread
from captui.screens.base import CaptuiScreen, PageName, Surroundings, footers
from captui.session.commands import Watched
from captui.session.views import BookView, Notice, Topic, Update, Views
from captui.widgets.bars import KeyBar, MessageLine
from captui.widgets.line_pane import LinePane
from captui.widgets.rows import clock_text
from captui.widgets.status_bar import StatusBar


class ScreenStrip(LinePane):
    """The names of all screens, with their keys where there is room, and the one that is shown."""

    class Chosen(Message):
        def __init__(self, page: PageName) -> None:
            super().__init__()
            self.page = page

    def __init__(self, actions: Sequence[Action], current: PageName) -> None:
        super().__init__(id="screen-strip")
        self._keys = {action.id.removeprefix("screen."): display(action.keys[0]) for action in actions}
        self._current = current
        self._hint: Line = ()

    def hint(self, hint: Line) -> None:
        """A few words at the right end, where there is room."""
        if hint != self._hint:
            self._hint = hint
            self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        runs: list[tuple[str, str]] = [(" ", "text")]
        for name in PageName:
            runs += [
                (self._keys.get(name.value, ""), "faint"),
                (f" {name.value.capitalize()}", "accent" if name is self._current else "dim"),
                ("   ", "text"),
            ]
        return [spread(tuple(runs), (*self._hint, (" ", "text")), width)]

    def on_click(self, event: events.Click) -> None:
        x = 1
        for name in PageName:
            x += len(self._keys.get(name.value, "")) + 1 + len(name.value) + 3
            if event.x < x - 1:
                self.post_message(self.Chosen(name))
                return


class Page(CaptuiScreen):
    """A subclass gives its panes (`compose_body`), shows the views in them (`show`), and says what stands in the key bar.

    `show` gets every topic at the first time and whenever the page comes back; between, those that changed. All panes that can
    have the keys are in `FOCUS`, in the order of Tab; those not displayed are passed over.
    """

    NAME: ClassVar[PageName]
    SCOPE: ClassVar[Scope]
    WATCHED: ClassVar[Watched] = Watched.NOTHING
    """What the session keeps up to date while this page is shown."""
    FOCUS: ClassVar[tuple[str, ...]] = ()
    """Ids."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EVERYWHERE, Scope.PAGE)]
    DEFAULT_CSS = """
    Page {
        layout: vertical;
        #screen-strip, #message, #status-bar, #key-bar { height: 1; }
        #message { padding: 0 1; }
        #page-body { height: 1fr; }
        &.roomy #page-body { margin: 1 0; }
    }
    """

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        self.strip = ScreenStrip(world.actions, self.NAME)
        self.message = MessageLine(id="message")
        self.status_bar = StatusBar(id="status-bar")
        self.key_bar = KeyBar(id="key-bar")
        self._second = 0
        self._whole = True

    def compose_body(self) -> ComposeResult:
        raise NotImplementedError

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        raise NotImplementedError

    def tick(self) -> None:
        """Once a second while shown: what grows older by itself."""

    def compose(self) -> ComposeResult:
        yield self.strip
        with Vertical(id="page-body"):
            yield from self.compose_body()
        yield self.message
        yield self.status_bar
        yield self.key_bar

    def on_mount(self) -> None:
        self.status_bar.show_keys(self.actions)
        self._focus_first()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= 32, "roomy")

    def on_screen_resume(self) -> None:
        self._whole = True
        self._show_keys()

    def on_screen_suspend(self) -> None:
        """Under a dialog: what these keys do is not what they would do now."""
        self.key_bar.show((), ())

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def frame(self, update: Update, newest: tuple[int, Notice] | None, *, locked: bool) -> None:
        """Called by the app while this page is shown, at least once a second; `newest` is the newest notice, with its number."""
        views, now = self.session.views, self.world.now_ms()
        if newest is not None:
            self.message.follow(newest, clock_text(newest[1].at_ms, now, self.world.tz), now)
        if self._whole or update.dirty:
            dirty = frozenset(Topic) if self._whole else update.dirty
            self._whole = False
            self.show(views, dirty)
            self._show_status(locked)
        second = now // 1000
        if second != self._second:
            self._second = second
            self._show_status(locked)
            self.message.expire(now)
            self.tick()

    def _show_status(self, locked: bool) -> None:
        views = self.session.views
        here = views.book.market == views.markets.selected
        book, now = views.book if here else BookView(), self.world.now_ms()
        self.status_bar.show(views.connection, book, now, locked, self.world.bytes_out())

    # Keys

    @property
    def page_name(self) -> PageName:
        return self.NAME

    @property
    def scopes_here(self) -> tuple[Scope, ...]:
        return (self.SCOPE, Scope.ROWS, Scope.PAGE)

    def offers(self, action: Action) -> bool:
        return action.scope in (Scope.EVERYWHERE, Scope.PAGE, self.SCOPE)

    async def perform(self, action: Action) -> None:
        await self.run_action(action.method)

    def keys_here(self) -> Sequence[Action]:
        """What the key bar names first."""
        return [action for action in self.actions if action.scope is self.SCOPE and action.footer]

    def _show_keys(self) -> None:
        here = self.keys_here()
        everywhere, always = footers(self.actions)
        back = [action for action in self.actions if action.scope is Scope.PAGE]
        self.key_bar.show((*here, *back, *everywhere), always)

    def action_back(self) -> None:
        self.world.go(PageName.TRADE)

    def action_move_pane(self, by: int) -> None:
        shown = [pane for pane in self._panes() if pane.display and pane.region.area]
        if shown:
            at = shown.index(self.focused) if self.focused in shown else -1
            self.set_focus(shown[(at + by) % len(shown)])

    def _panes(self) -> list[Widget]:
        return [self.query_one(f"#{name}") for name in self.FOCUS]

    def _focus_first(self) -> None:
        panes = self._panes()
        if panes:
            self.set_focus(panes[0])

    @on(ScreenStrip.Chosen)
    def _strip_clicked(self, message: ScreenStrip.Chosen) -> None:
        self.world.go(message.page)
