"""Keeping an API key: asked for unseen, private on disk, tested at the exchange, forgotten; never printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.commandline import KEYLESS, CommandLine, command_line, nobody
from tests.keyring_backends import LOCKED


@pytest.fixture(scope="module")
def exchange_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("keys"), "--no-makers") as line:
        yield line


@pytest.fixture
def captui(exchange_of_all: CommandLine, tmp_path: Path) -> CommandLine:
    return replace(exchange_of_all, folder=tmp_path)


def both(captui: CommandLine) -> str:
    return f"{captui.exchange.api_key}\n{captui.exchange.api_secret}\n"


def test_from_set_to_forgotten(captui: CommandLine) -> None:
    path = captui.folder / ".config/captui/credentials.toml"
    assert "none is set" in captui.failed(4, "balances", **KEYLESS)
    done = captui.run("keys", "set", answer=both(captui), **KEYLESS)
    assert (done.returncode, done.stdout) == (0, "")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    tested = captui.run("keys", "test", "--json", **KEYLESS)
    assert tested.returncode == 0
    assert '"source": "file"' in tested.stdout
    listed = captui.run("keys", "list", "--csv", **KEYLESS)
    assert listed.stdout.splitlines()[1:4] == [
        "environment,false,false,,",
        "command,false,false,,",
        "keyring,false,false,,",
    ]
    assert listed.stdout.splitlines()[4].startswith("file,true,true,")
    assert listed.stdout.splitlines()[4].endswith(f",{urlsplit(captui.exchange.atlas_rest_url).netloc}")
    captui.ok("balances", **KEYLESS)
    for each in (done, tested, listed):
        assert captui.exchange.api_key not in each.stdout + each.stderr
        assert captui.exchange.api_secret not in each.stdout + each.stderr
    assert "nothing was deleted" in captui.failed(1, "keys", "forget", **KEYLESS)
    captui.ok("keys", "forget", "--yes", **KEYLESS)
    assert not path.exists()
    assert "There is no key" in captui.run("keys", "forget", "--yes").stderr


def test_a_key_that_is_there_is_replaced_only_after_asking(captui: CommandLine) -> None:
    path = captui.folder / ".config/captui/credentials.toml"
    captui.ok("keys", "set", answer="old\nolder\n")
    before = path.read_text()
    captui.failed(1, "keys", "set", answer="n\nnew\nnewer\n")
    captui.failed(1, "keys", "set", "--yes", answer="new\n")
    captui.failed(2, "keys", "set", "--yes", answer="two words\nx\n")
    assert path.read_text() == before
    captui.ok("keys", "set", "--yes", answer="new\nnewer\n")
    assert "newer" in path.read_text()


def test_commands_of_the_config_come_before_the_file_and_after_the_environment(captui: CommandLine) -> None:
    captui.ok("keys", "set", answer="wrong\nwrong\n", **KEYLESS)
    (captui.folder / "key").write_text(captui.exchange.api_key)
    (captui.folder / "secret").write_text(captui.exchange.api_secret)
    (captui.folder / ".config/captui/config.toml").write_text(
        f"rest_url = '{captui.exchange.atlas_rest_url}'\nws_url = '{captui.exchange.atlas_ws_url}'\n"
        f"api_key_command = 'cat {captui.folder / 'key'}'\napi_secret_command = 'cat {captui.folder / 'secret'}'\n"
    )
    assert captui.json("keys", "test", **KEYLESS)["source"] == "command"
    assert captui.json("keys", "test")["source"] == "environment"
    assert [row["counts"] for row in captui.csv("keys", "list", **KEYLESS)] == ["false", "true", "false", "false"]
    assert "It does not count" in captui.run("keys", "set", "--yes", answer="a\nb\n", **KEYLESS).stderr


def test_a_key_that_the_exchange_refuses_and_a_file_that_others_can_read(captui: CommandLine) -> None:
    captui.ok("keys", "set", answer="wrong\nwrong\n", **KEYLESS)
    captui.failed(4, "keys", "test", **KEYLESS)
    captui.failed(3, "keys", "test", **nobody())
    path = captui.folder / ".config/captui/credentials.toml"
    path.chmod(0o644)
    assert f"chmod 600 {path}" in captui.failed(2, "balances", **KEYLESS)
    assert f"chmod 600 {path}" in captui.failed(2, "keys", "list", **KEYLESS)
    captui.ok("balances")


KEYRING = {"PYTHON_KEYRING_BACKEND": "tests.keyring_backends.FileKeyring", **KEYLESS}


def test_a_key_in_the_keyring_from_set_to_forgotten(captui: CommandLine) -> None:
    path = captui.folder / ".config/captui/credentials.toml"
    done = captui.run("keys", "set", answer=both(captui), **KEYRING)
    assert done.returncode == 0
    assert "is kept in the keyring" in done.stderr
    assert not path.exists()
    assert captui.json("keys", "test", **KEYRING)["source"] == "keyring"
    assert [row["counts"] for row in captui.csv("keys", "list", **KEYRING)] == ["false", "false", "true", "false"]
    assert "it is left as it is" in captui.failed(1, "keys", "set", answer="n\n", **KEYRING)

    done = captui.run("keys", "set", "--in", "file", answer="wrong\nwrong\n", **KEYRING)
    assert "It does not count as long as there is one from the keyring." in done.stderr
    captui.ok("balances", **KEYRING)
    done = captui.run("keys", "forget", "--in", "file", "--yes", **KEYRING)
    assert (path.exists(), "the keyring" in done.stderr) == (False, False)
    captui.ok("balances", **KEYRING)
    assert "the keyring is deleted" in captui.run("keys", "forget", "--yes", **KEYRING).stderr
    captui.failed(4, "balances", **KEYRING)


def test_a_locked_keyring_is_said_and_the_file_does_not_stand_in_for_it(captui: CommandLine) -> None:
    captui.ok("keys", "set", "--in", "file", answer=both(captui), **KEYLESS)
    (captui.folder / "keyring.json").write_text(LOCKED)
    assert "The keyring is locked." in captui.failed(2, "balances", **KEYRING)
    assert "The keyring is locked." in captui.failed(2, "keys", "forget", "--yes", **KEYRING)
    captui.ok("balances", **KEYLESS)
    captui.ok("balances", PYTHON_KEYRING_BACKEND=KEYRING["PYTHON_KEYRING_BACKEND"])
    done = captui.run("keys", "set", "--in", "file", "--yes", answer=both(captui), **KEYRING)
    assert "what is asked before it cannot be used. The keyring is locked." in done.stderr


def test_where_there_is_no_keyring_it_is_said(captui: CommandLine) -> None:
    said = captui.failed(2, "keys", "set", "--in", "keyring", answer=both(captui), **KEYLESS)
    assert "This machine has no keyring." in said
    done = captui.run("keys", "set", answer=both(captui), **KEYLESS)
    assert "This machine has no keyring. The key is kept in a file" in done.stderr


def test_each_profile_has_a_key_of_its_own(captui: CommandLine) -> None:
    config = captui.folder / ".config/captui/config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text("[profiles.work]\nread_only = true\n[profiles.home]\n")
    done = captui.run("keys", "set", "--profile", "work", answer=both(captui), **KEYLESS)
    assert "captui keys test --profile work" in done.stderr
    assert (config.parent / "credentials-work.toml").stat().st_mode & 0o777 == 0o600
    assert captui.json("keys", "test", "--profile", "work", **KEYLESS)["profile"] == "work"
    assert captui.json("keys", "test", CAPTUI_PROFILE="work", **KEYLESS)["source"] == "file"
    said = captui.failed(4, "balances", "--profile", "home", **KEYLESS)
    assert "for the profile 'home'" in said
    assert "captui keys set --profile home." in said
    captui.failed(4, "balances", **KEYLESS)
    assert "Did you mean 'work'?" in captui.failed(2, "balances", "--profile", "wrok", **KEYLESS)
    assert "read-only" in captui.failed(2, "--profile", "work", "cancel", "--all", "--yes", **KEYLESS)
    captui.ok("keys", "forget", "--yes", "--profile", "work", **KEYLESS)
    assert not (config.parent / "credentials-work.toml").exists()


def test_a_key_goes_to_no_other_exchange_than_the_one_that_it_is_for(captui: CommandLine) -> None:
    captui.ok("keys", "set", answer=both(captui), **KEYLESS)
    here = urlsplit(captui.exchange.atlas_rest_url).netloc
    said = captui.failed(2, "balances", **KEYLESS, **nobody())
    assert f"is for {here}: it is not sent to 127.0.0.1:" in said
    assert "captui setup --rest-url http://127.0.0.1:" in said
    assert captui.csv("keys", "list", **KEYLESS, **nobody())[3]["exchange"] == here
    captui.ok("balances", **KEYLESS)
