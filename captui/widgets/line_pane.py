"""The base of every live pane: a widget made of lines that repaints only those that changed."""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from captui.render.lines import MEANINGS, Line, Palette, wrapped


class LinePane(Widget):
    """A pane that draws itself line by line.

    A subclass says what its lines are (`lines`) and calls `redraw` when its data has changed; nothing is repainted on a timer, and
    a line that came out the same is not repainted at all.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{name}" for name in MEANINGS}

    DEFAULT_CSS = """
    LinePane {
        background: $background;
        color: $foreground;
        & > .pane--text { color: $foreground; }
        & > .pane--strong { color: $foreground; text-style: bold; }
        & > .pane--dim { color: $dim; }
        & > .pane--faint { color: $faint; }
        & > .pane--label { color: $dim; }
        & > .pane--title { color: $dim; text-style: bold; }
        & > .pane--accent { color: $accent; text-style: bold; }
        & > .pane--bid { color: $bid; }
        & > .pane--ask { color: $ask; }
        & > .pane--buy { color: $bid; text-style: bold; }
        & > .pane--sell { color: $ask; text-style: bold; }
        & > .pane--bid-bar { background: $bid-bar; }
        & > .pane--ask-bar { background: $ask-bar; }
        & > .pane--bid-edge { color: $bid-bar; }
        & > .pane--ask-edge { color: $ask-bar; }
        & > .pane--own { color: $own; text-style: bold; }
        & > .pane--staged { color: $staged; text-style: bold; }
        & > .pane--cursor { color: $accent; background: $row-cursor; }
        & > .pane--lit { color: $foreground; background: $lit; text-style: bold; }
        & > .pane--stale { color: $stale; }
        & > .pane--grid { color: $grid; }
        & > .pane--warning { color: $warning; }
        & > .pane--error { color: $error; }
        & > .pane--live { color: $on-mode; background: $live-mode; text-style: bold; }
        & > .pane--demo { color: $on-mode; background: $demo-mode; text-style: bold; }
        & > .pane--read-only { color: $background; background: $warning; text-style: bold; }
        & > .pane--code { color: $code-dark; background: $code-light; }
        &:focus > .pane--title { color: $accent; text-style: bold; }
    }
    """

    fails_loudly: ClassVar[bool] = False
    """For tests: let a mistake in `lines` through instead of showing a sentence in the pane."""

    class Failed(Message):
        """The pane could not be drawn."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
        disabled: bool = False,
        tz: tzinfo | None = None,
    ) -> None:
        """`tz` is the zone that times are shown in; None means the zone of this machine."""
        super().__init__(id=id, classes=classes, disabled=disabled)
        self._tz = tz
        self._shown: list[Line] = []
        self._palette: Palette | None = None
        self._due = False
        self._drawn_for = Size()

    def lines(self, width: int, height: int) -> list[Line]:
        """What the pane looks like now, at this size. Called only with a size of at least 1×1."""
        raise NotImplementedError

    @property
    def palette(self) -> Palette:
        if self._palette is None:
            self._palette = Palette({name: self.get_component_rich_style(f"pane--{name}") for name in MEANINGS})
        return self._palette

    def redraw(self) -> None:
        """Works the lines out again before the next repaint, once however often this is called, and repaints those that differ."""
        if self.is_attached and not self._due:
            self._due = True
            self.call_next(self._compare)

    def _compare(self) -> None:
        self._due = False
        width, height = self.content_size
        if not self.is_attached or width < 1 or height < 1:
            return
        self._drawn_for = self.content_size
        fresh = self._drawn(width, height)
        old, self._shown = self._shown, fresh
        if len(old) != len(fresh):
            self.refresh()
            return
        changed = [y for y, line in enumerate(fresh) if line != old[y]]
        if changed:
            # Regions are relative to the content, as lines are: padding and borders do not count.
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _drawn(self, width: int, height: int) -> list[Line]:
        try:
            return self.lines(width, height)
        except Exception as error:
            if self.fails_loudly:
                raise
            # One pane that cannot be drawn must not take the others, and the keys that cancel, away.
            self.post_message(self.Failed(error))
            return [((text, "error"),) for text in wrapped("This pane cannot be drawn.", width, height)]

    def render_line(self, y: int) -> Strip:
        """One line of the content, in colour."""
        size = self.content_size
        if size != self._drawn_for and size:
            # Textual can give a widget another size without an event that says so: its compositor compares two layouts, and the one
            # between them may have been made only to find a widget.
            self._drawn_for = size
            self._shown = self._drawn(size.width, size.height)
        width = size.width
        if y >= len(self._shown):
            return Strip.blank(width, self.palette.style("text"))
        return self.palette.strip(self._shown[y], width)

    def on_resize(self, _event: events.Resize) -> None:
        self._shown = []
        self._compare()

    def on_show(self, _event: events.Show) -> None:
        self.redraw()

    def on_focus(self, _event: events.Focus) -> None:
        self.redraw()

    def on_blur(self, _event: events.Blur) -> None:
        self.redraw()

    def notify_style_update(self) -> None:
        self._palette = None
        super().notify_style_update()
