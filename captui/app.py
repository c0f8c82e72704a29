"""The Textual application: one session, its screens, one source of frames. How it ends, well or badly, is decided here."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import ModalScreen
from textual.widget import Widget

from captui.actions import display
from captui.config import Config
from captui.ending import EndsQuietly
from captui.frames import Frames
from captui.kept_vouchers import KeptVouchers
from captui.keymap import keymap, rebound
from captui.screens.base import CaptuiScreen, PageName, Surroundings
from captui.screens.quitting import QUESTION, Quitting
from captui.screens.too_small import TooSmall
from captui.screens.trade.arrangement import too_small
from captui.screens.trade.cancelling import EVERYTHING
from captui.screens.trade.screen import TradeScreen
from captui.session.commands import Watch, Watched
from captui.session.views import SessionPort, Severity
from captui.terminal.drawing import DrawsDirectly
from captui.terminal.leaving import Gone
from captui.themes import DEFAULT_THEME, THEMES, theme_names
from captui.watching import Watching
from captui.widgets.line_pane import LinePane

if TYPE_CHECKING:
    from captui.screens.page import Page

_log = logging.getLogger(__name__)

_END_WITHIN_S = 20.0
"""A process whose terminal has gone ends by then, whatever it waits for."""
_SLOW_FPS = 4
"""Frames a second at most on a slow line."""


def _system_ms() -> int:
    return time.time_ns() // 1_000_000


def _uuid() -> str:
    return str(uuid.uuid4())


def _never(_seconds: float, _exit_code: int) -> None:
    """Trusts that the process ends by itself."""


def _forget(_key: str, _value: str) -> None:
    """Remembers nothing."""


class CaptuiApp(DrawsDirectly[None], EndsQuietly):
    """Everything that it needs to know of the world is an argument; it opens no file and no socket."""

    TITLE = "captui"
    LEFT_BEHIND = "Open orders stay on the exchange."
    CSS_PATH = "captui.tcss"
    # The palette is a picker over our own registry.
    ENABLE_COMMAND_PALETTE = False
    # The trade screen has a binding of its own; this one works in dialogs too, where only priority bindings do.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True, id="app.quit"),
        Binding("ctrl+x", "cancel_all", show=False, priority=True, id="orders.cancel_all"),
    ]

    def __init__(
        self,
        session: SessionPort,
        *,
        config: Config | None = None,
        remembered: Mapping[str, str] | None = None,
        remember: Callable[[str, str], None] = _forget,
        log_path: Path | None = None,
        on_first_frame: Callable[[], None] | None = None,
        now_ms: Callable[[], int] = _system_ms,
        new_id: Callable[[], str] = _uuid,
        tz: tzinfo | None = None,
        driver_class: type[Driver] | None = None,
        end_within: Callable[[float, int], object] = _never,
        kept_vouchers: KeptVouchers | None = None,
    ) -> None:
        """`new_id` makes the custom order ids: a new uuid at each call. `tz` None is the zone of this machine.

        `end_within` ends the process after so many seconds with this exit code, should nothing else do it once the terminal has gone.
        Raises ConfigError for a key bound to an action that does not exist.
        """
        super().__init__(log_path=log_path, driver_class=driver_class)
        self._config = config or Config()
        self._session = session
        self._remembered = dict(remembered or {})
        self._remember = remember
        self._on_first_frame = on_first_frame
        self._now_ms = now_ms
        self._quitting = Quitting(session, now_ms=now_ms, say=self.say, leave=self._leave)
        self._complaints: set[str] = set()
        self.gone: Gone | None = None
        """Why captui ends, where that is not the user's doing."""
        self.is_slow = False
        """Whether little is drawn, for a slow line."""
        self._end_within = end_within
        self._kept_vouchers = kept_vouchers or KeptVouchers(None)
        self._movement = self.animation_level
        self._watching = Watching(self._config, os.environ)
        self._frames = Frames(self.frame, now_ms=now_ms)
        self.set_keymap(keymap(self._config.keys))
        self._world = Surroundings(
            session=session,
            config=self._config,
            actions=rebound(self._config.keys),
            remembered=self._remembered,
            remember=self._keep,
            now_ms=now_ms,
            new_id=new_id,
            tz=tz,
            go=self.go,
            trade_market=self.trade_market,
            say=self.say,
            bytes_out=self._watching.bytes_out,
        )
        self.trade = TradeScreen(self._world)
        self._pages: dict[PageName, Page] = {}
        self.page: Page | None = None
        """The screen that is shown in place of the trade screen."""
        for theme in THEMES:
            self.register_theme(theme)
        wanted = self._config.theme or self._remembered.get("theme", "")
        self.theme = wanted if wanted in theme_names(no_color=self.no_color) else DEFAULT_THEME

    def get_default_screen(self) -> TradeScreen:
        return self.trade

    def refresh_css(self, animate: bool = True) -> None:
        """As Textual's, but a stylesheet that nothing is drawn with yet is not parsed only to be parsed again."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def on_mount(self) -> None:
        self._cover(*self.size)
        self._watching.attach(self._driver, on_gone=self._terminal_gone, on_slow=self._line_is_slow)
        self._session.on_news(self._frames.news)
        self._frames.start(self._config.fps)
        if self._config.slow:
            self._draw_less(True)
        self.call_after_refresh(self._first_frame_shown)
        wanted = self._config.theme
        if wanted and wanted != self.theme:
            self.call_after_refresh(self.say, f"The theme {wanted!r} needs colours; this is {self.theme}.")

    def _first_frame_shown(self) -> None:
        if self._on_first_frame is not None:
            self._on_first_frame()
        self.trade.panes.complete()
        self._show_kept_vouchers()

    def on_unmount(self) -> None:
        self._frames.stop()

    def on_resize(self, event: events.Resize) -> None:
        self._cover(event.size.width, event.size.height)

    def _cover(self, width: int, height: int) -> None:
        """Hide a screen that nobody could read, and show it again."""
        if self.trade not in self.screen_stack:
            # The terminal tells its size before there is anything to hide.
            return
        covered = isinstance(self.screen, TooSmall)
        if too_small(width, height) and not any(isinstance(screen, TooSmall) for screen in self.screen_stack):
            self.push_screen(TooSmall(self._session.views.connection.mode))
        elif covered and not too_small(width, height):
            self.pop_screen()

    def frame(self) -> None:
        """Show what has happened since the last one."""
        if not self.trade.is_mounted:
            # Soon.
            self._frames.news()
            return
        try:
            update, page = self._session.take(), self.page
            self._watching.look(self._session.views)
            self.trade.frame(update, shown=page is None)
            if page is not None and page.is_mounted:
                notices = self.trade.feed.notices
                page.frame(update, notices[0] if notices else None, locked=self.trade.desk.locked)
            self._quitting.tick()
        except Exception as error:  # noqa: BLE001 - one bad view must not take the screen, and with it the cancel keys, away
            self._complain(error)

    def say(self, text: str, severity: Severity = Severity.WARNING) -> None:
        """One sentence for the message line of whatever is shown, and for the log."""
        self.trade.feed.say(text, severity)
        self._frames.news()

    def go(self, name: PageName) -> None:
        """Show this screen; whatever is open over the one before is closed."""
        if isinstance(self.screen, TooSmall) or name is (self.page.NAME if self.page else PageName.TRADE):
            return
        while self.screen is not self.trade:
            if isinstance(self.screen, ModalScreen):
                self.screen.dismiss(None)
            else:
                self.pop_screen()
        self.page = None if name is PageName.TRADE else self._page(name)
        if self.page is not None:
            self.push_screen(self.page)
        self._session.send(Watch(self.page.WATCHED if self.page else Watched.NOTHING))
        self.call_after_refresh(self.frame)

    def trade_market(self, market: str) -> None:
        """Go to the trade screen with this market on it, and nothing staged."""
        self.trade.show_market(market)
        self.go(PageName.TRADE)

    def _page(self, name: PageName) -> Page:
        if name not in self._pages:
            from captui.screens.pages import made

            page = self._pages[name] = made(name, self._world)
            self.install_screen(page, name.value)
        return self._pages[name]

    def _keep(self, key: str, value: str) -> None:
        self._remembered[key] = value
        self._remember(key, value)

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """As Textual's, but an action that fails is a sentence and a log entry, not the end."""
        try:
            return await super().run_action(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - see frame
            self._complain(error)
            return True

    def pop_screen(self) -> AwaitComplete:
        closed = self.screen
        popped = super().pop_screen()
        for widget in closed.walk_children(Widget, with_self=True):
            # By a cache of background colours Textual keeps the newest thousand of these alive, with every line that was drawn.
            widget._styles_cache.clear()  # noqa: SLF001 - nothing public forgets them
        return popped

    def on_captui_screen_failed(self, message: CaptuiScreen.Failed) -> None:
        self._complain(message.error)

    def on_line_pane_failed(self, message: LinePane.Failed) -> None:
        self._complain(message.error)

    def _complain(self, error: Exception) -> None:
        _log.error("unexpected error", exc_info=error)
        # The same mistake ten times a second is one sentence.
        kind = f"{type(error).__name__}: {error}"[:200]
        if kind not in self._complaints:
            self._complaints.add(kind)
            self.say(self.something_wrong, Severity.ERROR)

    def action_next_theme(self) -> None:
        names = theme_names(no_color=self.no_color)
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]
        self._remember("theme", self.theme)
        self.say(f"Theme {self.theme}.", Severity.INFO)

    def action_cancel_all(self) -> None:
        """The way out works everywhere: it closes whatever is open, and answers the question that it asked."""
        top = self.screen
        if isinstance(top, TooSmall):
            return
        if isinstance(top, ModalScreen):
            from captui.screens.dialog import Dialog

            if isinstance(top, Dialog) and top.id == EVERYTHING:
                top.action_give("yes")
                return
            top.dismiss(None)
        self.trade.cancel_all()

    def action_help_quit(self) -> None:
        """Ctrl+C: a habit of the hand, and too near to other keys to end a trading session."""
        self.say("Press Ctrl+Q to quit.", Severity.INFO)

    async def action_quit(self) -> None:
        """Leave at once where nothing is lost by it; else say what stays, and ask."""
        if any(screen.id == QUESTION for screen in self.screen_stack):
            return
        question = self._quitting.question()
        if question is None:
            self.exit()
        else:
            self.push_screen(question, self._quitting.answered)

    def _leave(self, last_words: str) -> None:
        if self.gone is None:
            self.last_words = last_words
            self.exit()
            return
        self.last_words = f"captui ends because {self.gone.value}. {last_words}".rstrip()
        _log.warning("%s", self.last_words)
        self.exit(return_code=self.gone.exit_code)

    # The terminal

    def _terminal_gone(self, why: Gone) -> None:
        """Ends in order, with own orders as `on_hangup` has them. The session's thread has noticed nothing of it so far."""
        self.gone = why
        self._end_within(_END_WITHIN_S, why.exit_code)
        self.keep_vouchers()
        self._quitting.hung_up(cancel=self._config.on_hangup == "cancel-mine")

    def keep_vouchers(self) -> None:
        """Where the terminal has gone: the pins of change, which nobody else keeps, for the next start. Blocks."""
        if self.gone is not None:
            from captui.screens.kept_vouchers import unnoted

            views = self._session.views
            self._kept_vouchers.keep(unnoted(views.funding, views.connection.exchange))

    def _show_kept_vouchers(self) -> None:
        vouchers = self._kept_vouchers.read()
        if not vouchers:
            return
        from captui.screens.kept_vouchers import NOTED, KeptPins

        def answered(answer: str | None) -> None:
            if answer == NOTED:
                self._kept_vouchers.forget(vouchers)
                self.say("The pin is forgotten, and its file is gone.", Severity.INFO)

        mode = self._session.views.connection.mode
        self.push_screen(KeptPins(vouchers, mode=mode, copy=self.copy_to_clipboard), answered)

    def _line_is_slow(self, slow: bool) -> None:
        if not slow or self.is_slow or not self.trade.is_mounted:
            return
        key = next(display(action.keys[0]) for action in self._world.actions if action.id == "app.slow_line")
        late = self._watching.round_trip_s
        shown = f" (it shows each frame {late:.1f} s late)" if late else ""
        self.say(f"The line to this terminal is slow{shown}: {key} draws less, as --slow does from the start.")

    def action_slow_line(self) -> None:
        self._draw_less(not self.is_slow)
        said = "Less is drawn now, for a slow line." if self.is_slow else "Everything is drawn again."
        self.say(said, Severity.INFO)

    def _draw_less(self, slow: bool) -> None:
        self.is_slow = slow
        self.animation_level = "none" if slow else self._movement
        if slow:
            # Sums change on every row with every change of the book.
            self.trade.panes.ladder.cumulative = False
        self._frames.start(min(self._config.fps, _SLOW_FPS) if slow else self._config.fps)

    def action_redraw(self) -> None:
        if not self._watching.repaint():
            self.refresh(repaint=True, layout=True)
