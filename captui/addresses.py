"""Which addresses may be spoken to without encryption: those of this machine, and no others."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from captui.errors import ConfigError

_PLAIN = {"http": "https", "ws": "wss"}


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its address or as `localhost`. No name is looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_encryption(url: str, name: str) -> None:
    """Raises ConfigError for http:// or ws:// to another machine: whoever is on the way would read the key's signatures and pins.

    `name` says in the sentence which address it is.
    """
    parts = urlsplit(url)
    secured = _PLAIN.get(parts.scheme)
    if secured is not None and not is_loopback(parts.hostname or ""):
        raise ConfigError(
            f"{name} is {url!r}, which is not encrypted: everybody on the way could read what is sent.",
            advice=f"Use {secured}://; plain {parts.scheme}:// is for an exchange on this machine alone.",
        )
