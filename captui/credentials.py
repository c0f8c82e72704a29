"""Where the key pair comes from: the environment, else commands that print it, else the keyring, else a file.

It is never an option and never in output. Commands are those of a password store (`pass show capecrypto/key`). The file is for this user
alone: one that others can read is refused, with the command that mends it. Keyring and file hold one pair for each profile, and with it the
exchange that it is for: no other one is sent it.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from pathlib import Path

import platformdirs

from captui import private_files, system_keyring
from captui.config import Config, check_profile_name
from captui.core.dataclass import dataclass
from captui.core.secret import Credentials, KeptKey, Secret
from captui.errors import CredentialsError

KEY = "CAPTUI_API_KEY"
SECRET = "CAPTUI_API_SECRET"  # noqa: S105 - the name of a variable, not its value

_OTHERWISE = f"Set {KEY} and {SECRET}, or give that exchange a profile of its own."

COMMAND_TIMEOUT_S = 120.0
"""A password store may ask the person for its passphrase."""


class Source(StrEnum):
    """In the order in which they are asked."""

    ENVIRONMENT = "environment"
    COMMAND = "command"
    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Found:
    credentials: Credentials = field(repr=False)
    source: Source


def file_path(profile: str = "") -> Path:
    """Where the file of this profile is, whether or not there is one. Raises ConfigError for a name that cannot be one."""
    name = f"credentials-{check_profile_name(profile)}.toml" if profile else "credentials.toml"
    return platformdirs.user_config_path("captui") / name


def find(environment: Mapping[str, str], config: Config) -> Found | None:
    """The pair of the first source that has one for the config's profile, or None: captui then shows public data only.

    Raises CredentialsError for half a pair, a command that fails, a keyring that is locked or fails, and a file that others can read:
    what was set and cannot be used is never passed over for the next. So does a key that is for another exchange than the config's: only
    the environment is the user's word of this moment.
    """
    pair = from_environment(environment)
    if pair is not None:
        return Found(pair, Source.ENVIRONMENT)
    if config.api_key_command and config.api_secret_command:
        if (meant := meant_for(None, config)) != config.exchange:
            raise _not_for(config, "The key that the commands of the config print", meant, _OTHERWISE)
        return Found(from_commands(config.api_key_command, config.api_secret_command), Source.COMMAND)
    source, kept = Source.KEYRING, system_keyring.load(config.profile)
    if kept is None:
        source, kept = Source.FILE, from_file(file_path(config.profile))
    if kept is None:
        return None
    if (meant := meant_for(kept, config)) != config.exchange:
        place = "keyring" if source is Source.KEYRING else f"file {file_path(config.profile)}"
        advice = f"Keep one for that exchange with {_set_up(config)}, or give it a profile of its own."
        raise _not_for(config, f"The key in the {place}", meant, advice)
    return Found(kept.credentials, source)


def meant_for(kept: KeptKey | None, config: Config) -> str:
    """The exchange that this key of the config's profile may be sent to; None is the one that the commands print.

    Where that was not noted it is the one that the config file means.
    """
    return (kept.exchange if kept else "") or config.usual_exchange or config.exchange


def _not_for(config: Config, key: str, meant: str, advice: str) -> CredentialsError:
    return CredentialsError(f"{key} is for {meant}: it is not sent to {config.exchange}.", advice=advice)


def _set_up(config: Config) -> str:
    """The command that keeps a key for the exchange of this config."""
    words = ["captui", "setup"]
    if config.profile:
        words += ["--profile", config.profile]
    if config.usual_exchange:
        words += ["--rest-url", config.rest_url, "--ws-url", config.ws_url]
    return shlex.join(words)


def from_commands(key_command: str, secret_command: str) -> Credentials:
    """The first line that each command prints. No shell is in between. Raises CredentialsError."""
    return Credentials(
        api_key=_printed(key_command, "api_key_command"), api_secret=_printed(secret_command, "api_secret_command")
    )


def from_file(path: Path) -> KeptKey | None:
    """None where there is no file. Raises CredentialsError for one that others can read or that holds no pair."""
    try:
        with path.open("rb") as file:
            _require_private(path, os.fstat(file.fileno()), "600")
            _require_private(path.parent, path.parent.stat(), "700")
            # Nobody needs it without a file, and the first frame waits for what is imported.
            import tomllib

            values = tomllib.load(file)
    except FileNotFoundError:
        return None
    except ValueError:
        # Without its cause: the message of the parser quotes what stands there.
        raise CredentialsError(f"{path} is not valid TOML.", advice=_anew(path)) from None
    except OSError as error:
        raise CredentialsError(f"{path} cannot be read: {error.strerror or error}.") from error
    key, secret, exchange = values.get("api_key"), values.get("api_secret"), values.get("exchange", "")
    if not isinstance(key, str) or not isinstance(secret, str) or not isinstance(exchange, str):
        raise CredentialsError(f"{path} holds no api_key and api_secret.", advice=_anew(path))
    return KeptKey(Credentials(api_key=Secret(key), api_secret=Secret(secret)), exchange)


def _anew(path: Path) -> str:
    """Without the profile the command would write the file of another key."""
    _, dash, profile = path.stem.partition("-")
    return f"Write it anew with captui keys set --in file{f' --profile {profile}' if dash else ''}."


def save(path: Path, credentials: Credentials, exchange: str) -> None:
    """Keeps the pair for this exchange (see captui.addresses). Raises CredentialsError.

    Writes the file in one step, readable for this user alone, and makes its folder so.
    """
    # Neither half can hold anything that would need escaping in TOML's literal text, but for the quote itself.
    values = {
        "api_key": credentials.api_key.reveal(),
        "api_secret": credentials.api_secret.reveal(),
        "exchange": exchange,
    }
    if any("'" in value for value in values.values()):
        raise CredentialsError("A key does not hold quotes.", advice="Copy it again from the exchange.")
    new = path.with_name(f".{path.name}.new")
    try:
        private_files.own_folder(path.parent)
        new.unlink(missing_ok=True)
        with os.fdopen(
            private_files.open_file(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w", encoding="utf-8"
        ) as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in values.items())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise CredentialsError(f"{path} cannot be written: {error.strerror or error}.") from error


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


def without_key(environment: Mapping[str, str]) -> dict[str, str]:
    """For a child process: none of them needs the key, and what is in an environment is handed on and on."""
    return {name: value for name, value in environment.items() if name not in (KEY, SECRET)}


def _printed(command: str, setting: str) -> Secret:
    """Standard input and error are the person's: a password store asks there."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, from the user's own config
            shlex.split(command),
            stdout=subprocess.PIPE,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
            env=without_key(os.environ),
        )
    except ValueError as error:
        raise CredentialsError(f"{setting} cannot be taken apart into words: {error}.") from None
    except OSError as error:
        raise CredentialsError(f"{setting} cannot be run: {error.strerror or error}.") from None
    except subprocess.TimeoutExpired:
        # Without its cause: that holds what was printed so far.
        raise CredentialsError(f"{setting} did not end within {COMMAND_TIMEOUT_S:g} s.") from None
    if done.returncode != 0:
        raise CredentialsError(f"{setting} ended with code {done.returncode}.", advice="Run it by hand to see why.")
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].strip():
        raise CredentialsError(f"{setting} printed nothing.", advice="Run it by hand to see why.")
    return Secret(lines[0].strip())


def _require_private(path: Path, status: os.stat_result, mode: str) -> None:
    if status.st_uid != os.getuid():
        raise CredentialsError(f"{path} belongs to another user, so it cannot be trusted with a key.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise CredentialsError(
            f"{path} can be read by others.", advice=f"Mend it with: chmod {mode} {shlex.quote(str(path))}"
        )
