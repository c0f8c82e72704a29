"""Questions over the screen, with the mode in every title.

Enter alone agrees to nothing: the cursor starts on the answer that does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen

from captui.actions import display
from captui.core.text import printable
from captui.render.lines import Line, laid_out, spread
from captui.render.status_bar import draw_mode
from captui.screens.answer import Answer
from captui.widgets.line_pane import LinePane

_AROUND_THE_BODY = 6
"""Lines of a dialog that are not its words: padding, title, answers, and a gap after the one and before the other."""

_LONGEST = 12
"""Lines of a sentence."""

STAY = Answer("escape", "Back", "")


class Words(LinePane):
    """Lines of a dialog, laid out (see render/lines.py)."""

    def __init__(self, items: Sequence[Line] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._items: tuple[Line, ...] = tuple(items)

    def show(self, items: Sequence[Line]) -> None:
        if tuple(items) != self._items:
            self._items = tuple(items)
            self.refresh(layout=True)
            self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return len(laid_out(self._items, width, most=_LONGEST))

    def lines(self, width: int, height: int) -> list[Line]:
        return laid_out(self._items, width, most=_LONGEST)[:height]


class Answers(LinePane, can_focus=True):
    """The answers in a row, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,shift+tab", "step(-1)", show=False),
        Binding("right,l,tab", "step(1)", show=False),
        Binding("enter", "give", show=False),
    ]

    class Given(Message):
        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    def __init__(self, answers: Sequence[Answer]) -> None:
        super().__init__(id="answers")
        self._answers = tuple(answers)
        self._cursor = len(self._answers) - 1
        self._hint = ""

    def show(self, answers: Sequence[Answer], *, hint: str = "") -> None:
        """Other answers put the cursor back on the one that does nothing."""
        if tuple(answers) != self._answers:
            self._answers = tuple(answers)
            self._cursor = len(self._answers) - 1
        self._hint = hint
        self.redraw()

    def action_step(self, by: int) -> None:
        self._cursor = (self._cursor + by) % len(self._answers)
        self.redraw()

    def action_give(self) -> None:
        self.post_message(self.Given(self._answers[self._cursor].value))

    def on_click(self, event: events.Click) -> None:
        x = 0
        for answer in self._answers:
            width = len(_label(answer)) + 2
            if x <= event.x < x + width:
                self.post_message(self.Given(answer.value))
            x += width + 1

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        runs: list[tuple[str, str]] = []
        for i, answer in enumerate(self._answers):
            key, _, rest = _label(answer).partition(" ")
            back = "@lit" if i == self._cursor else ""
            runs += [(f" {key} ", f"accent{back}"), (f"{rest} ", answer.style + back), (" ", "text")]
        return [spread(tuple(runs), ((self._hint, "dim"),), width)]


def _label(answer: Answer) -> str:
    return f"{display(answer.key)} {answer.label}"


class Dialog(ModalScreen[str]):
    """A question with answers. Returns the value of the one given; Escape gives the empty one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "give('')", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
    ]

    def __init__(
        self,
        title: str,
        items: Sequence[Line],
        answers: Sequence[Answer],
        *,
        mode: str,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._title = title
        self._items = tuple(items)
        self._answers = (*answers, STAY)
        self._mode = mode
        self._given = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Title(self._title, self._mode)
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield Words(self._items, id="dialog-words")
            yield Answers(self._answers)

    def show(self, items: Sequence[Line], answers: Sequence[Answer]) -> None:
        """Newer words and answers, while the question stands."""
        self._items, self._answers = tuple(items), (*answers, STAY)
        for words in self.query("#dialog-words").results(Words):
            words.show(items)
        self._fit()

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Answers))
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """The answers are always on the screen; where there is no room for all the words, those are scrolled."""
        for body in self.query("#dialog-body").results(VerticalScroll):
            # Textual shares the height of a box among children of automatic height without regard for the one that must stay.
            body.styles.max_height = max(1, self.size.height * 9 // 10 - _AROUND_THE_BODY)
            self.call_after_refresh(self._say_more)

    def _say_more(self) -> None:
        for body in self.query("#dialog-body").results(VerticalScroll):
            more = body.max_scroll_y > body.scroll_offset.y
            self.query_one(Answers).show(
                self._answers, hint="↓ more" if more else "↑ more" if body.max_scroll_y else ""
            )

    def on_key(self, event: events.Key) -> None:
        for answer in self._answers:
            if answer.key in (event.key, event.character):
                event.stop()
                self._give(answer.value)
                return

    def on_answers_given(self, message: Answers.Given) -> None:
        self._give(message.value)

    def action_give(self, value: str) -> None:
        self._give(value)

    def action_scroll(self, by: int) -> None:
        self.query_one("#dialog-body").scroll_relative(y=by, animate=False)
        self.call_after_refresh(self._say_more)

    def _give(self, value: str) -> None:
        # Two quick presses of the same key are one answer.
        if not self._given:
            self._given = True
            self.dismiss(value)


class Title(LinePane):
    """What is asked, and with whose money."""

    def __init__(self, title: str, mode: str) -> None:
        super().__init__(id="dialog-title")
        self._text = title
        self._mode = mode

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        badge: Line = draw_mode(self._mode) if self._mode else ()
        return [spread(((printable(self._text), "strong"),), badge, width)]
