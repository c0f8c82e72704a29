"""Which part of the past is looked at: the choices of the filter form, the filter that the session is asked with, and its words.

No clock and no screen: the day of today is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.events import OrderState
from captui.core.funding import DepositState, WithdrawalState
from captui.core.text import pair_name, printable
from captui.core.types import OrderStatus, Side
from captui.screens.form import Field
from captui.session.commands import HistoryFilter, RecordKind
from captui.session.views import MarketsView
from captui.widgets import wording

ALL_MARKETS, ALL_CURRENCIES, BOTH_SIDES, ALL_STATES = "all markets", "all currencies", "both sides", "all states"
_ANY = {ALL_MARKETS, ALL_CURRENCIES, BOTH_SIDES, ALL_STATES}

_MARCH = 3
"""The South African tax year of a person begins on the first of March."""


class Period(StrEnum):
    """The values are what people read."""

    ALL = "all that there is"
    TODAY = "today"
    WEEK = "last 7 days"
    MONTH = "last 30 days"
    YEAR = "this year"
    TAX_YEAR = "this tax year"
    LAST_TAX_YEAR = "last tax year"
    DAYS = "days below"

    def days(self, today: date) -> tuple[date | None, date | None]:
        """The first and the last day, today counted among the last seven; None is no bound. Not for `DAYS`."""
        started = date(today.year if today.month >= _MARCH else today.year - 1, _MARCH, 1)
        match self:
            case Period.TODAY:
                return today, None
            case Period.WEEK:
                return today - timedelta(days=6), None
            case Period.MONTH:
                return today - timedelta(days=29), None
            case Period.YEAR:
                return date(today.year, 1, 1), None
            case Period.TAX_YEAR:
                return started, None
            case Period.LAST_TAX_YEAR:
                return date(started.year - 1, _MARCH, 1), started - timedelta(days=1)
            case _:
                return None, None


ORDER_STATES = {state.value: wording.STATES[OrderStatus(state.value)] for state in OrderState}
DEPOSIT_STATES = {
    DepositState.SUBMITTED.value: "arriving",
    DepositState.ACCEPTED.value: "credited (accepted)",
    DepositState.COLLECTED.value: "credited (collected)",
    DepositState.SKIPPED.value: "skipped",
    DepositState.REJECTED.value: "refused",
    DepositState.CANCELED.value: "cancelled",
}
WITHDRAWAL_STATES = {
    WithdrawalState.PREPARED.value: "prepared",
    WithdrawalState.SUBMITTED.value: "submitted",
    WithdrawalState.ACCEPTED.value: "accepted",
    WithdrawalState.PROCESSING.value: "being sent",
    WithdrawalState.CONFIRMING.value: "confirming",
    WithdrawalState.SUCCEED.value: "done",
    WithdrawalState.SKIPPED.value: "held",
    WithdrawalState.ERRORED.value: "in trouble",
    WithdrawalState.REJECTED.value: "refused",
    WithdrawalState.CANCELED.value: "cancelled",
    WithdrawalState.FAILED.value: "failed",
}
STATES: Mapping[RecordKind, Mapping[str, str]] = {
    RecordKind.ORDERS: ORDER_STATES,
    RecordKind.TRADES: {},
    RecordKind.DEPOSITS: DEPOSIT_STATES,
    RecordKind.WITHDRAWALS: WITHDRAWAL_STATES,
}
"""What captui calls the exchange's states, by the exchange's words."""

_OF_MARKETS = (RecordKind.ORDERS, RecordKind.TRADES)


@dataclass(frozen=True, slots=True)
class Selection:
    """What of all four lists is looked at; a list takes of it what it knows."""

    market: str = ""
    """Market id; empty is all."""
    currency: str = ""
    side: Side | None = None
    states: Mapping[RecordKind, str] = field(default_factory=dict)
    period: Period = Period.ALL
    first: date | None = None
    """Of `Period.DAYS`, as `last`, which is part of the period."""
    last: date | None = None

    def days(self, today: date) -> tuple[date | None, date | None]:
        return (self.first, self.last) if self.period is Period.DAYS else self.period.days(today)

    def asked(self, kind: RecordKind, today: date, tz: tzinfo | None) -> HistoryFilter:
        """What to ask the session for. Days begin at midnight in `tz`; None is the machine's own zone."""
        first, last = self.days(today)
        about_markets = kind in _OF_MARKETS
        return HistoryFilter(
            kind,
            market=self.market if about_markets else "",
            currency="" if about_markets else self.currency,
            side=self.side if about_markets else None,
            state=self.states.get(kind, ""),
            from_ms=None if first is None else midnight_ms(first, tz),
            to_ms=None if last is None else midnight_ms(last + timedelta(days=1), tz),
        )

    def words(self, kind: RecordKind, markets: MarketsView, today: date) -> tuple[str, ...]:
        """What it leaves: `BTC/ZAR`, `buys`, `done`, `last 7 days, from 14 Nov`; nothing where it leaves everything."""
        made = []
        if kind in _OF_MARKETS:
            if self.market:
                made.append(market_name(self.market, markets))
            if self.side is not None:
                made.append(f"{self.side.value}s")
        elif self.currency:
            made.append(printable(self.currency).upper())
        state = self.states.get(kind, "")
        if state:
            made.append(STATES[kind].get(state, printable(state)))
        first, last = self.days(today)
        if first is not None or last is not None:
            span = " ".join(
                part for part in (f"from {day_text(first, today)}" if first else "", _until(last, today)) if part
            )
            named = self.period not in (Period.DAYS, Period.TODAY)
            made.append(f"{self.period.value}, {span}" if named else "today" if self.period is Period.TODAY else span)
        return tuple(made)

    def without(self, kind: RecordKind) -> Selection:
        """Everything of this list again, and of the others what still applies to them."""
        states = {other: state for other, state in self.states.items() if other is not kind}
        if kind in _OF_MARKETS:
            return Selection(currency=self.currency, states=states)
        return Selection(market=self.market, side=self.side, states=states)


def today_of(now_ms: int, tz: tzinfo | None) -> date:
    return datetime.fromtimestamp(now_ms / 1000, tz).date()


def midnight_ms(day: date, tz: tzinfo | None) -> int:
    """The beginning of a day: not 24 hours after another where clocks are set."""
    start = datetime(day.year, day.month, day.day)
    return int((start.astimezone() if tz is None else start.replace(tzinfo=tz)).timestamp()) * 1000


def day_text(day: date, today: date) -> str:
    """`14 Nov`, with the year where it is another one."""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def _until(last: date | None, today: date) -> str:
    return "" if last is None else f"to {day_text(last, today)}"


def market_name(market: str, markets: MarketsView) -> str:
    known = markets.of(market)
    return printable(pair_name(known.name if known else "", market))


# The form


def fields(kind: RecordKind, selection: Selection, markets: MarketsView, today: date) -> tuple[Field, ...]:
    """What can be chosen for this list, as it stands."""
    made = []
    if kind in _OF_MARKETS:
        names = _market_choices(markets)
        made += [
            Field("market", "Market", value=_label(names, selection.market), choices=(ALL_MARKETS, *names)),
            Field(
                "side",
                "Side",
                value=selection.side.value if selection.side else BOTH_SIDES,
                choices=(BOTH_SIDES, *(side.value for side in Side)),
            ),
        ]
    else:
        codes = _currency_choices(markets)
        made.append(
            Field("currency", "Currency", value=_label(codes, selection.currency), choices=(ALL_CURRENCIES, *codes))
        )
    if STATES[kind]:
        made.append(
            Field(
                "state",
                "State",
                value=STATES[kind].get(selection.states.get(kind, ""), ALL_STATES),
                choices=(ALL_STATES, *STATES[kind].values()),
            )
        )
    hint = f"a day such as {today:%Y-%m-%d}; empty for no bound"
    return (
        *made,
        Field("period", "Period", value=selection.period.value, choices=tuple(period.value for period in Period)),
        Field("first", "First day", hint, _iso(selection.first), check=_checked_first(today), one_word=True),
        Field("last", "Last day", hint, _iso(selection.last), check=_checked_last, one_word=True),
    )


def chosen(values: Mapping[str, str], kind: RecordKind, before: Selection, markets: MarketsView) -> Selection:
    """What the filled form asks for; of the other lists everything stays that this one does not share.

    The values have passed the checks of their fields.
    """
    states = {other: state for other, state in before.states.items() if other is not kind}
    wanted = next((state for state, word in STATES[kind].items() if word == values.get("state")), "")
    if wanted:
        states[kind] = wanted
    about_markets = kind in _OF_MARKETS
    first, last = _day(values["first"]), _day(values["last"])
    period = Period(values["period"])
    if period is Period.ALL and (first or last):
        # Whoever writes a day means it.
        period = Period.DAYS
    return Selection(
        market=_market_choices(markets).get(values["market"], "") if about_markets else before.market,
        currency=before.currency if about_markets else _currency_choices(markets).get(values["currency"], ""),
        side=(Side(values["side"]) if values["side"] not in _ANY else None) if about_markets else before.side,
        states=states,
        period=period,
        first=first if period is Period.DAYS else None,
        last=last if period is Period.DAYS else None,
    )


def _market_choices(markets: MarketsView) -> dict[str, str]:
    """Ids by what they are called; two of one name are called by their ids."""
    return _named({market.id: pair_name(market.name, market.id) for market in markets.markets})


def _currency_choices(markets: MarketsView) -> dict[str, str]:
    return _named({currency: currency.upper() for currency in markets.currencies})


def _named(names: Mapping[str, str]) -> dict[str, str]:
    shown = {key: printable(name) for key, name in names.items()}
    taken = [*shown.values(), *_ANY]
    return {(name if taken.count(name) == 1 else printable(key)): key for key, name in shown.items()}


def _label(names: Mapping[str, str], wanted: str) -> str:
    return next((name for name, key in names.items() if key == wanted), "")


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _day(text: str) -> date | None:
    """None for an empty text. Raises ValueError for one that is no day."""
    return date.fromisoformat(text) if text else None


def _day_trouble(text: str) -> str:
    try:
        day = _day(text)
        # A day that has no next one, or none that a clock can tell, is no bound either.
        if day is not None:
            midnight_ms(day + timedelta(days=1), None)
    except (ValueError, OverflowError, OSError):
        return "A day is a year, a month and a day of it, such as 2026-03-01."
    return ""


def _checked_first(today: date) -> Callable[[Mapping[str, str]], str]:
    def check(values: Mapping[str, str]) -> str:
        text, last = values["first"], values["last"]
        trouble = _day_trouble(text) or _unwanted(text, values["period"])
        if trouble or not text:
            return trouble
        first = date.fromisoformat(text)
        if first > today:
            return "That day is still to come."
        return (
            "It is after the last day." if last and not _day_trouble(last) and first > date.fromisoformat(last) else ""
        )

    return check


def _checked_last(values: Mapping[str, str]) -> str:
    return _day_trouble(values["last"]) or _unwanted(values["last"], values["period"])


def _unwanted(text: str, period: str) -> str:
    if text and period not in (Period.DAYS, Period.ALL):
        return f"Leave it empty for “{period}”, or choose “{Period.DAYS}” as the period."
    return ""
