from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.checks import Code, Finding, Limits, check
from captui.core.fees import Fees
from captui.core.types import Level, Order, OrderDraft, OrderStatus, OrderType, Side
from tests import samples
from tests.core.strategies import BTCZAR, drafts, side_of_book

D = Decimal
ASKS = (Level(D("843500.00"), D(1)), Level(D("843600.00"), D(2)))
BIDS = (Level(D("843400.00"), D(1)), Level(D("843300.00"), D(2)))
GOOD = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, D("843400.00"), D("0.01"))
RICH = {"zar": D(10_000_000), "btc": D(100)}


def found(draft: OrderDraft, **changed: Any) -> tuple[Finding, ...]:
    given_: dict[str, Any] = {
        "market": BTCZAR,
        "bids": BIDS,
        "asks": ASKS,
        "fresh": True,
        "available": RICH,
        "limits": Limits(),
        "fees": Fees(),
        "recent": (),
        "now_ms": 1_000_000,
    }
    return check(draft, **(given_ | changed))


def test_nothing_speaks_against_a_sound_order() -> None:
    assert found(GOOD) == ()
    assert found(replace(GOOD, side=Side.SELL, price=D("843500.00"), post_only=True)) == ()
    assert found(OrderDraft("btczar", Side.SELL, OrderType.MARKET, None, D("0.01"))) == ()


MARKET_BUY = OrderDraft("btczar", Side.BUY, OrderType.MARKET, None, D("0.01"))

OWN_SELL = samples.order("mine", Side.SELL, "843550.5", "0.0003", executed="0.0002")

CASES: list[tuple[OrderDraft, dict[str, Any], str, bool, str]] = [
    (replace(GOOD, market="ethzar"), {}, "wrong-market", True, "This order is for ETHZAR, not for BTC/ZAR."),
    (
        GOOD,
        {"market": replace(BTCZAR, enabled=False)},
        "market-disabled",
        True,
        "The exchange has switched off trading in BTC/ZAR.",
    ),
    (replace(GOOD, price=None), {}, "shape", True, "A limit order needs a price."),
    (replace(MARKET_BUY, price=D(1)), {}, "shape", True, "A market order cannot carry a price."),
    (replace(MARKET_BUY, post_only=True), {}, "shape", True, "A market order cannot be post-only: it always matches."),
    (replace(GOOD, price=D(0)), {}, "shape", True, "The price must be a number above zero."),
    (replace(GOOD, price=D("NaN")), {}, "shape", True, "The price must be a number above zero."),
    (replace(GOOD, volume=D(0)), {}, "volume", True, "The volume must be a number above zero."),
    (replace(GOOD, volume=D("1E+999")), {}, "volume", True, "The volume must be a number above zero."),
    (
        replace(GOOD, price=D("843400.005")),
        {},
        "tick",
        True,
        "843 400.005 is off the tick: prices of BTC/ZAR move in steps of 0.01.",
    ),
    (
        replace(GOOD, price=D("199999.99")),
        {"bids": (), "asks": (Level(D(200_000), D(1)),)},
        "min-price",
        True,
        "199 999.99 is below the lowest price of BTC/ZAR, 200 000.",
    ),
    (
        replace(GOOD, price=D("1200000.01")),
        {"bids": (Level(D(1_199_000), D(1)),), "asks": ()},
        "max-price",
        True,
        "1 200 000.01 is above the highest price of BTC/ZAR, 1 200 000.",
    ),
    (
        replace(GOOD, volume=D("0.010000001")),
        {},
        "lot",
        True,
        "0.010000001 BTC is too fine: amounts of BTC/ZAR move in steps of 0.00000001.",
    ),
    (
        replace(GOOD, volume=D("0.000009")),
        {},
        "min-amount",
        True,
        "0.000009 BTC is below the smallest order of BTC/ZAR, 0.00001 BTC.",
    ),
    (
        GOOD,
        {"fresh": False},
        "stale",
        True,
        "The book of BTC/ZAR is not up to date, so nothing can be checked against it.",
    ),
    (
        GOOD,
        {"available": {"zar": D("8433.99"), "btc": D(1)}},
        "funds",
        True,
        "This order needs 8 434.00 ZAR; 8 433.99 ZAR is available.",
    ),
    (
        replace(GOOD, side=Side.SELL, price=D("843500.00")),
        {"available": {"zar": D(1)}},
        "funds",
        True,
        "This order needs 0.01 BTC; 0 BTC is available.",
    ),
    (
        replace(GOOD, price=D("841815.75"), volume=D("0.50000003")),
        {"available": {"zar": D("420907.8999999999")}, "limits": Limits(max_value=D(500_000))},
        "funds",
        True,
        "This order needs 420 907.91 ZAR; 420 907.89 ZAR is available.",
    ),
    (
        replace(GOOD, side=Side.SELL, price=D("843500.00")),
        {"available": {"btc": D("0.009999999999")}},
        "funds",
        True,
        "This order needs 0.01 BTC; 0.00999999 BTC is available.",
    ),
    (GOOD, {"available": {}}, "funds", True, "Your balances are not known yet, so the funds cannot be checked."),
    (
        replace(GOOD, price=D("843500.00"), post_only=True),
        {},
        "post-only",
        True,
        "843 500 would match the best ask at 843 500, and the order is post-only.",
    ),
    (
        replace(MARKET_BUY, volume=D(4)),
        {"limits": Limits(max_value=D(10_000_000))},
        "outruns-book",
        True,
        "The book holds only 3 BTC to match 4 BTC at the market.",
    ),
    (
        GOOD,
        {"bids": (), "asks": ()},
        "no-book",
        False,
        "The book of BTC/ZAR is empty: there is nothing to compare this price with.",
    ),
    (
        replace(GOOD, price=D("890000.00")),
        {},
        "distance",
        False,
        "890 000 is 5.51 % through the best ask at 843 500; your limit is 5 %.",
    ),
    (
        replace(GOOD, price=D("800000.00")),
        {},
        "distance",
        False,
        "800 000 is 5.15 % away from the best bid at 843 400; your limit is 5 %.",
    ),
    (
        replace(GOOD, side=Side.SELL, price=D("900000.00")),
        {},
        "distance",
        False,
        "900 000 is 6.70 % away from the best ask at 843 500; your limit is 5 %.",
    ),
    (
        replace(GOOD, side=Side.SELL, price=D("800000.00")),
        {"asks": ()},
        "distance",
        False,
        "800 000 is 5.15 % through the best bid at 843 400; your limit is 5 %.",
    ),
    (
        replace(MARKET_BUY, volume=D("0.02")),
        {"asks": (Level(D(800_000), D("0.01")), Level(D(900_000), D(1)))},
        "distance",
        False,
        "900 000 is 12.50 % through the best ask at 800 000; your limit is 5 %.",
    ),
    (
        replace(GOOD, volume=D("0.3")),
        {},
        "value",
        False,
        "This order is worth 253 020.00 ZAR, over your limit of 250 000 ZAR.",
    ),
    (
        replace(GOOD, price=D("843400.01"), volume=D("0.29641928")),
        {"bids": (Level(D("843400.01"), D(1)),), "limits": Limits(max_value=D("249999.99"))},
        "value",
        False,
        "This order is worth 250 000.03 ZAR, over your limit of 249 999.99 ZAR.",
    ),
    (
        replace(GOOD, price=D("843600.00")),
        {"own": (OWN_SELL,)},
        "own-order",
        False,
        "This could trade with your own sell of 0.0001 BTC at 843 550.50: you would pay both fees.",
    ),
    (
        replace(GOOD, price=D("843500.00"), volume=D("0.02")),
        {"own": (replace(OWN_SELL, price=D("843500.00")),)},
        "own-order",
        False,
        "This would trade with your own sell of 0.0001 BTC at 843 500.00: you would pay both fees.",
    ),
    (
        replace(GOOD, side=Side.SELL, price=D("843400.00")),
        {"own": (replace(OWN_SELL, side=Side.BUY, price=D("843400.00")),)},
        "own-order",
        False,
        "This would trade with your own buy of 0.0001 BTC at 843 400.00: you would pay both fees.",
    ),
    (
        GOOD,
        {"recent": [(GOOD, 990_100), (GOOD, 997_600)]},
        "twin",
        False,
        "The same order to buy 0.01 BTC was sent 2.4 s ago.",
    ),
]


@pytest.mark.parametrize(
    ("draft", "changed", "code", "blocking", "text"), CASES, ids=[f"{case[2]}-{i}" for i, case in enumerate(CASES)]
)
def test_each_finding_has_its_own_sentence(
    draft: OrderDraft, changed: dict[str, Any], code: str, blocking: bool, text: str
) -> None:
    assert found(draft, **changed) == (Finding(code, text, blocking),)


def test_every_code_is_shown_by_a_case() -> None:
    assert {case[2] for case in CASES} == {code.value for code in Code}


def told_of_own(draft: OrderDraft, *own: Order) -> str:
    return " ".join(finding.text for finding in found(draft, own=own) if finding.code == Code.OWN)


def test_a_market_order_is_measured_by_the_levels_that_it_takes() -> None:
    reached = replace(OWN_SELL, price=D("843600.00"))
    assert told_of_own(MARKET_BUY, reached) == ""
    assert "would trade with your own sell of 0.0001 BTC at 843 600.00:" in told_of_own(
        replace(MARKET_BUY, volume=D("1.5")), reached
    )
    own_buy = replace(OWN_SELL, side=Side.BUY, price=D("843300.00"))
    market_sell = replace(MARKET_BUY, side=Side.SELL)
    assert told_of_own(market_sell, own_buy) == ""
    assert "would trade with your own buy" in told_of_own(replace(market_sell, volume=D("1.5")), own_buy)


def test_an_own_order_at_the_very_price_and_a_tick_beyond() -> None:
    draft = replace(GOOD, price=D("843550.50"))
    assert told_of_own(draft, OWN_SELL)
    assert told_of_own(replace(draft, price=D("843550.49")), OWN_SELL) == ""
    own_buy = replace(OWN_SELL, side=Side.BUY)
    selling = replace(draft, side=Side.SELL)
    assert told_of_own(selling, own_buy)
    assert told_of_own(replace(selling, price=D("843550.51")), own_buy) == ""


def test_only_what_can_still_match_counts_as_an_own_order() -> None:
    draft = replace(GOOD, price=D("843600.00"))
    assert told_of_own(draft, replace(OWN_SELL, status=OrderStatus.CANCELLING)), "it can still fill"
    assert told_of_own(draft, replace(OWN_SELL, status=OrderStatus.UNKNOWN)), "it may be there"
    for harmless in (
        replace(OWN_SELL, status=OrderStatus.CANCELLED),
        replace(OWN_SELL, executed=OWN_SELL.volume),
        replace(OWN_SELL, side=Side.BUY),
        replace(OWN_SELL, market="ethzar"),
        replace(OWN_SELL, price=None, type=OrderType.MARKET),
    ):
        assert told_of_own(draft, harmless) == ""
    assert told_of_own(replace(draft, post_only=True), OWN_SELL) == "", "the exchange refuses it before it matches"


def test_of_several_own_orders_the_one_that_is_met_first_is_named() -> None:
    nearest = replace(OWN_SELL, key="near", price=D("843500.00"))
    said = told_of_own(replace(GOOD, price=D("843600.00")), OWN_SELL, nearest, replace(OWN_SELL, key="third"))
    assert "0.0001 BTC at 843 500.00 and 2 more of your orders: you would pay both fees." in said


def test_what_is_needed_never_reads_like_what_there_is() -> None:
    short = replace(GOOD, price=D("843400.01"), volume=D("0.00123457"))
    needed = D("843400.01") * D("0.00123457")
    said = found(short, available={"zar": needed - D("0.0000000001")})[0].text
    assert said == "This order needs 1 041.24 ZAR; 1 041.23 ZAR is available."


def test_blocking_findings_come_first() -> None:
    findings = found(replace(GOOD, price=D("900000.005"), volume=D(50)), available={"zar": D(1)}, recent=())
    assert [finding.blocking for finding in findings] == sorted(
        (finding.blocking for finding in findings), reverse=True
    )
    assert {finding.code for finding in findings} == {"tick", "funds", "distance", "value"}


def test_a_market_without_a_highest_price_has_none() -> None:
    market = replace(BTCZAR, max_price=D(0))
    assert found(replace(GOOD, price=D("843400.00")), market=market) == ()


@pytest.mark.parametrize(
    ("sent_ms", "is_twin"),
    [(990_000, True), (989_999, False), (1_010_000, True), (1_010_001, False), (1_000_000, True)],
)
def test_the_window_of_a_twin(sent_ms: int, is_twin: bool) -> None:
    assert bool(found(GOOD, recent=[(GOOD, sent_ms)])) == is_twin
    assert found(GOOD, recent=[(replace(GOOD, volume=D("0.02")), sent_ms)]) == ()


def own_order(draft: OrderDraft) -> Order:
    return replace(OWN_SELL, side=draft.side, type=draft.type, price=draft.price, volume=draft.volume)


anything = st.decimals(allow_nan=True, allow_infinity=True)


@given(
    drafts() | drafts(sound=True),
    side_of_book(ascending=False),
    side_of_book(ascending=True),
    st.booleans(),
    st.dictionaries(st.sampled_from(["zar", "btc"]), st.decimals(allow_nan=False, allow_infinity=False)),
    st.lists(st.tuples(drafts(sound=True), st.integers(0, 2_000_000)), max_size=3),
    st.lists(st.builds(own_order, drafts(sound=True)), max_size=3),
)
def test_checks_never_raise_and_always_speak_in_sentences(
    draft: OrderDraft,
    bids: tuple[Level, ...],
    asks: tuple[Level, ...],
    fresh: bool,
    available: dict[str, Decimal],
    recent: list[tuple[OrderDraft, int]],
    own: list[Order],
) -> None:
    findings = found(draft, bids=bids, asks=asks, fresh=fresh, available=available, recent=recent, own=own)
    assert all(
        finding.text.endswith(".") and finding.text[0].isupper() | finding.text[0].isdigit() for finding in findings
    )
    assert all(finding.code in set(Code) and finding.text.isprintable() for finding in findings)
    assert fresh or any(finding.blocking for finding in findings), "nothing leaves on a stale book"
    if not any(finding.blocking for finding in findings):
        assert draft.volume >= BTCZAR.min_amount
        assert draft.price is None or BTCZAR.min_price <= draft.price <= BTCZAR.max_price
