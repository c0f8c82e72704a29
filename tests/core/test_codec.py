"""What the golden frames cannot show: exactness over all numbers, garbage of any kind, and what captui itself sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from captui.core import codec
from captui.core.events import BookIncrement, BookSnapshot, OrderUpdate, Pong, UnknownFrame
from captui.core.money import EXACT, plain
from captui.core.types import Level, OrderDraft, OrderType, Side
from captui.errors import ProtocolError
from tests.core.strategies import amounts

LIMIT = OrderDraft("btczar", Side.SELL, OrderType.LIMIT, Decimal(800_000), Decimal("0.00001"), post_only=True)
CUSTOM_ID = "302b0494-1a06-4089-846c-0c6b13f1b661"

positive = amounts(min_value=1)


def as_text(value: Decimal) -> str:
    return f'"{value}"'


def as_plain_text(value: Decimal) -> str:
    return f'"{value:f}"'


def as_number(value: Decimal) -> str:
    return f"{value:f}"


def as_exponent(value: Decimal) -> str:
    return f"{value:e}"


spellings = st.sampled_from([as_text, as_plain_text, as_number, as_exponent])


@given(st.lists(st.tuples(positive, amounts(), spellings, spellings), min_size=1, max_size=5), st.booleans())
@example([(Decimal("0.1"), Decimal("12345678901234567890.12345678901234567890"), as_number, as_number)], True)
@example([(Decimal("1E-8"), Decimal("123456789012345678901234567890"), as_exponent, as_number)], False)
def test_book_numbers_survive_exactly_however_they_are_spelt(
    pairs: list[tuple[Decimal, Decimal, Callable[[Decimal], str], Callable[[Decimal], str]]], flat: bool
) -> None:
    written = [f"[{spell_price(price)},{spell_amount(amount)}]" for price, amount, spell_price, spell_amount in pairs]
    flat = flat and len(pairs) == 1
    side = written[0] if flat else f"[{','.join(written)}]"
    for topic, kind in (("ob-inc", BookIncrement), ("ob-snap", BookSnapshot)):
        (event,) = codec.decode_frame(f'{{"btczar.{topic}":{{"bids":{side},"sequence":3}}}}')
        assert isinstance(event, kind)
        assert event.bids == tuple(Level(price, amount) for price, amount, _, _ in pairs)
        assert event.asks == ()
        assert event.sequence == 3


@given(positive, amounts(), spellings)
def test_order_numbers_survive_exactly(price: Decimal, executed: Decimal, spell: Callable[[Decimal], str]) -> None:
    volume = EXACT.add(executed, Decimal(1))
    record = codec.order(
        f'{{"id":1,"side":"buy","ord_type":"limit","state":"wait","market":"btczar","price":{spell(price)},'
        f'"origin_volume":{spell(volume)},"executed_volume":{spell(executed)}}}'.encode()
    )
    assert (record.price, record.volume, record.executed) == (price, volume, executed)
    assert record.remaining == 1


@given(positive, positive, st.sampled_from(Side))
def test_what_is_sent_is_exactly_what_was_drafted(price: Decimal, volume: Decimal, side: Side) -> None:
    draft = OrderDraft("btczar", side, OrderType.LIMIT, price, volume)
    sent = json.loads(json.dumps(codec.order_body(draft, CUSTOM_ID)))
    assert Decimal(sent["price"]) == price
    assert Decimal(sent["volume"]) == volume
    assert "e" not in sent["price"].lower() + sent["volume"].lower()
    assert sent["side"] == side.value


def test_a_limit_order_is_sent_as_in_the_document() -> None:
    # API document, Example using Authentication, createOrder.js
    assert codec.order_body(LIMIT, CUSTOM_ID) == {
        "market": "btczar",
        "side": "sell",
        "volume": "0.00001",
        "ord_type": "limit",
        "price": "800000",
        "post_only": True,
        "custom_order_id": CUSTOM_ID,
    }


def test_a_market_order_carries_neither_price_nor_post_only() -> None:
    body = codec.order_body(replace(LIMIT, type=OrderType.MARKET, price=None, post_only=False), CUSTOM_ID)
    assert body["ord_type"] == "market"
    assert not {"price", "post_only"} & set(body)


def test_a_limit_order_without_a_price_is_not_sent() -> None:
    with pytest.raises(ValueError, match="price"):
        codec.order_body(replace(LIMIT, price=None), CUSTOM_ID)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=120), unique=True, max_size=60))
def test_subscriptions_are_split_under_the_limit_and_none_is_lost(streams: list[str]) -> None:
    for build, event in ((codec.subscribe, "subscribe"), (codec.unsubscribe, "unsubscribe")):
        try:
            messages = build(streams)
        except ValueError:
            assert any(len(json.dumps(stream, ensure_ascii=False).encode()) > 400 for stream in streams)
            continue
        assert all(len(message.encode()) < 512 for message in messages)
        decoded = [json.loads(message) for message in messages]
        assert [name for message in decoded for name in message["streams"]] == streams
        assert all(message["event"] == event and message["streams"] for message in decoded)


def test_a_name_that_fits_no_message_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        codec.subscribe(["btczar.ob-inc", "x" * 500])


def test_four_markets_need_one_message() -> None:
    streams = [f"{market}.{topic}" for market in ("btczar", "ethzar") for topic in ("ob-inc", "trades", "kline-15m")]
    assert len(codec.subscribe([*streams, "order", "trade", "balance"])) == 1


@pytest.mark.parametrize("raw", ["pong", b"pong", " pong\n"])
def test_pong_is_not_json(raw: str | bytes) -> None:
    assert codec.decode_frame(raw) == (Pong(),)


def test_keys_are_looked_at_one_by_one() -> None:
    frame = '{"btczar.ob-inc":{"asks":["1","2"],"sequence":2},"ethzar.ob-snap":{"sequence":1},"x":1}'
    assert codec.decode_frame(frame) == (
        BookIncrement("btczar", (Level(Decimal(1), Decimal(2)),), (), 2),
        BookSnapshot("ethzar", (), (), 1),
        UnknownFrame(("x",)),
    )
    assert codec.decode_frame("{}") == ()


def test_a_key_that_only_looks_like_a_book_is_unknown() -> None:
    assert codec.decode_frame('{"btczar.ob-other":{"sequence":1}}') == (UnknownFrame(("btczar.ob-other",)),)
    assert codec.decode_frame('{".ob-inc":{"sequence":1}}') == (UnknownFrame((".ob-inc",)),)


def sentence_of(read: Callable[[bytes], object], raw: bytes) -> str:
    """What the ProtocolError says, empty where it could be read; any other error goes through."""
    try:
        read(raw)
    except ProtocolError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("number", ["１", "1_0", " 1", "nan", "1e99999", "--1"])
def test_what_only_python_calls_a_number_is_refused_in_books(number: str) -> None:
    for pair in (f'["{number}","1"]', f'["1","{number}"]', f'[["{number}","1"]]', f'[["1","{number}"],["2","2"]]'):
        with pytest.raises(ProtocolError):
            codec.decode_frame(f'{{"btczar.ob-inc":{{"asks":{pair},"sequence":2}}}}')


READERS: list[Callable[[bytes], object]] = [
    codec.decode_frame,
    codec.markets,
    codec.currencies,
    codec.currency,
    codec.tickers,
    codec.candles,
    codec.order,
    codec.orders,
    codec.fills,
    codec.balances,
    codec.balance,
    lambda body: codec.depth(body, "btczar"),
    lambda body: codec.ticker(body, "btczar"),
    lambda body: codec.public_trades(body, "btczar"),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = """
    id market side ord_type state price origin_volume executed_volume created_at at tid amount taker_type currency balance available
    locked ticker last sequence asks bids trades base_unit quote_unit price_precision streams message
"""
KEYS = "btczar.ob-inc btczar.ob-snap btczar.kline-1m btczar.trades global.tickers order trade balance success error"
field_names = st.sampled_from(FIELDS.split())
plausible = st.dictionaries(
    field_names, json_values | st.sampled_from(["buy", "limit", "wait", "1.5", "", 0, [["1", "2"]]]), max_size=14
)
frame_keys = st.sampled_from(KEYS.split())


@given(st.binary(max_size=60) | json_values.map(msgspec.json.encode) | plausible.map(msgspec.json.encode))
@example(b"[" * 100_000)
@example(b'{"order":1e999999999999}')
@example(b'{"btczar.ob-inc":{"asks":["1e999999999","1"],"sequence":2}}')
@example(b'{"btczar.ob-inc":{"asks":["\xff","1"],"sequence":2}}')
@example(b"NaN")
def test_garbage_is_a_protocol_error_and_nothing_else(raw: bytes) -> None:
    for read in READERS:
        assert sentence_of(read, raw).isprintable()
    codec.error_codes(raw)


@given(st.dictionaries(frame_keys, plausible | json_values, max_size=3).map(msgspec.json.encode))
def test_broken_frames_are_a_protocol_error_and_nothing_else(raw: bytes) -> None:
    assert sentence_of(codec.decode_frame, raw).isprintable()


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b'{"errors":["a.b","c.d"]}', ("a.b", "c.d")),
        (b'{"errors":"a.b"}', ("a.b",)),
        (b'{"error":"plain words"}', ("plain words",)),
        (b'{"errors":[1,null,"a.b"]}', ("a.b",)),
        (b'{"errors":["\\u001b[2J"]}', (" [2J",)),
        (b"[]", ()),
        (b"", ()),
        (b"<html>", ()),
    ],
)
def test_error_codes(body: bytes, codes: tuple[str, ...]) -> None:
    assert codec.error_codes(body) == codes


def test_candles_are_sorted_and_the_later_row_wins() -> None:
    rows = codec.candles(b"[[120,1,1,1,1,1],[60,1,1,1,1,1],[120,2,2,2,2,2]]")
    assert [(row.time_ms, plain(row.close)) for row in rows] == [(60_000, "1"), (120_000, "2")]


def test_rest_tells_that_an_order_has_no_custom_id_and_the_older_stream_does_not() -> None:
    fields = '{"id":7,"market":"btczar","side":"buy","ord_type":"limit","price":"1","state":"wait","origin_volume":"1","at":1}'
    assert codec.order(fields.encode()).custom_id == ""
    assert [order.custom_id for order in codec.orders(f"[{fields}]".encode()).items] == [""]
    (event,) = codec.decode_frame(f'{{"order":{fields}}}')
    assert isinstance(event, OrderUpdate)
    assert event.record.custom_id is None


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b'{"btczar.ob-inc":{"asks', "btczar.ob-inc"),
        (b' { "order" : [', "order"),
        (b'{"a\x1b]0;b":1', "a ]0;b"),
        (b"\xff\xfe\x00", ""),
        (b'["order"', ""),
        (b'{"' + b"x" * 65 + b'":1', ""),
    ],
)
def test_what_an_unreadable_frame_seems_to_be_about(raw: bytes, key: str) -> None:
    assert codec.seeming_key(raw) == key
