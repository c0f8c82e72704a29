"""Questions to the person: on stderr, answered on standard input. Nothing is the answer no."""

from __future__ import annotations

import click

from captui.cli.output import note

REFUSED = 1
NOT_AUTHORISED = 4
UNKNOWN = 5
"""Exit codes of commands that change something."""


def agreed(question: str, *, risky: bool = False) -> bool:
    """Whether the person said yes. What is risky takes the whole word. Says so where nothing is done."""
    hint = "type yes" if risky else "y/N"
    try:
        answer = click.prompt(f"{question} [{hint}]", default="", show_default=False, prompt_suffix=" ", err=True)
    except click.Abort:
        # Standard input is closed, or Ctrl+C.
        answer = ""
        click.echo(err=True)
    word = str(answer).strip().lower()
    if word == "yes" or (word == "y" and not risky):
        return True
    note("captui: nothing was sent. (--yes answers yes where nobody can be asked.)")
    return False


def code_of_refusal(status: int) -> int:
    """Exit code for a refused write."""
    return NOT_AUTHORISED if status in (401, 403) else REFUSED
