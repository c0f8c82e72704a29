"""What arrived at the exchange, for tests that compare requests with the API document: method, path, and every parameter's place and name.

Headers are not kept, and of what opens something (one-time passwords, pins) only the name.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from captui.simulator.faults import within_base

MOST_KEPT = 2_000
HIDDEN = "***"

_SECRETS = frozenset({"otp", "pin", "voucher_pin"})
_AUTH_HEADERS = (b"x-auth-apikey", b"x-auth-nonce", b"x-auth-signature")


class RequestLog:
    """The newest requests, oldest first, numbered from 1. Control's own are not among them."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)
        self._number = 0

    def entries(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Those with a number above `after`."""
        return [entry for entry in self._entries if entry["number"] > after]

    async def note(self, scope: Scope, receive: Receive) -> tuple[dict[str, Any], Receive]:
        """Write a request down. The body is read for that; who carries the request out reads it again from what is returned.

        `at_ms` comes from a clock that nobody sets. `status` of the entry is None until somebody sets it: to the answer's, where
        there is one.
        """
        websocket = scope["type"] == "websocket"
        body, again = (b"", receive) if websocket else await _read_twice(scope, receive)
        present = {name for name, _ in scope["headers"]}
        kind, fields = _fields(dict(scope["headers"]).get(b"content-type", b"").decode("latin-1"), body)
        self._number += 1
        entry: dict[str, Any] = {
            "number": self._number,
            "at_ms": time.monotonic_ns() // 1_000_000,
            "method": "WEBSOCKET" if websocket else scope["method"],
            "path": scope["path"],
            "endpoint": within_base(scope["path"]),
            "query": [
                [name, HIDDEN if name in _SECRETS else value]
                for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            ],
            "body_kind": kind,
            "fields": fields,
            "signed": all(name in present for name in _AUTH_HEADERS),
            "status": None,
        }
        self._entries.append(entry)
        return entry, again


async def _read_twice(scope: Scope, receive: Receive) -> tuple[bytes, Receive]:
    body = await Request(scope, receive).body()
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return body, again


def _fields(content_type: str, body: bytes) -> tuple[str, dict[str, Any]]:
    """`none`, `form`, `json` or `other`, and the fields by name. JSON keeps its types, so that a text is told from a number."""
    if not body.strip():
        return "none", {}
    if "x-www-form-urlencoded" in content_type:
        return "form", _without_secrets(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        read = json.loads(body)
    except ValueError:
        return "other", {}
    return ("json", _without_secrets(read.items())) if isinstance(read, dict) else ("other", {})


def _without_secrets(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: HIDDEN if name in _SECRETS else value for name, value in fields}
