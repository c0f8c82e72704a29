from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Message

from captui.simulator.request_log import MOST_KEPT, RequestLog


def scope(query: bytes = b"", *headers: tuple[bytes, bytes], method: str = "POST") -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": "/api/v2/trade/x",
        "query_string": query,
        "headers": list(headers),
    }


def arriving(*parts: bytes) -> Any:
    """A body that comes in parts, and then the end of the connection."""
    messages: list[Message] = [
        {"type": "http.request", "body": part, "more_body": place < len(parts)}
        for place, part in enumerate(parts, start=1)
    ]
    messages.append({"type": "http.disconnect"})

    async def receive() -> Message:
        return messages.pop(0)

    return receive


async def noted(body: bytes, kind: str = "") -> dict[str, Any]:
    headers = [(b"content-type", kind.encode())] if kind else []
    entry, _ = await RequestLog().note(scope(b"", *headers), arriving(body))
    return {"kind": entry["body_kind"], "fields": entry["fields"]}


@pytest.mark.parametrize(
    ("body", "content_type", "kind", "fields"),
    [
        (b"", "", "none", {}),
        (b'{"a": 1, "b": "1", "pin": 7}', "application/json", "json", {"a": 1, "b": "1", "pin": "***"}),
        (
            b"a=1&pin=7&b=",
            "application/x-www-form-urlencoded; charset=utf-8",
            "form",
            {"a": "1", "pin": "***", "b": ""},
        ),
        (b"[1]", "application/json", "other", {}),
        (b"hello", "text/plain", "other", {}),
    ],
)
async def test_a_body_s_kind_and_fields(body: bytes, content_type: str, kind: str, fields: dict[str, Any]) -> None:
    assert await noted(body, content_type) == {"kind": kind, "fields": fields}


async def test_the_body_can_be_read_again_and_the_end_is_heard() -> None:
    _, receive = await RequestLog().note(scope(), arriving(b"one", b"two"))
    assert await receive() == {"type": "http.request", "body": b"onetwo", "more_body": False}
    assert await receive() == {"type": "http.disconnect"}


async def test_the_query_keeps_order_and_repeats() -> None:
    entry, _ = await RequestLog().note(scope(b"b=2&a=&b=3&otp=9", method="GET"), arriving(b""))
    assert entry["query"] == [["b", "2"], ["a", ""], ["b", "3"], ["otp", "***"]]


async def test_no_header_is_kept_but_whether_it_was_signed() -> None:
    signature = [(name, b"hush") for name in (b"x-auth-apikey", b"x-auth-nonce", b"x-auth-signature")]
    log = RequestLog()
    for headers in (signature, signature[:2]):
        await log.note(scope(b"", *headers), arriving(b""))
    assert [entry["signed"] for entry in log.entries()] == [True, False]
    assert "hush" not in str(log.entries())


async def test_only_the_newest_are_kept() -> None:
    log = RequestLog()
    for _ in range(MOST_KEPT + 2):
        await log.note(scope(), arriving(b""))
    numbers = [entry["number"] for entry in log.entries()]
    assert (numbers[0], numbers[-1], len(numbers)) == (3, MOST_KEPT + 2, MOST_KEPT)
    assert [entry["number"] for entry in log.entries(after=MOST_KEPT)] == [MOST_KEPT + 1, MOST_KEPT + 2]
