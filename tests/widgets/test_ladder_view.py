"""What stands still in the ladder while the book moves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.types import Level, OrderStatus, Side
from captui.render.lines import plain
from captui.session.views import BookView, Freshness
from captui.widgets.ladder_view import LadderView
from tests import samples

D = Decimal
WIDTH, HEIGHT = 46, 21


def view(book: BookView | None = None, **changes: object) -> LadderView:
    made = LadderView(market=samples.BTCZAR, book=samples.book() if book is None else book, grouping=D("0.01"))
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def drawn(shown: LadderView) -> list[str]:
    return [plain(line) for line in shown.lines(WIDTH, HEIGHT, focused=True)]


def row_of(lines: list[str], text: str) -> int:
    return next(y for y, line in enumerate(lines) if text in line)


def test_the_spread_is_in_the_middle_at_first() -> None:
    assert row_of(drawn(view()), "5 082.93") == 1 + (HEIGHT - 1) // 2


def test_a_new_best_ask_moves_no_bid() -> None:
    shown = view()
    before = drawn(shown)
    better = Level(D("840000"), D("0.5"))
    shown.book = replace(shown.book, asks=(better, *shown.book.asks))
    after = drawn(shown)
    assert row_of(after, "835 956.80") == row_of(before, "835 956.80")
    assert row_of(after, "834 100.00") == row_of(before, "834 100.00")
    assert "840 000.00" in "".join(after)


def test_the_cursors_row_stays_when_levels_come_and_go_around_it() -> None:
    shown = view(cursor=D("834100"))
    drawn(shown)
    shown.hold(D("834100"), HEIGHT - 1)
    before = row_of(drawn(shown), "834 100.00")
    bids = tuple(level for level in shown.book.bids if level.price not in (D("835400"), D("833750")))
    shown.book = replace(shown.book, bids=(Level(D("836500"), D(1)), Level(D("836400"), D(1)), *bids))
    assert row_of(drawn(shown), "834 100.00") == before


def test_the_cursors_row_stays_when_its_own_level_goes() -> None:
    shown = view(cursor=D("834100"))
    drawn(shown)
    shown.hold(D("834100"), HEIGHT - 1)
    before = row_of(drawn(shown), "834 100.00")
    shown.book = replace(shown.book, bids=tuple(level for level in shown.book.bids if level.price != D("834100")))
    after = drawn(shown)
    assert row_of(after, "834 100.00") == before
    assert "0.0170" not in after[before]


def moved(book: BookView, by: int) -> BookView:
    return replace(
        book,
        bids=tuple(Level(level.price + by, level.amount) for level in book.bids),
        asks=tuple(Level(level.price + by, level.amount) for level in book.asks),
    )


def inside_rows(lines: list[str], book: BookView) -> list[int]:
    """The lines of the best ask and the best bid; fails where one is not on the screen."""
    return [row_of(lines, f"{level.price:,.2f}".replace(",", " ")) for level in (book.asks[0], book.bids[0])]


def test_out_of_the_users_hands_it_stands_still_until_the_inside_leaves_it() -> None:
    shown = view()
    centre = 1 + (HEIGHT - 1) // 2
    drawn(shown)
    jumps, last = 0, centre
    for _ in range(40):
        # One more ask is taken each time: the spread climbs by a row.
        bids = (Level(shown.book.asks[0].price, D(1)), *shown.book.bids)
        more = Level(shown.book.asks[-1].price + 100, D(1))
        shown.book = replace(shown.book, bids=bids, asks=(*shown.book.asks[1:], more))
        lines = drawn(shown)
        ask, bid = inside_rows(lines, shown.book)
        assert bid == ask + 2
        assert ask + 1 in (last - 1, centre)
        jumps += ask + 1 == centre
        last = ask + 1
    assert 2 <= jumps <= 5


def test_an_ask_that_comes_and_goes_moves_no_bid() -> None:
    shown = view()
    before = drawn(shown)
    for better in ("838500", "836000", "840999", "836000.01"):
        shown.book = replace(samples.book(), asks=(Level(D(better), D(1)), *samples.book().asks))
        assert drawn(shown)[HEIGHT // 2 + 2 :] == before[HEIGHT // 2 + 2 :]
        shown.book = replace(samples.book(), asks=samples.book().asks[1:])
        assert drawn(shown)[HEIGHT // 2 + 2 :] == before[HEIGHT // 2 + 2 :]


def test_the_inside_comes_back_after_any_leap_unless_the_user_holds_the_ladder() -> None:
    for by in (-100_000, 100_000):
        shown = view()
        drawn(shown)
        shown.book = moved(shown.book, by)
        lines = drawn(shown)
        assert inside_rows(lines, shown.book) == [HEIGHT // 2, HEIGHT // 2 + 2]
        assert not any("market at" in line for line in lines)


def test_a_book_of_one_side_is_followed_too() -> None:
    for book in (replace(samples.book(), asks=()), replace(samples.book(), bids=())):
        shown = view(book)
        drawn(shown)
        shown.book = moved(book, 100_000)
        best = shown.book.best_bid or shown.book.best_ask
        assert best is not None
        assert row_of(drawn(shown), f"{best.price:,.2f}".replace(",", " "))


def staged_at(price: str, side: Side = Side.BUY) -> LadderView:
    shown = view(at_home=False, cursor=D(price), staged_price=D(price), staged_side=side, staged_volume=D("0.01"))
    drawn(shown)
    return shown


def test_a_staged_order_and_the_inside_share_the_window_while_they_fit() -> None:
    shown = staged_at("834100")
    for by in (300, -400, 700, -1200):
        shown.book = moved(shown.book, by)
        lines = drawn(shown)
        assert "▸" in lines[row_of(lines, "834 100.00")]
        ask, bid = inside_rows(lines, shown.book)
        assert bid == ask + 2


def test_a_staged_order_too_far_from_the_inside_keeps_its_row_and_the_hint_warns() -> None:
    for by in (100_000, -100_000):
        shown = staged_at("834100")
        for row in range(HEIGHT - 1):
            shown.anchor = (D("834100"), row)
            shown.book = moved(samples.book(), by)
            lines = shown.lines(WIDTH, HEIGHT, focused=True)
            assert any("▸" in plain(line) for line in lines)
            (hint,) = [line for line in lines if "market at" in plain(line)]
            assert {name for _, name in hint} == {"warning"}


def test_a_staged_order_is_on_the_lowest_of_screens_wherever_the_market_goes() -> None:
    for height in range(3, 9):
        shown = staged_at("834100")
        for by in range(-12_000, 12_000, 450):
            shown.book = moved(samples.book(), by)
            lines = [plain(line) for line in shown.lines(WIDTH, height, focused=True)]
            assert any("▸" in line for line in lines), (height, by)


def test_a_cursor_is_never_under_the_hint() -> None:
    shown = view(at_home=False, cursor=D("841039.73"))
    drawn(shown)
    shown.anchor = (D("841039.73"), 0)
    shown.book = moved(shown.book, 100_000)
    lines = drawn(shown)
    assert "▲ market at" in lines[1]
    assert lines[row_of(lines, "841 039.73")].startswith("▌")


def test_a_smaller_window_keeps_the_spread_that_it_had() -> None:
    for height in range(4, HEIGHT):
        shown = view(at_home=False, cursor=D("834900"))
        drawn(shown)
        shown.hold(D("834900"), HEIGHT - 1)
        lines = [plain(line) for line in shown.lines(WIDTH, height, focused=True)]
        ask, bid = inside_rows(lines, shown.book)
        assert bid == ask + 2
        assert height < 7 or row_of(lines, "834 900.00")


def test_a_resize_does_not_fetch_a_spread_that_was_not_there() -> None:
    shown = view(at_home=False, cursor=D("834900"))
    drawn(shown)
    shown.hold(D("834900"), HEIGHT - 1)
    shown.book = moved(shown.book, 100_000)
    drawn(shown)
    lines = [plain(line) for line in shown.lines(WIDTH, HEIGHT - 4, focused=True)]
    assert "▲ market at" in lines[1]
    assert lines[row_of(lines, "834 900.00")].startswith("▌")


def test_a_market_that_left_the_window_leaves_a_hint_and_centring_brings_it_back() -> None:
    shown = view(at_home=False)
    drawn(shown)
    up = tuple(Level(level.price + 100_000, level.amount) for level in shown.book.asks)
    low = tuple(Level(level.price + 100_000, level.amount) for level in shown.book.bids)
    shown.book = replace(shown.book, asks=up, bids=low)
    assert "▲ market at 938 498.26" in drawn(shown)[1]
    shown.centre()
    assert row_of(drawn(shown), "5 082.93") == 1 + (HEIGHT - 1) // 2


def test_the_hint_points_down_too() -> None:
    shown = view(at_home=False)
    drawn(shown)
    down = tuple(Level(level.price - 100_000, level.amount) for level in shown.book.asks)
    shown.book = replace(shown.book, asks=down, bids=())
    assert drawn(shown)[-1].strip().startswith("▼ market at")


def test_columns_do_not_twitch_when_numbers_get_shorter() -> None:
    shown = view()
    long = replace(shown.book, bids=(Level(D("835956.8"), D("1234.5")), *shown.book.bids[1:]))
    shown.book = long
    before = drawn(shown)
    shown.book = samples.book()
    after = drawn(shown)
    assert "1 234.5000" in before[row_of(before, "835 956.80")]
    assert before[1].index("845 402.10") == after[1].index("845 402.10")


def test_own_orders_are_added_up_and_never_rounded_unseen() -> None:
    orders = (
        samples.order("a", Side.BUY, "834100", "0.0083", executed="0.0033"),
        samples.order("b", Side.BUY, "834100", "0.00012345"),
    )
    lines = drawn(view(orders=orders[:1]))
    assert "0.0050 " in lines[row_of(lines, "834 100.00")]
    lines = drawn(view(orders=orders))
    assert "0.0051~" in lines[row_of(lines, "834 100.00")]


def test_own_orders_at_prices_without_a_level_have_a_row() -> None:
    lines = drawn(view(orders=(samples.order("a", Side.SELL, "843123.45", "0.02"),)))
    assert lines[row_of(lines, "843 123.45")].rstrip().endswith("0.0200")


def test_large_amounts_leave_room_for_own_ones() -> None:
    shown = view(orders=samples.open_orders())
    shown.book = replace(shown.book, bids=(Level(D("835956.8"), D("12.3456")), *shown.book.bids[1:]))
    lines = [plain(line) for line in shown.lines(44, HEIGHT, focused=True)]
    assert "0.0050" in lines[row_of(lines, "834 100.00")]
    assert "12.3456" in lines[row_of(lines, "835 956.80")]


def test_grouped_prices_have_only_the_decimals_of_their_step() -> None:
    lines = drawn(view(grouping=D(500)))
    assert "835 500 " in lines[row_of(lines, "835 500")]
    assert "835 956.8 " in drawn(view(grouping=D("0.1")))[row_of(drawn(view(grouping=D("0.1"))), "835 956.8")]


def test_an_order_in_doubt_says_so() -> None:
    for status, mark in ((OrderStatus.UNKNOWN, "?"), (OrderStatus.SENDING, "…"), (OrderStatus.CANCELLING, "×")):
        lines = drawn(view(orders=(samples.order("a", Side.BUY, "834100", "0.02", status=status),)))
        assert f"0.0200{mark}" in lines[row_of(lines, "834 100.00")]


def test_orders_are_found_by_their_row_when_grouped() -> None:
    shown = view(orders=samples.open_orders(), grouping=D(500))
    assert [order.key for order in shown.own_at(D("834000"))] == ["o-buy"]
    assert [order.key for order in shown.own_at(D("843500"))] == ["o-sell"]
    assert shown.own_prices() == [D("843500"), D("834000")]


def test_a_market_order_has_no_row() -> None:
    shown = view(orders=(samples.order("m", Side.BUY, None, "0.01"),))
    assert shown.own_prices() == []
    assert drawn(shown)


def test_neighbours_pass_over_the_spread_and_stop_at_the_ends() -> None:
    shown = view()
    shown.arrange(HEIGHT)
    assert shown.neighbour(D("835956.80"), 1) == D("841039.73")
    assert shown.neighbour(D("841039.73"), -1) == D("835956.80")
    assert shown.neighbour(D("835956.80"), -3) == D("834100")
    assert shown.neighbour(D("838000"), 1) == D("841039.73")
    assert shown.neighbour(D("838000"), -1) == D("835956.80")
    assert shown.neighbour(D("835956.80"), 1000) == shown.rows[0].price


def test_cumulative_amounts_grow_outwards() -> None:
    lines = drawn(view(cumulative=True))
    assert "Σ bid" in lines[0]
    assert "0.0678" in lines[row_of(lines, "835 400.00")]


def test_a_stale_book_says_why_in_full_and_has_no_colour() -> None:
    reason = "A change was missed: a new snapshot of the book is on its way."
    shown = view(samples.book(freshness=Freshness.STALE, reason=reason))
    lines = shown.lines(WIDTH, HEIGHT, focused=False)
    text = " ".join(" ".join(plain(line).split()) for line in lines[:2])
    assert text == reason
    assert not {"bid", "ask"} & {name.partition("@")[0] for line in lines for _, name in line}
    assert not any("bar" in name for line in lines for _, name in line)


def test_before_there_is_a_book_it_waits_in_words() -> None:
    empty = view(BookView())
    assert "Waiting for the order book of" in " ".join(drawn(empty))
    assert "Waiting for the markets." in " ".join(drawn(LadderView()))


def test_only_the_row_that_changed_is_another_line() -> None:
    shown = view()
    before = shown.lines(WIDTH, HEIGHT, focused=True)
    bids = (shown.book.bids[0], Level(D("835400"), D("0.0210")), *shown.book.bids[2:])
    shown.book = replace(shown.book, bids=bids)
    after = shown.lines(WIDTH, HEIGHT, focused=True)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_the_last_trade_is_lit_in_the_row_that_it_took_from() -> None:
    lines = drawn(view(last=D("841039.73"), taker=Side.BUY))
    assert "841 039.73▴" in lines[row_of(lines, "841 039.73")]
    lines = drawn(view(last=D("835956.80"), taker=None))
    assert lines[row_of(lines, "835 956.80")].count("▴") == 1
    lines = drawn(view(last=D("835956.80"), taker=Side.SELL, grouping=D(500)))
    assert "835 500▾" in lines[row_of(lines, "835 500")]
