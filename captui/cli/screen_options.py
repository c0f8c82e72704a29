"""Options of the commands that open the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def account(command: F) -> F:
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


def screen(command: F) -> F:
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
