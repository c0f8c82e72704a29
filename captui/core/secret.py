"""The key pair, in types that do not print: not in a log, a traceback's local variables, a journal, JSON or a pickle.

Encoders that ask what to do with an unknown type (`json.dumps(…, default=str)`, msgspec's `enc_hook=str`) write `***`; those that do not
ask refuse it.
"""

from __future__ import annotations

from dataclasses import field
from typing import NoReturn

from captui.core.dataclass import dataclass
from captui.errors import CredentialsError


class Secret:
    """A text that only `reveal()` gives away. Everything that prints it prints `***`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        # Not at the top: the first frame waits for neither of the two.
        from hmac import compare_digest

        return compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(("captui.core.secret", self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: object) -> Secret:
        return self

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key and its secret. Raises CredentialsError where one is blank or could not be sent as an HTTP header."""

    api_key: Secret
    api_secret: Secret

    def __post_init__(self) -> None:
        for name, secret in (("API key", self.api_key), ("API secret", self.api_secret)):
            text = secret.reveal()
            if not text.strip():
                raise CredentialsError(f"The {name} is empty.", advice="Set both the key and its secret.")
            if not text.isascii() or not text.isprintable() or " " in text:
                raise CredentialsError(
                    f"The {name} holds a character that a key cannot have.",
                    advice="Copy it again, without spaces or line ends.",
                )

    @property
    def fingerprint(self) -> str:
        """12 hex digits that tell one key from another and do not give it away: safe to write to disk."""
        from hashlib import sha256

        return sha256(self.api_key.reveal().encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A pair as it lies in a keyring or a file."""

    credentials: Credentials = field(repr=False)
    exchange: str
    """The one that it was kept for (see captui.addresses); empty: by a version of captui that did not note it."""
