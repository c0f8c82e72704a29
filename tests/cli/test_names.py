"""Ids on the command line: what may be one, and what Tab offers of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from captui.cli import names
from captui.cli.main import captui
from captui.core.types import Market
from tests.cli.commandline import command_line

BTCZAR = Market(
    id="btczar",
    name="BTC/ZAR",
    base="btc",
    quote="zar",
    min_price=Decimal(1),
    max_price=Decimal(2),
    min_amount=Decimal(1),
    amount_precision=8,
    price_precision=2,
    enabled=True,
)
ETHZAR = replace(BTCZAR, id="ethzar", base="eth")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _app: tmp_path / "cache")
    return tmp_path / "cache"


def offered(*words: str) -> list[str]:
    """What Tab shows after these words, the last of which has been begun."""
    *before, begun = words
    complete = ShellComplete(captui, {}, "captui", "_CAPTUI_COMPLETE")
    return [item.value for item in complete.get_completions(list(before), begun)]


def test_commands_sub_commands_options_and_choices_are_offered() -> None:
    assert offered("benef") == ["beneficiaries"]
    assert offered("lightning", "") == ["invoice", "pay"]
    assert offered("beneficiaries", "a") == ["activate", "add"]
    assert offered("orders", "--state", "w") == ["wait"]
    assert "--post-only" in offered("buy", "--p")


def test_markets_and_currencies_are_offered_once_they_have_been_seen() -> None:
    assert offered("buy", "b") == []
    names.remember([ETHZAR, BTCZAR])
    assert offered("buy", "") == ["btczar", "ethzar"]
    assert offered("buy", "E") == ["ethzar"]
    assert offered("orders", "--market", "bt") == ["btczar"]
    assert offered("balances", "") == ["btc", "eth", "zar"]
    assert offered("withdrawals", "--currency", "z") == ["zar"]


def test_streams_are_offered_by_market_and_topic() -> None:
    names.remember([BTCZAR])
    assert offered("watch", "o") == ["order"]
    assert offered("watch", "btczar.o") == ["btczar.ob-inc"]
    assert "btczar.kline-15m" in offered("watch", "btczar.kline")
    assert offered("watch", "order", "tr") == ["trade"]


def test_what_is_the_same_is_not_written_again_and_an_empty_list_teaches_nothing(folder: Path) -> None:
    names.remember([BTCZAR])
    written = (folder / "names.json").stat().st_mtime_ns
    names.remember([BTCZAR])
    names.remember([])
    assert (folder / "names.json").stat().st_mtime_ns == written
    assert names.seen("market") == ["btczar"]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"market": "btczar"}', '{"market": [7, null, "a b", "\\u001b[31m"]}', "\udcff"]
)
def test_a_damaged_file_is_as_good_as_none(folder: Path, content: str) -> None:
    folder.mkdir()
    (folder / "names.json").write_bytes(content.encode(errors="surrogateescape"))
    assert names.seen("market") == []
    names.remember([BTCZAR])
    assert names.seen("market") == ["btczar"]


def test_a_full_disk_is_no_error(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    names.remember([BTCZAR])
    assert names.seen("market") == []


@pytest.mark.parametrize("text", ["btc/zar", "..", "", "a" * 41, "btc zar", "-x"])
def test_what_could_be_no_part_of_a_path_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not the id of a market or a currency"):
        names.MARKET.convert(text, None, None)


def test_ids_are_in_small_letters() -> None:
    assert names.CURRENCY.convert("BTC", None, None) == "btc"


def test_commands_that_see_the_markets_remember_them(tmp_path: Path) -> None:
    with command_line(tmp_path, "--no-makers") as line:
        kept = tmp_path / ".cache/captui/names.json"
        for command in (("markets",), ("portfolio",), ("status",), ("buy", "btczar", "1", "--limit", "1")):
            kept.unlink(missing_ok=True)
            line.run(*command)
            assert "ethzar" in kept.read_text(), command
        kept.unlink()
        line.ok("markets", "--base", "btc")
        assert not kept.exists()
