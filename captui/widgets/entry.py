"""One line of text being typed: what it holds and where the cursor is. A value, so that a form can be tested without a screen."""

from __future__ import annotations

from dataclasses import field

from captui.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    # It may be a pin: not printed.
    text: str = field(default="", repr=False)
    cursor: int = 0

    @classmethod
    def of(cls, text: str) -> Entry:
        """This text with the cursor behind it."""
        return cls(text, len(text))

    def insert(self, text: str) -> Entry:
        return Entry(self.text[: self.cursor] + text + self.text[self.cursor :], self.cursor + len(text))

    def backspace(self) -> Entry:
        if self.cursor == 0:
            return self
        return Entry(self.text[: self.cursor - 1] + self.text[self.cursor :], self.cursor - 1)

    def delete(self) -> Entry:
        return Entry(self.text[: self.cursor] + self.text[self.cursor + 1 :], self.cursor)

    def move(self, by: int) -> Entry:
        return Entry(self.text, max(0, min(len(self.text), self.cursor + by)))

    def home(self) -> Entry:
        return Entry(self.text, 0)

    def end(self) -> Entry:
        return Entry(self.text, len(self.text))

    def clear_before(self) -> Entry:
        """Remove everything left of the cursor, as Ctrl+U does in a shell."""
        return Entry(self.text[self.cursor :], 0)
