"""A secret while it is being typed: shown as dots, printed as `***`, and what is wrong with it said without showing it."""

from __future__ import annotations

from captui.core.secret import Credentials, Secret
from captui.errors import CredentialsError
from captui.widgets.entry import Entry

LONGEST = 512
"""Characters. No key is near to it; a clipboard with something else in it is."""
_QUOTES = frozenset("'\"`")


class Typed:
    """One field. Immutable: each change gives another."""

    __slots__ = ("_entry",)

    def __init__(self, entry: Entry | None = None) -> None:
        self._entry = entry or Entry()

    def __repr__(self) -> str:
        return "***"

    def __len__(self) -> int:
        return len(self._entry.text)

    @property
    def cursor(self) -> int:
        return self._entry.cursor

    def insert(self, text: str) -> Typed:
        return Typed(self._entry.insert(text[: LONGEST + 1]))

    def backspace(self) -> Typed:
        return Typed(self._entry.backspace())

    def delete(self) -> Typed:
        return Typed(self._entry.delete())

    def move(self, by: int) -> Typed:
        return Typed(self._entry.move(by))

    def home(self) -> Typed:
        return Typed(self._entry.home())

    def end(self) -> Typed:
        return Typed(self._entry.end())

    def clear_before(self) -> Typed:
        return Typed(self._entry.clear_before())

    def secret(self) -> Secret:
        return Secret(self._entry.text)

    def complaint(self, name: str) -> str:
        """Why this cannot be the `name` (API key, API secret), as a sentence; empty where it can."""
        text = self._entry.text
        if not text:
            return f"The {name} is still missing."
        if len(text) > LONGEST:
            return f"That is longer than any {name}: copy it again."
        if _QUOTES & set(text):
            return f"The {name} holds a quote: copy it again, without quotes."
        try:
            Credentials(api_key=Secret(text), api_secret=Secret(text))
        except CredentialsError:
            return f"The {name} holds a character that no key has: copy it again, without spaces or line ends."
        return ""


def halves(pasted: str) -> tuple[str, str] | None:
    """Key and secret, where both were copied at once, one a line; else None."""
    lines = [line.strip() for line in pasted.splitlines() if line.strip()]
    return (lines[0], lines[1]) if len(lines) == 2 else None
