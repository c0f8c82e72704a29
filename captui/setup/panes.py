"""The steps as panes that have the keys. What was chosen is in one state that outlives them, so that going back loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.message import Message

from captui.actions import Action, display
from captui.render.lines import Line, spread
from captui.render.status_bar import draw_mode
from captui.setup import pages
from captui.setup.draft import Draft, Step, toggled
from captui.setup.ports import Circumstances, Place, Way
from captui.setup.typed import Typed, halves
from captui.widgets.line_pane import LinePane

Hint = tuple[str, str]
"""A key and what it does."""
_UP_DOWN = "↑↓"


@dataclass
class State:
    """What all panes look at. `notice` stands in place of the keys until the next one is pressed."""

    circumstances: Circumstances
    actions: Sequence[Action]
    draft: Draft
    step: Step = Step.WELCOME
    notice: str = ""
    notice_style: str = "warning"
    complaints: list[str] = field(default_factory=lambda: ["", ""])


class Heading(LinePane):
    """Which step this is, and with whose money it will be."""

    def __init__(self, state: State) -> None:
        super().__init__(id="dialog-title")
        self._state = state

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        draft = self._state.draft
        title = pages.title(draft, self._state.circumstances, self._state.step)
        return [spread(((title, "strong"),), draw_mode(draft.mode), width)]


class Hints(LinePane):
    """The keys of the step, or the notice."""

    def __init__(self, state: State) -> None:
        super().__init__(id="answers")
        self._state = state
        self._hints: tuple[Hint, ...] = ()
        self._more = False

    def show(self, hints: Sequence[Hint]) -> None:
        self._hints = tuple(hints)
        self.redraw()

    def say_more(self, more: bool) -> None:
        """Whether there is more than is seen."""
        if more is not self._more:
            self._more = more
            self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        if self._state.notice:
            return [((self._state.notice, self._state.notice_style),)]
        runs: list[tuple[str, str]] = []
        for key, label in self._hints:
            runs += [(key if key == _UP_DOWN else display(key), "accent"), (f" {label}   ", "dim")]
        return [spread(tuple(runs), ((f"{display('pagedown')} more", "dim"),) if self._more else (), width)]


class StepPane(LinePane, can_focus=True):
    """One step. It changes the state, and says by messages where to go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "forward", show=False),
        Binding("escape", "back", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    class Forward(Message):
        """On to the next step."""

    class Back(Message):
        """Back to the step before."""

    class Changed(Message):
        """What stands around the pane has to be drawn again."""

    def __init__(self, state: State) -> None:
        super().__init__(id=f"step-{state.step}")
        self._state = state

    def content(self, width: int) -> list[Line]:
        raise NotImplementedError

    def hints(self) -> list[Hint]:
        return [("enter", "go on"), ("escape", "back"), ("ctrl+q", "quit")]

    def cursor_row(self) -> int | None:
        """The line that must be in sight; None where no line is more than the others."""
        return None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return max(1, len(self.content(width)))

    def lines(self, width: int, height: int) -> list[Line]:
        return self.content(width)[:height]

    def change(self, **fields: Any) -> None:
        """These fields of the draft."""
        self._state.draft = replace(self._state.draft, **fields)
        self.show_again()

    def show_again(self) -> None:
        self.refresh(layout=True)
        self.redraw()
        self.post_message(self.Changed())

    def action_forward(self) -> None:
        self.post_message(self.Forward())

    def action_back(self) -> None:
        self.post_message(self.Back())

    def action_page(self, by: int) -> None:
        """At once: what is scrolled softly is drawn many times over a slow line."""
        if isinstance(self.parent, VerticalScroll):
            self.parent.scroll_relative(y=by * self.parent.size.height, animate=False)


class _Choosing(StepPane):
    """A step that is a choice from rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,shift+tab", "step(-1)", show=False),
        Binding("down,j,tab", "step(1)", show=False),
        *(Binding(str(i + 1), f"take({i})", show=False) for i in range(4)),
    ]

    def options(self) -> Sequence[pages.Option]:
        raise NotImplementedError

    def cursor(self) -> int:
        raise NotImplementedError

    def choose(self, i: int) -> None:
        raise NotImplementedError

    def cursor_row(self) -> int | None:
        return next((i for i, line in enumerate(self.content(self.size.width)) if pages.CURSOR in line[0][0]), None)

    def hints(self) -> list[Hint]:
        return [(_UP_DOWN, "choose"), *super().hints()]

    def action_step(self, by: int) -> None:
        options, i = self.options(), self.cursor()
        for _ in options:
            i = (i + by) % len(options)
            if not options[i].refusal:
                break
        self.choose(i)

    def action_take(self, i: int) -> None:
        options = self.options()
        if i < len(options) and not options[i].refusal:
            self.choose(i)


class WelcomePane(_Choosing):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.quit", show=False)]

    def content(self, width: int) -> list[Line]:
        return pages.welcome(self._state.draft, self._state.circumstances, width)

    def options(self) -> Sequence[pages.Option]:
        return pages.ways(self._state.circumstances)

    def cursor(self) -> int:
        return list(Way).index(self._state.draft.way)

    def choose(self, i: int) -> None:
        self.change(way=list(Way)[i])

    def hints(self) -> list[Hint]:
        return [(_UP_DOWN, "choose"), ("enter", "go on"), ("q", "quit")]


class KeyPane(StepPane):
    """The two fields. Letters are text here, and so is what the terminal says was pasted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "field(-1)", show=False),
        Binding("down,tab", "field(1)", show=False),
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        *(
            Binding(keys, f"edit('{how}')", show=False)
            for keys, how in (
                ("home,ctrl+a", "home"),
                ("end,ctrl+e", "end"),
                ("backspace", "backspace"),
                ("delete,ctrl+d", "delete"),
                ("ctrl+u", "clear_before"),
            )
        ),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._field = 0

    def content(self, width: int) -> list[Line]:
        state = self._state
        return pages.key(state.draft, state.circumstances, width, field=self._field, complaints=state.complaints)

    def hints(self) -> list[Hint]:
        return [("enter", "go on"), ("tab", "other field"), ("ctrl+u", "clear"), ("escape", "back")]

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self._put(self._typed().insert(event.character))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        both = halves(event.text)
        if both is not None and not len(self._typed(1)):
            self._field = 1
            self.change(api_key=Typed().insert(both[0]))
            self._complain(0)
            self._put(Typed().insert(both[1]))
        else:
            self._put(self._typed().insert(event.text.strip()))

    def action_field(self, by: int) -> None:
        if len(self._typed()):
            self._complain(self._field)
        self._field = (self._field + by) % len(pages.FIELDS)
        self.show_again()

    def action_move(self, by: int) -> None:
        self._put(self._typed().move(by))

    def action_edit(self, how: str) -> None:
        self._put(getattr(self._typed(), how)())

    def action_forward(self) -> None:
        """On only when both are there: the first one that is not gets the cursor and the sentence."""
        if self._field == 0 and not self._complain(0) and not len(self._typed(1)):
            self._field = 1
            self.show_again()
            return
        for i in range(len(pages.FIELDS)):
            if self._complain(i):
                self._field = i
                self.show_again()
                return
        super().action_forward()

    def _typed(self, i: int | None = None) -> Typed:
        draft = self._state.draft
        return (draft.api_key, draft.api_secret)[self._field if i is None else i]

    def _put(self, typed: Typed) -> None:
        self._state.complaints[self._field] = ""
        self.change(**{("api_key", "api_secret")[self._field]: typed})
        if len(typed):
            self._complain(self._field)

    def _complain(self, i: int) -> str:
        said = self._typed(i).complaint(pages.FIELDS[i])
        self._state.complaints[i] = said
        return said


class TestPane(StepPane):
    """What the exchange says of the key."""

    __test__ = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read_only", show=False),
        Binding("t", "again", show=False),
        Binding("e", "back", show=False),
        Binding("k", "keep_anyway", show=False),
    ]

    class Wanted(Message):
        """The key is to be tested."""

    def content(self, width: int) -> list[Line]:
        return pages.test(self._state.draft, self._state.circumstances, width)

    def hints(self) -> list[Hint]:
        found = self._state.draft.findings
        if found.asking:
            return [("escape", "back"), ("ctrl+q", "quit")]
        if found.refusal:
            return [("enter", "edit"), ("t", "try again"), ("k", "keep it anyway"), ("escape", "back")]
        return [("enter", "go on"), ("r", "read-only or not"), ("t", "test again"), ("escape", "back")]

    def on_mount(self) -> None:
        if self._state.draft.tested != self._state.draft.pair():
            self.post_message(self.Wanted())

    def action_forward(self) -> None:
        found = self._state.draft.findings
        if found.refusal:
            super().action_back()
        elif not found.asking:
            super().action_forward()

    def action_again(self) -> None:
        if not self._state.draft.findings.asking:
            self.post_message(self.Wanted())

    def action_keep_anyway(self) -> None:
        if self._state.draft.findings.refusal:
            super().action_forward()

    def action_read_only(self) -> None:
        found = self._state.draft.findings
        if not (found.asking or found.refusal):
            self._state.draft = toggled(self._state.draft, self._state.circumstances)
            self.show_again()


class KeepPane(_Choosing):
    def content(self, width: int) -> list[Line]:
        return pages.keep(self._state.draft, self._state.circumstances, width)

    def options(self) -> Sequence[pages.Option]:
        return pages.places(self._state.circumstances)

    def cursor(self) -> int:
        return list(Place).index(self._state.draft.place)

    def choose(self, i: int) -> None:
        self.change(place=list(Place)[i], trouble="")


class StorePane(StepPane):
    def content(self, width: int) -> list[Line]:
        return pages.store(self._state.circumstances, width)


class LastPane(StepPane):
    def content(self, width: int) -> list[Line]:
        return pages.last(self._state.draft, self._state.circumstances, self._state.actions, width)

    def hints(self) -> list[Hint]:
        return [("enter", "open captui"), ("escape", "back"), ("ctrl+q", "quit")]


PANES: dict[Step, type[StepPane]] = {
    Step.WELCOME: WelcomePane,
    Step.KEY: KeyPane,
    Step.TEST: TestPane,
    Step.KEEP: KeepPane,
    Step.STORE: StorePane,
    Step.LAST: LastPane,
}
