from __future__ import annotations

import hashlib
import hmac

import pytest

from captui.simulator.auth import Authenticator, AuthError, key_pair

KEY, SECRET, NONCE = "c0ffee1234567890", "5ca1ab1e0ddba11", 1_702_023_419_000
VECTOR = "065762212eceac7d849809ee277d18c4e43b6237ab167fc230ad8c701d5d05c2"
"""Made with openssl for this key, secret and nonce."""


def headers(**changes: str | None) -> dict[str, str]:
    given = {"x-auth-apikey": KEY, "x-auth-nonce": str(NONCE), "x-auth-signature": VECTOR}
    changed = {**given, **{f"x-auth-{name}": value for name, value in changes.items()}}
    return {name: value for name, value in changed.items() if value is not None}


def signed(nonce: int) -> dict[str, str]:
    signature = hmac.new(SECRET.encode(), f"{nonce}{KEY}".encode(), hashlib.sha256).hexdigest()
    return headers(nonce=str(nonce), signature=signature)


def refusal(
    given: dict[str, str], *, now_ms: int = NONCE, authenticator: Authenticator | None = None
) -> tuple[int, str]:
    with pytest.raises(AuthError) as refused:
        (authenticator or Authenticator(KEY, SECRET)).check(given, now_ms=now_ms)
    return refused.value.status, refused.value.code


def test_the_openssl_vector_is_let_in() -> None:
    Authenticator(KEY, SECRET).check(headers(), now_ms=NONCE)


@pytest.mark.parametrize("away", [-4_999, 4_999])
def test_a_nonce_just_inside_the_window_is_let_in(away: int) -> None:
    Authenticator(KEY, SECRET).check(headers(), now_ms=NONCE + away)


@pytest.mark.parametrize("away", [-5_000, 5_000, 10**9])
def test_a_nonce_five_seconds_away_is_expired(away: int) -> None:
    assert refusal(headers(), now_ms=NONCE + away) == (401, "authz.nonce_expired")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (401, "authz.invalid_session")),
        (headers(signature=None), (422, "authz.invalid_api_key_headers")),
        (headers(apikey=""), (422, "authz.invalid_api_key_headers")),
        (headers(nonce="  "), (422, "authz.invalid_api_key_headers")),
        (headers(apikey="someone-else"), (401, "authz.unexistent_apikey")),
        (headers(nonce="yesterday"), (401, "authz.nonce_expired")),
        (headers(nonce="²"), (401, "authz.nonce_expired")),
        (headers(signature="0" * 64), (401, "authz.invalid_signature")),
        (headers(signature=VECTOR.upper()), (401, "authz.invalid_signature")),
        (headers(signature="ä"), (401, "authz.invalid_signature")),
    ],
)
def test_each_mistake_has_its_answer(given: dict[str, str], expected: tuple[int, str]) -> None:
    assert refusal(given) == expected


def test_a_nonce_is_good_once_but_a_failed_try_does_not_use_it_up() -> None:
    authenticator = Authenticator(KEY, SECRET)
    assert refusal(headers(signature="0" * 64), authenticator=authenticator) == (401, "authz.invalid_signature")
    authenticator.check(headers(), now_ms=NONCE)
    assert refusal(headers(), authenticator=authenticator) == (401, "authz.nonce_expired")


def test_used_nonces_are_remembered_for_as_long_as_they_could_be_used() -> None:
    authenticator = Authenticator(KEY, SECRET)
    for nonce in range(NONCE, NONCE + 30_000, 500):
        authenticator.check(signed(nonce), now_ms=nonce - 4_000)
        assert refusal(signed(nonce), now_ms=nonce + 4_999, authenticator=authenticator) == (401, "authz.nonce_expired")
    assert len(authenticator._used) < 60


def test_a_revoked_key_is_not_active() -> None:
    authenticator = Authenticator(KEY, SECRET)
    authenticator.revoked = True
    assert refusal(headers(), authenticator=authenticator) == (401, "authz.apikey_not_active")


def test_the_key_pair_follows_from_the_seed() -> None:
    assert key_pair(1) == key_pair(1)
    assert len({*key_pair(1), *key_pair(2)}) == 4
    key, secret = key_pair(1)
    assert (len(key), len(secret)) == (16, 32)
