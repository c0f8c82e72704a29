"""Questions whose words change while they stand: a quote runs out, an answer comes, an amount is being typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from captui.core.dataclass import dataclass
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.dialog import Dialog, Words
from captui.screens.form import Field, Form
from captui.widgets.form_fields import Altered, TextField

Look = Callable[[], tuple[Sequence[Line], Sequence[Answer]]]
"""The words and the answers of now."""

HELD_MS = 500
"""Nobody reads a last look in less. Keys that come in one burst, such as text that was pasted where a terminal does not mark it, have all
been through by then."""

INNER = 60
"""Cells between the edges of a dialog, on every terminal that captui takes."""
FORM_INNER = 66
"""Likewise of a form."""


class Standing(Dialog):
    """A dialog that is looked at anew with `renew`; some of its answers do something and leave it open."""

    def __init__(
        self,
        title: str,
        look: Look,
        *,
        mode: str,
        acts: Mapping[str, Callable[[], None]] | None = None,
        what: str = "",
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        """`acts`: what an answer's value does instead of closing the dialog. `what` names the question.

        It is no id: the same question may be asked again while its last asking is still being taken off the screen. With `now_ms` it is
        agreed to only after `HELD_MS`, and after as long a rest from trying; going back is always possible.
        """
        items, answers = look()
        super().__init__(title, items, answers, mode=mode)
        self.what = what
        self._look = look
        self._acts = dict(acts or {})
        self._now_ms = now_ms
        self._held_since_ms = 0 if now_ms is None else now_ms()

    def renew(self) -> None:
        if not self._given:
            self.show(*self._look())

    def _give(self, value: str) -> None:
        act = self._acts.get(value)
        if act is None:
            if not value or self._is_read():
                super()._give(value)
            return
        act()
        self.renew()

    def _is_read(self) -> bool:
        if self._now_ms is None:
            return True
        waited_ms, self._held_since_ms = self._now_ms() - self._held_since_ms, self._now_ms()
        return waited_ms >= HELD_MS


@dataclass(frozen=True, slots=True)
class Everything:
    """`m` in a field stands for all that there is."""

    field: str
    text: Callable[[], str]
    """What to write for it; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused of a form that comes back with what had been typed."""

    field: str
    sentence: str


class LiveForm(Form):
    """A form with words above its fields that follow what is typed into them."""

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        mode: str,
        about: Callable[[Mapping[str, str]], Sequence[Line]],
        done: str,
        everything: Everything | None = None,
        refusal: Refusal | None = None,
        what: str = "",
    ) -> None:
        """`about` gives at least one line. `what` names the question, as in `Standing`."""
        super().__init__(
            title,
            fields,
            mode=mode,
            intro=about({field.name: field.value for field in fields}),
            done=done,
        )
        self.what = what
        self._about = about
        self._everything = everything
        self._refusal = refusal
        self.went_back = False
        """Whether it was left with Esc, and not because another screen was gone to."""

    def on_mount(self) -> None:
        if self._refusal is not None and self._refusal.sentence:
            self.call_after_refresh(self.refuse, self._refusal.field, self._refusal.sentence)

    def action_leave(self) -> None:
        self.went_back = True
        super().action_leave()

    def on_altered(self, message: Altered) -> None:
        everything = self._everything
        if everything is not None and message.name == everything.field:
            entry = self.query_one(f"#field-{message.name}", TextField)
            if "m" in entry.value.lower():
                entry.value = everything.text() or entry.value
                entry.cursor_position = len(entry.value)
        self.renew()

    def renew(self) -> None:
        for words in self.query("#dialog-words").results(Words):
            words.show(self._about(self._values()))
