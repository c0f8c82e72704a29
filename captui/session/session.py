"""One trading session on a thread of its own: commands in, immutable views and notices out.

Nothing that happens on the watcher's side, a terminal that stops reading included, can hold up what runs here. The HTTP and
websocket libraries are imported on that thread, after `start()`, so that they cost the first frame nothing.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from captui.core.secret import Credentials
from captui.session.commands import CancelAll, CancelOrder, Command, PlaceOrder
from captui.session.permission import allowed_access
from captui.session.publish import Outbox
from captui.session.settings import SessionSettings
from captui.session.views import ConnectionView, Notice, Phase, SessionPort, Severity, Topic, Update, Views

if TYPE_CHECKING:
    from captui.session.runtime import Runtime

__all__ = ["Session", "SessionSettings"]

log = logging.getLogger(__name__)

_IN_HASTE = (PlaceOrder, CancelOrder, CancelAll)


class Session(SessionPort):
    """`send`, `take`, `on_news`, `views` and `stop` may be called from any thread; all but the last return at once, but that `send` of an
    order or a cancel waits up to `stand_aside_s` of the settings for it to leave."""

    def __init__(self, settings: SessionSettings, credentials: Credentials | None) -> None:
        self._settings = settings
        self._credentials = credentials
        access = allowed_access(has_key=credentials is not None, read_only=settings.read_only)
        self._outbox = Outbox(Views(connection=ConnectionView(mode=settings.mode, access=access)))
        self._commands: deque[Command] = deque()
        self._lock = threading.Lock()
        self._left = threading.Event()
        """Set whenever a request that changes something has been handed to the network."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runtime: Runtime | None = None
        self._stop_wanted = False
        self._timeout_s = 5.0
        self._clean = True
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Returns at once; everything else is told by views and notices."""
        if self._thread is not None:
            raise RuntimeError("a session is started once")
        # A daemon, so that a thread that cannot be stopped in time does not keep the process alive.
        self._thread = threading.Thread(target=self._run, name="captui-session", daemon=True)
        self._thread.start()

    def send(self, command: Command) -> None:
        """Commands are carried out in the order in which they were sent; those sent before `start()` wait for it."""
        with self._lock:
            self._commands.append(command)
            self._left.clear()
            self._wake()
            can_leave = self._loop is not None
        if can_leave and isinstance(command, _IN_HASTE):
            self._left.wait(self._settings.stand_aside_s)

    def take(self) -> Update:
        return self._outbox.take()

    def on_news(self, tell: Callable[[], object]) -> None:
        self._outbox.on_news = tell

    @property
    def views(self) -> Views:
        return self._outbox.views

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Waits for orders that are on their way, then closes. False where something had to be abandoned; the log names it."""
        if self._thread is None:
            return True
        with self._lock:
            self._stop_wanted = True
            self._timeout_s = timeout_s
            self._wake()
        # The session keeps to the deadline by itself; the margin is for the thread's own end.
        if not self._ended.wait(timeout_s + 0.5):
            log.error("the session did not end within %s s and was abandoned", timeout_s)
            return False
        return self._clean

    def _wake(self) -> None:
        """To be called with the lock held: the loop is not closed meanwhile."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._attend)

    def _attend(self) -> None:
        """On the session's loop: hands over what other threads have left."""
        runtime = self._runtime
        if runtime is None:
            return
        while self._commands:
            runtime.obey(self._commands.popleft())
        if self._stop_wanted:
            runtime.stop_requested.set()

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception:
            # The thread's last resort: without it the reason would be lost with the thread.
            log.exception("the session ended unexpectedly")
            self._clean = False
            self._tell_end()
        finally:
            self._ended.set()

    def _tell_end(self) -> None:
        """After an end that nobody asked for: nothing that is still shown may look live."""
        sentence = "The session has ended because of something unexpected; the log file has the details."
        connection = replace(
            self.views.connection, phase=Phase.STOPPED, reason=sentence, can_trade=False, why_not=sentence
        )
        views = replace(self.views, connection=connection)
        self._outbox.put(views, {Topic.CONNECTION}, [Notice(self._settings.now_ms(), Severity.ERROR, sentence)])

    async def _main(self) -> None:
        from captui.session.runtime import Runtime

        runtime = Runtime(self._settings, self._credentials, self._outbox, on_left=self._left.set)
        with self._lock:
            self._runtime = runtime
            self._loop = asyncio.get_running_loop()
            self._wake()
        try:
            await runtime.run()
        finally:
            with self._lock:
                self._loop = None
        self._clean = await runtime.close(self._timeout_s)
