"""Commands that open the screen, or run the exchange that it can be opened on: demo, setup, exchange."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from captui.cli import screen_options
from captui.cli.manual import Manual

_speed = click.option(
    "--speed",
    type=click.FloatRange(min=0.01, max=1000),
    default=1.0,
    show_default=True,
    help="How fast the recording runs.",
)


@click.command(
    cls=Manual, examples=("captui demo", "captui demo --replay today.jsonl.gz --speed 10", "captui demo --read-only")
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Trade on a recording of real market data (.jsonl or .jsonl.gz).",
)
@_speed
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed is another market.")
@click.option(
    "--revision",
    type=click.Choice(["trade", "atlas"]),
    default="atlas",
    show_default=True,
    help="Of the API that the demo speaks.",
)
@click.option("--read-only", is_flag=True, help="Refuse every order and cancel.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Let the embedded exchange listen here, for your own programs (0: a free one).",
)
@click.option("--control", is_flag=True, hidden=True, help="Serve /control/ for tests.")
@screen_options.screen
def demo(**options: Any) -> None:
    """Trade on the embedded exchange: no key, no network, no risk.

    A complete exchange is started on this machine with four markets, other traders and a purse of play money, and
    captui trades on it exactly as it does on the real one.
    """
    from captui.cli.demo import demo as run

    run(**options)


@click.command(cls=Manual, examples=("captui setup", "captui setup --profile test"))
@screen_options.account
@screen_options.screen
def setup(**options: Any) -> None:
    """Choose how to start: demo, your own API key, or only looking.

    The key is asked for unseen, tested at the exchange without moving money, and kept where you say: in the keyring, in a file that only
    you can read, in a password store, or nowhere. Then the trading screen opens. With --profile it is the key of that profile.
    """
    from captui.cli.trade import setup as run

    run(**options)


@click.command(cls=Manual, examples=("captui exchange", "captui exchange --port 0 --no-makers --json"))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where to listen (0: a free port)."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address of this machine to listen on.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed is another market and another key pair."
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Drive one market from a recording (.jsonl or .jsonl.gz).",
)
@_speed
@click.option(
    "--revision",
    type=click.Choice(["both", "trade", "atlas"]),
    default="both",
    show_default=True,
    help="Of the API to serve.",
)
@click.option("--no-makers", is_flag=True, help="No other traders: every book is empty until you fill it.")
@click.option("--past", is_flag=True, help="The account has traded before: orders and trades of the last three months.")
@click.option("--control", is_flag=True, help="Serve /control/: order faults, trades and time from outside. For tests.")
@click.option("--manual-clock", is_flag=True, help="Time moves only when /control/advance says so. For tests.")
@click.option(
    "--increments",
    type=click.Choice(["nested", "flat", "mixed"]),
    default="nested",
    show_default=True,
    help="How book changes are written: as in the document, as the real software does, or both by turns.",
)
@click.option(
    "--streams",
    type=click.Choice(["all", "documented"]),
    default="all",
    show_default=True,
    help="Offer the undocumented trade and ticker streams too, or not.",
)
@click.option(
    "--rate-limit", type=click.FloatRange(min=0.1), metavar="N", help="Answer more than N requests a second with 429."
)
@click.option(
    "--faults",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Go wrong as this plan says (.toml or .json; the README has its form): resets, lost frames, errors, a clock that jumps.",
)
@click.option(
    "--json", "json_ready", is_flag=True, help="When ready, print one JSON object with the addresses and the key pair."
)
@click.option("--exit-with-stdin", is_flag=True, hidden=True, help="End when standard input is closed.")
@click.pass_context
def exchange(context: click.Context, /, **options: Any) -> None:
    """Run the embedded exchange alone, for bots, tests and rehearsals.

    It prints its addresses and a key pair, and runs until Ctrl+C. The money in it is worth nothing.
    """
    from captui.cli.exchange import exchange as run

    context.exit(run(**options))
