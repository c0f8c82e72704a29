"""`captui`: the trading screen on a session. Together with `demo` the place where all parts are put together."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from captui import config as configuration
from captui import credentials, logs
from captui.cli.folders import data_folder, state_folder
from captui.config import Config
from captui.core.intervals import Interval
from captui.core.secret import Credentials
from captui.errors import ConfigError, TerminalError
from captui.kept_vouchers import KeptVouchers
from captui.keymap import keymap
from captui.remembered import Remembered

if TYPE_CHECKING:
    from textual.driver import Driver

    from captui.app import CaptuiApp
    from captui.session.session import Session

_LOADED_AFTER_S = 5.0
"""By then the session's libraries are there too, and the trade screen is full."""


def trade(
    *,
    rest_url: str | None,
    ws_url: str | None,
    revision: str | None,
    read_only: bool | None,
    config_path: Path | None,
    profile: str | None,
    **screen: Any,
) -> None:
    """Opens the screen on the real exchange, or on another of its kind. Raises ConfigError, CredentialsError, TerminalError."""
    config = settings(config_path, profile, revision=revision, read_only=read_only, **screen)
    config = configuration.with_addresses(config, rest_url, ws_url)
    found = credentials.find(os.environ, config)
    require_terminal()
    if found is None:
        from captui.cli.setup import Started, is_first_start, set_up

        started = Started(config, config_path, profile, bool(read_only), screen)
        if is_first_start(started):
            set_up(started)
            return
    open_account(config, None if found is None else found.credentials)


def setup(
    *,
    rest_url: str | None,
    ws_url: str | None,
    revision: str | None,
    read_only: bool | None,
    config_path: Path | None,
    profile: str | None,
    **screen: Any,
) -> None:
    """Opens set-up, and after it what was chosen there. Raises ConfigError, CredentialsError, TerminalError."""
    from captui.cli.setup import Started, set_up

    config = settings(config_path, profile, revision=revision, read_only=read_only, **screen)
    config = configuration.with_addresses(config, rest_url, ws_url)
    require_terminal()
    set_up(Started(config, config_path, profile, bool(read_only), screen))


def open_account(config: Config, key_pair: Credentials | None) -> None:
    """The screen on the exchange of this config, with its real money where there is a key."""
    run(
        config,
        key_pair,
        mode="LOOK" if key_pair is None else "READ-ONLY" if config.read_only else "LIVE",
        journal_path=state_folder() / "orders.jsonl",
        history_path=data_folder() / "history.sqlite",
        remembered=remembered_of(config),
        kept_vouchers=KeptVouchers(state_folder() / "vouchers.json"),
    )


def remembered_of(config: Config) -> Remembered:
    """What was remembered under this profile: another exchange has other markets."""
    name = f"remembered-{config.profile}.json" if config.profile else "remembered.json"
    return Remembered(state_folder() / name)


def settings(path: Path | None, profile: str | None, **given: Any) -> Config:
    """The config file and its profile with the options of the command line over it. Raises ConfigError."""
    config = configuration.load(path, profile=profile)
    chosen = {name: value for name, value in given.items() if value is not None}
    if "interval" in chosen:
        try:
            Interval.from_label(chosen["interval"])
        except ValueError as error:
            raise ConfigError(f"{error}.") from None
    if chosen.get("theme", "") not in ("", *configuration.THEME_NAMES):
        raise ConfigError(
            f"There is no theme {chosen['theme']!r}.", advice=f"There is {', '.join(configuration.THEME_NAMES)}."
        )
    config = replace(config, **chosen)
    keymap(config.keys)
    return config


def require_terminal() -> None:
    """Raises TerminalError where there is nothing to draw on."""
    # The screen is drawn on standard error, so that it can be seen while standard output goes elsewhere.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise TerminalError(
            "captui draws on a terminal, and its input or output is not one.",
            advice="Run it in a terminal; for programs there is `captui exchange`.",
        )
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise TerminalError(
            "The terminal does not say what it can do (TERM is not set, or is dumb).",
            advice="Try: TERM=xterm-256color captui",
        )


def run(
    config: Config,
    key_pair: Credentials | None,
    *,
    mode: str,
    journal_path: Path,
    history_path: Path,
    remembered: Remembered,
    kept_vouchers: KeptVouchers | None = None,
) -> None:
    """Draws the first frame, starts the session behind it, and returns when the user leaves."""
    log_path = logs.current() or logs.start(logs.default_path(), config.log_level)
    logs.catch_everything()
    # All that is made from here to the first frame is made to stay: looking for garbage in it would only delay the frame.
    gc.disable()

    from captui.app import CaptuiApp
    from captui.session.session import Session
    from captui.session.settings import SessionSettings
    from captui.terminal.leaving import Gone, end_within, write_nowhere

    session = Session(
        SessionSettings(
            journal_path=journal_path,
            history_path=history_path,
            funding_enabled=config.funding.enabled,
            rest_url=config.rest_url or None,
            ws_url=config.ws_url or None,
            revision=config.revision,  # type: ignore[arg-type]  # one of REVISIONS, checked when it was read
            mode=mode,
            profile=config.profile,
            read_only=config.read_only,
            market=config.market or remembered.values.get("market"),
            interval=_interval(config, remembered),
            limits=config.limits,
            fees=config.fees,
            # More often than it can be drawn, nobody would see it.
            publish_interval_s=1 / config.fps,
        ),
        key_pair,
    )
    app = CaptuiApp(
        session,
        config=config,
        remembered=remembered.values,
        remember=remembered.remember,
        log_path=log_path,
        on_first_frame=lambda: _begin(app, session),
        driver_class=driver_class(config),
        end_within=end_within,
        kept_vouchers=kept_vouchers,
    )
    try:
        app.run()
    finally:
        gc.enable()
        if app.gone in (Gone.HUNG_UP, Gone.CLOSED):
            write_nowhere()
        session.stop()
        # An answer may have come while it stopped.
        app.keep_vouchers()
    say(app.return_code or 0, app.last_words)


def _begin(app: CaptuiApp, session: Session) -> None:
    """The session's libraries take 0.1 s and more to import: the screen is there first."""
    # What was made by now stays. To look through all of it takes the garbage collector longer than a key may wait, and it finds nothing.
    gc.freeze()
    gc.enable()
    session.start()
    app.set_timer(_LOADED_AFTER_S, gc.freeze)


def driver_class(config: Config) -> type[Driver]:
    """The way to the terminal that the user wants."""
    from captui.terminal.frugal_driver import FrugalDriver
    from captui.terminal.plain_driver import PlainDriver

    return PlainDriver if config.plain_driver else FrugalDriver


def _interval(config: Config, remembered: Remembered) -> Interval:
    for label in (config.interval, remembered.values.get("interval", "")):
        try:
            return Interval.from_label(label)
        except ValueError:
            continue
    return Interval.M15


def say(code: int, words: str, write: Callable[[str], object] = sys.stderr.write) -> None:
    """Last words of a screen, and the end of the process where it went wrong."""
    if words:
        write(f"captui: {words}\n")
    if code:
        sys.exit(code)
