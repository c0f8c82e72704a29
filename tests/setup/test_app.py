"""Set-up by keys alone: each way to its end, back again without loss, and nothing of a key anywhere."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from textual.geometry import Size

from captui.core.secret import Credentials, Secret
from captui.errors import UNEXPECTED, CredentialsError, NoConnectionError, UnauthorisedError
from captui.setup.draft import Step
from captui.setup.panes import Hints
from captui.setup.ports import Choice, Fact, Place, Way
from tests.setup.harness import FACTS, KEY, MEDIUM, PLAIN, SECRET, SMALL, MadeUpExchange, Opened, Places, opened

PAIR = Credentials(api_key=Secret(KEY), api_secret=Secret(SECRET))
NO_KEYRING = replace(PLAIN, keyring_refusal="This machine has no keyring.")


async def answered(it: Opened) -> None:
    await it.until(lambda: not it.draft.findings.asking)


@pytest.mark.parametrize(("key", "way", "mode"), [("1", Way.DEMO, "DEMO"), ("3", Way.LOOK, "LOOK")])
async def test_demo_and_looking_need_two_keys(key: str, way: Way, mode: str) -> None:
    async with opened() as it:
        await it.press(key)
        assert mode in it.text.splitlines()[next(i for i, row in enumerate(it.text.splitlines()) if row.strip())]
        await it.press("enter")
        assert it.at(Step.LAST)
        assert "Ctrl+Q" in it.text
        assert ("Stage a buy" in it.words) == (way is Way.DEMO), "only what can be done"
        await it.press("enter")
        assert it.app.choice == Choice(way)
        assert it.exchange.asked == []
        assert it.places.kept == []


async def test_an_own_key_is_tested_kept_and_taken() -> None:
    async with opened(NO_KEYRING) as it:
        await it.enter_key()
        assert it.at(Step.TEST)
        await answered(it)
        for fact in FACTS:
            assert " ".join(fact.text.split()) in it.words
        assert "the exchange does not tell what a key may do" in it.words
        await it.press("enter")
        assert it.at(Step.KEEP)
        assert it.draft.place == Place.FILE.value
        await it.press("enter", "enter")
        await it.until(lambda: it.app.choice is not None)
        assert it.app.choice == Choice(Way.KEY, PAIR, read_only=False, place=Place.FILE)
        assert it.places.kept == [it.app.choice]
        assert it.exchange.asked == [PAIR]


async def test_nothing_of_the_key_is_on_any_page() -> None:
    async with opened() as it:
        await it.press("2", "enter")
        await it.write(KEY)
        await it.press("tab")
        await it.write(SECRET)
        seen = [it.text, it.app.export_screenshot(), repr(it.app._state)]
        for _ in range(3):
            await it.press("enter")
            if it.at(Step.TEST):
                await answered(it)
            seen += [it.text, it.app.export_screenshot(), repr(it.app._state)]
        assert it.at(Step.LAST)
        for each in seen:
            assert KEY not in each
            assert SECRET not in each
            assert KEY[:6] not in each
    assert "16 characters" in seen[0]


async def test_escape_goes_back_through_all_steps_and_loses_nothing() -> None:
    async with opened() as it:
        await it.enter_key()
        await answered(it)
        await it.press("r", "enter", "3", "enter")
        assert it.at(Step.LAST)
        for step in (Step.KEEP, Step.TEST, Step.KEY, Step.WELCOME):
            await it.press("escape")
            assert it.at(step)
        await it.press("escape")
        assert it.at(Step.WELCOME)
        assert "q quits" in it.text
        await it.press("enter", "enter", "enter", "enter")
        assert it.at(Step.LAST)
        assert it.draft.choice() == Choice(Way.KEY, PAIR, read_only=True, place=Place.NOWHERE)
        assert it.exchange.asked == [PAIR], "the same key is not tested twice by itself"


async def test_another_key_is_tested_anew() -> None:
    async with opened() as it:
        await it.enter_key()
        await answered(it)
        await it.press("escape", "tab", "backspace", "enter", "enter")
        await answered(it)
        assert [pair.api_secret.reveal() for pair in it.exchange.asked] == [SECRET, SECRET[:-1]]


async def test_what_is_no_key_is_said_at_its_field() -> None:
    async with opened() as it:
        await it.press("2", "enter", "enter")
        assert "The API key is still missing." in it.words
        await it.write("c0f fee")
        assert "The API key holds a character that no key has" in it.words
        await it.press("enter")
        assert it.at(Step.KEY)
        await it.press("ctrl+u")
        assert "holds a character" not in it.words
        await it.paste(f"  {KEY}\n")
        await it.press("enter", "enter")
        assert it.at(Step.KEY)
        assert "The API secret is still missing." in it.words
        await it.paste(f'"{SECRET}"')
        assert "The API secret holds a quote" in it.words
        await it.press("up", "enter")
        assert it.at(Step.KEY)
        await it.press("ctrl+u")
        await it.paste(SECRET)
        await it.press("ctrl+j")
        assert it.at(Step.TEST)
        assert it.exchange.asked == [PAIR]


async def test_both_halves_are_pasted_at_once() -> None:
    async with opened() as it:
        await it.press("2", "enter")
        await it.paste(f"{KEY}\n{SECRET}\n")
        await it.press("enter")
        assert it.at(Step.TEST)
        assert it.exchange.asked == [PAIR]


async def test_fields_are_edited_like_any_line() -> None:
    async with opened() as it:
        await it.press("2", "enter")
        await it.write("bcd")
        await it.press("home", "a", "end", "e", "left", "delete", "backspace", "right", "d")
        assert it.draft.api_key.secret().reveal() == "abcd"


async def test_the_test_shows_what_it_knows_as_it_comes() -> None:
    exchange = MadeUpExchange(gate=asyncio.Semaphore(0))
    async with opened(exchange=exchange) as it:
        await it.enter_key()
        assert "asking trade.capecrypto.com" in it.words
        assert exchange.gate is not None
        exchange.gate.release()
        await it.until(lambda: len(it.draft.findings.facts) == 1)
        assert "revision atlas" in it.words
        assert "asking" in it.words
        await it.press("enter", "r", "t", "k")
        assert it.at(Step.TEST)
        assert not it.draft.read_only

        await it.press("escape")
        await it.until(lambda: exchange.given_up == 1)
        await it.press("enter")
        assert it.at(Step.TEST)
        assert not it.draft.findings.facts
        for _ in range(len(FACTS) + 1):
            exchange.gate.release()
        await answered(it)
        assert it.draft.findings.facts == FACTS


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UnauthorisedError("The exchange does not know this API key."), "does not know this API key"),
        (NoConnectionError("No connection to trade.capecrypto.com: it refuses connections.", sent=False), "it refuses"),
    ],
)
async def test_a_key_that_fails_is_edited_tried_again_or_kept_anyway(error: Exception, sentence: str) -> None:
    exchange = MadeUpExchange(facts=FACTS[:1], error=error)
    async with opened(exchange=exchange) as it:
        await it.enter_key()
        await answered(it)
        assert sentence in it.words
        assert "what a key may do" not in it.words, "nothing is said of rights where nothing is known"
        await it.press("t")
        await answered(it)
        assert len(exchange.asked) == 2
        await it.press("enter")
        assert it.at(Step.KEY), "Enter alone does not keep a key that has failed"
        await it.press("enter", "k")
        assert it.at(Step.KEEP)
        exchange.error = None
        await it.press("escape", "t")
        await answered(it)
        assert sentence not in it.words


async def test_read_only_is_a_choice_unless_the_command_line_has_made_it() -> None:
    async with opened() as it:
        await it.enter_key()
        await answered(it)
        assert "LIVE" in it.text
        await it.press("r")
        assert "READ-ONLY" in it.text
        assert "refuses every order and cancel" in it.words
    async with opened(replace(PLAIN, always_read_only=True)) as it:
        await it.enter_key()
        await answered(it)
        await it.press("r")
        assert "READ-ONLY" in it.text
        assert "says read-only, and it stays so" in it.words


async def test_a_place_that_is_not_there_cannot_be_chosen() -> None:
    async with opened(NO_KEYRING) as it:
        await it.enter_key()
        await answered(it)
        await it.press("enter")
        assert "This machine has no keyring." in it.words
        await it.press("1")
        assert it.draft.place == Place.FILE.value
        await it.press("up")
        assert it.draft.place == Place.STORE.value
        await it.press("down")
        assert it.draft.place == Place.FILE.value
        await it.press("k")
        assert it.draft.place == Place.STORE.value


async def test_what_goes_before_and_what_is_replaced_is_said() -> None:
    holding = {Place.KEYRING: "", Place.FILE: PLAIN.host}
    async with opened(replace(PLAIN, before="the commands of the config", holding=holding, key_now="the file")) as it:
        assert "Now the key comes from the file." in it.words
        assert "Another key" in it.words
        await it.enter_key()
        await answered(it)
        await it.press("enter")
        assert "The key that is there is replaced." in it.words
        assert "The keyring has a key already, which goes first" in it.words
        assert "As long as there is one from the commands of the config" in it.words


async def test_a_key_of_another_exchange_is_named_where_it_is_and_where_it_would_be_replaced() -> None:
    holding = {Place.FILE: "a.example"}
    async with opened(replace(NO_KEYRING, key_now="the file", key_now_for="a.example", holding=holding)) as it:
        assert "The key of the file is for a.example: it is not sent to trade.capecrypto.com." in it.words
        await it.enter_key()
        await answered(it)
        await it.press("enter")
        assert "Replaces the key for a.example; a profile would keep both." in it.words


async def test_a_password_store_is_shown_how_with_the_profile() -> None:
    async with opened(replace(PLAIN, profile="work")) as it:
        await it.enter_key()
        await answered(it)
        await it.press("enter", "4", "enter")
        assert it.at(Step.STORE)
        assert "4 of 5  ·  profile work" in it.text
        for line in ("[profiles.work]", 'api_key_command = "pass show capecrypto-work/key"'):
            assert line in it.text
        await it.press("enter", "enter")
        await it.until(lambda: it.app.choice is not None)
        assert it.app.choice is not None
        assert it.app.choice.place is Place.STORE


async def test_what_cannot_be_kept_is_said_and_another_place_taken() -> None:
    places = Places(error=CredentialsError("The keyring is locked.", advice="Unlock it."))
    async with opened(places=places) as it:
        await it.enter_key()
        await answered(it)
        await it.press("enter", "enter", "enter")
        await it.until(lambda: it.at(Step.KEEP))
        assert "The keyring is locked. Unlock it." in it.words
        assert it.app.choice is None
        places.error = None
        await it.press("down")
        assert "The keyring is locked." not in it.words
        await it.press("enter", "enter")
        await it.until(lambda: it.app.choice is not None)
        assert [choice.place for choice in places.kept] == [Place.FILE]


async def test_mistakes_of_captui_are_a_sentence_and_a_log_entry_without_the_key(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    exchange, places = MadeUpExchange(error=ZeroDivisionError("deep inside")), Places(error=ZeroDivisionError("deeper"))
    async with opened(exchange=exchange, places=places) as it:
        await it.enter_key()
        await answered(it)
        assert "Something went wrong inside captui; the log has the details." in it.words
        await it.press("k", "enter", "enter")
        await it.until(lambda: it.at(Step.KEEP))
        assert "Something went wrong inside captui" in it.words
    assert "deep inside" in caplog.text
    assert "deeper" in caplog.text
    assert KEY not in caplog.text
    assert SECRET not in caplog.text


async def test_an_error_that_ends_it_prints_no_local_variables(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    error = ZeroDivisionError("deep inside")
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the app ends within the block, and Textual's pilot tells of it
        async with opened() as it:
            await it.enter_key()
            it.app._handle_exception(error)
    assert it.app.return_code == UNEXPECTED
    assert it.app.last_words.startswith("captui had to stop because of an unexpected error")
    said = capsys.readouterr()
    assert KEY not in said.out + said.err + caplog.text
    assert "deep inside" in caplog.text


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_leaving_chooses_nothing(key: str) -> None:
    async with opened() as it:
        await it.press(key)
        assert not it.app._running or it.app._exit
        assert it.app.choice is None
    async with opened() as it:
        await it.enter_key()
        await it.press("ctrl+c")
        assert "Press Ctrl+Q to quit." in it.text
        await it.press("ctrl+q")
        assert it.app.choice is None
        assert it.places.kept == []


async def test_in_a_low_terminal_the_keys_stay_and_the_rest_follows_the_cursor() -> None:
    async with opened(size=(50, 14)) as it:
        await it.enter_key()
        await answered(it)
        assert "Enter go on" in it.text
        assert "more" in it.text
        assert "read-only    no" not in it.text
        await it.press("pagedown", "pagedown", "pagedown")
        assert "read-only    no" in it.text
        await it.press("enter", "4")
        assert "▸ 4  Password store" in it.text
        await it.press("1")
        assert "▸ 1  Keyring" in it.text


async def test_a_page_is_drawn_also_when_its_size_has_changed_without_a_word() -> None:
    async with opened() as it:
        await it.enter_key()
        await answered(it)
        pane, size = it.pane, it.pane.size
        drawn = [pane.render_line(y).text for y in range(size.height)]
        assert "revision atlas" in drawn[0]
        # As it is left by an event that did not come: this size, and nothing drawn for it.
        pane._shown, pane._drawn_for = [], Size(0, 0)
        assert [pane.render_line(y).text for y in range(size.height)] == drawn


@pytest.mark.parametrize("size", [SMALL, MEDIUM], ids=["80x24", "120x36"])
async def test_every_page_fits(size: tuple[int, int]) -> None:
    crowded = replace(
        PLAIN,
        host="a-rather-long-host-name.exchange.example:8443",
        profile="a-profile-with-quite-a-long-name",
        key_now="the commands of the config",
        before="the commands of the config",
        keyring_refusal="The keyring extra is not installed (captui[keyring]).",
        holding={Place.FILE: PLAIN.host},
        always_read_only=True,
    )
    permission = Fact("balances", "cannot be read. This API key is not allowed to do that.", good=False)
    async with opened(crowded, size=size, exchange=MadeUpExchange(facts=(*FACTS[:3], permission, FACTS[4]))) as it:
        for step in (Step.WELCOME, Step.KEY, Step.TEST, Step.KEEP, Step.STORE, Step.LAST):
            if step is Step.KEY:
                await it.press("2", "enter")
            elif step is Step.TEST:
                await it.paste(f"{KEY}\n{SECRET}")
                await it.press("enter")
                await answered(it)
            elif step is Step.KEEP:
                await it.press("enter", "4")
            elif step is not Step.WELCOME:
                await it.press("enter")
            assert it.at(step)
            body = it.app.screen.query_one("#dialog-body")
            assert body.max_scroll_y == 0, it.text
            (hints,) = it.app.screen.query_one(Hints).lines(it.pane.content_size.width, 1)
            assert "…" not in "".join(text for text, _ in hints)
