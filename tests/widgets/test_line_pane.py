"""Only lines that changed are drawn again."""

from __future__ import annotations

import gc

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip

from captui.render.lines import Line, padded
from captui.themes import THEMES, VARIABLE_DEFAULTS
from captui.widgets.line_pane import LinePane


class Rows(LinePane, can_focus=True):
    """Numbered rows; remembers which of them were drawn and how often they were worked out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[int, str] = {}
        self.drawn: list[int] = []
        self.worked_out = 0

    def lines(self, width: int, height: int) -> list[Line]:
        self.worked_out += 1
        return [padded(((self.texts.get(y, f"row {y}"), "title" if y == 0 else "text"),), width) for y in range(height)]

    def strip_of(self, y: int, width: int) -> Strip:
        self.drawn.append(y)
        return super().strip_of(y, width)


class One(App[None]):
    CSS = "Rows { padding: 1 2; }"

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return VARIABLE_DEFAULTS

    def compose(self) -> ComposeResult:
        yield Rows()


async def test_one_changed_row_is_one_drawn_line() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Rows)
        await pilot.pause()
        assert set(pane.drawn) == set(range(10))
        pane.drawn.clear()
        pane.texts[3] = "changed"
        pane.redraw()
        await pilot.pause()
        assert pane.drawn == [3]
        assert app.screen._compositor.render_strips()[4].text.strip() == "changed"


async def test_nothing_changed_draws_nothing() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Rows)
        await pilot.pause()
        pane.drawn.clear()
        pane.redraw()
        await pilot.pause()
        assert pane.drawn == []


async def test_lines_that_were_drawn_leave_nothing_to_the_garbage_collector() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Rows)
        await pilot.pause()
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            for text in "abc":
                pane.texts[3] = text
                pane.redraw()
                await pilot.pause()
                assert app.screen._compositor.render_strips()[4].text.strip() == text
            gc.collect()
            assert not [left for left in gc.garbage if isinstance(left, Strip)]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()


async def test_many_changes_in_one_frame_are_worked_out_once() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Rows)
        await pilot.pause()
        before = pane.worked_out
        for y in range(10):
            pane.texts[y] = f"new {y}"
            pane.redraw()
        await pilot.pause()
        assert pane.worked_out == before + 1
        assert app.screen._compositor.render_strips()[10].text.strip() == "new 9"


async def test_a_new_size_is_filled_at_once() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.resize_terminal(30, 20)
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        assert strips[18].text.strip() == "row 17"
        assert {strip.cell_length for strip in strips} == {30}


async def test_a_pane_that_was_hidden_shows_what_happened_meanwhile() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Rows)
        await pilot.pause()
        pane.display = False
        await pilot.pause()
        pane.texts[0] = "meanwhile"
        pane.display = True
        await pilot.pause()
        assert "meanwhile" in app.screen._compositor.render_strips()[1].text


async def test_another_theme_gives_other_colours_to_the_same_lines() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Rows)
        seen = set()
        for theme in THEMES[:4]:
            app.theme = theme.name
            await pilot.pause()
            seen.add(str(pane.palette.style("bid")))
            assert pane.render_line(0)._segments[0].style == pane.palette.style("title")
        assert len(seen) == 4


async def test_focus_is_seen() -> None:
    app = One()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Rows)
        app.set_focus(None)
        await pilot.pause()
        blurred = pane.render_line(0)._segments[0].style
        pane.focus()
        await pilot.pause()
        assert pane.render_line(0)._segments[0].style != blurred


async def test_a_pane_that_cannot_be_drawn_says_so_and_the_app_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(LinePane):
        def lines(self, width: int, height: int) -> list[Line]:
            raise ZeroDivisionError

    class Board(App[None]):
        failed = 0

        def get_theme_variable_defaults(self) -> dict[str, str]:
            return VARIABLE_DEFAULTS

        def compose(self) -> ComposeResult:
            yield Broken()

        def on_line_pane_failed(self, message: LinePane.Failed) -> None:
            assert isinstance(message.error, ZeroDivisionError)
            self.failed += 1

    monkeypatch.setattr(LinePane, "fails_loudly", False)
    app = Board()
    async with app.run_test(size=(40, 10)) as pilot:
        pane = app.query_one(Broken)
        pane.redraw()
        await pilot.pause()
        assert pane.render_line(0).text.startswith("This pane cannot be drawn.")
        assert app.failed
