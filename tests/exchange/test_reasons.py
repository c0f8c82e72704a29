from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from captui.exchange.reasons import reason, without_frames


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ssl.SSLCertVerificationError("unable to get local issuer"), "its certificate is not trusted"),
        (ssl.SSLError("wrong version number"), "no secure connection could be agreed"),
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be found"),
        (ConnectionRefusedError(111, "Connection refused"), "it refuses connections"),
        (ConnectionResetError(104, "reset"), "it closed the connection"),
        (TimeoutError(), "it did not answer in time"),
    ],
)
@pytest.mark.parametrize("grouped", [False, True])
def test_the_truth_is_found_behind_the_librarys_own_error(cause: Exception, words: str, grouped: bool) -> None:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = ExceptionGroup("one for each address", [cause]) if grouped else cause

    assert reason(error) == words


def test_an_unknown_cause_speaks_for_itself_without_control_characters() -> None:
    assert reason(ValueError("bad \x1b[31mthing\x07.")) == "bad  [31mthing "
    assert reason(ValueError()) == "ValueError"


def test_causes_in_a_circle_end() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first

    assert reason(first) == "first"


def test_without_frames_keeps_the_chain_and_drops_the_frames() -> None:
    def library() -> None:
        try:
            raise OSError("inner")
        except OSError as inner:
            raise ValueError("outer") from inner

    with pytest.raises(ValueError, match="outer") as caught:
        library()
    bare = without_frames(caught.value)

    assert bare.__traceback__ is None
    assert isinstance(bare.__cause__, OSError)
    assert bare.__cause__.__traceback__ is None
