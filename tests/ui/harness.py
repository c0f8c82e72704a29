"""Opens the app on a fake session for a test: frozen clock, counted order ids, notifications on, keys pressed as a user does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from textual.pilot import Pilot
from textual.widget import Widget

from captui.app import CaptuiApp
from captui.config import Config
from captui.core.types import OrderDraft
from captui.kept_vouchers import KeptVouchers
from captui.session.views import Views
from captui.widgets.line_pane import LinePane
from tests import samples
from tests.quiet import settled
from tests.ui.fake_session import FakeSession

SMALL, MEDIUM, LARGE = (80, 24), (120, 36), (200, 60)


@dataclass
class Clock:
    """Stands still until it is told to go on."""

    ms: int = samples.NOW_MS

    def __call__(self) -> int:
        return self.ms


@dataclass
class Opened:
    """A running app and all that a test asks of it."""

    app: CaptuiApp
    session: FakeSession
    pilot: Pilot[None]
    clock: Clock
    remembered: dict[str, str] = field(default_factory=dict)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
        await self.frame()

    async def settle(self) -> None:
        await settled(self.app)

    async def write(self, text: str) -> None:
        await self.press(*text)

    async def frame(self) -> None:
        """One frame now, and everything that it set off."""
        self.app.frame()
        await self.settle()

    async def later(self, ms: int) -> None:
        self.clock.ms += ms
        await self.frame()

    def text(self, selector: str = "") -> str:
        """What a pane shows, or the whole screen."""
        if not selector:
            return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())
        widget = self.app.screen.query_one(selector, Widget)
        assert isinstance(widget, LinePane)
        return "\n".join(widget.render_line(y).text for y in range(widget.content_size.height))

    def words(self, selector: str) -> str:
        """As `text`, however its lines are broken."""
        return " ".join(self.text(selector).split())

    @property
    def on_top(self) -> str:
        """The class of the screen that has the keys: the trade screen, or what stands over it."""
        return type(self.app.screen).__name__

    @property
    def staged(self) -> OrderDraft | None:
        return self.app.trade.panes.ladder.staged

    @property
    def said(self) -> str:
        """The newest sentence of the log."""
        notices = self.app.trade.feed.notices
        return notices[0][1].text if notices else ""


class Ids:
    """Custom order ids `id-1`, `id-2`, … in place of uuids."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        return f"id-{self.made}"


@asynccontextmanager
async def opened(
    views: Views | str = "live",
    *,
    size: tuple[int, int] = MEDIUM,
    config: Config | None = None,
    remembered: Mapping[str, str] | None = None,
    kept_vouchers: KeptVouchers | None = None,
) -> AsyncIterator[Opened]:
    """`views` may be the name of a sample state."""
    session = FakeSession(samples.views(views) if isinstance(views, str) else views)
    clock = Clock()
    kept: dict[str, str] = {}
    app = CaptuiApp(
        session,
        config=config or Config(fps=1),
        remembered=remembered or {},
        remember=kept.__setitem__,
        now_ms=clock,
        new_id=Ids(),
        tz=samples.TZ,
        kept_vouchers=kept_vouchers,
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        it = Opened(app, session, pilot, clock, kept)
        await it.frame()
        yield it
