"""`captui completion`: what a shell needs to complete captui's commands and options."""

from __future__ import annotations

import sys

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash   captui completion bash > ~/.local/share/bash-completion/completions/captui
    zsh    captui completion zsh > "${fpath[1]}/_captui"
    fish   captui completion fish > ~/.config/fish/completions/captui.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(context.find_root().command, {}, "captui", "_CAPTUI_COMPLETE")
    # Not source(): bash's asks a bash for its version first, and there may be none on the machine that packages it.
    sys.stdout.write(made.source_template % made.source_vars())
