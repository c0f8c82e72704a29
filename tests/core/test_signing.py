from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.secret import Credentials, Secret
from captui.core.signing import NONCE_WINDOW_MS, REMEMBERED_NONCES, NonceSource, auth_headers, sign

CREDENTIALS = Credentials(Secret("c0ffee1234567890"), Secret("5ca1ab1e0ddba11"))
SIGNATURE = "065762212eceac7d849809ee277d18c4e43b6237ab167fc230ad8c701d5d05c2"
"""Made with `openssl dgst -sha256 -hmac` (exchange notes, Authentication)."""


def test_the_vector_of_the_notes() -> None:
    assert sign(CREDENTIALS, 1702023419000) == SIGNATURE


def test_the_three_headers() -> None:
    assert auth_headers(CREDENTIALS, 1702023419000) == {
        "X-Auth-Apikey": "c0ffee1234567890",
        "X-Auth-Nonce": "1702023419000",
        "X-Auth-Signature": SIGNATURE,
    }


@given(st.lists(st.integers(0, 60_000), max_size=200))
def test_no_nonce_is_given_twice_whatever_the_clock_does(clock: list[int]) -> None:
    source = NonceSource()
    given_out = [source.next(now) for now in clock]
    assert len(set(given_out)) == len(given_out)


@given(st.lists(st.integers(-NONCE_WINDOW_MS + 201, 1_000), max_size=50))
def test_nonces_go_up_through_small_steps_back(steps: list[int]) -> None:
    source = NonceSource()
    now, last = 1_000_000, 0
    for step in steps:
        # Each small step is taken from the newest nonce: the clock is never seen further behind than the window.
        now = max(now, last) + step if last else now
        nonce = source.next(now)
        assert nonce > last
        last = nonce


def test_within_one_millisecond_each_is_one_higher() -> None:
    source = NonceSource()
    assert [source.next(5) for _ in range(3)] == [5, 6, 7]
    assert source.next(100) == 100


def test_a_clock_found_far_ahead_is_followed_back() -> None:
    source = NonceSource()
    assert source.next(60_000) == 60_000
    assert source.next(60_000) == 60_001
    assert source.next(1_000) == 1_000, "60 000 would be refused for the next minute"
    assert source.next(60_000) == 60_002, "these were used before the step"


def test_memory_is_bounded() -> None:
    source = NonceSource()
    for now in range(REMEMBERED_NONCES + 1_000):
        source.next(now)
    assert len(source._given) == len(source._in_order) == REMEMBERED_NONCES


@pytest.mark.parametrize("nonce", [0, 1702023419000])
def test_signatures_are_lower_case_hex(nonce: int) -> None:
    assert set(sign(CREDENTIALS, nonce)) <= set("0123456789abcdef")
