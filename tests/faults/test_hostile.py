"""Whatever text the exchange writes into its records, no byte of it works on a real terminal, as escape sequence or as markup."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from captui.session.funding_views import MoveStatus
from captui.simulator.server import Endpoints
from tests.processes import CAPTUI, RunningExchange, exchange, home
from tests.session.client import Client
from tests.session.money import beneficiary, ended, watching, withdrawal
from tests.terminal.pty import Terminal

MARKUP = "[b]BOLD[/b][@click=app.quit]x[/]"
HOSTILE = f"owned{MARKUP}\x1b]0;owned\x07\x1b[7;31;47m\x9b35;46m\u202e\r\n\x1bP1$qowned\x1b\\"
FORBIDDEN = (
    b"\x1b]0;owned",
    b"\x1b[7;31;47m",
    b"\xc2\x9b",
    b"\x9b35;46m",
    b"\xe2\x80\xae",
    b"\x1bP1$q",
)
READS = {
    "/public/currencies": ("name", "symbol", "explorer_transaction", "explorer_address"),
    "/public/markets": ("name",),
    "/market/orders": ("uuid", "custom_order_id"),
    "/market/trades": ("fee_currency", "id"),
    "/account/beneficiaries": ("name", "description", "account_number", "bank_name", "address"),
    "/account/deposits": ("txid", "tid"),
    "/account/withdraws": ("rid", "note", "blockchain_txid"),
    "/account/deposit_address": ("address",),
    "/payments/methods": ("name", "description"),
}
FRAMES = {
    "trade": ("fee_currency", "id"),
    "balance": ("currency",),
    "order": ("uuid",),
    "success": ("message", "streams"),
    "btczar.trades": ("tid",),
}
FOREVER = 1_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningExchange]:
    with exchange(tmp_path_factory.mktemp("exchange"), "--seed", "5", "--past") as running:
        control = running.control
        control.incoming("btc", Decimal("0.1"))
        with Client(
            Endpoints(
                rest_url=running.rest_url,
                ws_url=running.ws_url,
                atlas_rest_url=running.atlas_rest_url,
                atlas_ws_url=running.atlas_ws_url,
                api_key=running.api_key,
                api_secret=running.api_secret,
                control_url=running.control.url,
            ),
            tmp_path_factory.mktemp("client") / "journal.jsonl",
            revision="atlas",
            settings={"funding_enabled": True, "funding_every_s": 0.1},
        ) as client:
            watching(client)
            to = beneficiary(client)
            command = withdrawal(to)
            client.send(command)
            ended(client, command.key, MoveStatus.ACCEPTED)
        control.plan(
            *(
                {"on": on, "do": "rewrite", "path": path, "times": FOREVER, "fields": dict.fromkeys(names, HOSTILE)}
                for on in ("read", "beneficiary", "withdraw")
                for path, names in READS.items()
            ),
            *(
                {"on": on, "do": "rewrite", "times": FOREVER, "fields": dict.fromkeys(names, HOSTILE)}
                for on, names in FRAMES.items()
            ),
        )
        yield running


def harmless(terminal: Terminal) -> None:
    raw = bytes(terminal.transcript)
    for sequence in FORBIDDEN:
        assert sequence not in raw, (
            f"{sequence!r} reached the terminal: …{raw[max(0, raw.find(sequence) - 80) :][:160]!r}"
        )


def test_the_screens(tmp_path: Path, server: RunningExchange) -> None:
    command = [*CAPTUI, *server.urls()]
    with Terminal(command, columns=120, lines=36, environment=home(tmp_path) | server.key_pair()) as terminal:
        terminal.wait_for("trading armed", within=40)
        server.control.fault(kind="refuse", request="create", code=HOSTILE)
        terminal.press("pagedown", "b").wait_for("Enter send").press("enter").wait_for("Refused")
        terminal.press("b").wait_for("Enter send").press("enter").wait_for(r"Orders 1\b")
        server.control.trade("btczar", "sell", Decimal("0.5"))
        server.control.trade("btczar", "buy", Decimal("0.5"))
        server.control.fault(kind="refuse", request="cancel", code=HOSTILE)
        seen = ""
        for keys in (
            ("O", "enter", "escape"),
            ("H", "enter", "escape"),
            ("M", "enter", "escape"),
            ("G", "enter", "escape"),
            ("x",),
            ("slash", "escape"),
            ("f3", "enter"),
            ("f4", "enter"),
            ("f5", "enter", "escape"),
            ("f6", "down", "enter", "escape"),
            ("W", "enter", "escape"),
            ("B", "enter", "escape"),
            ("f2",),
            ("?", "escape"),
        ):
            for key in keys:
                terminal.press(key).read_for(0.25)
                seen += terminal.text
        harmless(terminal)
        assert "owned" in seen, "no hostile word was ever shown: this proves nothing"
        assert "[b]BOLD" in seen, "markup is shown as what it is"
        assert terminal.press("f2").wait_for("(?i)btc") is terminal, "still running"
        harmless(terminal)


@pytest.mark.parametrize(
    "words",
    [
        ("currencies",),
        ("markets",),
        ("orders", "--limit", "5"),
        ("trades", "--limit", "5"),
        ("deposits",),
        ("withdrawals",),
        ("beneficiaries", "list"),
        ("balances",),
    ],
    ids=lambda words: words[0],
)
def test_the_command_line(tmp_path: Path, server: RunningExchange, words: tuple[str, ...]) -> None:
    command = [*CAPTUI, *words, *server.urls()]
    with Terminal(command, columns=200, lines=50, environment=home(tmp_path) | server.key_pair()) as terminal:
        assert terminal.wait_for_exit(30) == 0, terminal.text
        harmless(terminal)
