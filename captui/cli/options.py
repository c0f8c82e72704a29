"""The options that commands share, as decorators that hand the command one value for each group of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar

import click

from captui.cli.connect import Where, now_ms
from captui.cli.output import Format
from captui.cli.paging import PAGE_SIZE, Paging
from captui.cli.when import time_range

F = TypeVar("F", bound=Callable[..., Any])


SHARED = ("rest_url", "ws_url", "revision", "config_path", "profile", "read_only")
"""May stand before the command as well as after it; the one after it counts."""


def connection(command: F) -> F:
    """Gives `where: Where`."""

    def taken(kwargs: dict[str, Any]) -> dict[str, Any]:
        before: dict[str, Any] = click.get_current_context().find_root().obj or {}
        given = {name: kwargs.pop(name, None) for name in SHARED}
        return {"where": Where(**{name: before.get(name) if value is None else value for name, value in given.items()})}

    return _with(
        command,
        taken,
        click.option("--rest-url", metavar="URL", help="REST base of another exchange of the same kind."),
        click.option("--ws-url", metavar="URL", help="Websocket base, without /public or /private."),
        click.option(
            "--revision", type=click.Choice(["auto", "trade", "atlas"]), help="Of the API (auto: ask the exchange)."
        ),
        click.option(
            "--config",
            "config_path",
            type=click.Path(path_type=Path),
            help="Read this config.toml instead of your own.",
        ),
        click.option("--profile", metavar="NAME", help="Use the settings and the key of this profile of the config."),
    )


def writes(command: F) -> F:
    """Gives `yes: bool`, and lets `--read-only` stand after the command too."""
    return _with(
        command,
        lambda kwargs: {"yes": kwargs.pop("yes")},
        click.option("--yes", "-y", is_flag=True, help="Do not ask."),
        click.option("--read-only", is_flag=True, default=None, help="Refuse: check and show, but send nothing."),
    )


def one(command: F) -> F:
    """Gives `format_: Format`, for a command that prints one thing."""
    return _with(
        command,
        lambda kwargs: {"format_": Format.JSON if kwargs.pop("as_json") else Format.TABLE},
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    )


def many(command: F) -> F:
    """Gives `format_: Format`, for a command that prints a list."""

    def taken(kwargs: dict[str, Any]) -> dict[str, Any]:
        as_json, as_csv = kwargs.pop("as_json"), kwargs.pop("as_csv")
        if as_json and as_csv:
            raise click.UsageError("--json and --csv do not go together.")
        return {"format_": Format.JSON if as_json else Format.CSV if as_csv else Format.TABLE}

    return _with(
        command,
        taken,
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--csv", "as_csv", is_flag=True, help="Print CSV."),
    )


def paged(command: F) -> F:
    """Gives `paging: Paging`."""
    return _with(
        command,
        lambda kwargs: _paging(kwargs, whole=False),
        click.option(
            "--limit",
            # A server that silently gives fewer than were asked for would look like the end of the list.
            type=click.IntRange(1, PAGE_SIZE),
            default=PAGE_SIZE,
            show_default=True,
            metavar="N",
            help="So many on a page.",
        ),
        click.option("--page", type=click.IntRange(1), metavar="N", help="Show this page (1 is the newest)."),
        click.option("--all", "everything", is_flag=True, help="Follow the pages to the end."),
    )


def cut(command: F) -> F:
    """Gives `paging: Paging` for a list that is read whole: all of it, unless a page of it is asked for."""
    return _with(
        command,
        lambda kwargs: _paging(kwargs, whole=True),
        click.option("--limit", type=click.IntRange(1), metavar="N", help="So many on a page."),
        click.option("--page", type=click.IntRange(1), metavar="N", help="Show this page, of 100 unless --limit says."),
        click.option("--all", "everything", is_flag=True, help="Show all pages, as without --limit and --page."),
    )


def _paging(kwargs: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """`whole`: everything, where neither a limit nor a page is named. Raises UsageError for a page of everything."""
    limit, page, everything = kwargs.pop("limit"), kwargs.pop("page"), kwargs.pop("everything")
    if everything and page is not None:
        raise click.UsageError("--page and --all do not go together.")
    every = everything or (whole and limit is None and page is None)
    return {"paging": Paging(limit=limit or PAGE_SIZE, page=page or 1, all=every)}


def ranged(command: F, *, zone: tzinfo | None = None) -> F:
    """Gives `span: TimeRange`; dates are in `zone`, None for the local one."""
    return _with(
        command,
        lambda kwargs: {"span": time_range(kwargs.pop("from_"), kwargs.pop("to"), now_ms=now_ms(), zone=zone)},
        click.option(
            "--from",
            "from_",
            metavar="WHEN",
            help="From this date, time or duration ago on (2026-03-01, 2026-03-01T09:30, 7d).",
        ),
        click.option("--to", metavar="WHEN", help="Up to this date (the whole of that day), time or duration ago."),
    )


def _with(command: F, taken: Callable[[dict[str, Any]], dict[str, Any]], *options: Callable[[Any], Any]) -> F:
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        values = taken(kwargs)
        return command(*args, **kwargs, **values)

    decorated: Any = wrapped
    for option in reversed(options):
        decorated = option(decorated)
    result: F = decorated
    return result
