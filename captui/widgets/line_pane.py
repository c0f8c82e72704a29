"""The base of every live pane: a widget made of lines that repaints only those that changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from captui.render.lines import LOOKS, Line, Palette, wrapped


@lru_cache(maxsize=64)
def _palette(base: Style, colours: tuple[str, ...], focused: bool) -> Palette:
    """Shared by all panes that look alike: to work it out for each would be most of what opening a screen costs.

    `base` is the pane's own style, `colours` two for each meaning, in the order of `LOOKS`.
    """
    styles: dict[str, Style] = {}
    pairs = iter(colours)
    for name, look in LOOKS.items():
        front, back = next(pairs), next(pairs)
        styles[name] = base + Style(
            color=Color.parse(front).rich_color if front else None,
            bgcolor=Color.parse(back).rich_color if back else None,
            bold=look.bold or None,
        )
    if focused:
        styles["title"] = styles["accent"]
    return Palette(styles)


class _Whole(Strip):
    """A strip that does not remember itself as its only part: each line ever drawn would wait for the garbage collector.

    A collector with that much to do stops the program for longer than a key may take.
    """

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        places = list(cuts)
        return [self] if places == [self.cell_length] else super().divide(places)


def _raise(error: Exception) -> None:
    raise error


class LinePane(Widget):
    """A pane that draws itself line by line.

    A subclass says what its lines are (`lines`) and calls `redraw` when its data has changed; nothing is repainted on a timer, and
    a line that came out the same is not repainted at all.
    """

    DEFAULT_CSS = """
    LinePane {
        background: $background;
        color: $foreground;
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
        self._palette_focused = False
        self._due = False
        self._drawn_for = Size()
        self._ground = Color(0, 0, 0)
        """What lies behind the lines."""
        self._strips: dict[int, tuple[Line | None, Strip]] = {}
        """By row: what was drawn there last, and from which line."""
        self._strips_for: tuple[Palette, Sequence[LineFilter], int] | None = None

    def lines(self, width: int, height: int) -> list[Line]:
        """What the pane looks like now, at this size. Called only with a size of at least 1×1."""
        raise NotImplementedError

    @property
    def palette(self) -> Palette:
        """Of the theme, the pane's own background, and whether it has the keys."""
        if self._palette is None or self._palette_focused != self.has_focus:
            named = self.app.theme_variables
            colours = tuple(named[name] if name else "" for look in LOOKS.values() for name in (look.front, look.back))
            self._palette_focused = self.has_focus
            self._palette = _palette(self.rich_style, colours, self.has_focus)
        return self._palette

    def redraw(self) -> None:
        """Works the lines out again before the next repaint, once however often this is called, and repaints those that differ."""
        if self.is_attached and not self._due:
            self._due = True
            # At the loop's next turn. Textual's own ways to say so cost more than most panes take to be drawn.
            asyncio.get_running_loop().call_soon(self._compare_now)

    def _compare_now(self) -> None:
        self._due = False
        try:
            self._compare()
        except Exception as error:  # noqa: BLE001 - told where Textual tells of what fails in a widget
            self.call_next(_raise, error)

    def _compare(self) -> None:
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
        return self.strip_of(y, self._fitted().width)

    def _fitted(self) -> Size:
        """The size of the content, with lines that were made for it."""
        size = self.content_size
        if size != self._drawn_for and size:
            # Textual can give a widget another size without an event that says so: its compositor compares two layouts, and the one
            # between them may have been made only to find a widget.
            self._drawn_for = size
            self._shown = self._drawn(size.width, size.height)
        return size

    def strip_of(self, y: int, width: int) -> Strip:
        """As `render_line`, of content that is so wide."""
        if y >= len(self._shown):
            return Strip.blank(width, self.palette.style("text"))
        return self.palette.strip(self._shown[y], width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """As Textual's, without the way through its styles where there is nothing around the content."""
        if self.gutter.width or self.gutter.height:
            return [_Whole(strip, strip.cell_length) for strip in super().render_lines(crop)]
        width = self._fitted().width
        filters = self.get_line_filters()
        if (self.palette, filters, width) != self._strips_for:
            self._strips.clear()
            self._strips_for = self.palette, filters, width
            self._ground = self.background_colors[1]
        made = [self._kept_strip(y, width, filters) for y in crop.line_range]
        return made if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in made]

    def _kept_strip(self, y: int, width: int, filters: Sequence[LineFilter]) -> Strip:
        line = self._shown[y] if y < len(self._shown) else None
        kept = self._strips.get(y)
        if kept is not None and kept[0] == line:
            return kept[1]
        strip = self.strip_of(y, width)
        for each in filters:
            strip = strip.apply_filter(each, self._ground)
        whole = _Whole(strip, strip.cell_length)
        self._strips[y] = line, whole
        return whole

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
