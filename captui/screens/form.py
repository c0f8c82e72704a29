"""A form over the screen: labelled fields, what is wrong with each beside it, and the mode in the title.

Enter goes to the next field and, from the last one, hands the values in; nothing typed is lost by a mistake. Fields marked secret
show dots, are not kept, and come back as `Secret`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Region
from textual.screen import ModalScreen

from captui.core.dataclass import dataclass
from captui.core.secret import Secret
from captui.render.lines import Line
from captui.screens.dialog import Title, Words
from captui.widgets.form_fields import (
    Altered,
    Checked,
    ChoiceField,
    Field,
    FormField,
    Label,
    TextField,
    Wrong,
    field_of,
    fine,
)

__all__ = ["Checked", "Field", "Filled", "Form", "fine"]

_AROUND_THE_BODY = 6
"""Lines of a form that are not its fields: padding, title, keys, and a gap after the one and before the other."""
_WIDEST_LABEL = 22


@dataclass(frozen=True, slots=True)
class Filled:
    """What was handed in."""

    values: Mapping[str, str]
    """By field name, without blanks around them; secret ones are not here."""
    secrets: Mapping[str, Secret]


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
        at_once: bool = False,
        start: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        """`intro` are lines above the fields, as a dialog has them; `done` says what Enter in the last field does.

        `at_once`: Enter in any field hands the values in. For forms after which nothing is sent that costs money.
        `start` is the name of the field that has the keys first; otherwise it is the first empty one.
        """
        super().__init__(id=id)
        self._title = title
        self._fields = tuple(fields)
        self._mode = mode
        self._intro = tuple(intro)
        self._done = done
        self._at_once = at_once
        self._start = start
        self._kept: dict[str, str] = {}
        self._left = False
        self._indent = min(_WIDEST_LABEL, max((len(field.label) for field in self._fields), default=0)) + 4
        self._wrongs = {field.name: Wrong(field.name, self._indent) for field in self._fields}

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form"):
            yield Title(self._title, self._mode)
            with VerticalScroll(id="dialog-body", can_focus=False):
                if self._intro:
                    yield Words(self._intro, id="dialog-words")
                for number, field in enumerate(self._fields):
                    row = Horizontal(id=f"row-{field.name}", classes="form-row")
                    if number == 0 and not self._intro:
                        row.styles.margin = 0
                    with row:
                        yield Label(field, self._indent)
                        yield field_of(field)
            yield Words(id="form-keys")

    def on_mount(self) -> None:
        self._focus(self._start or self._first_empty())
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """As in a dialog, the row with the keys stays. What has no room stands closer, and what then has none is scrolled."""
        room = max(3, self.size.height * 9 // 10 - _AROUND_THE_BODY)
        for body in self.query("#dialog-body").results(VerticalScroll):
            body.styles.max_height = room
        self.set_class(2 * len(self._fields) + len(self._intro) + 1 > room, "tight")
        self.call_after_refresh(self._show_whole)

    @property
    def kept(self) -> dict[str, str]:
        """What stands in the fields that are not secret, or stood in them when the form was left."""
        now = {entry.field.name: entry.value for entry in self._entries() if not entry.field.secret}
        return dict(self._kept) if self._left else now

    def refuse(self, name: str, sentence: str) -> None:
        """Say at this field what is wrong, and go there."""
        self._tell(name, sentence)
        self._focus(name)

    def action_leave(self) -> None:
        self._leave(None)

    def action_move(self, by: int) -> None:
        entries = self._entries()
        self._focus(entries[(self._at(entries) + by) % len(entries)].field.name)

    def action_scroll(self, by: int) -> None:
        body = self.query_one("#dialog-body")
        body.scroll_relative(y=by * max(1, body.size.height - 1), animate=False)

    def action_next(self) -> None:
        entries = self._entries()
        at = self._at(entries)
        last = self._at_once or at + 1 == len(entries)
        values = self._values()
        wrong = self._say(entries if last else entries[: at + 1], values)
        if wrong:
            self._focus(wrong)
        elif not last:
            self._focus(entries[at + 1].field.name)
        else:
            secret = {field.name for field in self._fields if field.secret}
            self._leave(
                Filled(
                    {name: value for name, value in values.items() if name not in secret},
                    {name: Secret(value) for name, value in values.items() if name in secret},
                )
            )

    def on_altered(self, message: Altered) -> None:
        message.stop()
        if message.complaint:
            self._tell(message.name, message.complaint)
            return
        values = self._values()
        for entry in self._entries():
            # What was wrong with one field may have been mended in another.
            if self._wrongs[entry.field.name].sentence:
                self._tell(entry.field.name, entry.field.check(values))

    def on_descendant_focus(self) -> None:
        self._mark()

    def _leave(self, filled: Filled | None) -> None:
        # Two quick presses of Enter hand in once.
        if not self._left:
            self._kept, self._left = self.kept, True
            self.dismiss(filled)

    def _say(self, entries: Sequence[FormField], values: Mapping[str, str]) -> str:
        """What is wrong, at each field; the name of the first that is."""
        first = ""
        for entry in entries:
            sentence = entry.field.check(values)
            self._tell(entry.field.name, sentence)
            first = first or (entry.field.name if sentence else "")
        return first

    def _entries(self) -> list[FormField]:
        return [widget for widget in self.query("*") if isinstance(widget, TextField | ChoiceField)]

    def _values(self) -> dict[str, str]:
        return {entry.field.name: entry.value.strip() for entry in self._entries()}

    def _at(self, entries: Sequence[FormField]) -> int:
        return next((i for i, entry in enumerate(entries) if entry is self.focused), 0)

    def _tell(self, name: str, sentence: str) -> None:
        wrong = self._wrongs[name]
        if sentence and not wrong.is_attached:
            self.query_one("#dialog-body").mount(wrong, after=f"#row-{name}")
        wrong.show(sentence)

    def on_wrong_placed(self, message: Wrong.Placed) -> None:
        message.stop()
        self._show_whole()

    def _first_empty(self) -> str:
        return next(
            (field.name for field in self._fields if not field.value and not field.choices), self._fields[0].name
        )

    def _focus(self, name: str) -> None:
        # Not `focus()`: that waits its turn, and the next key would still go to the field before.
        self.set_focus(self.query_one(f"#field-{name}"), scroll_visible=False)
        self._mark()
        self.call_after_refresh(self._show_whole)

    def _mark(self) -> None:
        """The field that has the keys, and what the keys do there."""
        entries = self._entries()
        at = self._at(entries)
        for number, entry in enumerate(entries):
            self.query_one(f"#label-{entry.field.name}", Label).mark(number == at)
        last = self._at_once or at + 1 == len(entries)
        # The way back stands early: where there is little room, it is the end that is cut.
        keys = [f"Enter  {self._done.lower() if last else 'next'}", "Esc  back"]
        if len(entries) > 1:
            keys.append("↑ ↓  fields")
        if isinstance(entries[at], ChoiceField):
            keys.append("← → a…z  choose")
        runs = [part for key in keys for part in _key(key)]
        self.query_one("#form-keys", Words).show([tuple(runs)])

    def _show_whole(self) -> None:
        """Scroll as little as it takes to show the field with its label and with what is wrong; the first one with the intro."""
        entry = self.focused
        if not isinstance(entry, TextField | ChoiceField):
            return
        name, body = entry.field.name, self.query_one("#dialog-body")
        row, wrong = self.query_one(f"#row-{name}").virtual_region, self._wrongs[name]
        bottom = wrong.virtual_region.bottom if wrong.is_attached and wrong.display else row.bottom
        top = 0 if name == self._fields[0].name and bottom <= body.size.height else row.y
        body.scroll_to_region(Region(0, top, 1, bottom - top), animate=False, force=True)


def _key(text: str) -> Line:
    key, _, rest = text.partition("  ")
    return ((key, "accent"), (f" {rest}   ", "dim"))
