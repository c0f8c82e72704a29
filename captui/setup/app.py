"""Set-up as an application of its own, run before the trading one. It ends with a choice, or without one where the user leaves."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Region
from textual.message import Message

import captui
from captui.actions import Action
from captui.core.secret import Credentials
from captui.ending import EndsQuietly
from captui.errors import CaptuiError
from captui.setup.draft import Draft, Findings, Step
from captui.setup.panes import PANES, Heading, Hints, State, StepPane, TestPane
from captui.setup.ports import Choice, Circumstances, Fact, Keep, KeyTest, Way
from captui.themes import DEFAULT_THEME, THEMES, theme_names
from captui.widgets.line_pane import LinePane

_log = logging.getLogger(__name__)

_AROUND_THE_BODY = 6
"""Lines of the box that are not the step's: padding, heading, keys, and a gap after the one and before the other."""


class SetupApp(EndsQuietly):
    """After `run`: `choice` is what was chosen, None where the user left without."""

    TITLE = "captui"
    CSS_PATH: ClassVar[list[str | PurePath]] = [Path(captui.__file__).parent / "captui.tcss", "setup.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
    ]

    class Told(Message):
        """The test of this pair has found out something."""

        def __init__(self, pair: Credentials, fact: Fact) -> None:
            super().__init__()
            self.pair = pair
            self.fact = fact

    class Tested(Message):
        """The test of this pair is over; `refusal` is empty where it went well."""

        def __init__(self, pair: Credentials, refusal: str) -> None:
            super().__init__()
            self.pair = pair
            self.refusal = refusal

    class Kept(Message):
        """What was chosen is written down, or, with `trouble`, is not."""

        def __init__(self, choice: Choice, trouble: str) -> None:
            super().__init__()
            self.choice = choice
            self.trouble = trouble

    def __init__(
        self,
        circumstances: Circumstances,
        *,
        key_test: KeyTest,
        keep: Keep,
        actions: Sequence[Action],
        theme: str = DEFAULT_THEME,
        log_path: Path | None = None,
    ) -> None:
        """`actions` with the user's own keys, for the last page."""
        # Textual takes it out of the environment, and the trading screen comes after this one.
        no_color = os.environ.get("NO_COLOR")
        super().__init__(log_path=log_path)
        if no_color is not None:
            os.environ["NO_COLOR"] = no_color
        self._state = State(circumstances, actions, Draft.of(circumstances))
        self._key_test = key_test
        self._keep = keep
        self._is_keeping = False
        self.choice: Choice | None = None
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme if theme in theme_names(no_color=self.no_color) else DEFAULT_THEME

    @property
    def step(self) -> Step:
        return self._state.step

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="setup"):
            yield Heading(self._state)
            yield VerticalScroll(id="dialog-body", can_focus=False)
            yield Hints(self._state)

    async def on_mount(self) -> None:
        await self._show(Step.WELCOME)

    async def _show(self, step: Step) -> None:
        self._state.step, self._state.notice = step, ""
        body = self.query_one("#dialog-body", VerticalScroll)
        await body.remove_children()
        pane = PANES[step](self._state)
        await body.mount(pane)
        if body.scroll_y:
            body.scroll_home(animate=False)
        self.screen.set_focus(pane)
        self._show_around()

    def _show_around(self) -> None:
        self.query_one(Heading).redraw()
        self.query_one(Hints).show(self.query_one(StepPane).hints())
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """The keys are always on the screen; where there is no room for all the rest, that is scrolled."""
        for body in self.query("#dialog-body").results(VerticalScroll):
            # Textual shares the height of a box among children of automatic height without regard for the one that must stay.
            body.styles.max_height = max(1, self.size.height * 9 // 10 - _AROUND_THE_BODY)
            self.call_after_refresh(self._follow_the_cursor)

    def _follow_the_cursor(self) -> None:
        for pane in self.query(StepPane):
            body = self.query_one("#dialog-body", VerticalScroll)
            if (row := pane.cursor_row()) is not None:
                body.scroll_to_region(Region(0, row, 1, 2), animate=False)
            self.query_one(Hints).say_more(body.max_scroll_y > 0)

    def _say(self, notice: str, style: str = "warning") -> None:
        self._state.notice, self._state.notice_style = notice, style
        self._show_around()

    def on_step_pane_changed(self) -> None:
        self._state.notice = ""
        self._show_around()

    async def on_step_pane_forward(self) -> None:
        following = self._state.draft.after(self._state.step)
        if following is not None:
            await self._show(following)
        elif not self._is_keeping:
            self._finish(self._state.draft.choice())

    async def on_step_pane_back(self) -> None:
        if self._is_keeping:
            return
        before = self._state.draft.before(self._state.step)
        if before is None:
            self._say("This is where it begins: q quits.", "dim")
            return
        if self._state.draft.findings.asking:
            self.workers.cancel_group(self, "test")
            self._state.draft = replace(self._state.draft, tested=None)
        await self._show(before)

    def on_test_pane_wanted(self) -> None:
        pair = self._state.draft.pair()
        self._state.draft = replace(self._state.draft, tested=pair, findings=Findings())
        self._show_findings()
        self.run_worker(self._test(pair), name="key test", group="test", exclusive=True, exit_on_error=False)

    async def _test(self, pair: Credentials) -> None:
        try:
            async for fact in self._key_test(pair):
                self.post_message(self.Told(pair, fact))
        except CaptuiError as error:
            self.post_message(self.Tested(pair, str(error)))
        except Exception:  # noqa: BLE001 - a mistake in this program must not leave the screen asking for ever
            _log.exception("The test of a key failed in an unforeseen way")
            self.post_message(self.Tested(pair, self.something_wrong))
        else:
            self.post_message(self.Tested(pair, ""))

    def on_setup_app_told(self, message: Told) -> None:
        self._found(message.pair, lambda found: replace(found, facts=(*found.facts, message.fact)))

    def on_setup_app_tested(self, message: Tested) -> None:
        self._found(message.pair, lambda found: replace(found, asking=False, refusal=message.refusal))

    def _found(self, pair: Credentials, change: Callable[[Findings], Findings]) -> None:
        draft = self._state.draft
        if pair == draft.tested:
            self._state.draft = replace(draft, findings=change(draft.findings))
            self._show_findings()

    def _show_findings(self) -> None:
        for pane in self.query(TestPane):
            pane.show_again()

    def _finish(self, choice: Choice) -> None:
        if choice.way is not Way.KEY:
            self._leave(choice)
            return
        self._is_keeping = True
        self._say("Keeping it …", "dim")
        self.run_worker(self._write_down(choice), name="keep", exit_on_error=False)

    async def _write_down(self, choice: Choice) -> None:
        try:
            await asyncio.to_thread(self._keep, choice)
        except CaptuiError as error:
            self.post_message(self.Kept(choice, str(error)))
        except Exception:  # noqa: BLE001 - see _test
            _log.exception("A key could not be kept for an unforeseen reason")
            self.post_message(self.Kept(choice, self.something_wrong))
        else:
            self.post_message(self.Kept(choice, ""))

    async def on_setup_app_kept(self, message: Kept) -> None:
        self._is_keeping = False
        if message.trouble:
            self._state.draft = replace(self._state.draft, trouble=message.trouble)
            await self._show(Step.KEEP)
        else:
            self._leave(message.choice)

    def _leave(self, choice: Choice) -> None:
        self.choice = choice
        self.exit()

    def on_line_pane_failed(self, message: LinePane.Failed) -> None:
        _log.error("unexpected error", exc_info=message.error)
        self._say(self.something_wrong, "error")

    def action_help_quit(self) -> None:
        """Ctrl+C: a habit of the hand."""
        self._say("Press Ctrl+Q to quit.")
