"""The key pair comes whole or not at all, and is never shown."""

from __future__ import annotations

import subprocess
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import platformdirs
import pytest
from keyring.errors import KeyringLocked

from captui import system_keyring
from captui.addresses import CAPE_CRYPTO
from captui.config import Config, with_addresses
from captui.core.secret import Credentials, KeptKey, Secret
from captui.credentials import Found, Source, file_path, find, from_environment, from_file, save
from captui.errors import ConfigError, CredentialsError
from tests.keyring_backends import MemoryKeyring


def test_none_where_neither_half_is_set() -> None:
    assert from_environment({}) is None
    assert from_environment({"CAPTUI_API_KEY": " ", "CAPTUI_API_SECRET": ""}) is None


def test_a_pair_is_taken_without_the_spaces_around_it() -> None:
    pair = from_environment({"CAPTUI_API_KEY": " c0ffee\n", "CAPTUI_API_SECRET": "5ca1ab1e "})
    assert pair is not None
    assert pair.api_key.reveal() == "c0ffee"
    assert pair.api_secret.reveal() == "5ca1ab1e"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CAPTUI_API_KEY": "c0ffee"}, "CAPTUI_API_KEY is set, but CAPTUI_API_SECRET is not"),
        ({"CAPTUI_API_SECRET": "5ca1ab1e"}, "CAPTUI_API_SECRET is set, but CAPTUI_API_KEY is not"),
        (
            {"CAPTUI_API_KEY": "c0f fee", "CAPTUI_API_SECRET": "5ca1ab1e"},
            "CAPTUI_API_KEY holds characters that no key has",
        ),
        ({"CAPTUI_API_KEY": "c0ffee", "CAPTUI_API_SECRET": "5ca1\nab1e"}, "CAPTUI_API_SECRET holds characters"),
        ({"CAPTUI_API_KEY": "c0ffée", "CAPTUI_API_SECRET": "5ca1ab1e"}, "CAPTUI_API_KEY holds characters"),
    ],
)
def test_a_broken_pair_is_said_without_showing_it(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(CredentialsError, match=sentence) as caught:
        from_environment(environment)
    for value in environment.values():
        assert value not in str(caught.value)


KEY_COMMAND, SECRET_COMMAND = "printf 'c0ffee\\nmore'", "printf 5ca1ab1e"
PAIR = Credentials(api_key=Secret("c0ffee"), api_secret=Secret("5ca1ab1e"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The config folder of this test, whatever the platform calls it."""
    own = tmp_path / "own"
    monkeypatch.setattr(platformdirs, "user_config_path", lambda _name: own)
    return own


@pytest.fixture(autouse=True)
def memory() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    mine = MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def looked_for(*, environment: dict[str, str] | None = None, commands: bool = False, profile: str = "") -> Found | None:
    config = Config(profile=profile)
    if commands:
        config = replace(config, api_key_command=KEY_COMMAND, api_secret_command=SECRET_COMMAND)
    return find(environment or {}, config)


def pair_of(name: str) -> Credentials:
    return Credentials(api_key=Secret(name), api_secret=Secret(f"{name}5ec4e7"))


def test_environment_commands_keyring_file_are_asked_in_this_order(memory: MemoryKeyring) -> None:
    assert looked_for() is None
    save(file_path(), pair_of("f11e"), CAPE_CRYPTO)
    assert looked_for() == Found(pair_of("f11e"), Source.FILE)
    system_keyring.save("", pair_of("41n6"), CAPE_CRYPTO)
    assert looked_for() == Found(pair_of("41n6"), Source.KEYRING)
    assert looked_for(commands=True) == Found(PAIR, Source.COMMAND)
    environment = {"CAPTUI_API_KEY": "aa", "CAPTUI_API_SECRET": "bb"}
    found = looked_for(environment=environment, commands=True)
    assert found is not None
    assert (found.source, found.credentials.api_key.reveal()) == (Source.ENVIRONMENT, "aa")
    assert "c0ffee" not in repr(looked_for(commands=True))


def test_each_profile_has_its_own_key_in_keyring_and_file(folder: Path) -> None:
    save(file_path(), pair_of("f11e"), CAPE_CRYPTO)
    system_keyring.save("", pair_of("41n6"), CAPE_CRYPTO)
    assert looked_for(profile="work") is None
    save(file_path("work"), pair_of("f11e2"), CAPE_CRYPTO)
    assert looked_for(profile="work") == Found(pair_of("f11e2"), Source.FILE)
    system_keyring.save("work", pair_of("41n62"), CAPE_CRYPTO)
    assert looked_for(profile="work") == Found(pair_of("41n62"), Source.KEYRING)
    assert looked_for() == Found(pair_of("41n6"), Source.KEYRING)
    assert {path.name for path in folder.iterdir()} == {"credentials.toml", "credentials-work.toml"}
    with pytest.raises(ConfigError, match="cannot be the name of a profile"):
        file_path("../work")


def test_the_keyring_is_not_touched_where_something_before_it_has_a_key(memory: MemoryKeyring) -> None:
    memory.error = KeyringLocked()
    assert looked_for(commands=True) is not None
    assert looked_for(environment={"CAPTUI_API_KEY": "aa", "CAPTUI_API_SECRET": "bb"}) is not None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyringLocked("c0ffee"), "The keyring is locked."),
        (RuntimeError("c0ffee"), "The keyring cannot be read (RuntimeError)."),
    ],
)
def test_a_keyring_that_fails_is_said_and_not_passed_over(
    memory: MemoryKeyring, error: Exception, sentence: str
) -> None:
    save(file_path(), pair_of("f11e"), CAPE_CRYPTO)
    memory.error = error
    with pytest.raises(CredentialsError) as caught:
        looked_for()
    assert caught.value.sentence == sentence
    assert "PYTHON_KEYRING_BACKEND" in caught.value.advice
    assert "c0ffee" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("false", "api_key_command ended with code 1."),
        ("true", "api_key_command printed nothing."),
        ("/nowhere/pass show key", "api_key_command cannot be run: No such file or directory."),
        ("pass 'show", "api_key_command cannot be taken apart"),
        ("printf 'two words'", "holds a character that a key cannot have"),
    ],
)
def test_a_command_that_fails_is_said_and_not_passed_over(command: str, sentence: str) -> None:
    save(file_path(), PAIR, CAPE_CRYPTO)
    with pytest.raises(CredentialsError) as error:
        find({}, Config(api_key_command=command, api_secret_command=SECRET_COMMAND))
    assert sentence in str(error.value)
    assert "two words" not in str(error.value)


def test_a_saved_file_is_private_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "own" / "credentials.toml"
    for pair in (Credentials(api_key=Secret('a\\"b'), api_secret=Secret("#")), PAIR):
        save(path, pair, CAPE_CRYPTO)
        assert from_file(path) == KeptKey(pair, CAPE_CRYPTO)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(CredentialsError):
        save(path, Credentials(api_key=Secret("a'b"), api_secret=Secret("c")), CAPE_CRYPTO)


@pytest.mark.parametrize(("which", "mode"), [("file", "600"), ("folder", "700")])
def test_what_others_can_read_is_refused_with_what_mends_it(tmp_path: Path, which: str, mode: str) -> None:
    path = tmp_path / "my own" / "credentials.toml"
    save(path, PAIR, CAPE_CRYPTO)
    open_one = path if which == "file" else path.parent
    open_one.chmod(int(mode, 8) | 0o040)
    with pytest.raises(CredentialsError) as error:
        from_file(path)
    assert error.value.advice == f"Mend it with: chmod {mode} '{open_one}'"
    subprocess.run(error.value.advice.removeprefix("Mend it with: "), shell=True, check=True)  # noqa: S602 - what it says to run
    assert from_file(path) == KeptKey(PAIR, CAPE_CRYPTO)


@pytest.mark.parametrize(
    "content",
    [
        b"api_key = c0ffee",
        b"\xff",
        b"",
        b"api_key = 'c0ffee'",
        b"api_key = 1\napi_secret = 2",
        b"api_key = 'c0ffee'\napi_secret = 'b'\nexchange = 1",
    ],
)
def test_a_damaged_file_is_said_without_what_stands_in_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own" / "credentials.toml"
    save(path, PAIR, CAPE_CRYPTO)
    path.write_bytes(content)
    with pytest.raises(CredentialsError) as error:
        from_file(path)
    assert "c0ffee" not in "".join(traceback.format_exception(error.value))


@pytest.mark.parametrize(("profile", "option"), [("", "--in file."), ("a-b", "--in file --profile a-b.")])
@pytest.mark.parametrize("text", ["api_key = 5", "api_key = '"])
def test_a_file_is_written_anew_for_its_own_profile(tmp_path: Path, profile: str, option: str, text: str) -> None:
    """Without the profile the key of another would be replaced."""
    tmp_path.chmod(0o700)
    path = tmp_path / file_path(profile).name
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(CredentialsError) as caught:
        from_file(path)
    assert caught.value.advice == f"Write it anew with captui keys set {option}"


ELSEWHERE = ("http://127.0.0.1:8080/api/v2/atlas", "ws://127.0.0.1:8080/api/v2/websocket")
"""Addresses of another exchange, as options give them."""


@pytest.mark.parametrize("place", [Source.KEYRING, Source.FILE])
def test_a_key_is_not_sent_to_another_exchange_than_the_one_that_it_was_kept_for(place: Source) -> None:
    usual, elsewhere = Config(), with_addresses(Config(), *ELSEWHERE)

    def kept_for(exchange: str) -> None:
        if place is Source.KEYRING:
            system_keyring.save("", PAIR, exchange)
        else:
            save(file_path(), PAIR, exchange)

    kept_for(usual.exchange)
    assert find({}, usual) == Found(PAIR, place)
    with pytest.raises(
        CredentialsError, match=r"is for trade\.capecrypto\.com: it is not sent to 127\.0\.0\.1:8080\."
    ) as caught:
        find({}, elsewhere)
    assert "captui setup --rest-url http://127.0.0.1:8080/api/v2/atlas --ws-url ws://" in caught.value.advice
    assert "c0ffee" not in "".join(traceback.format_exception(caught.value))
    kept_for(elsewhere.exchange)
    assert find({}, elsewhere) == Found(PAIR, place)
    with pytest.raises(
        CredentialsError, match=r"is for 127\.0\.0\.1:8080: it is not sent to trade\.capecrypto\.com\."
    ) as caught:
        find({}, usual)
    assert "with captui setup, or" in caught.value.advice
    environment = {"CAPTUI_API_KEY": "aa", "CAPTUI_API_SECRET": "bb"}
    for config in (usual, elsewhere):
        found = find(environment, config)
        assert found is not None
        assert found.source is Source.ENVIRONMENT


def test_a_stream_at_another_host_is_another_exchange() -> None:
    save(file_path(), PAIR, CAPE_CRYPTO)
    apart = with_addresses(
        Config(), "https://trade.capecrypto.com/api/v2/trade", "wss://elsewhere.example/api/v2/stream"
    )
    with pytest.raises(CredentialsError, match=r"not sent to trade\.capecrypto\.com and elsewhere\.example\."):
        find({}, apart)
    together = with_addresses(Config(), "https://Trade.capecrypto.com:443/api/v2/trade", "wss://trade.capecrypto.com/x")
    assert find({}, together) == Found(PAIR, Source.FILE)


def test_a_key_that_says_nothing_of_its_exchange_is_for_the_one_of_the_config(memory: MemoryKeyring) -> None:
    own = Config(profile="work", rest_url="https://a.example/api", ws_url="wss://a.example/ws")
    memory.entries["captui/work:api key"] = '{"api_key": "c0ffee", "api_secret": "5ca1ab1e"}'
    assert find({}, own) == Found(PAIR, Source.KEYRING)
    with pytest.raises(CredentialsError, match=r"is for a\.example: it is not sent to 127\.0\.0\.1:8080\.") as caught:
        find({}, with_addresses(own, *ELSEWHERE))
    assert "captui setup --profile work --rest-url" in caught.value.advice


def test_the_key_of_the_configs_commands_is_for_the_exchange_of_the_config(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    own = Config(api_key_command=f"touch {ran}", api_secret_command=SECRET_COMMAND)
    with pytest.raises(CredentialsError, match=r"is for trade\.capecrypto\.com: it is not sent to 127\.0\.0\.1:8080\."):
        find({}, with_addresses(own, *ELSEWHERE))
    assert not ran.exists(), "a key that is not used is not asked for"
