"""Leaving captui: at once where nothing is lost by it, else what stays and what goes is said, and asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from captui.core.text import grouped, printable
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.trade import review
from captui.session.commands import CancelAll
from captui.session.funding_views import FundingView, MoveStatus
from captui.session.views import SessionPort, Severity
from captui.widgets import wording

if TYPE_CHECKING:
    from captui.screens.dialog import Dialog

QUESTION = "quit"
"""Id of the dialog."""
_WITHIN_MS = 8_000
"""How long to wait for "cancel all and quit" before saying that it has not worked."""
_GAP: Line = ((" ", "text"), (" ", "text"))


class Quitting:
    """`leave` ends the app; its argument is what to print once the terminal is the user's again."""

    def __init__(
        self,
        session: SessionPort,
        *,
        now_ms: Callable[[], int],
        say: Callable[[str, Severity], None],
        leave: Callable[[str], None],
    ) -> None:
        self._session = session
        self._now_ms = now_ms
        self._say = say
        self._leave = leave
        self._by_ms: int | None = None
        self._must_leave = False

    def question(self) -> Dialog | None:
        """What to ask first; None where there is nothing to ask. Its answer goes to `answered`."""
        views = self._session.views
        still, mode = views.orders.open, views.connection.mode
        items: list[Line] = []
        if still:
            stays = f"{len(still)} {'order stays' if len(still) == 1 else 'orders stay'} open on the exchange"
            fate = (
                ", and the demo's exchange ends with captui."
                if mode == "DEMO"
                else " and can fill while captui is closed."
            )
            items += [((stays + fate, "text"),), _GAP, *review.order_list(still, views.markets)]
        for sentence in lost_with_captui(views.funding):
            items += [*([_GAP] if items else []), ((sentence, "warning"),)]
        if not items:
            return None
        answers = [Answer("y", "Quit", "quit", "strong")]
        if still:
            answers.append(Answer("c", "Cancel all and quit", "cancel", "warning"))
        # Imported when it is opened: the first frame does not wait for it.
        from captui.screens.dialog import Dialog

        return Dialog("Quit?", items, answers, mode=mode, id=QUESTION)

    def answered(self, answer: str | None) -> None:
        if answer == "quit":
            self._leave(self._what_stays())
        elif answer == "cancel":
            self._session.send(CancelAll())
            self._by_ms = self._now_ms() + _WITHIN_MS
            self._say("Cancelling all orders, then quitting.", Severity.INFO)

    def hung_up(self, *, cancel: bool) -> None:
        """The terminal has gone: nobody can be asked. Leaves, and with `cancel` only when all is cancelled or it takes too long."""
        self._must_leave = True
        if cancel and self._session.views.orders.open:
            self._session.send(CancelAll())
            self._by_ms = self._now_ms() + _WITHIN_MS
        else:
            self._leave(self._what_stays())

    def tick(self) -> None:
        """Leaves once all is cancelled, where that was asked for."""
        if self._by_ms is None:
            return
        if not self._session.views.orders.open:
            self._leave("")
        elif self._now_ms() < self._by_ms:
            return
        elif self._must_leave:
            self._leave(self._what_stays())
        else:
            self._by_ms = None
            self._say(f"Not quitting: {self._what_stays()}", Severity.ERROR)

    def _what_stays(self) -> str:
        number = len(self._session.views.orders.open)
        if not number:
            return ""
        return f"{wording.count(number, 'order')} {'stays' if number == 1 else 'stay'} open on the exchange."


def lost_with_captui(funding: FundingView) -> list[str]:
    """A sentence for each thing that nobody else keeps: pins of change vouchers, and money that is on its way at this moment."""
    from captui.core.funding import VoucherRedemption

    found: list[str] = []
    for move in funding.moves:
        if isinstance(move.result, VoucherRedemption) and move.result.change is not None:
            amount = move.result.change.amount
            worth = "" if amount is None else f" over R {grouped(amount, 2)}"
            found.append(
                f"The pin of the change voucher{worth} is known to captui alone and gone when it ends: "
                "it is under Sent on the funding screen; write it down first."
            )
        elif move.status is MoveStatus.SENDING:
            found.append(f"{printable(move.title)}: it is being sent at this moment, and no answer has come yet.")
    return found
