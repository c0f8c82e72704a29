"""What set-up needs of the world, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Protocol

from captui.core.dataclass import dataclass
from captui.core.secret import Credentials


class Way(StrEnum):
    """How somebody starts."""

    DEMO = "demo"
    KEY = "key"
    LOOK = "look"


class Place(StrEnum):
    """Where a key is kept."""

    KEYRING = "keyring"
    FILE = "file"
    NOWHERE = "nowhere"
    """For this run only."""
    STORE = "store"
    """A password store, which the user fills himself; this run takes the key as it was typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user has decided. `credentials` and `place` only where `way` is `KEY`."""

    way: Way
    credentials: Credentials | None = field(default=None, repr=False)
    read_only: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is so before anything is chosen."""

    host: str
    """Of the exchange that the key is for."""
    config_file: str
    key_file: str
    """Both as a person writes them, with `~` for the home folder."""
    profile: str = ""
    key_now: str = ""
    """Where a key comes from now, as words; empty: there is none."""
    key_now_for: str = ""
    """The exchange that it is for, where that is not `host`."""
    before: str = ""
    """What has a key and is asked before keyring and file, as words; empty: nothing."""
    keyring_refusal: str = ""
    """Why nothing can be kept in the keyring, as a sentence; empty: it can."""
    holding: Mapping[Place, str] = field(default_factory=dict)
    """Places that hold a key already, and the exchange that it is for, empty where that cannot be told: it would be replaced."""
    read_only: bool = False
    """What the config says now."""
    always_read_only: bool = False
    """Said by the command line or the environment: nothing chosen here changes it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the test of a key has found out. `good` False is worth a warning."""

    label: str
    text: str
    good: bool = True


class KeyTest(Protocol):
    """Asks the exchange, and moves no money."""

    def __call__(self, credentials: Credentials) -> AsyncIterator[Fact]:
        """The facts as they become known. Raises CaptuiError where the key is refused or nobody answers."""
        ...


class Keep(Protocol):
    """Writes down what was chosen."""

    def __call__(self, choice: Choice) -> None:
        """Blocks: a keyring may ask for a password. Raises CaptuiError where it cannot be kept."""
        ...
