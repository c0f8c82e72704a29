"""The tables of the funding screen, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

from captui.core.text import printable
from captui.core.types import Currency
from captui.render.lines import Line
from captui.screens.funding.desk import Desk
from captui.session.funding_views import MoveKind
from captui.session.views import Access, Freshness, Phase, Views
from captui.widgets import funding_rows as rows
from captui.widgets import wording
from captui.widgets.changes import Changes
from captui.widgets.funding_panes import Heading
from captui.widgets.table import Table

_OLD_MS = 60_000
"""A list that was read longer ago than this is not drawn as if it were of now."""


class Lists:
    """Shows the views in them; what has changed since they were last read is marked for a while."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.into = Table(rows.INTO_COLUMNS, empty="", id="into")
        self.deposits = Table(rows.DEPOSIT_COLUMNS, empty="", id="deposits", follows_top=True)
        self.out_of = Table(rows.OUT_OF_COLUMNS, empty="", id="out-of")
        self.withdrawals = Table(rows.WITHDRAWAL_COLUMNS, empty="", id="withdrawals", follows_top=True)
        self.invoices = Table(rows.INVOICE_COLUMNS, empty="No invoice was made in this session.", id="invoices")
        self.payments = Table(
            rows.MOVE_COLUMNS, empty="Nothing was paid in this session.", id="payments", wraps=True, follows_top=True
        )
        self.beneficiaries = Table(rows.BENEFICIARY_COLUMNS, empty="", id="beneficiaries")
        self.moves = Table(
            rows.MOVE_COLUMNS, empty="Nothing was sent in this session.", id="moves", wraps=True, follows_top=True
        )
        for table in (self.deposits, self.withdrawals, self.payments):
            table.add_class("lower")
        self.deposits_heading = Heading("Deposits, newest first", id="deposits-heading")
        self.withdrawals_heading = Heading("Withdrawals, newest first", id="withdrawals-heading")
        self.beneficiaries_heading = Heading("Where withdrawals may go to", id="beneficiaries-heading")
        self._deposit_changes = Changes()
        self._withdrawal_changes = Changes()
        self._beneficiary_changes = Changes()
        self._invoice_changes = Changes()

    def show(self, views: Views) -> None:
        now, tz, funding = self._desk.world.now_ms(), self._desk.world.tz, views.funding
        currencies = rows.currencies_in_order(list(views.markets.currencies.values()))
        fresh = self._fresh(views)
        if funding.read:
            self._note(views, now)
        self._show_currencies(views, currencies)
        why = self._nothing_yet(views)
        self.deposits.show(
            [
                rows.deposit(
                    each,
                    self._confirmations(each.currency),
                    now,
                    tz,
                    news=self._deposit_changes.is_news(str(each.id), now),
                    fresh=fresh,
                )
                for each in funding.deposits
            ],
            empty=why or "Nothing was paid in yet.",
        )
        self.withdrawals.show(
            [
                rows.withdrawal(
                    each,
                    self._confirmations(each.currency),
                    rows.recipient(each, funding.beneficiaries),
                    now,
                    tz,
                    news=self._withdrawal_changes.is_news(str(each.id), now),
                    fresh=fresh,
                )
                for each in funding.withdrawals
            ],
            empty=why or "Nothing was withdrawn yet.",
        )
        self.beneficiaries.show(
            [
                rows.beneficiary(each, news=self._beneficiary_changes.is_news(str(each.id), now), fresh=fresh)
                for each in funding.beneficiaries
            ],
            empty=why or "There is no beneficiary yet: a adds one.",
        )
        exchange_ms = self._desk.exchange_ms
        self.invoices.show(
            [
                rows.invoice(each, now, exchange_ms, tz, news=self._invoice_changes.is_news(each.bolt, now))
                for each in funding.invoices
            ]
        )
        self.moves.show([rows.move(each, now, tz) for each in funding.moves])
        self.payments.show([rows.move(each, now, tz) for each in funding.moves if each.kind is MoveKind.PAYMENT])
        hint = self._age(views, now)
        for heading in (self.deposits_heading, self.withdrawals_heading, self.beneficiaries_heading):
            heading.show(hint)

    def _note(self, views: Views, now: int) -> None:
        funding = views.funding
        self._deposit_changes.note({str(each.id): (each.state, each.confirmations) for each in funding.deposits}, now)
        self._withdrawal_changes.note(
            {str(each.id): (each.state, each.confirmations) for each in funding.withdrawals}, now
        )
        self._beneficiary_changes.note({str(each.id): each.state for each in funding.beneficiaries}, now)
        self._invoice_changes.note({each.bolt: each.paid_ms for each in funding.invoices}, now)

    def _show_currencies(self, views: Views, currencies: Sequence[Currency]) -> None:
        empty = "The currencies of the exchange are not known yet."
        self.into.show([rows.into(each) for each in currencies], empty=empty)
        live = views.balances.freshness is Freshness.LIVE
        self.out_of.show(
            [rows.out_of(each, views.balances.of(each.id), fresh=live) for each in currencies], empty=empty
        )

    def _confirmations(self, currency: str) -> int | None:
        return self._desk.currency(currency).min_confirmations

    def _fresh(self, views: Views) -> bool:
        """Whether the lists can be taken for what is true now."""
        funding, connection = views.funding, views.connection
        age_ms = self._desk.world.now_ms() - funding.read_ms
        return not funding.problem and connection.phase is Phase.LIVE and age_ms < _OLD_MS

    def _nothing_yet(self, views: Views) -> str:
        """Why a list may be empty although there is something; nothing where it is truly empty."""
        funding, connection = views.funding, views.connection
        if connection.access is Access.NO_CREDENTIALS:
            return "Run captui setup, or set CAPTUI_API_KEY and CAPTUI_API_SECRET, to see money in and out."
        if connection.access is Access.REFUSED:
            return printable(connection.reason) or "The exchange does not accept the key."
        if funding.problem:
            return printable(funding.problem)
        return "" if funding.read else "Being read …"

    def _age(self, views: Views, now: int) -> Line:
        funding = views.funding
        if funding.problem:
            return ((printable(funding.problem), "warning"),)
        if not funding.read:
            return (("being read …", "dim"),) if views.connection.access is not Access.NO_CREDENTIALS else ()
        age_ms = now - funding.read_ms
        old = not self._fresh(views)
        return ((f"{'not up to date, ' if old else ''}read {wording.age(age_ms)} ago", "warning" if old else "dim"),)
