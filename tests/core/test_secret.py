from __future__ import annotations

import copy
import pickle
import traceback
from dataclasses import asdict

import pytest

from captui.core.secret import Credentials, Secret
from captui.errors import CredentialsError

HIDDEN = "5ca1ab1e0ddba11"


@pytest.fixture
def credentials() -> Credentials:
    return Credentials(Secret("c0ffee1234567890"), Secret(HIDDEN))


def test_nothing_that_prints_gives_it_away(credentials: Credentials) -> None:
    secret = credentials.api_secret
    printed = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>5}",
        f"{secret:>10}",
        repr(credentials),
    ]
    printed += [str(asdict(credentials)), str(copy.deepcopy(credentials)), str(copy.copy(secret)), str([secret])]
    assert all(HIDDEN not in text and "***" in text for text in printed)
    assert secret.reveal() == HIDDEN


def test_a_traceback_with_local_variables_does_not_show_it(credentials: Credentials) -> None:
    def fail(_given: Credentials) -> None:
        raise RuntimeError

    try:
        fail(credentials)
    except RuntimeError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "***" in shown
    assert HIDDEN not in shown


def test_it_is_not_pickled(credentials: Credentials) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(credentials.api_secret)
    with pytest.raises(TypeError):
        pickle.dumps(credentials)


def test_secrets_compare_by_content() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


@pytest.mark.parametrize("bad", ["", "  ", "two words", "line\nend", "é", "\x1b[2J"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(bad: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        Credentials(Secret("key"), Secret(bad))
    assert "API secret" in str(caught.value)
    assert not bad.strip() or bad not in str(caught.value)
    with pytest.raises(CredentialsError, match="API key"):
        Credentials(Secret(bad), Secret("secret"))


def test_the_fingerprint_tells_keys_apart_and_is_stable(credentials: Credentials) -> None:
    # printf c0ffee1234567890 | sha256sum
    assert credentials.fingerprint == "08fa6ff92d11"
    assert Credentials(Secret("other"), Secret(HIDDEN)).fingerprint != credentials.fingerprint
