"""Periods and their bounds, the filter that is asked for, its words, and the form that chooses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from captui.core.funding import Deposit, DepositState, WithdrawalState
from captui.core.types import Side
from captui.render import funding_words
from captui.screens.history.filters import (
    ALL_CURRENCIES,
    ALL_MARKETS,
    ALL_STATES,
    BOTH_SIDES,
    STATES,
    Period,
    Selection,
    chosen,
    day_text,
    fields,
    midnight_ms,
    today_of,
)
from captui.session.commands import HistoryFilter, RecordKind
from captui.session.views import MarketsView
from tests import samples, samples_history

TODAY = date(2026, 11, 20)
MARKETS = samples.views().markets
SAST = samples.TZ


def ms(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        (Period.ALL, TODAY, None, None),
        (Period.TODAY, TODAY, TODAY, None),
        (Period.WEEK, TODAY, date(2026, 11, 14), None),
        (Period.MONTH, TODAY, date(2026, 10, 22), None),
        (Period.YEAR, TODAY, date(2026, 1, 1), None),
        (Period.TAX_YEAR, TODAY, date(2026, 3, 1), None),
        (Period.TAX_YEAR, date(2026, 2, 28), date(2025, 3, 1), None),
        (Period.TAX_YEAR, date(2026, 3, 1), date(2026, 3, 1), None),
        (Period.LAST_TAX_YEAR, TODAY, date(2025, 3, 1), date(2026, 2, 28)),
        (Period.LAST_TAX_YEAR, date(2028, 5, 1), date(2027, 3, 1), date(2028, 2, 29)),
        (Period.LAST_TAX_YEAR, date(2028, 1, 1), date(2026, 3, 1), date(2027, 2, 28)),
    ],
)
def test_periods(period: Period, today: date, first: date | None, last: date | None) -> None:
    assert Selection(period=period).days(today) == (first, last)


def test_the_days_of_the_user_count_for_their_own_period_alone() -> None:
    days = Selection(period=Period.DAYS, first=date(2026, 1, 5), last=date(2026, 1, 6))
    assert days.days(TODAY) == (date(2026, 1, 5), date(2026, 1, 6))
    assert replace(days, period=Period.ALL).days(TODAY) == (None, None)


def test_a_day_begins_at_midnight_where_the_user_is_and_the_last_one_is_whole() -> None:
    selection = Selection(period=Period.DAYS, first=date(2026, 1, 5), last=date(2026, 1, 6))
    wanted = selection.asked(RecordKind.TRADES, TODAY, SAST)
    assert wanted.from_ms == ms(2026, 1, 4, 22)
    assert wanted.to_ms == ms(2026, 1, 6, 22)


def test_a_day_on_which_clocks_are_set_has_the_hours_that_it_has() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring, next_day = midnight_ms(date(2026, 3, 29), berlin), midnight_ms(date(2026, 3, 30), berlin)
    assert next_day - spring == 23 * 3_600_000


def test_the_machines_own_zone_is_used_where_none_is_given() -> None:
    start = datetime.fromtimestamp(midnight_ms(TODAY, None) / 1000)
    assert (start.date(), start.hour, start.minute) == (TODAY, 0, 0)


def test_today_is_the_users() -> None:
    late = ms(2026, 11, 20, 22, 30)
    assert today_of(late, SAST) == date(2026, 11, 21)
    assert today_of(late, UTC) == date(2026, 11, 20)


def test_a_list_takes_of_the_selection_what_it_knows() -> None:
    selection = Selection(
        market="btczar",
        currency="eth",
        side=Side.SELL,
        states={RecordKind.ORDERS: "done", RecordKind.DEPOSITS: "accepted"},
        period=Period.TODAY,
    )
    start = midnight_ms(TODAY, SAST)
    asked = {kind: selection.asked(kind, TODAY, SAST) for kind in RecordKind}
    assert asked[RecordKind.ORDERS] == HistoryFilter(
        RecordKind.ORDERS, market="btczar", side=Side.SELL, state="done", from_ms=start
    )
    assert asked[RecordKind.TRADES] == HistoryFilter(RecordKind.TRADES, market="btczar", side=Side.SELL, from_ms=start)
    assert asked[RecordKind.DEPOSITS] == HistoryFilter(
        RecordKind.DEPOSITS, currency="eth", state="accepted", from_ms=start
    )
    assert asked[RecordKind.WITHDRAWALS] == HistoryFilter(RecordKind.WITHDRAWALS, currency="eth", from_ms=start)


def test_nothing_chosen_is_everything_and_needs_no_words() -> None:
    for kind in RecordKind:
        assert Selection().asked(kind, TODAY, SAST) == HistoryFilter(kind)
        assert Selection().words(kind, MARKETS, TODAY) == ()


@pytest.mark.parametrize(
    ("selection", "kind", "words"),
    [
        (Selection(market="btczar", side=Side.BUY), RecordKind.TRADES, ("BTC/ZAR", "buys")),
        (Selection(market="gone"), RecordKind.ORDERS, ("GONE",)),
        (Selection(states={RecordKind.ORDERS: "cancel"}), RecordKind.ORDERS, ("cancelled",)),
        (Selection(states={RecordKind.ORDERS: "cancel"}), RecordKind.TRADES, ()),
        (Selection(currency="eth"), RecordKind.DEPOSITS, ("ETH",)),
        (Selection(period=Period.TODAY), RecordKind.ORDERS, ("today",)),
        (Selection(period=Period.WEEK), RecordKind.ORDERS, ("last 7 days, from 14 Nov",)),
        (
            Selection(period=Period.LAST_TAX_YEAR),
            RecordKind.ORDERS,
            ("last tax year, from 1 Mar 2025 to 28 Feb",),
        ),
        (
            Selection(period=Period.DAYS, first=date(2025, 12, 31), last=date(2026, 2, 1)),
            RecordKind.ORDERS,
            ("from 31 Dec 2025 to 1 Feb",),
        ),
        (Selection(period=Period.DAYS, last=date(2026, 2, 1)), RecordKind.ORDERS, ("to 1 Feb",)),
    ],
)
def test_words(selection: Selection, kind: RecordKind, words: tuple[str, ...]) -> None:
    assert selection.words(kind, MARKETS, TODAY) == words


def test_taking_the_filter_away_leaves_what_other_lists_alone_know() -> None:
    states = {RecordKind.ORDERS: "done", RecordKind.DEPOSITS: "accepted"}
    selection = Selection("btczar", "eth", Side.BUY, states, Period.WEEK)
    cleared = selection.without(RecordKind.ORDERS)
    assert cleared == Selection(currency="eth", states={RecordKind.DEPOSITS: "accepted"})
    cleared = selection.without(RecordKind.DEPOSITS)
    assert cleared == Selection("btczar", side=Side.BUY, states={RecordKind.ORDERS: "done"})


def filled(kind: RecordKind, selection: Selection, **typed: str) -> Selection:
    """The selection that comes back when these fields are changed, and no field complains."""
    form = fields(kind, selection, MARKETS, TODAY)
    values = {field.name: field.value or (field.choices[0] if field.choices else "") for field in form} | typed
    assert {name: field.check(values) for field in form if (name := field.name) in values} == dict.fromkeys(values, "")
    for field in form:
        assert not field.choices or values[field.name] in field.choices
    return chosen(values, kind, selection, MARKETS)


@pytest.mark.parametrize("kind", list(RecordKind))
@pytest.mark.parametrize("period", list(Period))
def test_a_form_that_is_handed_in_as_it_stood_changes_nothing(kind: RecordKind, period: Period) -> None:
    states = {kind: next(iter(STATES[kind]), "")} if STATES[kind] else {}
    selection = Selection("ethzar", "btc", Side.SELL, states, period)
    if period is Period.DAYS:
        selection = replace(selection, first=date(2026, 2, 3))
    assert filled(kind, selection) == selection


def test_what_is_chosen_is_what_is_asked_for() -> None:
    made = filled(
        RecordKind.ORDERS, Selection(currency="eth"), market="BTC/ZAR", side="sell", state="cancelled", period="today"
    )
    assert made == Selection("btczar", "eth", Side.SELL, {RecordKind.ORDERS: "cancel"}, Period.TODAY)
    made = filled(RecordKind.ORDERS, made, market=ALL_MARKETS, side=BOTH_SIDES, state=ALL_STATES, period=Period.ALL)
    assert made == Selection(currency="eth")
    made = filled(RecordKind.DEPOSITS, made, currency="BTC", state="credited (accepted)")
    assert made == Selection(currency="btc", states={RecordKind.DEPOSITS: "accepted"})
    assert filled(RecordKind.DEPOSITS, made, currency=ALL_CURRENCIES, state=ALL_STATES) == Selection()


def test_a_written_day_is_a_period_of_its_own() -> None:
    made = filled(RecordKind.TRADES, Selection(), first="2026-03-01", last="2026-03-31")
    assert (made.period, made.first, made.last) == (Period.DAYS, date(2026, 3, 1), date(2026, 3, 31))
    assert filled(RecordKind.TRADES, made, period=Period.ALL, first="", last="") == Selection()


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"first": "1 March"}, "first", "A day is a year, a month and a day of it, such as 2026-03-01."),
        ({"first": "2026-02-30"}, "first", "A day is a year, a month and a day of it, such as 2026-03-01."),
        ({"last": "9999-12-31"}, "last", "A day is a year, a month and a day of it, such as 2026-03-01."),
        ({"last": "x"}, "last", "A day is a year, a month and a day of it, such as 2026-03-01."),
        ({"first": "2026-11-21"}, "first", "That day is still to come."),
        ({"first": "2026-03-02", "last": "2026-03-01"}, "first", "It is after the last day."),
        (
            {"first": "2026-03-02", "period": "today"},
            "first",
            "Leave it empty for “today”, or choose “days below” as the period.",
        ),
        (
            {"last": "2026-03-02", "period": "this year"},
            "last",
            "Leave it empty for “this year”, or choose “days below” as the period.",
        ),
    ],
)
def test_bad_days_are_said_at_their_field(typed: dict[str, str], name: str, sentence: str) -> None:
    form = fields(RecordKind.TRADES, Selection(), MARKETS, TODAY)
    values = {field.name: field.value or (field.choices[0] if field.choices else "") for field in form} | typed
    said = {field.name: field.check(values) for field in form}
    assert said[name] == sentence
    assert [other for other, text in said.items() if text and other != name] == []


def test_markets_of_one_name_are_told_apart() -> None:
    twin = replace(samples.BTCZAR, id="btczar2")
    liar = replace(samples.ETHZAR, name=ALL_MARKETS)
    markets = MarketsView((samples.BTCZAR, twin, liar), {}, "btczar")
    (market, *_) = fields(RecordKind.TRADES, Selection(market="btczar2"), markets, TODAY)
    assert market.choices == (ALL_MARKETS, "btczar", "btczar2", "ethzar")
    assert market.value == "btczar2"
    values = {"market": "ethzar", "side": BOTH_SIDES, "period": Period.ALL, "first": "", "last": ""}
    assert chosen(values, RecordKind.TRADES, Selection(), markets).market == "ethzar"


def test_the_words_for_states_are_those_of_the_table() -> None:
    def of(deposit: Deposit, state: str) -> str:
        return funding_words.deposit_state(replace(deposit, state=state, txid=""), None).word

    deposit = samples_history.deposits()[0]
    for state in DepositState:
        assert STATES[RecordKind.DEPOSITS][state.value].startswith(of(deposit, state.value))
    withdrawal = samples_history.withdrawals()[0]
    for other in WithdrawalState:
        word = funding_words.withdrawal_state(replace(withdrawal, state=other.value), None).word
        assert STATES[RecordKind.WITHDRAWALS][other.value] == word


@pytest.mark.parametrize(
    ("day", "text"), [(date(2026, 1, 9), "9 Jan"), (date(2025, 1, 9), "9 Jan 2025"), (TODAY + timedelta(1), "21 Nov")]
)
def test_days_in_words(day: date, text: str) -> None:
    assert day_text(day, TODAY) == text
