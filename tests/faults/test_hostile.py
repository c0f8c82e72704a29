"""Whatever text the exchange writes into its records, no byte of it works on a real terminal, as escape sequence or as markup."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.secret import Credentials, Secret
from captui.core.signing import auth_headers
from captui.session.settings import system_ms
from tests.cli.commandline import CommandLine, command_line
from tests.cli.matrix import OTP, PIN, ROWS, Call, Kind, Stage
from tests.faults.hostile import (
    EVERYTHING,
    HOSTILE,
    LAYERS,
    OTHERWISE,
    TRADING,
    WORDS,
    kept,
    plan,
    texts,
    texts_read,
    wrong_with,
)
from tests.processes import CAPTUI, RunningExchange, home
from tests.session.money import BITCOIN_ADDRESS
from tests.terminal.pty import Terminal

REDEEMED_WITH_CHANGE = (("redeem", "1", "200", "--yes"), "1000000000000500\n")
WITH_MORE_TEXT = (
    "account/lightning/invoices?amount=1000&description=a&member_description=b",
    "payments/vouchers/new?payment_method_id=1&amount=1000&voucher_pin=1000000000003000",
)
WALK = (
    ("O", "enter", "escape"),
    ("H", "enter", "escape"),
    ("M", "enter", "escape"),
    ("G", "enter", "escape"),
    ("x",),
    ("slash", "escape"),
    ("ctrl+p", "escape", "escape"),
    ("f3", "enter"),
    ("f4", "enter", "escape"),
    ("f5", "enter", "escape"),
    ("2", "enter", "escape"),
    ("3", "enter", "escape"),
    ("4", "enter", "escape"),
    ("f6", "down", "q", "escape", "tab", "enter", "escape", "escape"),
    ("W", "enter", "escape", "escape"),
    ("W", "tab", "enter", "escape", "escape"),
    ("v", "escape", "escape"),
    ("L", "escape"),
    ("3", "enter", "escape"),
    ("4", "enter", "escape"),
    ("5", "enter", "escape"),
    ("f2",),
    ("?", "escape"),
)
SCREENS = (("G", "enter", "escape"), ("f3", "enter"), ("f4",), ("f5",), ("f6",), ("f2",))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One of each thing that has text."""
    folder = tmp_path_factory.mktemp("hostile")
    configure(folder)
    with command_line(folder, "--seed", "5", "--past") as line:
        line.exchange.control.incoming("btc", Decimal("0.1"))
        line.ok("buy", "btczar", "0.001", "--limit", "500000", "--id", "seed-0", "--yes")
        line.ok("cancel", "seed-0")
        line.ok("beneficiaries", "add", "btc", "cold", "--address", BITCOIN_ADDRESS, "--yes")
        line.ok("beneficiaries", "activate", "801", "--yes", answer=PIN)
        line.ok("withdraw", "btc", "0.001", "--to", "cold", "--yes", answer=OTP)
        yield Stage(line)


def configure(folder: Path, *, notify: str = "auto") -> None:
    (folder / ".config/captui").mkdir(parents=True, exist_ok=True)
    config = f'bell = true\nnotify = "{notify}"\nfps = 3\n[funding]\nenabled = true\n'
    (folder / ".config/captui/config.toml").write_text(config)


@pytest.fixture
def line(stage: Stage) -> Iterator[CommandLine]:
    yield stage.line
    stage.line.exchange.control.fault(kind="clear")


def harmless(terminal: Terminal) -> None:
    assert not wrong_with(bytes(terminal.transcript)), wrong_with(bytes(terminal.transcript))


def files_are_harmless(folder: Path) -> None:
    """Who looks at the log or the journal does so on a terminal."""
    written = [path for path in (folder / ".local/state/captui").iterdir() if path.is_file()]
    assert {"captui.log", "orders.jsonl"} <= {path.name for path in written}
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert all(character.isprintable() or character == "\n" for character in text), path.name


def walked(terminal: Terminal, walk: Sequence[Sequence[str]] = WALK) -> str:
    """All that was seen on the way through the screens."""
    seen = ""
    for key in (key for keys in walk for key in keys):
        terminal.press(key).read_for(0.1)
        seen += terminal.text if key != "escape" else ""
    return seen


def notified(terminal: Terminal, begins: bytes) -> None:
    """Of a fill, in the market's hostile name."""
    terminal.wait_for(lambda shown: begins in shown.transcript)
    assert b"owned[b]BOLD" in terminal.transcript.partition(begins)[2][:200]


def opened(folder: Path, server: RunningExchange, *words: str) -> Terminal:
    return Terminal(
        [*CAPTUI, *words, *server.urls()], columns=120, lines=36, environment=home(folder) | server.key_pair()
    )


def test_the_screens_and_the_notices(tmp_path: Path, line: CommandLine) -> None:
    """With records that say the strangest things and can be traded on."""
    server = line.exchange
    server.control.plan(*plan(TRADING))
    configure(tmp_path, notify="osc777")
    with opened(tmp_path, server) as terminal:
        terminal.wait_for("trading armed", within=40)
        server.control.fault(kind="refuse", request="create", code=HOSTILE)
        terminal.press("pagedown", "b").wait_for("Enter send").press("enter").wait_for("Refused")
        terminal.press("b").wait_for("Enter send").press("enter").wait_for(r"Orders 1\b")
        server.control.trade("btczar", "sell", Decimal("0.5"))
        server.control.trade("btczar", "buy", Decimal("0.5"))
        notified(terminal, b"\x1b]777;notify;captui;Bought")
        server.control.fault(kind="refuse", request="cancel", code=HOSTILE)
        seen = walked(terminal)
        harmless(terminal)
        assert "owned" in seen, "no hostile word was ever shown: this proves nothing"
        assert "[b]BOLD" in seen, "markup is shown as what it is"
        assert terminal.press("f2").wait_for("(?i)btc") is terminal, "still running"
        harmless(terminal)
    files_are_harmless(tmp_path)


@pytest.mark.parametrize("layer", ["words", "everything"])
def test_the_screens_when_no_word_means_what_it_should(tmp_path: Path, line: CommandLine, layer: str) -> None:
    control, is_readable = line.exchange.control, layer == "words"
    price = control.state()["books"]["btczar"]["bids"][5][0]
    line.ok("buy", "btczar", "0.001", "--limit", price, "--yes")
    control.plan(*plan(LAYERS[layer]))
    configure(tmp_path, notify="osc9")
    with opened(tmp_path, line.exchange) as terminal:
        terminal.wait_for("owned", within=40)
        if is_readable:
            terminal.wait_for("everything is live|in the local history now|history", within=40)
            control.trade("btczar", "sell", Decimal(3), Decimal(price))
            notified(terminal, b"\x1b]9;captui: Bought")
        seen = walked(terminal, WALK if is_readable else SCREENS)
        harmless(terminal)
        assert "owned" in seen
        assert "Traceback" not in seen
        assert terminal.press("ctrl+q", "y").wait_for_exit() == 0, "it was running to the end"
        harmless(terminal)
    files_are_harmless(tmp_path)


def test_set_up(tmp_path: Path, line: CommandLine) -> None:
    """With a key that is refused in the exchange's words, and then one that is good."""
    server = line.exchange
    server.control.plan(*plan(EVERYTHING))
    addresses = {"CAPTUI_REST_URL": server.atlas_rest_url, "CAPTUI_WS_URL": server.atlas_ws_url}
    with Terminal([*CAPTUI, "setup"], columns=100, lines=30, environment=home(tmp_path) | addresses) as terminal:
        terminal.wait_for("How would you like to start").press("2", "enter").wait_for("Where to get one")
        wrong = server.api_secret[:-1] + ("0" if server.api_secret[-1] != "0" else "1")
        terminal.press(*server.api_key, "tab", *wrong).wait_for("32 characters").press("enter").wait_for("owned")
        harmless(terminal)
        terminal.press("e").wait_for("32 characters").press("tab", "backspace", server.api_secret[-1])
        terminal.press("enter").read_for(1.5)
        harmless(terminal)
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize("layer", LAYERS)
def test_every_command(stage: Stage, line: CommandLine, layer: str) -> None:
    """For people, or as CSV and where there is none as JSON; it may fail, but in a sentence."""
    calls: list[tuple[tuple[str, ...], str]] = []
    for name, row in ROWS.items():
        if not row.connects or name in ("watch", "record"):
            continue
        call: Call = row.call(stage, Kind.HUMAN)
        if layer != "words" or row.write:
            calls.append((call.arguments, call.answer))
            continue
        format_ = "--json" if not row.header or "export" in name else "--csv"
        calls.append(((*call.arguments, format_), call.answer))
    if layer == "trading":
        calls.append(REDEEMED_WITH_CHANGE)
    line.exchange.control.plan(*plan(LAYERS[layer]))
    said = ""
    for start in range(0, len(calls), 4):
        for done in line.run_all(calls[start : start + 4]):
            everything = done.stdout + done.stderr
            assert not wrong_with(everything.encode()), (done.args, wrong_with(everything.encode()))
            assert all(character.isprintable() or character == "\n" for character in everything), done.args
            assert "Traceback" not in everything, (done.args, everything)
            if "--json" in done.args and done.returncode == 0:
                json.loads(done.stdout)
            said += everything
    assert "owned" in said


@pytest.mark.parametrize("words", [("currencies",), ("watch", "order", "global.tickers", "--raw")])
def test_at_a_terminal(tmp_path: Path, line: CommandLine, words: tuple[str, ...]) -> None:
    """Where tables are cut to its width, and what was received is printed as it came."""
    line.exchange.control.plan(*plan(EVERYTHING if "watch" in words else TRADING))
    with opened(tmp_path, line.exchange, *words) as terminal:
        if "watch" in words:
            terminal.wait_for("owned", within=30)
        else:
            assert terminal.wait_for_exit(30) == 0
        harmless(terminal)


def test_no_text_is_left_out(stage: Stage, line: CommandLine) -> None:
    """Every text in every answer is hostile in one of the layers, and so is every text that captui reads."""
    control = line.exchange.control
    requests = [each for each in control.requests() if each["method"] == "GET" and "owned" not in each["path"]]
    asked = {each["path"]: each["endpoint"] for each in requests}
    assert len(asked) > 15, "the other tests have asked for next to nothing"
    written: set[str] = set()
    for layer in (TRADING, WORDS):
        control.fault(kind="clear")
        control.plan(*plan(layer))
        for path, endpoint in asked.items():
            for name, text in texts(_answer(line.exchange, "GET", path)):
                if text == HOSTILE:
                    written.add(name)
                else:
                    assert name in kept(layer, endpoint), f"{name} of {endpoint} is still {text!r}"
        base = line.exchange.atlas_rest_url.partition("/api/")[2]
        for write in WITH_MORE_TEXT:
            answered = texts(_answer(line.exchange, "POST", f"/api/{base}/{write}"))
            written |= {name for name, text in answered if text == HOSTILE}
    left = {names for names in texts_read() if not {*names} & (written | {*OTHERWISE})}
    assert not left, f"nobody has tried hostile words in {left}; hostile were {sorted(written)}"
    assert not written & {*OTHERWISE}, "these need no excuse"


def _answer(server: RunningExchange, method: str, path: str) -> object:
    root = server.rest_url.split("/api/")[0]
    key = Credentials(Secret(server.api_key), Secret(server.api_secret))
    headers = auth_headers(key, system_ms())
    request = urllib.request.Request(root + path, method=method, headers=headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            body = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    return json.loads(body) if body else None
