from __future__ import annotations

import pytest

from captui.exchange.wire import Answer, is_loopback, retry_after_s
from tests.exchange.http_server import date_header

NOON_MS = 1_702_023_420_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("60", 60.0),
        (" 7 ", 7.0),
        (date_header(NOON_MS + 90_000), 90.0),
        (date_header(NOON_MS - 90_000), 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("١٢", None),
        ("Fri, 99 Dec 2023 08:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_on_the_exchanges_clock(text: str, seconds: float | None) -> None:
    assert retry_after_s({"Retry-After": text}, NOON_MS) == seconds


def test_without_the_header_there_is_no_retry_after() -> None:
    assert retry_after_s({}, NOON_MS) is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "trade.capecrypto.com", "localhost.example", "10.0.0.1", "128.0.0.1"])
def test_others_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


def test_an_answer_that_is_printed_keeps_its_body_to_itself() -> None:
    answer = Answer(201, {}, b'{"change_voucher":{"change_pin":1234567890123456}}', 3.5)
    assert repr(answer) == "Answer(status=201, headers={}, round_trip_ms=3.5)"
