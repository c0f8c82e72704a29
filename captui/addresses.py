"""Addresses of exchanges: what one is called, and which may be spoken to without encryption: those of this machine, and no others."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from captui.errors import ConfigError

CAPE_CRYPTO = "trade.capecrypto.com"
"""Where captui goes when nobody names another exchange."""
_PLAIN = {"http": "https", "ws": "wss"}
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its address or as `localhost`. No name is looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def exchange_name(rest_url: str, ws_url: str) -> str:
    """What a key is for: the host, and the port where it is not the usual one.

    Both hosts where they differ. Empty URLs are those of Cape Crypto.
    """
    if not rest_url:
        return CAPE_CRYPTO
    rest, ws = _host(rest_url), _host(ws_url)
    return rest if rest == ws else f"{rest} and {ws}"


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    named = f"[{host}]" if ":" in host else host
    return named if parts.port in (None, _PORTS.get(parts.scheme)) else f"{named}:{parts.port}"


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
