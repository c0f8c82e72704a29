"""The keyring: only where it is installed and keeps secrets, and what it fails with is a sentence without what it holds."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordSetError

from captui import system_keyring
from captui.addresses import CAPE_CRYPTO
from captui.core.secret import Credentials, KeptKey, Secret
from captui.errors import CredentialsError
from tests.keyring_backends import MemoryKeyring
from tests.processes import home

PAIR = Credentials(api_key=Secret("c0ffee"), api_secret=Secret("5ca1ab1e'\"\\"))
KEPT = KeptKey(PAIR, CAPE_CRYPTO)


@pytest.fixture(autouse=True)
def memory() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    mine = MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def test_what_is_saved_is_loaded_replaced_and_deleted_each_profile_for_itself(memory: MemoryKeyring) -> None:
    assert system_keyring.why_not() == ""
    assert system_keyring.load("") is None
    system_keyring.save("", Credentials(api_key=Secret("a"), api_secret=Secret("b")), "a.example")
    system_keyring.save("", PAIR, CAPE_CRYPTO)
    assert system_keyring.load("") == KEPT
    assert not system_keyring.has_entry("work")
    system_keyring.save("work", PAIR, CAPE_CRYPTO)
    assert set(memory.entries) == {"captui:api key", "captui/work:api key"}
    system_keyring.delete("")
    assert system_keyring.load("") is None
    assert system_keyring.load("work") == KEPT


class PlainText(MemoryKeyring):
    """As those backends that the package itself does not recommend."""

    priority = 0.5


@pytest.mark.parametrize("backend", [NoKeyring, PlainText])
def test_what_keeps_no_secrets_is_no_keyring(backend: type[KeyringBackend]) -> None:
    keyring.set_keyring(backend())
    assert system_keyring.why_not() == "This machine has no keyring."
    assert system_keyring.load("") is None
    with pytest.raises(CredentialsError, match="This machine has no keyring"):
        system_keyring.save("", PAIR, CAPE_CRYPTO)
    with pytest.raises(CredentialsError, match="This machine has no keyring"):
        system_keyring.delete("")


def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_keyring, "find_spec", lambda _name: None)
    assert system_keyring.why_not() == "The keyring extra is not installed (captui[keyring])."
    assert system_keyring.load("") is None
    with pytest.raises(CredentialsError, match="not installed"):
        system_keyring.save("", PAIR, CAPE_CRYPTO)


@pytest.mark.parametrize(
    "held", ["c0ffee", "[]", "null", '{"api_key": "c0ffee"}', '{"api_key": 5, "api_secret": 5}', ""]
)
def test_what_is_no_pair_is_said_without_showing_it_and_can_be_replaced(memory: MemoryKeyring, held: str) -> None:
    memory.entries["captui:api key"] = held
    with pytest.raises(CredentialsError, match="is no key") as caught:
        system_keyring.load("")
    assert "c0ffee" not in "".join(traceback.format_exception(caught.value))
    assert system_keyring.has_entry("")
    system_keyring.save("", PAIR, CAPE_CRYPTO)
    assert system_keyring.load("") == KEPT


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyringLocked("c0ffee"), "The keyring is locked."),
        (PasswordSetError("c0ffee"), "(PasswordSetError)."),
        (OSError("c0ffee"), "(OSError)."),
    ],
)
def test_whatever_a_backend_raises_is_one_sentence(memory: MemoryKeyring, error: Exception, sentence: str) -> None:
    memory.error = error
    asks: list[Callable[[], object]] = [
        lambda: system_keyring.load(""),
        lambda: system_keyring.has_entry(""),
        lambda: system_keyring.save("", PAIR, CAPE_CRYPTO),
        lambda: system_keyring.delete(""),
    ]
    for ask in asks:
        with pytest.raises(CredentialsError) as caught:
            ask()
        assert caught.value.sentence.endswith(sentence)
        assert "c0ffee" not in "".join(traceback.format_exception(caught.value))


def test_a_backend_that_is_named_and_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "captui", "keys", "list"],
        env=home(tmp_path) | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("captui: The keyring cannot be opened (ModuleNotFoundError).")


def test_it_is_not_imported_where_a_key_is_found_before_it(tmp_path: Path) -> None:
    program = """
import os, sys
from captui import credentials
from captui.config import Config
assert credentials.find(os.environ, Config()) is not None
assert "keyring" not in sys.modules, "environment"
assert credentials.find({}, Config(api_key_command="echo c0ffee", api_secret_command="echo 5ca1ab1e")) is not None
assert "keyring" not in sys.modules, "commands"
assert credentials.find({}, Config()) is None
assert "keyring" in sys.modules
"""
    environment = home(tmp_path) | {"CAPTUI_API_KEY": "c0ffee", "CAPTUI_API_SECRET": "5ca1ab1e"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
