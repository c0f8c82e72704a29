"""Money in and out as one part of the session: its commands come in here, its view goes out from here."""

from __future__ import annotations

from collections.abc import Callable

from captui.core.moves import SentMove
from captui.core.types import Currency
from captui.exchange.probe import Revision
from captui.session.balances import Balances
from captui.session.commands import AskDepositAddress, AskQuote, FundingCommand, MoreDeposits, MoreWithdrawals
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.funding_answers import FundingAnswers
from captui.session.funding_lists import FundingLists
from captui.session.funding_views import FundingView
from captui.session.funding_writes import FundingWrites
from captui.session.journalling import Journalling
from captui.session.move_lookups import MoveLookups
from captui.session.views import Topic


class Funding:
    def __init__(
        self,
        context: SessionContext,
        *,
        connection: Connection,
        balances: Balances,
        journalling: Journalling,
        currency_of: Callable[[str], Currency | None],
    ) -> None:
        self._context = context
        self._lists = FundingLists(context, connection=connection, on_activity=balances.own_activity)
        self._answers = FundingAnswers(
            context, connection=connection, currency_of=currency_of, read_refusal=self._lists.read_refusal
        )
        self._lookups = MoveLookups(context, journalling, read_refusal=self._lists.read_refusal)
        self._writes = FundingWrites(
            context,
            connection=connection,
            balances=balances,
            journalling=journalling,
            lists=self._lists,
            answers=self._answers,
            lookups=self._lookups,
            currency_of=currency_of,
        )

    async def run(self) -> None:
        """For as long as the session lives."""
        # What the config allows is known before anything else.
        self._context.mark(Topic.FUNDING)
        await self._lists.run()

    def reached(self, revision: Revision) -> None:
        """Which revision of the API it is, is known from now on."""
        self._answers.revision = revision

    def refresh(self) -> None:
        """The connection is there, or somebody wants to see the newest: whoever watches need not wait for the next reading."""
        self._lists.refresh_watched()

    def adopt(self, left: tuple[SentMove, ...]) -> None:
        """Money that earlier runs sent and whose fate they did not learn."""
        self._lookups.adopt(left)

    def watch(self, watched: bool) -> None:
        """Whether somebody looks at the lists."""
        self._lists.watch(watched)

    def obey(self, command: FundingCommand) -> None:
        match command:
            case AskDepositAddress(currency):
                self._answers.ask_address(currency)
            case AskQuote(currency):
                self._answers.ask_quote(currency)
            case MoreDeposits():
                self._context.tasks.spawn("funding: deposits", self._lists.more(self._lists.deposits, "deposits"))
            case MoreWithdrawals():
                self._context.tasks.spawn(
                    "funding: withdrawals", self._lists.more(self._lists.withdrawals, "withdrawals")
                )
            case _:
                self._writes.carry_out(command)

    def view(self) -> FundingView:
        lists = self._lists
        return FundingView(
            enabled=self._context.settings.funding_enabled,
            methods=lists.methods,
            beneficiaries=lists.beneficiaries,
            deposits=lists.deposits.records,
            more_deposits=lists.deposits.has_more,
            withdrawals=lists.withdrawals.records,
            more_withdrawals=lists.withdrawals.has_more,
            addresses=self._answers.addresses,
            quotes=self._answers.quotes,
            invoices=lists.invoices,
            moves=self._writes.moves,
            read=lists.is_read,
            problem=lists.problem,
            read_ms=lists.read_ms,
        )
