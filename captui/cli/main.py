"""The `captui` command: options, sub-commands, and how an error reaches a person. What each command does is imported when it is run."""

from __future__ import annotations

import logging
import os
import resource
import sys
from typing import Any

import click

from captui import __version__
from captui.cli import screen_options
from captui.cli.lazy import LazyGroup, ReaderLeftError
from captui.cli.registry import COMMANDS, SCREEN
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
@screen_options.account
@screen_options.screen
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
    called = COMMANDS.get(context.invoked_subcommand)
    passed_on = _PASSED_ON if called is not None and called.heading != SCREEN else ()
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


_TELL_TALES = ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG", "TEXTUAL_PRESS", "TEXTUAL_SCREENSHOT", "SSLKEYLOGFILE")
"""What developers of libraries set. Textual writes down every key and whatever is pasted, here API keys and passwords, or what is on the
screen, and presses keys that nobody pressed; Python's ssl writes down what opens a recorded connection."""


def main() -> None:
    """The entry point: runs a command and ends the process. No traceback reaches the terminal."""
    for name in _TELL_TALES:
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
