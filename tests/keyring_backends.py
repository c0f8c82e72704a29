"""Keyrings for tests: one in the memory of this process, and one in a file that several processes share."""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

LOCKED = "locked"
"""What stands in the file of a keyring that nobody has unlocked."""


class MemoryKeyring(KeyringBackend):
    """`error` is raised by whatever is asked of it."""

    priority: float = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[str, str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.entries.get(f"{service}:{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.entries[f"{service}:{username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if self.entries.pop(f"{service}:{username}", None) is None:
            raise PasswordDeleteError("There is none.")

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


class FileKeyring(MemoryKeyring):
    """For processes: PYTHON_KEYRING_BACKEND=tests.keyring_backends.FileKeyring. Lies in the home folder."""

    def __init__(self) -> None:
        super().__init__()
        self._path = Path.home() / "keyring.json"
        if self._path.exists():
            text = self._path.read_text()
            if text == LOCKED:
                self.error = KeyringLocked()
            else:
                self.entries = json.loads(text)

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        self._path.write_text(json.dumps(self.entries))

    def delete_password(self, service: str, username: str) -> None:
        super().delete_password(service, username)
        self._path.write_text(json.dumps(self.entries))
