"""Filling a form in by keys and by pasting, over the real app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import patch

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App

from captui.screens.form import Checked, Field, Filled, Form
from captui.widgets.form_fields import LONGEST, ChoiceField, TextField
from tests.screens.form_samples import FIELDS, SENTENCE, TO, form
from tests.ui.harness import LARGE, SMALL, Opened, opened


class Filling(Opened):
    """The app with a form over it."""

    form: Form
    given: list[Filled | None]

    def value(self, name: str) -> str:
        field = self.form.query_one(f"#field-{name}")
        assert isinstance(field, TextField | ChoiceField)
        return field.value

    def wrong(self, name: str) -> str:
        panes = self.form.query(f"#wrong-{name}")
        return self.words(f"#wrong-{name}") if panes and panes[0].display else ""

    @property
    def here(self) -> str:
        return (self.form.focused.id or "") if self.form.focused else ""

    async def dealt_with(self) -> None:
        await self.settle()
        while self.app.has_keys_to_deal_with:
            await self.settle()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()


@asynccontextmanager
async def filling(shown: Form | None = None, *, size: tuple[int, int] = SMALL) -> AsyncIterator[Filling]:
    async with opened(size=size) as it:
        shown = shown or form()
        filling = Filling(it.app, it.session, it.pilot, it.clock, it.remembered)
        filling.form, filling.given = shown, []
        it.app.push_screen(shown, filling.given.append)
        await it.frame()
        yield filling


async def test_enter_goes_through_the_fields_and_hands_in_at_the_last() -> None:
    async with filling() as it:
        assert it.here == "field-amount", "the first that is empty"
        await it.write("250.50")
        await it.press("enter")
        assert it.here == "field-note"
        await it.press("enter")
        assert it.here == "field-otp"
        await it.write("123456")
        await it.press("enter")
        assert it.on_top == "TradeScreen"
        (filled,) = it.given
        assert filled is not None
        assert filled.values == {"to": "Capitec savings", "amount": "250.50", "note": "rent"}
        assert set(filled.secrets) == {"otp"}
        assert filled.secrets["otp"].reveal() == "123456"
        assert "123456" not in repr(filled)


async def test_what_is_wrong_is_said_at_the_field_and_goes_when_it_is_mended() -> None:
    async with filling() as it:
        await it.write("abc")
        await it.press("enter")
        assert it.here == "field-amount"
        assert it.wrong("amount") == f"! {SENTENCE}"
        assert it.value("amount") == "abc", "nothing typed is lost"
        await it.press("ctrl+u", "5")
        assert it.wrong("amount") == ""
        await it.press("enter")
        assert it.here == "field-note"


async def test_a_field_that_was_passed_over_is_checked_at_the_end() -> None:
    async with filling() as it:
        await it.press("up", "up")
        assert it.here == "field-otp"
        await it.press("enter")
        assert it.here == "field-amount"
        assert it.wrong("amount")
        assert it.wrong("otp") == "! The one-time password has six digits."
        assert it.given == []


async def test_mending_one_field_takes_back_what_was_said_at_another() -> None:
    def before(values: dict[str, str]) -> str:
        return "The first day is after the last one." if values["from"] > values["to"] else ""

    fields = (Field("from", "From", value="5", check=before), Field("to", "To", value="3"))  # type: ignore[arg-type]
    async with filling(Form("Days", fields, mode="DEMO")) as it:
        await it.press("enter")
        assert it.wrong("from")
        await it.press("down", "backspace", "7")
        assert it.wrong("from") == ""


async def test_arrows_and_tabs_go_round() -> None:
    async with filling() as it:
        seen = []
        for key in ("down", "tab", "down", "down", "up", "shift+tab"):
            await it.press(key)
            seen.append(it.here.removeprefix("field-"))
        assert seen == ["note", "otp", "to", "amount", "to", "otp"]


async def test_choices_change_with_the_arrows_and_are_found_by_letters() -> None:
    async with filling() as it:
        await it.press("up")
        assert it.value("to") == TO[1]
        await it.press("right", "right")
        assert it.value("to") == TO[3]
        await it.press("right")
        assert it.value("to") == TO[0]
        await it.press("left")
        assert it.value("to") == TO[3]
        await it.write("led")
        assert it.value("to") == TO[2]
        await it.press("home")
        assert it.value("to") == TO[0]
        await it.press("end")
        assert it.value("to") == TO[3]
        await it.write("at home")
        assert it.value("to") == TO[2]
        await it.press("Z")
        assert it.value("to") == TO[2]
        assert it.wrong("to") == "! Nothing here is called “at homeZ”."
        await it.write("luno")
        assert (it.value("to"), it.wrong("to")) == (TO[3], "")


@pytest.mark.parametrize("key", ["backspace", "delete", "ctrl+u", "ctrl+w", "ctrl+k", "space"])
async def test_nothing_makes_a_choice_that_is_not_one(key: str) -> None:
    async with filling() as it:
        await it.press("up", key)
        await it.paste("Somebody else")
        assert it.value("to") in TO
        await it.press("enter")
        assert it.here == "field-amount"


async def test_a_pasted_choice_is_looked_for() -> None:
    async with filling() as it:
        await it.press("up")
        await it.paste("Luno\n")
        assert it.value("to") == "Luno"


async def test_pasting_is_one_clean_line_and_hands_nothing_in() -> None:
    async with filling() as it:
        await it.paste(" 1 250\n.50\x1b[A\n")
        assert it.value("amount") == "1250.50[A"
        await it.press("enter")
        assert it.wrong("amount") == f"! {SENTENCE}"
        await it.press("down")
        await it.press("space")
        await it.paste(" and\nfood\n")
        assert it.value("note") == "rent and food"
        await it.press("down")
        await it.paste("123 456\n")
        assert (it.value("otp"), it.here, it.given) == ("123456", "field-otp", [])


async def test_a_paste_right_behind_a_key_goes_where_the_key_led() -> None:
    async with filling() as it:
        it.app.post_message(events.Key("down", None))
        it.app.post_message(events.Key("down", None))
        it.app.post_message(events.Paste("123456"))
        it.app.post_message(events.Key("up", None))
        await it.dealt_with()
        assert (it.value("note"), it.value("otp"), it.here) == ("rent", "123456", "field-note")


async def test_too_much_is_refused_whole() -> None:
    async with filling() as it:
        await it.paste("9" * (LONGEST + 1))
        assert it.value("amount") == ""
        assert it.wrong("amount") == "! That makes 4 001 characters; this field takes 4 000."
        await it.press("1")
        assert (it.value("amount"), it.wrong("amount")) == ("1", "")


async def test_a_secret_shows_dots_and_stays_out_of_the_clipboard() -> None:
    async with filling() as it:
        copied: list[str] = []
        with patch.object(App, "copy_to_clipboard", lambda _app, text: copied.append(text)):
            await it.press("up", "up")
            await it.write("987654")
            await it.press("shift+home", "ctrl+c")
            assert copied == []
            await it.press("up", "shift+home", "ctrl+c")
            assert copied == ["rent"]
        assert "987654" not in it.text()
        assert "••••••" in it.text()
        assert it.form.kept == {"to": "Capitec savings", "amount": "", "note": "rent"}


async def test_what_was_typed_is_kept_when_the_form_is_left() -> None:
    async with filling() as it:
        await it.write("77")
        await it.press("down", "down", "1", "escape")
        assert it.given == [None]
        assert it.form.kept == {"to": "Capitec savings", "amount": "77", "note": "rent"}


async def test_enter_anywhere_hands_in_where_nothing_is_risked() -> None:
    async with filling(form(at_once=True)) as it:
        await it.write("5")
        await it.press("enter")
        assert it.given == []
        assert it.here == "field-otp"
        await it.write("123456")
        await it.press("up", "up", "enter")
        assert [filled.values["amount"] for filled in it.given if filled] == ["5"]


async def test_two_quick_enters_hand_in_once() -> None:
    async with filling(Form("One", (Field("a", "A", "type"),), mode="DEMO")) as it:
        await it.press("x")
        for _ in range(2):
            it.app.post_message(events.Key("enter", None))
        await it.dealt_with()
        assert len(it.given) == 1


async def test_refused_from_outside() -> None:
    async with filling() as it:
        it.form.refuse("note", "That note is taken.")
        await it.settle()
        assert (it.here, it.wrong("note")) == ("field-note", "! That note is taken.")
        await it.press("s")
        assert it.wrong("note") == ""


async def test_the_keys_say_what_enter_does_here() -> None:
    async with filling(size=(72, 20)) as it:
        assert it.words("#form-keys") == "Enter next Esc back ↑ ↓ fields"
        await it.press("up")
        assert it.words("#form-keys") == "Enter next Esc back ↑ ↓ fields ← → a…z choose"
        await it.press("up")
        assert it.words("#form-keys") == "Enter have a last look Esc back ↑ ↓ fields"


async def test_the_field_with_the_keys_is_marked_without_colour() -> None:
    async with filling() as it:
        assert "› Amount in ZAR" in it.text()
        await it.press("down")
        assert "› Note" in it.text()
        assert "› Amount" not in it.text()


def many(number: int) -> Form:
    def missing(name: str) -> Checked:
        return lambda values: "" if values[name] else SENTENCE * 2

    fields = [Field(f"f{i}", f"Field {i}", check=missing(f"f{i}"), value=f"{i}") for i in range(number)]
    return Form("Many", fields, mode="DEMO", intro=((("All of them.", "dim"),),))


@pytest.mark.parametrize("size", [(72, 20), LARGE])
async def test_the_field_its_label_and_its_sentence_are_always_on_the_screen(size: tuple[int, int]) -> None:
    async with filling(many(16), size=size) as it:
        assert "All of them." in it.text()
        for number, keys in ((0, ()), (1, ("down",)), (15, ("up", "up")), (14, ("up",)), (0, ("down", "down"))):
            await it.press(*keys)
            assert it.here == f"field-f{number}"
            await it.press("backspace", "backspace", "enter")
            assert f"› Field {number} " in it.text()
            assert it.wrong(f"f{number}").startswith("! An amount")
            assert it.form.query_one("#dialog-body").region.contains_region(
                it.form.query_one(f"#wrong-f{number}").region
            )
            await it.press("x")
        assert "Enter" in it.text("#form-keys")


async def test_a_form_that_fits_needs_no_scrolling_at_the_smallest_size() -> None:
    async with filling(size=SMALL) as it:
        body = it.form.query_one("#dialog-body")
        assert body.max_scroll_y == 0
        await it.press("enter", "end")
        assert "Withdraw rand" in it.text()


@pytest.mark.parametrize("text", ["[/x]", "[b]x", "価格" * 40, "\x1b]0;x\x07", "$bid {0}"])
async def test_foreign_words_are_data(text: str) -> None:
    fields = (
        Field("a", text, text, choices=(text, "other")),
        Field("b", "B", text, check=lambda _values: text),
    )
    async with filling(Form(text, fields, mode="DEMO")) as it:
        await it.press("down", "enter")
        shown = it.text()
        assert it.app.is_running
        assert all(cell_len(line) <= SMALL[0] for line in shown.splitlines())
        assert not {c for c in shown if not c.isprintable()} - {"\n"}


def test_the_sample_has_every_kind_of_field() -> None:
    assert {(bool(field.choices), field.secret) for field in FIELDS} == {(True, False), (False, False), (False, True)}
