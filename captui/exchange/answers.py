"""What an HTTP answer means: a value, an error for a read, one of the three outcomes for a write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from captui.core import codec, refusals
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.errors import (
    ExchangeError,
    NoConnectionError,
    ProtocolError,
    RateLimitedError,
    RefusedError,
    UnauthorisedError,
    UnavailableError,
)
from captui.exchange.wire import Answer

T = TypeVar("T")

_REQUEST_TIMEOUT = 408
NONCE_EXPIRED = "authz.nonce_expired"
"""The exchange's code for a nonce too far from its clock. The answer that carries it also carries the time, so the next is right."""

TOO_MANY_REQUESTS = 429


def value(answer: Answer, decode: Callable[[bytes], T], what: str) -> T:
    """The value in a read's successful answer. Raises ExchangeError where it cannot be read."""
    try:
        return decode(answer.body)
    except ProtocolError as error:
        raise ExchangeError(f"The exchange's answer for {what} cannot be read: {error.sentence}") from error


def failure(answer: Answer, *, retry_after: float = 0.0) -> ExchangeError:
    """The error that an answer outside 2xx means. `retry_after` is in seconds, 0 where the exchange did not say."""
    codes = codec.error_codes(answer.body)
    status = answer.status
    sentence = refusals.sentence(codes, status)
    if status >= 500:
        return UnavailableError(sentence, status=status, retry_after=retry_after)
    if status == TOO_MANY_REQUESTS:
        return RateLimitedError(sentence, retry_after=retry_after, codes=codes, status=status)
    if status in {401, 403}:
        return UnauthorisedError(sentence, codes=codes, status=status)
    if status >= 400:
        return RefusedError(sentence, codes=codes, status=status)
    return ExchangeError(f"The exchange answered with HTTP status {status}, which means nothing here.")


def outcome(answer: Answer, decode: Callable[[bytes], T]) -> Outcome[T]:
    """The outcome of a write that was answered.

    Only a refusal in the 4xx range says that nothing was done. 5xx comes from a proxy that gave up waiting or from a server
    that fell over half-way, 408 from one that lost sight of the request, 3xx from something that is not this API, and a 2xx
    that cannot be read says "done" of something unknown: none of these tells the fate of an order.
    """
    if answer.is_success:
        try:
            return Accepted(decode(answer.body))
        except ProtocolError as error:
            return Unknown(f"The exchange's answer cannot be read: {error.sentence}")
    codes = codec.error_codes(answer.body)
    sentence = refusals.sentence(codes, answer.status)
    if 400 <= answer.status < 500 and answer.status != _REQUEST_TIMEOUT:
        return Refused(sentence, codes, answer.status)
    return Unknown(sentence)


def unanswered(error: ExchangeError) -> Refused | Unknown:
    """The outcome of a write that got no answer."""
    if isinstance(error, NoConnectionError) and error.sent:
        return Unknown(error.sentence)
    codes, status = (error.codes, error.status) if isinstance(error, RefusedError) else ((), 0)
    return Refused(error.sentence, codes, status)


def is_worth_retrying(error: ExchangeError) -> bool:
    """Whether the same read may well succeed a moment later."""
    transient = isinstance(error, NoConnectionError | UnavailableError | RateLimitedError)
    return transient or (isinstance(error, RefusedError) and error.status == _REQUEST_TIMEOUT)
