"""Carries out the plan's faults of requests: around the application, so that what is processed is processed as ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from captui.simulator.fault_content import altered
from captui.simulator.fault_plan import CONTENT, Fault, PlannedFault
from captui.simulator.rest import ERRORS, answer

_PARTS = 8
"""A slow body comes in so many."""
_PROXY_PAGE = "<html><head><title>{0} {1}</title></head><body><center><h1>{0} {1}</h1></center><hr><center>nginx</center></body></html>"
_PHRASES = {
    429: "Too Many Requests",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}

HangUp = Callable[[Scope, bool], Awaitable[None]]
"""Ends a connection, with True after what was written has left."""


@dataclass(slots=True)
class _Kept:
    """An answer that was not sent."""

    start: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""

    async def send(self, message: Message) -> None:
        if message["type"].endswith("response.start"):
            self.start = dict(message)
        else:
            self.body += message.get("body", b"")


async def strike(
    fault: PlannedFault, site: ASGIApp, scope: Scope, receive: Receive, send: Send, hang_up: HangUp
) -> None:
    """Answer one request as the fault has it. Nothing of it happens beside the request: see `FaultEffects`."""
    match fault.do:
        case Fault.RESET_BEFORE:
            await hang_up(scope, False)
        case Fault.RESET_AFTER:
            await site(scope, receive, _Kept().send)
            await hang_up(scope, False)
        case Fault.HANG_BEFORE:
            await _hang(fault, scope, receive, hang_up)
        case Fault.HANG_AFTER:
            await site(scope, receive, _Kept().send)
            await _hang(fault, scope, receive, hang_up)
        case Fault.DELAY:
            await asyncio.sleep(fault.ms / 1000)
            await site(scope, receive, send)
        case Fault.STATUS:
            if fault.processed:
                await site(scope, receive, _Kept().send)
            await refusal(fault)(scope, receive, send)
        case _:
            kept = _Kept()
            await site(scope, receive, kept.send)
            await _say(fault, kept, scope, send, hang_up)


def refusal(fault: PlannedFault) -> Response:
    """The answer of a status, in the words of the exchange or as a proxy's page."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.html:
        page = _PROXY_PAGE.format(fault.status, _PHRASES.get(fault.status, "Error"))
        return Response(page, status_code=fault.status, headers=headers, media_type="text/html")
    code = ERRORS.get(fault.status, ERRORS[500])
    return answer({"errors": [code]}, status=fault.status, headers=headers)


async def _hang(fault: PlannedFault, scope: Scope, receive: Receive, hang_up: HangUp) -> None:
    """Until the other side gives up, or for so long."""
    try:
        async with asyncio.timeout(fault.ms / 1000 if fault.ms else None):
            while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
                pass
    except TimeoutError:
        await hang_up(scope, False)


async def _say(fault: PlannedFault, kept: _Kept, scope: Scope, send: Send, hang_up: HangUp) -> None:
    body = kept.body
    if fault.do in CONTENT:
        body = altered(fault, body.decode()).encode()
    headers = [(name, value) for name, value in kept.start["headers"] if name != b"content-length"]
    await send({**kept.start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
    if fault.do is Fault.TRUNCATED_BODY:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await hang_up(scope, True)
        return
    if fault.do is Fault.SLOW_BODY:
        size = max(1, len(body) // _PARTS)
        while len(body) > size:
            await send({"type": "http.response.body", "body": body[:size], "more_body": True})
            body = body[size:]
            await asyncio.sleep(fault.ms / 1000)
    await send({"type": "http.response.body", "body": body})
