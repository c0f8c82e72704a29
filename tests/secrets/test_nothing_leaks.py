"""The app at a real terminal, logging everything and crashing: key, secret, signature, pins and passwords are nowhere.

Looked at: every file under the home and the folder for temporary files, all that the terminal and the commands printed, and command
line and environment of every process that captui starts.
"""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.processes import CAPTUI, RunningExchange, exchange, home
from tests.terminal.pty import Terminal

LIVE = "everything is live"
PIN, OTP, VOUCHER = "9081726354908172", "8071625349807162", "1000000000000500"
"""The first two are wrong ones, long enough not to be in a file by chance; the third is worth R 500."""
F6 = "\x1b[17~"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningExchange]:
    with exchange(tmp_path / "other", "--seed", "6") as running:
        yield running


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """The home of somebody who logs everything and has funding on."""
    folder = tmp_path / "user"
    (folder / "tmp").mkdir(parents=True)
    config = folder / ".config/captui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('log_level = "debug"\n[funding]\nenabled = true\n')
    return folder


def environment(folder: Path, server: RunningExchange) -> dict[str, str]:
    # What makes Python and its libraries talk most.
    talkative = {"PYTHONASYNCIODEBUG": "1", "PYTHONFAULTHANDLER": "1", "PYTHONDEVMODE": "1", "HTTPX_LOG_LEVEL": "trace"}
    talkative |= {"WEBSOCKETS_DEBUG": "1", "TEXTUAL": "debug,devtools", "TEXTUAL_LOG": str(folder / "textual.log")}
    places = {"TMPDIR": str(folder / "tmp"), "PYTHONPATH": str(ROOT), "CAPTUI_LOG_LEVEL": "debug"}
    return home(folder) | server.key_pair() | talkative | places


def crashing(where: str, folder: Path, server: RunningExchange, *arguments: str) -> Terminal:
    command = [sys.executable, "-m", "tests.secrets.crashing", where, *arguments, *server.urls()]
    # `main` takes these out of the environment before Textual is imported; here it is imported earlier.
    quiet = environment(folder, server) | {"TEXTUAL": "", "TEXTUAL_LOG": ""}
    return Terminal(command, columns=120, lines=36, environment=quiet)


def forms(text: str) -> list[bytes]:
    """The text as it could be hidden in a file: as it is, and in the encodings of headers and dumps."""
    raw = text.encode()
    return [raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")[:-1], raw.decode().encode("utf-16-le")]


def secrets_of(server: RunningExchange) -> list[str]:
    return [server.api_key, server.api_secret, PIN, OTP, VOUCHER]


def assert_clean(folder: Path, server: RunningExchange, *outputs: bytes) -> None:
    texts = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    texts |= {f"output {number}": output for number, output in enumerate(outputs)}
    assert any(texts.values())
    for name, text in texts.items():
        for secret in secrets_of(server):
            assert not any(form in text for form in forms(secret)), name
        # A signature is 64 hex digits, and nothing else that captui writes has as many.
        assert not re.search(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", text), name
        assert b"X-Auth-Signature" not in text, name


def log_of(folder: Path) -> str:
    return (folder / ".local/state/captui/captui.log").read_text()


def waited_for_in_the_log(folder: Path, words: str, terminal: Terminal) -> None:
    deadline = time.monotonic() + 30
    while words not in log_of(folder):
        assert time.monotonic() < deadline, log_of(folder)[-2000:]
        terminal.read_for(0.1)


def descendants(pid: int) -> list[int]:
    found = [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return found + [deeper for child in found for deeper in descendants(child)]


def all_of(terminal: Terminal) -> bytes:
    """All that a program wrote that has ended, what was still on its way included."""
    terminal.read_for(1)
    return bytes(terminal.transcript)


def test_a_stream_that_crashes_while_it_signs_and_comes_back(user: Path, server: RunningExchange) -> None:
    with crashing("stream", user, server) as terminal:
        terminal.wait_for(LIVE)
        server.control.fault(kind="drop_websockets")
        waited_for_in_the_log(user, "a mistake in the stream", terminal)
        terminal.wait_for(r"book 0\.\d s", within=40)
        terminal.press("ctrl+q")
        terminal.wait_for_exit(within=30)
        assert_clean(user, server, all_of(terminal))


def test_a_session_that_crashes_with_the_key_in_its_hands(user: Path, server: RunningExchange) -> None:
    with crashing("session", user, server) as terminal:
        terminal.wait_for(LIVE).press("pagedown", "b").wait_for("Enter send").press("enter").wait_for("accepted: buy")
        server.control.fault(kind="drop_websockets")
        terminal.wait_for("session has ended", within=40)
        terminal.press("ctrl+q").wait_for("Quit").press("y")
        terminal.wait_for_exit(within=30)
        assert "a mistake in the session, with 16 characters" in log_of(user), "the crash is told where it helps"
        assert_clean(user, server, all_of(terminal))


def test_a_screen_that_crashes_with_the_key_in_its_hands(user: Path, server: RunningExchange) -> None:
    with crashing("ui", user, server) as terminal:
        terminal.wait_for(LIVE)
        terminal.resize(100, 30)
        assert terminal.wait_for_exit(within=30) == 70
        written = all_of(terminal)
        # Not looked for on the screen: the emulator knows no second one, and the sentence is cut where the cursor happened to be.
        assert b"had to stop because of an unexpected error" in written
        assert "a mistake in the screen, with 48 characters" in log_of(user)
        assert_clean(user, server, written)


def test_set_up_that_crashes_with_the_key_typed(user: Path, server: RunningExchange) -> None:
    with crashing("ui", user, server, "setup") as terminal:
        terminal.wait_for("How would you like to start").press("2", "enter").wait_for("Where to get one")
        terminal.press(f"\x1b[200~{server.api_key}\x1b[201~", "tab", *server.api_secret).wait_for("32 characters")
        terminal.resize(100, 30)
        assert terminal.wait_for_exit(within=30) == 70
        assert "a mistake in the screen" in log_of(user)
        assert_clean(user, server, all_of(terminal))


def test_an_interpreter_that_is_aborted_leaves_neither_core_nor_secret(user: Path, server: RunningExchange) -> None:
    with crashing("abort", user, server) as terminal:
        terminal.wait_for(LIVE)
        limits = Path(f"/proc/{terminal.pid}/limits")
        if limits.exists():
            assert re.search(r"^Max core file size +0 ", limits.read_text(), re.MULTILINE)
        terminal.resize(100, 30)
        assert terminal.wait_for_exit(within=30) == -6
        assert b"Fatal Python error" in all_of(terminal)
        assert_clean(user, server, all_of(terminal))


@pytest.mark.parametrize("where", ["nowhere", "form"])
def test_a_voucher_is_redeemed_or_its_form_crashes_with_the_pin_typed(
    user: Path, server: RunningExchange, where: str
) -> None:
    with crashing(where, user, server) as terminal:
        terminal.wait_for(LIVE).press(F6).wait_for("Deposits, newest first").wait_for(r"read \d+ s ago")
        terminal.press("v").wait_for("Redeem a voucher").press("enter", "100", "enter", VOUCHER, "enter")
        if where == "form":
            waited_for_in_the_log(user, "a mistake in the form", terminal)
        else:
            terminal.wait_for("Redeem it").press("y").wait_for("a new voucher over R 400.00")
            assert any(path.name == "orders.jsonl" and path.stat().st_size for path in user.rglob("*"))
        terminal.close()
        assert_clean(user, server, bytes(terminal.transcript))


def run(folder: Path, server: RunningExchange, arguments: Sequence[str], typed: str = "") -> bytes:
    done = subprocess.run(
        [*CAPTUI, *arguments],
        env=environment(folder, server)
        | {"CAPTUI_REST_URL": server.atlas_rest_url, "CAPTUI_WS_URL": server.atlas_ws_url},
        input=typed.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_commands_that_ask_for_pins_and_passwords(user: Path, server: RunningExchange) -> None:
    address = "bcrt1qpwxeh4s0hpfn9f0wls5qcx3shtw9u3hud7er7w"
    added = run(user, server, ["beneficiaries", "add", "btc", "Cold", "--address", address, "--yes", "--json"])
    found = re.search(rb'"id": ?(\d+)', added)
    assert found is not None, added
    number = found[1].decode()
    wrong_pin = run(user, server, ["beneficiaries", "activate", number, "--yes"], f"{PIN}\n")
    assert b"pin" in wrong_pin, "it was asked for and refused"
    run(user, server, ["beneficiaries", "activate", number, "--yes"], "271828\n")
    wrong_otp = run(user, server, ["withdraw", "btc", "0.01", "--to", number, "--yes"], f"{OTP}\n")
    assert b"refused" in wrong_otp or b"otp" in wrong_otp.lower(), wrong_otp
    balances = run(user, server, ["balances", "--json"])
    assert b"btc" in balances
    assert_clean(user, server, added, wrong_pin, wrong_otp, balances)
    requests = server.control.requests()
    assert [r["path"] for r in requests if r["path"].endswith("withdraws")], "the password was sent"


def test_a_process_that_captui_starts_is_not_given_the_key(user: Path, server: RunningExchange) -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("this system does not show the environment of a process")
    with Terminal([*CAPTUI, "demo"], columns=120, lines=36, environment=environment(user, server)) as terminal:
        terminal.wait_for(LIVE)
        children = descendants(terminal.pid)
        assert children, "the embedded exchange is a process of its own"
        for pid in (terminal.pid, *children):
            assert server.api_key.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
            assert server.api_secret.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
        for pid in children:
            given = Path(f"/proc/{pid}/environ").read_bytes()
            assert b"HOME=" in given
            assert not any(form in given for secret in secrets_of(server) for form in forms(secret))
        terminal.press("ctrl+q")
        terminal.wait_for_exit()
        assert_clean(user, server, all_of(terminal))


def test_the_command_of_a_password_store_is_not_given_the_other_half(user: Path, server: RunningExchange) -> None:
    seen = user / "seen"
    store = user / "store"
    store.write_text(f'#!/bin/sh\nenv >> {seen}\ntr "\\0" " " < /proc/$$/cmdline >> {seen}\ncat "$HOME/$1.kept"\n')
    store.chmod(0o700)
    for half, value in (("key", server.api_key), ("secret", server.api_secret)):
        (user / f"{half}.kept").write_text(value)
    config = user / ".config/captui/config.toml"
    config.write_text(
        f'log_level = "debug"\napi_key_command = "{store} key"\napi_secret_command = "{store} secret"\n'
        f'rest_url = "{server.atlas_rest_url}"\nws_url = "{server.atlas_ws_url}"\n'
    )
    without = {"CAPTUI_API_KEY": "", "CAPTUI_API_SECRET": ""}
    done = subprocess.run(
        [*CAPTUI, "balances"],
        env=environment(user, server) | without,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"btc" in done.stdout
    assert seen.read_text().count("HOME=") == 2
    assert "CAPTUI_API" not in seen.read_text()
    for half in ("key", "secret"):
        (user / f"{half}.kept").unlink()
    assert_clean(user, server, done.stdout, done.stderr)
