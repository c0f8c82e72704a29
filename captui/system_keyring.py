"""The desktop's keyring, where the package `keyring` is installed and has one: one entry for each profile, both halves in it.

The package is slow to import and talks to other processes, so it is imported when a key is looked for there and not before. What it
raises can quote what it holds: no cause is passed on.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

from captui.core.secret import Credentials, KeptKey, Secret
from captui.errors import CredentialsError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "captui"
_USER = "api key"
_RECOMMENDED = 1.0
"""The priority from which on the package itself recommends a backend: those below keep secrets in plain text, or not at all."""
_DO_WITHOUT = "Unlock it, or do without it: PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring"


def why_not() -> str:
    """Why nothing can be kept here, as a sentence; empty where it can. Raises CredentialsError for one that does not start."""
    if find_spec("keyring") is None:
        return "The keyring extra is not installed (captui[keyring])."
    return "" if _backend() is not None else "This machine has no keyring."


def load(profile: str) -> KeptKey | None:
    """The key of this profile ("" is none), or None where there is no entry or no keyring.

    Raises CredentialsError where the keyring is locked or fails, or what it holds is no pair.
    """
    text = _entry(profile)
    if text is None:
        return None
    match _parsed(text):
        case {"api_key": str(key), "api_secret": str(secret), "exchange": str(exchange)}:
            return KeptKey(Credentials(api_key=Secret(key), api_secret=Secret(secret)), exchange)
        case {"api_key": str(key), "api_secret": str(secret), **more} if "exchange" not in more:
            return KeptKey(Credentials(api_key=Secret(key), api_secret=Secret(secret)), "")
        case _:
            raise CredentialsError(
                "What the keyring holds for captui is no key.",
                advice=f"Keep it anew with captui keys set --in keyring{f' --profile {profile}' if profile else ''}.",
            )


def has_entry(profile: str) -> bool:
    """Whether there is one, usable or not. Raises CredentialsError where the keyring is locked or fails."""
    return _entry(profile) is not None


def save(profile: str, credentials: Credentials, exchange: str) -> None:
    """Keeps the pair for this exchange (see captui.addresses), in place of one that is there.

    Raises CredentialsError, also where there is no keyring.
    """
    backend = _backend()
    if backend is None:
        raise CredentialsError(why_not())
    import json

    pair = {"api_key": credentials.api_key.reveal(), "api_secret": credentials.api_secret.reveal()}
    text = json.dumps(pair | {"exchange": exchange})
    try:
        backend.set_password(_service(profile), _USER, text)
    except Exception as error:  # noqa: BLE001 - see _entry
        _failed(error, "written")


def delete(profile: str) -> None:
    """Takes the entry out. Raises CredentialsError, also where there is none."""
    backend = _backend()
    if backend is None:
        raise CredentialsError(why_not())
    try:
        backend.delete_password(_service(profile), _USER)
    except Exception as error:  # noqa: BLE001 - see _entry
        _failed(error, "changed")


def _parsed(text: str) -> object:
    """None for what is not JSON: the parser's error would quote it."""
    import json

    try:
        return json.loads(text)
    except ValueError:
        return None


def _entry(profile: str) -> str | None:
    backend = _backend()
    if backend is None:
        return None
    try:
        return backend.get_password(_service(profile), _USER)
    except Exception as error:  # noqa: BLE001 - each backend raises its own: of D-Bus, of the system, of nobody knows
        _failed(error, "read")


def _service(profile: str) -> str:
    return f"{_SERVICE}/{profile}" if profile else _SERVICE


def _backend() -> KeyringBackend | None:
    """None where nothing is installed or nothing keeps secrets."""
    if find_spec("keyring") is None:
        return None
    try:
        import keyring

        backend = keyring.get_keyring()
        return backend if backend.priority >= _RECOMMENDED else None
    except Exception as error:  # noqa: BLE001 - the backend is a class that the user may name: anything can come of it
        _failed(error, "opened")


def _failed(error: Exception, what: str) -> NoReturn:
    """Raises CredentialsError. Of the error only its kind is told: its words may hold what was to be kept."""
    locked = type(error).__name__ == "KeyringLocked"
    said = "The keyring is locked." if locked else f"The keyring cannot be {what} ({type(error).__name__})."
    raise CredentialsError(said, advice=_DO_WITHOUT) from None
