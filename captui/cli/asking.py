"""Questions to the person: on stderr, answered on standard input. Nothing is the answer no."""

from __future__ import annotations

import getpass
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from captui.cli.output import note
from captui.core.secret import Secret

REFUSED = 1
NOT_AUTHORISED = 4
UNKNOWN = 5
"""Exit codes of commands that change something."""


def agreed(question: str, *, risky: bool = False, undone: str = "nothing was sent") -> bool:
    """Whether the person said yes. What is risky takes the whole word. Where nothing is done, says `undone`."""
    hint = "type yes" if risky else "y/N"
    try:
        with _interruptible():
            answer = click.prompt(f"{question} [{hint}]", default="", show_default=False, prompt_suffix=" ", err=True)
    except click.Abort:
        # Standard input is closed, or Ctrl+C.
        answer = ""
        click.echo(err=True)
    word = str(answer).strip().lower()
    if word == "yes" or (word == "y" and not risky):
        return True
    note(f"captui: {undone}. (--yes answers yes where nobody can be asked.)")
    return False


def secret(question: str) -> Secret | None:
    """What must not be shown or kept: typed unseen, or read as a line where standard input is no terminal.

    None, and said so, where there is none.
    """
    try:
        with _interruptible():
            at_terminal = sys.stdin.isatty()
            text = getpass.getpass(f"{question}: ", stream=sys.stderr) if at_terminal else sys.stdin.readline()
    except (KeyboardInterrupt, EOFError):
        click.echo(err=True)
        text = ""
    if not text.strip():
        note(f"captui: nothing was sent: there is no {question.lower()}.")
        return None
    return Secret(text.strip())


def secret_digits(question: str) -> Secret | None:
    """A secret made of digits alone. Raises UsageError for another."""
    found = secret(question)
    if found is not None and not (found.reveal().isascii() and found.reveal().isdigit()):
        raise click.UsageError(f"A {question.lower()} is made of digits; nothing was sent.")
    return found


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl+C ends a question at once: asyncio's own handler would let it wait for the answer."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def code_of_refusal(status: int) -> int:
    """Exit code for a refused write."""
    return NOT_AUTHORISED if status in (401, 403) else REFUSED
