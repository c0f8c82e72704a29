from __future__ import annotations

import pytest

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
from captui.exchange import answers
from captui.exchange.wire import Answer


def answer(status: int, body: bytes = b"") -> Answer:
    return Answer(status, {}, body, 1.0)


def decode(body: bytes) -> str:
    if body != b"good":
        raise ProtocolError("It is not good.")
    return "decoded"


def test_every_status_of_a_write_has_one_outcome() -> None:
    for status in range(100, 600):
        outcome: Outcome[str] = answers.outcome(answer(status, b"good"), decode)

        if 200 <= status < 300:
            assert outcome == Accepted("decoded")
        elif 400 <= status < 500 and status != 408:
            assert isinstance(outcome, Refused)
            assert outcome.status == status
        else:
            assert isinstance(outcome, Unknown)
            assert outcome.reason


def test_an_unreadable_success_is_unknown() -> None:
    assert answers.outcome(answer(201, b"bad"), decode) == Unknown(
        "The exchange's answer cannot be read: It is not good."
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ExchangeError),
        (400, RefusedError),
        (401, UnauthorisedError),
        (403, UnauthorisedError),
        (404, RefusedError),
        (422, RefusedError),
        (429, RateLimitedError),
        (500, UnavailableError),
        (503, UnavailableError),
    ],
)
def test_every_failed_read_has_its_error(status: int, kind: type[ExchangeError]) -> None:
    error = answers.failure(answer(status, b'{"errors": ["some.code"]}'), retry_after=3.0)

    assert type(error) is kind
    assert error.sentence.endswith(".")
    if isinstance(error, RefusedError):
        assert (error.codes, error.status) == (("some.code",), status)
    if isinstance(error, RateLimitedError | UnavailableError):
        assert error.retry_after == 3.0


def test_a_value_is_decoded_or_an_exchange_error_that_names_it() -> None:
    assert answers.value(answer(200, b"good"), decode, "markets") == "decoded"
    with pytest.raises(ExchangeError, match="answer for markets cannot be read: It is not good") as caught:
        answers.value(answer(200, b"bad"), decode, "markets")
    assert isinstance(caught.value.__cause__, ProtocolError)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NoConnectionError("Lost.", sent=True), Unknown("Lost.")),
        (NoConnectionError("Nobody.", sent=False), Refused("Nobody.")),
        (RateLimitedError("Paused.", retry_after=3), Refused("Paused.", (), 429)),
        (UnauthorisedError("No key."), Refused("No key.")),
    ],
)
def test_a_write_without_an_answer_is_unknown_only_if_it_left(
    error: ExchangeError, expected: Refused | Unknown
) -> None:
    assert answers.unanswered(error) == expected


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (NoConnectionError("", sent=True), True),
        (NoConnectionError("", sent=False), True),
        (UnavailableError("", status=503), True),
        (RateLimitedError(""), True),
        (RefusedError("", status=408), True),
        (RefusedError("", status=404), False),
        (UnauthorisedError("", status=401), False),
        (ExchangeError(""), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: ExchangeError, worth: bool) -> None:
    assert answers.is_worth_retrying(error) is worth
