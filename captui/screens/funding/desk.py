"""Where all that moves money on this screen goes through: each command is sent once, and what became of it is shown at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from textual.screen import Screen

from captui.core.dataclass import dataclass
from captui.core.funding import Beneficiary, VoucherRedemption, Withdrawal
from captui.core.secret import Secret
from captui.core.text import printable
from captui.core.types import Currency
from captui.render.funding_words import fact, gap, money
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.base import CaptuiScreen
from captui.screens.dialog import Answers
from captui.screens.funding.asking import Standing
from captui.session.commands import FundingWrite
from captui.session.funding_views import FundingView, Move, MoveKind, MoveStatus
from captui.session.views import Access, Severity, Views
from captui.widgets.funding_rows import MOVE_WORDS

Result = TypeVar("Result")

_HELD_MS = 1_000
"""For so long after sending, Enter closes nothing: a key that is held down must not reach what lies below."""
_REFUSED = "refused"
_DONE = "done"

_COPIED = "Copied (OSC 52; some terminals refuse, tmux needs set-clipboard on)."


@dataclass(frozen=True, slots=True)
class After:
    """What to do once it is known what became of a command, while the user still looks at it."""

    refused: Callable[[str], None]
    """With the sentence that says why: ask again where it was asked."""
    accepted: Callable[[Move], None] | None = None
    """In place of the words that it was accepted."""


class Desk:
    """What every flow of the screen needs of the world."""

    def __init__(self, page: CaptuiScreen) -> None:
        self.world = page.world
        self._page = page
        self._sent: set[str] = set()

    # What is known

    @property
    def views(self) -> Views:
        return self.world.session.views

    @property
    def funding(self) -> FundingView:
        return self.views.funding

    @property
    def mode(self) -> str:
        return self.views.connection.mode

    @property
    def exchange_ms(self) -> int:
        """The exchange's clock, which decides what has expired."""
        return self.world.now_ms() + (self.views.connection.clock_offset_ms or 0)

    def currency(self, currency: str) -> Currency:
        """As the exchange describes it; one that it does not describe has two decimals if it is rand and eight if it is not."""
        known = self.views.markets.currencies.get(currency)
        return known or Currency(currency, currency.upper(), *((2, "fiat") if currency == "zar" else (8, "coin")))

    def available(self, currency: str) -> Decimal | None:
        """None where balances are not known yet."""
        balances = self.views.balances
        if not balances.rows:
            return None
        balance = balances.of(currency)
        return Decimal(0) if balance is None else balance.available

    def last_price(self, currency: str) -> Decimal | None:
        """In rand."""
        ticker = self.views.tickers.tickers.get(f"{currency}zar")
        return None if ticker is None or not ticker.last else ticker.last

    def beneficiary(self, number: int) -> Beneficiary | None:
        return next((each for each in self.funding.beneficiaries if each.id == number), None)

    def move(self, key: str) -> Move | None:
        return next((move for move in self.funding.moves if move.key == key), None)

    def why_not(self, *, leaves: bool = False) -> list[Line]:
        """What speaks against moving money at all, as lines of a dialog; none where nothing does. `leaves`: it leaves the exchange."""
        connection = self.views.connection
        if connection.access is not Access.TRADING:
            return [((_ACCESS[connection.access], "warning"),), *_said(connection.reason)]
        if leaves and not self.funding.enabled:
            return [
                (
                    (
                        "Money that leaves the exchange is switched off. These two lines in the config allow it:",
                        "warning",
                    ),
                ),
                gap(),
                (("  [funding]", "strong"), ("", "text")),
                (("  enabled = true", "strong"), ("", "text")),
                gap(),
                (("captui config path says where the config is; captui reads it when it starts.", "dim"),),
            ]
        return []

    # What is asked and sent

    def ask(self, screen: Screen[Result], then: Callable[[Result | None], None]) -> None:
        """Put a question over the screen. `then` is given None where it was left without an answer."""
        self._page.app.push_screen(screen, then)

    def tell(self, title: str, items: Sequence[Line]) -> None:
        """Words over the screen that ask nothing."""
        self.ask(Standing(title, lambda: (items, ()), mode=self.mode), _nothing)

    def allowed(self, title: str, *, leaves: bool = False) -> bool:
        """Whether money may move; says over the screen why it may not."""
        reasons = self.why_not(leaves=leaves)
        if reasons:
            self.tell(title, reasons)
        return not reasons

    def say(self, text: str, severity: Severity = Severity.WARNING) -> None:
        self.world.say(text, severity)

    def copy(self, text: str) -> None:
        """Send this to the clipboard of the user's own terminal, and say so."""
        self._page.app.copy_to_clipboard(text)
        self.say(_COPIED, Severity.INFO)

    def send(self, command: FundingWrite, title: str, after: After) -> None:
        """Once per key, whatever is pressed how often; what becomes of it is shown until the user leaves that."""
        if command.key in self._sent:
            return
        self._sent.add(command.key)
        self.world.session.send(command)

        def closed(answer: str | None) -> None:
            move = self.move(command.key)
            if answer == _REFUSED and move is not None:
                after.refused(move.reason or "It was refused without a reason.")
            elif answer == _DONE and move is not None and after.accepted is not None:
                after.accepted(move)

        self.ask(Sent(self, command.key, title, closes=after.accepted is not None), closed)

    def show_move(self, key: str) -> None:
        move = self.move(key)
        if move is not None:
            self.ask(Sent(self, key, move.title), _nothing)


class Sent(Standing):
    """What became of one write, from the moment it is sent: on its way, accepted, refused or unknown.

    With `closes` it closes by itself once it was accepted. Of one that was just sent it also closes when it is refused, so that
    the question can be asked again.
    """

    def __init__(self, desk: Desk, key: str, title: str, *, closes: bool = False) -> None:
        self._desk = desk
        self._key = key
        self._closes = closes
        self._pin_shown = False
        move = desk.move(key)
        self._watching = move is None or move.status is MoveStatus.SENDING
        self._opened_ms = desk.world.now_ms()
        super().__init__(
            title,
            self._words,
            mode=desk.mode,
            acts={"show": self._show_pin, "copy": self._copy_pin},
            what="sent",
        )

    def renew(self) -> None:
        move = self._desk.move(self._key)
        if self._watching and move is not None and not self._given:
            if move.status is MoveStatus.REFUSED:
                super()._give(_REFUSED)
                return
            if move.status is MoveStatus.ACCEPTED and self._closes:
                super()._give(_DONE)
                return
        super().renew()

    def on_answers_given(self, message: Answers.Given) -> None:
        if self._watching and self._desk.world.now_ms() - self._opened_ms < _HELD_MS:
            message.stop()
            message.prevent_default()

    def _words(self) -> tuple[list[Line], list[Answer]]:
        move = self._desk.move(self._key)
        status = MoveStatus.SENDING if move is None else move.status
        words = MOVE_WORDS[status]
        items: list[Line] = [fact("status", words.word, words.style), ((words.then, "text"),)]
        answers: list[Answer] = []
        if status is MoveStatus.SENDING:
            items.append((("You need not wait here: it goes on, and stands under Sent.", "dim"),))
        if move is not None:
            if move.reason:
                items += [gap(), ((move.reason, words.style),)]
            items += self._outcome(move)
            if self._pin is not None:
                label = "Hide the pin" if self._pin_shown else "Show the pin"
                answers = [Answer("s", label, "show"), Answer("y", "Copy the pin", "copy")]
        return items, answers

    def _outcome(self, move: Move) -> list[Line]:
        if move.status is not MoveStatus.ACCEPTED:
            return []
        match move.result:
            case Withdrawal() as made:
                items = [
                    gap(),
                    fact("number", str(made.id)),
                    fact("amount", money(made.amount, made.currency)),
                    fact("fee", money(made.fee, made.currency)),
                ]
                return [*items, (("The list of withdrawals shows how it goes on.", "dim"),)]
            case VoucherRedemption() as redemption:
                return self._redeemed(redemption)
            case _:
                then = _NEXT.get(move.kind, "")
                return [((then, "dim"),)] if then else []

    def _redeemed(self, redemption: VoucherRedemption) -> list[Line]:
        items = [gap()]
        if redemption.origin_amount is not None:
            items.append(fact("voucher", money(redemption.origin_amount, "zar")))
        credited = "see your balance" if redemption.amount is None else money(redemption.amount, "zar")
        items.append(fact("credited", credited, "bid"))
        change = redemption.change
        if change is None:
            return items
        worth = "what was left" if change.amount is None else money(change.amount, "zar")
        items += [gap(), fact("change", f"a new voucher over {worth}", "strong")]
        if change.expiry:
            items.append(fact("expires", printable(change.expiry)))
        items.append(fact("pin", printable(change.pin.reveal()) if self._pin_shown else "••••••••", "strong"))
        items.append(
            (("Its pin is money, and nobody keeps it for you: write it down before you quit captui.", "warning"),)
        )
        return items

    @property
    def _pin(self) -> Secret | None:
        """Of the voucher that came back as change."""
        move = self._desk.move(self._key)
        if move is None or not isinstance(move.result, VoucherRedemption) or move.result.change is None:
            return None
        return move.result.change.pin

    def _show_pin(self) -> None:
        self._pin_shown = not self._pin_shown

    def _copy_pin(self) -> None:
        if self._pin is not None:
            self._desk.copy(self._pin.reveal())


_NEXT = {
    MoveKind.WITHDRAWAL: "The list of withdrawals shows how it goes on.",
    MoveKind.PAYMENT: "It is on its way; the list of withdrawals says whether it was made.",
    MoveKind.ADD_BENEFICIARY: "The exchange sends a pin by e-mail: activate the beneficiary with it.",
    MoveKind.ACTIVATE_BENEFICIARY: "Withdrawals may go there now.",
    MoveKind.REMOVE_BENEFICIARY: "Nothing can go there any more.",
}

_ACCESS = {
    Access.NO_CREDENTIALS: "There is no API key: to move money, run captui setup, or set CAPTUI_API_KEY and CAPTUI_API_SECRET.",
    Access.READ_ONLY: "captui was started read-only: nothing is sent to the exchange.",
    Access.REFUSED: "The exchange does not accept the API key: nothing can be sent.",
}


def _said(reason: str) -> list[Line]:
    return [((reason, "dim"),)] if reason else []


def _nothing(_answer: object) -> None:
    """There is nothing to do about it."""
