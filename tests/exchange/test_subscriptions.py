from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.exchange.subscriptions import LONGEST_URL, Subscriptions

BASE = "wss://trade.example/api/v2/websocket/private"
NAMES = st.frozensets(st.from_regex(r"[a-z]{1,12}\.(ob-inc|trades|kline-15m)", fullmatch=True), max_size=40)


def asked_in(url: str) -> list[str]:
    return [value for name, value in parse_qsl(urlsplit(url).query) if name == "stream"]


def test_each_stream_has_its_own_name_in_the_url() -> None:
    subscriptions = Subscriptions()
    subscriptions.want(frozenset({"order", "btczar.ob-inc", "balance"}))

    assert subscriptions.url(BASE) == f"{BASE}?stream=balance&stream=btczar.ob-inc&stream=order"
    assert subscriptions.messages() == []


def test_nothing_wanted_is_no_query() -> None:
    assert Subscriptions().url(BASE) == BASE


def test_only_differences_are_sent_leaving_first() -> None:
    subscriptions = Subscriptions()
    subscriptions.want(frozenset({"order", "btczar.ob-inc"}))
    subscriptions.url(BASE)
    subscriptions.want(frozenset({"order", "ethzar.ob-inc"}))

    assert [json.loads(text) for text in subscriptions.messages()] == [
        {"event": "unsubscribe", "streams": ["btczar.ob-inc"]},
        {"event": "subscribe", "streams": ["ethzar.ob-inc"]},
    ]
    assert subscriptions.messages() == []


def test_asking_again_leaves_and_joins() -> None:
    subscriptions = Subscriptions()
    subscriptions.want(frozenset({"order", "btczar.ob-inc"}))
    subscriptions.url(BASE)
    subscriptions.ask_again("btczar.ob-inc")
    subscriptions.ask_again("never.wanted")

    assert [json.loads(text)["event"] for text in subscriptions.messages()] == ["unsubscribe", "subscribe"]
    assert subscriptions.messages() == []


def test_asking_again_for_what_is_not_yet_asked_for_is_one_subscription() -> None:
    subscriptions = Subscriptions()
    subscriptions.url(BASE)
    subscriptions.want(frozenset({"btczar.ob-inc"}))
    subscriptions.ask_again("btczar.ob-inc")

    assert [json.loads(text)["event"] for text in subscriptions.messages()] == ["subscribe"]


def test_a_new_connection_starts_from_the_url() -> None:
    subscriptions = Subscriptions()
    subscriptions.want(frozenset({"order"}))
    subscriptions.url(BASE)
    subscriptions.want(frozenset({"order", "trade"}))
    subscriptions.messages()

    assert asked_in(subscriptions.url(BASE)) == ["order", "trade"]
    assert subscriptions.messages() == []


@given(first=NAMES, second=NAMES)
def test_url_and_messages_together_ask_for_exactly_what_is_wanted(
    first: frozenset[str], second: frozenset[str]
) -> None:
    subscriptions = Subscriptions()
    subscriptions.want(first)
    url = subscriptions.url(BASE)
    server = set(asked_in(url))
    subscriptions.want(second)
    for text in subscriptions.messages():
        message = json.loads(text)
        assert len(text.encode()) < 512
        if message["event"] == "subscribe":
            assert server.isdisjoint(message["streams"])
            server |= set(message["streams"])
        else:
            assert server.issuperset(message["streams"])
            server -= set(message["streams"])

    assert server == second
    assert len(url) <= LONGEST_URL


def test_what_does_not_fit_the_url_is_sent_afterwards_in_short_messages() -> None:
    wanted = frozenset(f"market{number}zar.ob-inc" for number in range(300))
    subscriptions = Subscriptions()
    subscriptions.want(wanted)
    url = subscriptions.url(BASE)
    texts = subscriptions.messages()
    sent = [stream for text in texts for stream in json.loads(text)["streams"]]

    assert len(url) <= LONGEST_URL
    assert all(len(text.encode()) < 512 for text in texts)
    assert sorted([*asked_in(url), *sent]) == sorted(wanted)


def test_a_name_that_no_message_can_carry_is_refused_at_once() -> None:
    subscriptions = Subscriptions()

    with pytest.raises(ValueError, match="too long"):
        subscriptions.want(frozenset({"x" * 600}))
    assert subscriptions.wanted == frozenset()
