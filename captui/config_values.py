"""What one value of the config may be: read into its type, or refused in one sentence that names the setting and what is allowed."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from captui.addresses import require_encryption
from captui.core.dataclass import dataclass
from captui.core.intervals import Interval
from captui.errors import ConfigError


def check_url(url: str, name: str, schemes: tuple[str, ...]) -> str:
    """The URL without a trailing slash. Raises ConfigError for one that no request could or may go to."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(
            f"{name} is {url!r}: that is not an address such as {schemes[0]}://trade.example.com/api/v2/trade."
        )
    if parts.username or parts.password:
        raise ConfigError(f"{name} holds a user name or password; an address must not.")
    require_encryption(url, name)
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    value: Any
    where: str

    def wrong(self, wanted: str) -> ConfigError:
        return ConfigError(f"In {self.where}, {self.name} is {_shown(self.value)}; it must be {wanted}.")

    def inner(self, name: object, value: Any) -> Setting:
        return Setting(f"{self.name}.{name}", value, self.where)


def _shown(value: object) -> str:
    return (
        f"{str(value)!r}" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    )


def as_text(setting: Setting) -> str:
    if not isinstance(setting.value, str):
        raise setting.wrong("text in quotes")
    return setting.value


def as_command(setting: Setting) -> str:
    text = as_text(setting)
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if text and not words:
        raise setting.wrong("a command with its words, each quote of it closed")
    return text


def as_flag(setting: Setting) -> bool:
    if not isinstance(setting.value, bool):
        raise setting.wrong("true or false")
    return setting.value


def as_number(setting: Setting, *, above: Decimal = Decimal(0)) -> Decimal:
    value = setting.value
    if isinstance(value, str):
        try:
            value = Decimal(value)
        except ArithmeticError:
            raise setting.wrong("a number") from None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise setting.wrong("a number")
    number = Decimal(value)
    if not number.is_finite() or number < above:
        raise setting.wrong(f"a number not below {above}")
    return number


def as_whole(setting: Setting, low: int, high: int) -> int:
    value = setting.value
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise setting.wrong(f"a whole number from {low} to {high}")
    return value


def as_choice(setting: Setting, allowed: tuple[str, ...], *, or_none: bool = False) -> str:
    """`or_none`: empty text is none of them."""
    if setting.value not in allowed and not (or_none and setting.value == ""):
        raise setting.wrong(f"one of {', '.join(allowed)}")
    return str(setting.value)


def as_interval(setting: Setting) -> str:
    return as_choice(setting, tuple(interval.label for interval in Interval), or_none=True)


def as_url(*schemes: str) -> Callable[[Setting], str]:
    def read(setting: Setting) -> str:
        text = as_text(setting)
        return check_url(text, f"In {setting.where}, {setting.name}", schemes) if text else ""

    return read
