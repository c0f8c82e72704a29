"""Where the key pair comes from: the environment, and nowhere else. Never an option, never in output."""

from __future__ import annotations

from collections.abc import Mapping

from captui.core.secret import Credentials, Secret
from captui.errors import CredentialsError

KEY = "CAPTUI_API_KEY"
SECRET = "CAPTUI_API_SECRET"  # noqa: S105 - the name of a variable, not its value


def from_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The key pair, or None where neither half is set: captui then shows public data only.

    Raises CredentialsError for half a pair and for one that cannot go into a request header.
    """
    key, secret = (environment.get(name, "").strip() for name in (KEY, SECRET))
    if not key and not secret:
        return None
    for name, value, other in ((KEY, key, SECRET), (SECRET, secret, KEY)):
        if not value:
            raise CredentialsError(
                f"{other} is set, but {name} is not.", advice="Set both to trade, or neither to look at public data."
            )
        if not value.isascii() or not value.isprintable() or " " in value:
            raise CredentialsError(
                f"{name} holds characters that no key has.", advice="Copy it again from the exchange."
            )
    return Credentials(api_key=Secret(key), api_secret=Secret(secret))
