"""Why a connection failed, in words for the person at the screen."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from captui.core.text import printable


def reason(error: BaseException) -> str:
    """A clause without a full stop, for "No connection to …: <clause>."; looks through the causes, where the truth is."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return "its certificate is not trusted"
            case ssl.SSLError():
                return "no secure connection could be agreed"
            case socket.gaierror():
                return "its name cannot be found"
            case ConnectionRefusedError():
                return "it refuses connections"
            case ConnectionResetError() | BrokenPipeError():
                return "it closed the connection"
            case TimeoutError():
                return "it did not answer in time"
            case _:
                continue
    return printable(str(error)).rstrip(".") or type(error).__name__


def without_frames(error: BaseException) -> BaseException:
    """The same error, for `raise … from`: it and its causes keep their types and words but lose their frames.

    The frames of HTTP libraries hold request headers, and tracebacks that print local variables would show the key.
    """
    for cause in _causes(error):
        cause.__traceback__ = None
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, groups opened (a dual-stack connect fails once per address)."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        waiting.extend(cause for cause in (current.__cause__, current.__context__) if cause is not None)
