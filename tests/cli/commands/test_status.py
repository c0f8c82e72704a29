"""One line for a status bar: what it says, also without a connection, and that it is light."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal

import click
import pytest

from captui.cli.commands.status import DEFAULT, check, line
from tests.cli.commandline import KEYLESS, CommandLine, command_line, nobody


@pytest.fixture(scope="module")
def captui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    with command_line(tmp_path_factory.mktemp("status"), "--no-makers") as running:
        yield running


def test_it_tells_worth_orders_last_trade_and_connection(captui: CommandLine) -> None:
    before = captui.json("status")
    assert (before["open_orders"], before["last_fill"]) == (0, None)
    captui.ok("buy", "btczar", "0.001", "--limit", "500000", "--yes")
    captui.ok("sell", "xrpzar", "10", "--limit", "20", "--yes")
    captui.exchange.control.trade("xrpzar", "buy", Decimal(10))
    after = captui.json("status")
    assert after["open_orders"] == 1
    assert after["last_fill"] | {"created_at": ""} == {
        "market": "xrpzar",
        "side": "sell",
        "price": "20",
        "amount": "10",
        "created_at": "",
    }
    assert Decimal(after["total"]) > 0
    said = captui.ok("status")
    assert said.count("\n") == 1
    assert "| 1 open | last sell 10 XRPZAR at 20, " in said
    assert captui.ok("status", "--format", "{open_orders} open {{}}") == "1 open {}\n"
    assert "takes {total} as it is" in captui.failed(2, "status", "--format", "{total:>20}")


def test_without_a_connection_it_still_says_a_line(captui: CommandLine) -> None:
    done = captui.run("status", **nobody())
    assert (done.returncode, done.stdout) == (3, "R – | – open | last – | offline\n")


def test_without_a_key_it_is_not_authorised(captui: CommandLine) -> None:
    assert "none is set" in captui.failed(4, "status", **KEYLESS)


@pytest.mark.parametrize("template", ["{worth}", "{total:>10}", "{total!r}", "{", "{0}", "{total.real}"])
def test_a_template_with_anything_else_is_wrong_usage(template: str) -> None:
    with pytest.raises(click.UsageError):
        check(template)


def test_the_default_template_is_right() -> None:
    check(DEFAULT)
    nothing = {"total": Decimal("1234.5"), "open_orders": 3, "last_fill": None, "connection": "20 ms"}
    assert line(DEFAULT, nothing) == "R 1 234.50 | 3 open | last – | 20 ms"


def test_a_whole_run_imports_neither_textual_nor_the_screen(captui: CommandLine) -> None:
    program = """
import sys
from captui.cli.main import main
try:
    main()
except SystemExit as end:
    heavy = {"textual", "plotext", "starlette", "uvicorn", "websockets", "captui.app", "captui.session"}
    print(end.code, sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, "status"],
        env=captui.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("R ")
    assert done.stderr == "0 []\n"
