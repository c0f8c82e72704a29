"""The foot of the ladder: the staged order, what it would do, and what speaks against it."""

from __future__ import annotations

from decimal import Decimal

from captui.core.checks import Finding
from captui.core.fees import Fees
from captui.core.preview import Preview, preview
from captui.core.types import OrderDraft, OrderType, Side
from captui.render.lines import Line, plain, width_of
from captui.render.staged import Staged, draw_ready, draw_staged
from tests import samples

D = Decimal
BOOK = samples.book()
REST = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, D("834100"), D("0.0100"), post_only=True)
TAKE = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, D("841600"), D("0.2"))


def seen(draft: OrderDraft) -> Preview:
    return preview(draft, market=samples.BTCZAR, bids=BOOK.bids, asks=BOOK.asks, available={}, fees=Fees())


def drawn(draft: OrderDraft, *findings: Finding, why_not: str = "", width: int = 46, height: int = 6) -> list[Line]:
    staged = Staged(draft, seen(draft), findings, why_not, follows=False)
    return draw_staged(staged, samples.BTCZAR, width, height)


def test_an_order_that_rests() -> None:
    lines = [plain(line) for line in drawn(REST)]
    assert lines[0].rstrip() == "▌ BUY 0.01 @ 834 100.00  post-only"
    assert lines[1].split() == ["=", "R", "8", "341.00", "fee", "R", "8.34", "maker", "−0.52", "%", "mid"]
    assert lines[2].split() == ["rests", "behind", "0.1658", "Enter", "send", "Esc", "drop"]


def test_an_order_that_takes_says_so_first() -> None:
    lines = [plain(line) for line in drawn(TAKE, width=70)]
    assert "taker" in lines[1]
    assert lines[2].split() == [
        "takes",
        "0.1714",
        "@",
        "841",
        "088.76",
        "rests",
        "0.0286",
        "Enter",
        "send",
        "Esc",
        "drop",
    ]


def test_what_has_no_room_is_said_more_shortly_and_no_number_is_cut() -> None:
    assert plain(drawn(TAKE, width=50)[2]).split() == [
        "takes",
        "0.1714",
        "rests",
        "0.0286",
        "Enter",
        "send",
        "Esc",
        "drop",
    ]
    assert plain(drawn(TAKE, width=46)[2]).split() == ["takes", "0.1714", "of", "0.2", "Enter", "send", "Esc", "drop"]


def test_a_blocking_finding_is_red_and_takes_the_enter_key_away() -> None:
    lines = drawn(TAKE, Finding("funds", "This order needs 168 320 ZAR; 100 ZAR is available.", blocking=True))
    assert "Enter" not in " ".join(plain(line) for line in lines)
    assert any("This order needs" in plain(line) for line in lines)
    assert {name for line in lines[1:] for text, name in line if text.strip()} == {"error"}


def test_a_risky_finding_warns_and_enter_still_sends() -> None:
    lines = drawn(REST, Finding("far", "834 100 is 0.52 % away.", blocking=False))
    assert "Enter" in plain(lines[2])
    assert {name for text, name in lines[3] if text.strip()} == {"warning"}


def test_the_impossible_comes_before_the_risky() -> None:
    lines = drawn(REST, Finding("a", "Risky thing.", blocking=False), Finding("b", "Impossible thing.", blocking=True))
    text = " ".join(plain(line) for line in lines)
    assert text.index("Impossible") < text.index("Risky")


def test_why_trading_is_off_stands_in_place_of_the_enter_key() -> None:
    lines = drawn(REST, why_not="Trading is locked.")
    assert [plain(line).strip() for line in lines[1:]] == ["Trading is locked."]
    assert "Enter" not in plain(lines[0])


def test_an_order_that_is_refused_does_not_say_what_it_would_do() -> None:
    for draft in (REST, TAKE):
        lines = drawn(draft, Finding("a", "Impossible thing.", blocking=True), Finding("b", "Risky.", blocking=False))
        assert plain(lines[0]).rstrip().endswith("Esc drop")
        assert [plain(line).strip() for line in lines[1:]] == ["Impossible thing.", "Risky."]


def test_the_sides_have_their_own_colours() -> None:
    for side, style in ((Side.BUY, "buy"), (Side.SELL, "sell")):
        (headline, *_) = drawn(OrderDraft("btczar", side, OrderType.LIMIT, D("834100"), D("0.01")))
        assert [name for text, name in headline if side.value.upper() in text] == [style]


def test_the_distance_says_what_it_is_from_or_is_left_out() -> None:
    seen_at = {width: plain(drawn(REST, width=width)[1]).rstrip() for width in range(20, 80)}
    assert seen_at[70].endswith("−0.52 % from mid")
    assert seen_at[40].endswith("fee R 8.34  −0.52 % mid")
    assert all(line.endswith("mid") for line in seen_at.values() if "%" in line)
    assert "%" not in seen_at[36]


def test_with_little_room_order_and_objection_remain() -> None:
    lines = [plain(line) for line in drawn(REST, Finding("a", "Impossible thing.", blocking=True), height=3)]
    assert len(lines) == 2
    assert "BUY 0.01" in lines[0]
    assert "Impossible thing." in lines[1]
    lines = [plain(line) for line in drawn(REST, Finding("a", "Risky thing.", blocking=False), height=3)]
    assert "Enter send" in lines[1]
    assert "Risky thing." in lines[2]


def test_before_the_preview_is_there_it_says_so() -> None:
    lines = draw_staged(Staged(REST, None, (), "", follows=True), samples.BTCZAR, 60, 3)
    assert "working out" in plain(lines[1])
    assert "follows best" in plain(lines[0])


def test_every_line_is_as_wide_as_the_pane() -> None:
    for width in range(16, 90):
        for draft in (REST, TAKE):
            assert {width_of(line) for line in drawn(draft, width=width)} == {width}


def test_a_market_order_has_no_price() -> None:
    market = OrderDraft("btczar", Side.SELL, OrderType.MARKET, None, D("0.01"))
    assert "SELL 0.01 @ market" in plain(drawn(market)[0])


def test_the_ladder_at_rest_shows_the_next_size_and_how_to_read_it() -> None:
    ready = draw_ready(samples.BTCZAR, D("0.0100"), D("0.01"), post_only=False, cumulative=False, width=46)
    assert plain(ready).split() == ["size", "0.01", "BTC"]
    ready = draw_ready(samples.BTCZAR, D("0.0100"), D(50), post_only=True, cumulative=True, width=60)
    assert plain(ready).split() == ["size", "0.01", "BTC", "post-only", "cumulative", "step", "50"]
