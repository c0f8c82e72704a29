"""A form over the screen: labelled fields, what is wrong with each beside it, and the mode in the title.

Enter goes to the next field and, from the last one, hands the values in; nothing typed is lost by a mistake. Fields marked secret
show dots, are not kept, and come back as `Secret`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from captui.core.secret import Secret
from captui.render.lines import Line, wrapped
from captui.screens.dialog import Title, Words
from captui.widgets.line_pane import LinePane

Checked = Callable[[Mapping[str, str]], str]
"""From the values of all fields, those of secret ones included, to what is wrong with one of them: a sentence, or nothing."""


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
    """Where there are any, one of these and nothing else: the arrows to the sides change it, letters look for it."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was handed in."""

    values: Mapping[str, str]
    """By field name, without blanks around them; secret ones are not here."""
    secrets: Mapping[str, Secret]


class _Entry(Input):
    """One field. Up and down go to the others; where there are choices, left and right change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "screen.move(-1)", show=False),
        Binding("down,tab", "screen.move(1)", show=False),
        Binding("enter", "screen.next", show=False),
        Binding("ctrl+u", "delete_left_all", show=False),
    ]

    def __init__(self, field: Field) -> None:
        super().__init__(
            field.value or (field.choices[0] if field.choices else ""),
            placeholder=field.hint,
            password=field.secret,
            id=f"field-{field.name}",
            select_on_focus=False,
        )
        # A blinking cursor would be sent over the line twice a second.
        self.cursor_blink = False
        self.field = field

    def on_key(self, event: events.Key) -> None:
        choices = self.field.choices
        if not choices or event.key in ("up", "down", "tab", "shift+tab", "enter", "escape"):
            return
        at = choices.index(self.value) if self.value in choices else 0
        if event.key in ("left", "right"):
            at = (at + (1 if event.key == "right" else -1)) % len(choices)
        elif event.character and event.character.isprintable():
            letter = event.character.lower()
            after = [*range(at + 1, len(choices)), *range(at + 1)]
            at = next((i for i in after if choices[i].lower().startswith(letter)), at)
        else:
            return
        event.stop()
        event.prevent_default()
        self.value = choices[at]
        self.cursor_position = 0


class _Label(LinePane):
    def __init__(self, text: str, name: str) -> None:
        super().__init__(id=f"label-{name}", classes="form-label")
        self._text = text

    def lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002 - one row, whatever the height
        return [((self._text, "label"),)]


class _Wrong(LinePane):
    """What is wrong with the field above; no row at all where nothing is."""

    def __init__(self, name: str) -> None:
        super().__init__(id=f"wrong-{name}", classes="form-wrong")
        self.sentence = ""

    def show(self, sentence: str) -> None:
        self.sentence = sentence
        self.display = bool(sentence)
        self.refresh(layout=True)
        self.redraw()

    def on_mount(self) -> None:
        self.display = False

    def get_content_height(self, _container: object, _viewport: object, width: int) -> int:
        return max(1, len(wrapped(self.sentence, width, 4)))

    def lines(self, width: int, height: int) -> list[Line]:
        return [((line, "error"),) for line in wrapped(self.sentence, width, height)]


class Form(ModalScreen[Filled | None]):
    """Returns what was handed in, None where it was left. `kept` is then what had been typed, for the next time."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        mode: str,
        intro: Sequence[Line] = (),
        done: str = "Go on",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        """`intro` are lines above the fields, as a dialog has them; `done` says what Enter in the last field does."""
        super().__init__(id=id)
        self._title = title
        self._fields = tuple(fields)
        self._mode = mode
        self._intro = tuple(intro)
        self._done = done

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form"):
            yield Title(self._title, self._mode)
            with VerticalScroll(id="dialog-body", can_focus=False):
                if self._intro:
                    yield Words(self._intro, id="dialog-words")
                for field in self._fields:
                    yield _Label(field.label, field.name)
                    yield _Entry(field)
                    yield _Wrong(field.name)
            yield Words((((f"Enter  {self._done.lower()}     Esc  back", "dim"),),), id="form-keys")

    def on_mount(self) -> None:
        self._focus(self._first_empty())
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        for body in self.query("#dialog-body").results(VerticalScroll):
            # As in a dialog: the row with the keys stays, and what has no room is scrolled.
            body.styles.max_height = max(3, self.size.height * 9 // 10 - 6)

    @property
    def kept(self) -> dict[str, str]:
        """What stands in the fields that are not secret."""
        return {entry.field.name: entry.value for entry in self._entries() if not entry.field.secret}

    def refuse(self, name: str, sentence: str) -> None:
        """Say at this field what is wrong, and go there."""
        self.query_one(f"#wrong-{name}", _Wrong).show(sentence)
        self._focus(name)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_move(self, by: int) -> None:
        names = [field.name for field in self._fields]
        at = next((i for i, entry in enumerate(self._entries()) if entry.has_focus), 0)
        self._focus(names[(at + by) % len(names)])

    def action_next(self) -> None:
        entries = self._entries()
        at = next((i for i, entry in enumerate(entries) if entry.has_focus), 0)
        values = {entry.field.name: entry.value.strip() for entry in entries}
        wrong = self._say(entries[: at + 1], values)
        if wrong:
            self._focus(wrong)
        elif at + 1 < len(entries):
            self._focus(entries[at + 1].field.name)
        else:
            self.dismiss(
                Filled(
                    {entry.field.name: values[entry.field.name] for entry in entries if not entry.field.secret},
                    {entry.field.name: Secret(values[entry.field.name]) for entry in entries if entry.field.secret},
                )
            )

    def _say(self, entries: Sequence[_Entry], values: Mapping[str, str]) -> str:
        """What is wrong, at each field; the name of the first that is."""
        first = ""
        for entry in entries:
            sentence = entry.field.check(values)
            self.query_one(f"#wrong-{entry.field.name}", _Wrong).show(sentence)
            first = first or (entry.field.name if sentence else "")
        return first

    def on_input_changed(self, message: Input.Changed) -> None:
        entry = message.input
        if isinstance(entry, _Entry):
            wrong = self.query_one(f"#wrong-{entry.field.name}", _Wrong)
            if wrong.sentence:
                values = {each.field.name: each.value.strip() for each in self._entries()}
                wrong.show(entry.field.check(values))

    def _entries(self) -> list[_Entry]:
        return list(self.query(_Entry))

    def _first_empty(self) -> str:
        return next(
            (field.name for field in self._fields if not field.value and not field.choices), self._fields[0].name
        )

    def _focus(self, name: str) -> None:
        # Not `focus()`: that waits its turn, and the next key would still go to the field before.
        self.set_focus(self.query_one(f"#field-{name}"))
