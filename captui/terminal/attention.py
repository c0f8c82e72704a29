"""Reaches people who are not looking at the terminal: the bell, and notifications that many terminals show on the desktop.

OSC 9 is iTerm2's (kitty, WezTerm, Ghostty and others know it), OSC 777 is urxvt's (foot, WezTerm, Ghostty). Terminals drop what
they do not know.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

BELL = "\x07"
_LONGEST = 160
"""Characters of one notification: a desktop shows no more."""


class Notify(StrEnum):
    """How a notification is sent. The values are those of the config."""

    OFF = "off"
    OSC_9 = "osc9"
    OSC_777 = "osc777"


def fitting(environment: Mapping[str, str]) -> Notify:
    """What the terminal of this environment is likely to understand."""
    knows_777 = environment.get("TERM", "").startswith(("rxvt", "foot"))
    return Notify.OSC_777 if knows_777 else Notify.OSC_9


def notification(how: Notify, title: str, text: str, *, in_tmux: bool = False) -> str:
    """The sequence that shows this, or nothing. Whatever the text holds, it can neither end the sequence nor begin another."""
    title, text = harmless(title), harmless(text)
    if how is Notify.OFF or not text:
        return ""
    if how is Notify.OSC_777:
        sequence = f"\x1b]777;notify;{title.replace(';', ',')};{text.replace(';', ',')}\x1b\\"
    else:
        # A number in front would be read as one of ConEmu's own commands (OSC 9;4 is a progress bar).
        sequence = f"\x1b]9;{title}: {text}\x1b\\" if title else f"\x1b]9; {text}\x1b\\"
    return _through_tmux(sequence) if in_tmux else sequence


def harmless(text: str) -> str:
    """One line without control and format characters (escape sequences, line breaks, changes of writing direction), and not too long."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    line = " ".join(kept.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _through_tmux(sequence: str) -> str:
    """As tmux hands it on to the terminal around it, where its option allow-passthrough is on."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
