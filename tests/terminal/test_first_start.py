"""Somebody starts captui for the first time, at a real terminal: own key or demo, and the trading screen opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import CAPTUI, RunningExchange, exchange, home
from tests.terminal.pty import Terminal

LIVE = "everything is live|in the local history now"
"""Which of the two is the last one depends on how fast the past was read."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningExchange]:
    with exchange(tmp_path_factory.mktemp("exchange"), "--seed", "4") as running:
        yield running


def captui(folder: Path, server: RunningExchange | None, *arguments: str, **environment: str) -> Terminal:
    addresses = {"CAPTUI_REST_URL": server.atlas_rest_url, "CAPTUI_WS_URL": server.atlas_ws_url} if server else {}
    return Terminal([*CAPTUI, *arguments], columns=80, lines=24, environment=home(folder) | addresses | environment)


def pasted(text: str) -> str:
    """As a terminal with bracketed paste sends it."""
    return f"\x1b[200~{text}\x1b[201~"


def leave(terminal: Terminal) -> None:
    terminal.press("ctrl+q")
    assert terminal.wait_for_exit() == 0


def files_with(folder: Path, text: str) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def test_an_own_key_is_tested_kept_in_a_private_file_and_used_from_then_on(
    tmp_path: Path, server: RunningExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "textual.log"
    # Where Textual would put what it notes for its developers.
    monkeypatch.chdir(tmp_path)
    with captui(tmp_path, server, TEXTUAL_LOG=str(log), TEXTUAL_DEBUG="1") as terminal:
        terminal.wait_for("How would you like to start").press("2", "enter").wait_for("Where to get one")
        terminal.press(pasted(server.api_key), "tab", *server.api_secret[:-1]).wait_for("31 characters")
        terminal.press("enter").wait_for("the API secret does not belong to")
        terminal.press("e").wait_for("31 characters").press("tab", server.api_secret[-1]).wait_for("32 characters")
        terminal.press("enter").wait_for("does not tell what a key may do")
        terminal.press("r").wait_for("READ-ONLY").press("enter").wait_for("This machine has no keyring")
        terminal.press("enter").wait_for("Keys worth knowing").press("enter").wait_for(LIVE)
        assert "READ-ONLY" in terminal.text
        leave(terminal)
    path = tmp_path / ".config/captui/credentials.toml"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert files_with(tmp_path, server.api_secret) == [".config/captui/credentials.toml"]
    assert files_with(tmp_path, server.api_key) == [".config/captui/credentials.toml"]
    assert not log.exists()
    assert not (tmp_path / "keys.log").exists()
    assert (tmp_path / ".config/captui/config.toml").read_text() == "read_only = true\n"
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(LIVE)
        assert "READ-ONLY" in terminal.text


def test_the_demo_is_two_keys_away_and_the_next_start_asks_again(tmp_path: Path) -> None:
    with captui(tmp_path, None) as terminal:
        terminal.wait_for("How would you like to start").press("enter").wait_for("Keys worth knowing")
        terminal.press("enter").wait_for(LIVE, within=40).wait_for("DEMO")
        leave(terminal)
    with captui(tmp_path, None) as terminal:
        terminal.wait_for("How would you like to start")
        leave(terminal)
    assert not (tmp_path / ".config/captui").exists()


def test_who_only_looks_is_not_asked_again_but_may_ask(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server) as terminal:
        terminal.wait_for("How would you like to start").press("3", "enter", "enter").wait_for(r"book 0\.\d s")
        assert " LOOK " in terminal.text
        leave(terminal)
    with captui(tmp_path, server) as terminal:
        terminal.wait_for(r"book 0\.\d s")
        leave(terminal)
    with captui(tmp_path, server, "setup") as terminal:
        terminal.wait_for("How would you like to start")
        leave(terminal)


def test_the_lines_for_a_password_store_stay_in_the_terminal(tmp_path: Path, server: RunningExchange) -> None:
    with captui(tmp_path, server, "setup") as terminal:
        terminal.wait_for("How would you like to start").press("2", "enter").wait_for("Where to get one")
        terminal.press(pasted(f"{server.api_key}\n{server.api_secret}\n"), "enter").wait_for("what a key may do")
        terminal.press("enter", "4", "enter").wait_for("Then write into").press("enter", "enter").wait_for(LIVE)
        terminal.press("ctrl+q").wait_for('api_secret_command = "pass show capecrypto/secret"')
        assert terminal.wait_for_exit() == 0
    assert files_with(tmp_path, server.api_key) == []


def test_a_key_of_a_profile_goes_to_the_keyring_where_there_is_one(tmp_path: Path, server: RunningExchange) -> None:
    config = tmp_path / ".config/captui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[profiles.work]\n[profiles.home]\n")
    using = {"PYTHON_KEYRING_BACKEND": "tests.keyring_backends.FileKeyring", "CAPTUI_PROFILE": "work"}
    with captui(tmp_path, server, "setup", **using) as terminal:
        terminal.wait_for("How would you like to start").press("2", "enter").wait_for("profile work")
        terminal.press(pasted(f"{server.api_key}\n{server.api_secret}\n"), "enter").wait_for("what a key may do")
        terminal.press("enter").wait_for("Of this desktop").press("enter").wait_for("in the keyring and opens captui")
        terminal.press("enter").wait_for(LIVE)
        leave(terminal)
    assert files_with(tmp_path, server.api_secret) == ["keyring.json"]
    with captui(tmp_path, server, **using) as terminal:
        terminal.wait_for("trading armed")
        leave(terminal)
    with captui(tmp_path, server, "--profile", "home", **using) as terminal:
        terminal.wait_for("no API key")


@pytest.mark.parametrize("environment", [{"CAPTUI_READ_ONLY": "1"}, {}])
def test_with_a_key_in_the_environment_there_is_nothing_to_ask(
    tmp_path: Path, server: RunningExchange, environment: dict[str, str]
) -> None:
    with captui(tmp_path, server, **environment, **server.key_pair()) as terminal:
        terminal.wait_for(LIVE)
        assert ("READ-ONLY" in terminal.text) == bool(environment)
