"""The `captui` command: options, sub-commands, and how an error reaches a person. What each command does is imported when it is run."""

from __future__ import annotations

import logging
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from captui import __version__
from captui.cli.lazy import LazyGroup, ReaderLeftError
from captui.cli.registry import COMMANDS
from captui.errors import (
    UNEXPECTED,
    CaptuiError,
    ConfigError,
    CredentialsError,
    NoConnectionError,
    RecordingError,
    TerminalError,
    UnauthorisedError,
    UnavailableError,
)

# Exit codes: 0 done, 1 refused or it could not be done, 2 wrong usage, 3 no connection, 4 not authorised, 5 outcome unknown (told by
# the command itself: it is no error).
_EXIT_CODES: tuple[tuple[type[CaptuiError], int], ...] = (
    (ConfigError, 2),
    (CredentialsError, 2),
    (RecordingError, 2),
    (TerminalError, 2),
    (NoConnectionError, 3),
    (UnavailableError, 3),
    (UnauthorisedError, 4),
)
_INTERRUPTED = 130

_PASSED_ON = ("rest_url", "ws_url", "revision", "config_path", "profile", "read_only")
"""Options that may stand before a command which connects as well as after it."""

F = TypeVar("F", bound=Callable[..., Any])


def _account_options(command: F) -> F:
    """The options of every command that opens the screen on an account."""
    options = (
        click.option(
            "--rest-url",
            metavar="URL",
            envvar="CAPTUI_REST_URL",
            help="REST base of another exchange of the same kind.",
        ),
        click.option(
            "--ws-url", metavar="URL", envvar="CAPTUI_WS_URL", help="Websocket base, without /public or /private."
        ),
        click.option(
            "--revision",
            type=click.Choice(["auto", "trade", "atlas"]),
            envvar="CAPTUI_REVISION",
            help="Of the API (auto: ask the exchange).",
        ),
        click.option(
            "--read-only", is_flag=True, default=None, envvar="CAPTUI_READ_ONLY", help="Refuse every order and cancel."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _screen_options(command: F) -> F:
    """The options of every command that opens the screen."""
    options = (
        click.option("--market", metavar="ID", envvar="CAPTUI_MARKET", help="Open with this market, e.g. btczar."),
        click.option(
            "--interval",
            metavar="NAME",
            envvar="CAPTUI_INTERVAL",
            help="Open with this candle interval: 1m 5m 15m 30m 1h 2h 4h 6h 12h 1d 3d 1w.",
        ),
        click.option(
            "--theme",
            metavar="NAME",
            envvar="CAPTUI_THEME",
            help="captui-dark, captui-light, captui-dark-safe, captui-light-safe or captui-16.",
        ),
        click.option("--fps", type=click.IntRange(1, 60), envvar="CAPTUI_FPS", help="Frames a second at most (10)."),
        click.option(
            "--slow",
            is_flag=True,
            default=None,
            envvar="CAPTUI_SLOW",
            help="Draw less, for a slow line: fewer frames, no sums, no movement.",
        ),
        click.option(
            "--plain-driver",
            is_flag=True,
            default=None,
            envvar="CAPTUI_PLAIN_DRIVER",
            help="Write to the terminal as Textual does by itself, all that is drawn.",
        ),
        click.option(
            "--config",
            "config_path",
            type=click.Path(path_type=Path),
            envvar="CAPTUI_CONFIG",
            help="Read this config.toml instead of your own.",
        ),
        click.option(
            "--profile",
            metavar="NAME",
            envvar="CAPTUI_PROFILE",
            help="Use the settings and the key of this profile of the config.",
        ),
        click.option(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"]),
            envvar="CAPTUI_LOG_LEVEL",
            help="How much goes to the log file (info).",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    examples=(
        "captui",
        "captui demo",
        "captui buy btczar 500zar --limit 850000",
        "captui trades --all --csv > trades.csv",
    ),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", "-V", message="captui %(version)s")
@_account_options
@_screen_options
@click.pass_context
def captui(context: click.Context, /, **options: Any) -> None:
    """Trade on Cape Crypto from the terminal.

    Without a command it opens the trading screen. The first time it asks how to start: with a demo, with your own API key, or
    only looking at live prices. `captui setup` asks again; `captui demo` needs neither key nor network. Where a key is looked for
    says `captui keys --help`.

    Commands print tables for people and, with --json or --csv, data for programs. Data goes to standard output and everything else
    to standard error. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no connection, 4 not authorised, 5 outcome unknown.
    """
    if context.invoked_subcommand is None:
        from captui.cli.trade import trade

        trade(**options)
        return
    passed_on = _PASSED_ON if context.invoked_subcommand in COMMANDS else ()
    context.obj = {name: options[name] for name in passed_on}
    given = [
        name
        for name, value in options.items()
        if value is not None
        and name not in passed_on
        and context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if given:
        flag = "--" + given[0].replace("_path", "").replace("_", "-")
        raise click.UsageError(
            f"{flag} belongs after {context.invoked_subcommand!r}, or does not go with it; see captui {context.invoked_subcommand} --help."
        )


_speed = click.option(
    "--speed",
    type=click.FloatRange(min=0.01, max=1000),
    default=1.0,
    show_default=True,
    help="How fast the recording runs.",
)


@captui.command(examples=("captui demo", "captui demo --replay today.jsonl.gz --speed 10", "captui demo --read-only"))
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
@_screen_options
def demo(**options: Any) -> None:
    """Trade on the embedded exchange: no key, no network, no risk.

    A complete exchange is started on this machine with four markets, other traders and a purse of play money, and
    captui trades on it exactly as it does on the real one.
    """
    from captui.cli.demo import demo as run

    run(**options)


@captui.command(examples=("captui setup", "captui setup --profile test"))
@_account_options
@_screen_options
def setup(**options: Any) -> None:
    """Choose how to start: demo, your own API key, or only looking.

    The key is asked for unseen, tested at the exchange without moving money, and kept where you say: in the keyring, in a file that only
    you can read, in a password store, or nowhere. Then the trading screen opens. With --profile it is the key of that profile.
    """
    from captui.cli.trade import setup as run

    run(**options)


@captui.command(examples=("captui exchange", "captui exchange --port 0 --no-makers --json"))
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


def _noted() -> str:
    """Puts the error being handled into the log file, which it opens where nothing has yet, and says where that is."""
    from captui import logs

    path = logs.current() or logs.start(logs.default_path(), "info")
    logging.getLogger(__name__).exception("Unexpected")
    return f"the details are in {path}." if path else "and its log file cannot be written."


def _leave_no_core() -> None:
    """A crash must not write this process's memory, and with it the key, to a disk."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def main() -> None:
    """The entry point: runs a command and ends the process. No traceback reaches the terminal."""
    # For developers of Textual it writes down every key and whatever is pasted: here that would be API keys and passwords.
    for name in ("TEXTUAL_LOG", "TEXTUAL"):
        os.environ.pop(name, None)
    # Before anything is written: temporary files of libraries too are for this user alone.
    os.umask(0o077)
    _leave_no_core()
    try:
        result = captui.main(prog_name="captui", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        sys.stdout.flush()
    except click.Abort:
        code = _INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except CaptuiError as error:
        click.echo(f"captui: {error}", err=True)
        code = next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 1)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except (BrokenPipeError, ReaderLeftError):
        # The reader has left: not an error. What is still buffered goes nowhere, or the interpreter would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception:  # noqa: BLE001 - the last place: whatever it is goes to the log, a sentence to the person
        click.echo(f"captui: something went wrong inside captui; {_noted()}", err=True)
        code = UNEXPECTED
    sys.exit(code)
