"""`captui completion`: what a shell needs to complete captui's commands and options."""

from __future__ import annotations

import sys

import click
from click.shell_completion import get_completion_class

from captui.cli.manual import Manual


@click.command(
    cls=Manual,
    examples=(
        "captui completion bash > ~/.local/share/bash-completion/completions/captui",
        'captui completion zsh > "${fpath[1]}/_captui"',
        "captui completion fish > ~/.config/fish/completions/captui.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    With the script where the shell looks for it, Tab completes commands, options and what can be chosen, and the markets and
    currencies that captui has seen.
    """
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(context.find_root().command, {}, "captui", "_CAPTUI_COMPLETE")
    # Not source(): bash's asks a bash for its version first, and there may be none on the machine that packages it.
    sys.stdout.write(made.source_template % made.source_vars())
