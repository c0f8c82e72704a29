"""The key pair comes whole or not at all, and is never shown."""

from __future__ import annotations

import pytest

from captui.credentials import from_environment
from captui.errors import CredentialsError


def test_none_where_neither_half_is_set() -> None:
    assert from_environment({}) is None
    assert from_environment({"CAPTUI_API_KEY": " ", "CAPTUI_API_SECRET": ""}) is None


def test_a_pair_is_taken_without_the_spaces_around_it() -> None:
    pair = from_environment({"CAPTUI_API_KEY": " c0ffee\n", "CAPTUI_API_SECRET": "5ca1ab1e "})
    assert pair is not None
    assert pair.api_key.reveal() == "c0ffee"
    assert pair.api_secret.reveal() == "5ca1ab1e"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CAPTUI_API_KEY": "c0ffee"}, "CAPTUI_API_KEY is set, but CAPTUI_API_SECRET is not"),
        ({"CAPTUI_API_SECRET": "5ca1ab1e"}, "CAPTUI_API_SECRET is set, but CAPTUI_API_KEY is not"),
        (
            {"CAPTUI_API_KEY": "c0f fee", "CAPTUI_API_SECRET": "5ca1ab1e"},
            "CAPTUI_API_KEY holds characters that no key has",
        ),
        ({"CAPTUI_API_KEY": "c0ffee", "CAPTUI_API_SECRET": "5ca1\nab1e"}, "CAPTUI_API_SECRET holds characters"),
        ({"CAPTUI_API_KEY": "c0ffée", "CAPTUI_API_SECRET": "5ca1ab1e"}, "CAPTUI_API_KEY holds characters"),
    ],
)
def test_a_broken_pair_is_said_without_showing_it(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(CredentialsError, match=sentence) as caught:
        from_environment(environment)
    for value in environment.values():
        assert value not in str(caught.value)
