from __future__ import annotations

import copy
import hmac
import io
import json
import logging
import marshal
import pickle
import pprint
import reprlib
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, NoReturn

import msgspec
import pytest
from rich.console import Console
from rich.pretty import Pretty
from rich.traceback import Traceback

from captui.cli.commands.configuration import as_plain
from captui.core import signing
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


def test_json_has_stars_where_an_encoder_asks_and_is_refused_where_it_does_not(credentials: Credentials) -> None:
    whole = {"pair": asdict(credentials), "alone": credentials.api_secret}
    asked = [json.dumps(whole, default=str), json.dumps(whole, default=repr)]
    asked += [
        msgspec.json.encode(whole, enc_hook=str).decode(),
        msgspec.json.encode(credentials, enc_hook=str).decode(),
    ]
    asked += [str(msgspec.to_builtins(whole, enc_hook=str)), str(as_plain(credentials)), str(as_plain(whole))]
    for text in asked:
        assert "***" in text
        assert HIDDEN not in text
        assert "c0ffee1234567890" not in text
    refusing: list[Callable[[Any], object]] = [
        json.dumps,
        msgspec.json.encode,
        msgspec.msgpack.encode,
        msgspec.to_builtins,
        marshal.dumps,
    ]
    for refuse in refusing:
        with pytest.raises((TypeError, ValueError)) as caught:
            refuse(credentials.api_secret)
        assert HIDDEN not in str(caught.value)


def test_no_printer_of_objects_finds_a_way_in(credentials: Credentials) -> None:
    def fail(_given: Credentials, _half: Secret) -> None:
        raise RuntimeError

    out = io.StringIO()
    console = Console(file=out, width=200)
    pprint.pprint([credentials, credentials.api_secret], stream=out)
    console.print(Pretty([credentials, credentials.api_secret, {"key": credentials.api_key}], expand_all=True))
    try:
        fail(credentials, credentials.api_secret)
    except RuntimeError:
        console.print(Traceback(show_locals=True, locals_hide_dunder=False, locals_hide_sunder=False))
        logging.Formatter().formatException(sys.exc_info())
    record = logging.LogRecord("x", logging.DEBUG, "", 1, "%s %r %a", (credentials,) * 3, None)
    out.write(logging.Formatter().format(record))
    out.write(reprlib.repr(credentials) + ascii(credentials) + f"{credentials!s}" + f"{credentials.api_key}")
    assert out.getvalue().count("***") > 10
    assert HIDDEN not in out.getvalue()
    assert "c0ffee1234567890" not in out.getvalue()
    with pytest.raises(TypeError, match="not pickled"):
        credentials.api_secret.__getstate__()


def test_a_failing_signature_shows_neither_half_in_its_local_variables(
    credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> NoReturn:
        raise RuntimeError

    monkeypatch.setattr(hmac, "new", broken)
    try:
        signing.auth_headers(credentials, 1)
    except RuntimeError as error:
        # The frame of the broken function is the test's own.
        frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
        frames.pop()
    shown = "".join(frames.format())
    assert "in sign" in shown
    assert HIDDEN not in shown
    assert "c0ffee1234567890" not in shown


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
