"""The rows of a form: a label, what is typed or chosen beside it, and below it what is wrong with that.

A field posts `Altered` and asks its screen for the actions `next` and `move`; it knows nothing of the other fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Input, Static

from captui.core.dataclass import dataclass
from captui.core.text import printable
from captui.render.lines import Line, left, padded, spread, wrapped
from captui.widgets.line_pane import LinePane

Checked = Callable[[Mapping[str, str]], str]
"""From the values of all fields, those of secret ones included, to what is wrong with one of them: a sentence, or nothing."""

LONGEST = 4_000
"""Characters that a field takes: several times the longest lightning invoice, too little to stall the screen."""


def fine(_values: Mapping[str, str]) -> str:
    """Nothing is wrong."""
    return ""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    hint: str = ""
    """Faint, while the field is empty."""
    value: str = ""
    """What stands in it at the start."""
    secret: bool = False
    check: Checked = fine
    choices: tuple[str, ...] = ()
    """Where there are any, one of these and nothing else: the arrows to the sides change it, what is typed looks for it."""
    one_word: bool = False
    """An address, an invoice, a number: blanks and line breaks are left out of what is pasted. Secret fields are always so."""


def pasted(text: str, field: Field) -> str:
    """What of a pasted text goes into the field: one line, nothing that a terminal would act upon."""
    words = text.split()
    kept = ("" if field.one_word or field.secret else " ").join(words)
    return "".join(c for c in kept if c.isprintable())


def matching(choices: tuple[str, ...], typed: str, at: int) -> int | None:
    """Index of the choice meant by what is typed: one that begins with it, else one that holds it; the nearest from `at` on."""
    typed = typed.lower()
    after = [*range(at, len(choices)), *range(at)]
    begins = (i for i in after if choices[i].lower().startswith(typed))
    return next(begins, next((i for i in after if typed in choices[i].lower()), None))


_MOVES: list[BindingType] = [
    Binding("up,shift+tab", "screen.move(-1)", show=False),
    Binding("down,tab", "screen.move(1)", show=False),
    Binding("enter", "screen.next", show=False),
    Binding("pageup", "screen.scroll(-1)", show=False),
    Binding("pagedown", "screen.scroll(1)", show=False),
]


class Altered(Message):
    """The value of a field is another one; `complaint` is what speaks against the last thing that was done there."""

    def __init__(self, name: str, complaint: str = "") -> None:
        super().__init__()
        self.name = name
        self.complaint = complaint


class TextField(Input):
    """A field in which something is typed. What is secret shows as dots and never goes to the clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [*_MOVES, Binding("ctrl+u", "delete_left_all", show=False)]
    DEFAULT_CSS = """
    TextField {
        border: none;
        color: $foreground;
        &:focus { border: none; background-tint: transparent; }
        & > .input--placeholder { color: $dim; text-style: none; }
        & > .input--cursor { background: $accent; color: $background; text-style: none; }
        &:ansi > .input--placeholder { color: $dim; text-style: none; }
        &:ansi > .input--cursor { background: $accent; color: ansi_black; text-style: none; }
    }
    """

    def __init__(self, field: Field) -> None:
        super().__init__(
            "".join(c for c in field.value if c.isprintable()),
            # Told from a value without any colour.
            placeholder=f"({printable(field.hint)})" if field.hint else "",
            password=field.secret,
            max_length=LONGEST,
            id=f"field-{field.name}",
            select_on_focus=False,
        )
        # A blinking cursor would be sent over the line twice a second.
        self.cursor_blink = False
        self.field = field

    def on_input_changed(self) -> None:
        self.post_message(Altered(self.field.name))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._take(event.text)

    def action_paste(self) -> None:
        self._take(self.app.clipboard)

    def _take(self, text: str) -> None:
        kept = pasted(text, self.field)
        start, end = sorted(self.selection)
        length = len(self.value) - (end - start) + len(kept)
        if length > LONGEST:
            complaint = f"That makes {grouped_count(length)} characters; this field takes {grouped_count(LONGEST)}."
            self.post_message(Altered(self.field.name, complaint))
        elif kept:
            self.replace(kept, start, end)

    def action_copy(self) -> None:
        if self.field.secret:
            raise SkipAction
        super().action_copy()

    def action_cut(self) -> None:
        if self.field.secret:
            raise SkipAction
        super().action_cut()


class ChoiceField(LinePane, can_focus=True):
    """A field with one of several values: left and right go through them, letters look for one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *_MOVES,
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
        Binding("home", "end(0)", show=False),
        Binding("end", "end(-1)", show=False),
        Binding("backspace", "untype", show=False),
    ]

    def __init__(self, field: Field) -> None:
        super().__init__(id=f"field-{field.name}")
        self.field = field
        self._at = field.choices.index(field.value) if field.value in field.choices else 0
        self._typed = ""

    @property
    def value(self) -> str:
        return self.field.choices[self._at]

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's signature
        return character is not None and character.isprintable() and character != " "

    def on_key(self, event: events.Key) -> None:
        if event.character is None or not event.character.isprintable() or (event.character == " " and not self._typed):
            return
        event.stop()
        event.prevent_default()
        self._look_for(self._typed + event.character)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._look_for(pasted(event.text, self.field)[:LONGEST])

    def on_blur(self, event: events.Blur) -> None:  # noqa: ARG002 - Textual calls that of the pane as well
        self._typed = ""

    def on_click(self) -> None:
        self.action_step(1)

    def action_step(self, by: int) -> None:
        self._go_to((self._at + by) % len(self.field.choices))

    def action_end(self, at: int) -> None:
        self._go_to(at % len(self.field.choices))

    def action_untype(self) -> None:
        self._typed = self._typed[:-1]
        self.redraw()

    def _look_for(self, typed: str) -> None:
        found = matching(self.field.choices, typed, self._at)
        complaint = ""
        if found is None:
            complaint = f"Nothing here is called “{left(printable(typed), 24).rstrip()}”."
            # The next letter begins another word.
            typed = ""
        self._go_to(self._at if found is None else found, typed, complaint)

    def _go_to(self, at: int, typed: str = "", complaint: str = "") -> None:
        self._at, self._typed = at, typed
        self.redraw()
        self.post_message(Altered(self.field.name, complaint))

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        focused = self.has_focus
        mark = "accent" if focused else "dim"
        many = f"{self._at + 1} of {len(self.field.choices)}"
        looked_for = f"{printable(self._typed)}▏ " if self._typed else ""
        back: Line = ((looked_for, "accent"), (many if focused else "", "dim"))
        front: Line = (("‹ ", mark), (printable(self.value), "strong" if focused else "text"), (" ›", mark))
        line = spread(front, back, width)
        return [tuple((text, f"{style}@cursor") for text, style in padded(line, width)) if focused else line]


FormField = TextField | ChoiceField


def field_of(field: Field) -> FormField:
    return ChoiceField(field) if field.choices else TextField(field)


class Label(Static):
    """The name of a field; the one that has the keys is marked, not by colour alone.

    No pane of lines: a form has many labels, and each pane costs the time of all the styles that it could draw with.
    """

    DEFAULT_CSS = """
    Label {
        color: $dim;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &.marked { color: $accent; text-style: bold; }
    }
    """

    def __init__(self, field: Field, width: int) -> None:
        super().__init__(markup=False, id=f"label-{field.name}", classes="form-label")
        self._text = printable(field.label)
        self.styles.width = width
        self.mark(False)

    def mark(self, marked: bool) -> None:
        self.set_class(marked, "marked")
        self.update(f"{'› ' if marked else '  '}{self._text}")


class Wrong(LinePane):
    """What is wrong with the field above; no row at all where nothing is, and not there before something is."""

    class Placed(Message):
        """It has got its room on the screen, which may be outside of what can be seen."""

    def __init__(self, name: str, indent: int) -> None:
        super().__init__(id=f"wrong-{name}", classes="form-wrong")
        self.sentence = ""
        self._indent = indent

    def show(self, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence = sentence
            self.display = bool(sentence)
            self.refresh(layout=True)
            self.redraw()

    def on_mount(self) -> None:
        self.display = bool(self.sentence)

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual calls that of the pane as well
        self.post_message(self.Placed())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return max(1, len(self._wrapped(width)))

    def _wrapped(self, width: int) -> list[str]:
        return wrapped(printable(self.sentence), max(1, width - self._indent - 2), 4)

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - as many rows as the sentence needs
        blank = " " * self._indent
        return [
            ((blank, "text"), ("! " if row == 0 else "  ", "error"), (line, "error"))
            for row, line in enumerate(self._wrapped(width))
        ]


def grouped_count(number: int) -> str:
    return f"{number:,}".replace(",", " ")
