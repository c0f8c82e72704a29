"""What every command that changes something on the account does before and after it sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click

from captui.cli.asking import UNKNOWN, agreed, code_of_refusal
from captui.cli.connect import Connection
from captui.cli.output import note
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.errors import ConfigError

T = TypeVar("T")


def refuse_read_only(connection: Connection) -> None:
    """Raises ConfigError where nothing may be sent."""
    if connection.config.read_only:
        raise ConfigError("This is read-only (--read-only, CAPTUI_READ_ONLY or the config): nothing is sent.")


def require_enabled(connection: Connection) -> None:
    """Raises ConfigError where money may not leave, whether or not anything may be sent at all."""
    if not connection.config.funding.enabled:
        raise ConfigError(
            "Withdrawals and lightning payments are switched off.",
            advice="To allow them, write `enabled = true` under `[funding]` in the config (captui config path).",
        )


def consent(question: str, *, yes: bool, risky: bool = False, undone: str = "nothing was sent") -> bool:
    """Whether it may be done; asks unless `yes`, and says `undone` after a no. Blocks."""
    return yes or agreed(question, risky=risky, undone=undone)


async def answered(write: Coroutine[Any, Any, T]) -> T:
    """What a write that is being sent brings. The first Ctrl+C waits for the answer: without it nobody would know what became of it."""
    task = asyncio.create_task(write, name="captui-write")
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        note("captui: it is already on its way; waiting for the answer. Ctrl+C once more ends captui without it.")
        return await task


def told(outcome: Outcome[T], accepted: Callable[[T], None], *, what: str, look_up: str) -> int:
    """The exit code; `what` was sent, and `look_up` is the command that shows what became of it."""
    match outcome:
        case Accepted(value):
            accepted(value)
            return 0
        case Refused(reason, _, status):
            note(f"captui: refused. {reason}")
            return code_of_refusal(status)
        case Unknown(reason):
            note(
                f"captui: it is not known whether {what} was accepted. {reason}\n"
                f"Do not send it again before you know; ask with:\n  {look_up}"
            )
            return UNKNOWN


def whole_number(text: str, what: str) -> int:
    """Raises UsageError for anything but a plain number above zero."""
    if not (text.isascii() and text.isdigit() and int(text) > 0 and len(text) <= 18):
        raise click.UsageError(f"{text!r} is not the number of {what}.")
    return int(text)
