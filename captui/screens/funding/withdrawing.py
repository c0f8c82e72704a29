"""A withdrawal, step by step: currency, beneficiary, amount, a last look, the one-time password. Esc goes back one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from captui.core import withdrawing as rules
from captui.core.dataclass import dataclass
from captui.core.funding import Beneficiary
from captui.core.money import floor_to, plain
from captui.core.secret import Secret
from captui.core.text import printable
from captui.render.funding_words import code, destination, destination_lines, fact, gap, held, money
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.form import Field, Filled
from captui.screens.funding import rehearsal, typed
from captui.screens.funding.asking import INNER, Everything, LiveForm, Refusal, Standing
from captui.screens.funding.desk import After, Desk
from captui.screens.funding.quoting import Fee, Quoting
from captui.screens.funding.terms import limit_lines
from captui.screens.picker import Choice, Picker
from captui.session.commands import Withdraw
from captui.widgets.funding_rows import currencies_in_order

_USUAL, _SAME_DAY = "usual way", "same day (RTC), costs more"
_READ_ANEW_MS = 1_000
"""A fee that has just changed cannot have been read before the key was pressed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What has been decided so far. All of it survives going back, the one-time password never does."""

    currency: str
    chosen_here: bool
    """The currency was picked in this flow, not the row that it began on."""
    beneficiary_id: int = 0
    amount: str = ""
    """As typed."""
    way: str = _USUAL

    @property
    def note(self) -> str:
        return rules.SAME_DAY_NOTE if self.way == _SAME_DAY else ""


class Withdrawing:
    """`add` is where a beneficiary of a currency is added."""

    def __init__(self, desk: Desk, add: Callable[[str], None]) -> None:
        self._desk = desk
        self._add = add
        self._plan = Plan("", chosen_here=True)
        self._quoting: Quoting | None = None
        self._agreed: Decimal | None = None
        self._shown_fee: Decimal | None = None
        self._fee_changed_ms = 0

    def start(self, currency: str = "") -> None:
        """With this currency, or by asking for one."""
        if not self._desk.allowed("Withdraw", leaves=True):
            return
        self._plan = Plan(currency, chosen_here=not currency)
        if currency:
            self._choose_beneficiary()
        else:
            self._choose_currency()

    # Step by step

    def _choose_currency(self) -> None:
        desk = self._desk
        choices = []
        for currency in currencies_in_order(list(desk.views.markets.currencies.values())):
            available = desk.available(currency.id)
            there = "–" if available is None else held(available, currency.id)
            line: Line = ((f"{code(currency.id):<6}", "strong"), (f"{there:>24}", "text"))
            if currency.withdrawal_enabled is False:
                line = (*line, ("  withdrawals are closed", "warning"))
            choices.append(Choice(currency.id, line, f"{currency.id} {printable(currency.name).lower()}"))

        def chosen(name: str | None) -> None:
            if name:
                self._plan = replace(self._plan, currency=name)
                self._choose_beneficiary()

        picker = Picker("Withdraw what?", choices, current=self._plan.currency, hint="part of its name", mode=desk.mode)
        desk.ask(picker, chosen)

    def _choose_beneficiary(self) -> None:
        desk, plan = self._desk, self._plan
        currency = desk.currency(plan.currency)
        unit = code(plan.currency)
        known = [each for each in desk.funding.beneficiaries if each.currency == plan.currency]
        active = [each for each in known if each.is_active]
        reason = ""
        if currency.withdrawal_enabled is False:
            reason = f"The exchange has switched off withdrawals of {unit}."
        elif not desk.funding.read:
            reason = desk.funding.problem or "The beneficiaries are still being read: try again in a moment."
        if reason:
            desk.tell(f"Withdraw {unit}", [((reason, "warning"),)])
            return
        if not active:
            self._without_beneficiary(len(known))
            return

        def chosen(name: str | None) -> None:
            if name:
                self._plan = replace(plan, beneficiary_id=int(name))
                self._quoting = Quoting(desk, plan.currency)
                self._ask_amount()
            elif name is not None and plan.chosen_here:
                self._choose_currency()

        choices = [_choice(each) for each in active]
        current = str(plan.beneficiary_id)
        title = f"Withdraw {unit}: to whom?"
        desk.ask(Picker(title, choices, current=current, hint="part of the name", mode=desk.mode, wide=True), chosen)

    def _without_beneficiary(self, waiting: int) -> None:
        currency = self._plan.currency
        items: list[Line] = [((f"There is no active beneficiary of {code(currency)}.", "warning"),)]
        if waiting:
            one = "One waits" if waiting == 1 else f"{waiting} wait"
            items.append(((f"{one} for the pin from the exchange's e-mail: Esc, B, then t activates it.", "text"),))

        def answered(answer: str | None) -> None:
            if answer:
                self._add(currency)

        answers = (Answer("a", "Add one", "add"),)
        self._desk.ask(Standing(f"Withdraw {code(currency)}", lambda: (items, answers), mode=self._desk.mode), answered)

    def _ask_amount(self, refusal: str = "") -> None:
        desk, plan = self._desk, self._plan
        fields = [
            Field(
                "amount",
                "amount",
                hint="m for all that is available",
                value=plan.amount,
                check=self._against,
            )
        ]
        if desk.currency(plan.currency).kind == "fiat":
            fields.append(Field("way", "how", value=plan.way, choices=(_USUAL, _SAME_DAY)))
        form = LiveForm(
            f"Withdraw {code(plan.currency)}",
            fields,
            mode=desk.mode,
            about=self._about,
            done="last look",
            everything=Everything("amount", self._everything),
            refusal=Refusal("amount", refusal),
            what="withdraw-amount",
        )

        def filled(handed_in: Filled | None) -> None:
            kept = form.kept if handed_in is None else handed_in.values
            self._plan = replace(plan, amount=kept["amount"], way=kept.get("way", plan.way))
            if handed_in is not None:
                self._last_look()
            elif form.went_back:
                self._choose_beneficiary()

        desk.ask(form, filled)

    def _last_look(self, reason: str = "") -> None:
        desk, fee = self._desk, self._fee()
        self._shown_fee, self._fee_changed_ms = fee.amount if fee.ready else None, 0

        def look() -> tuple[Sequence[Line], Sequence[Answer]]:
            return self._look(reason)

        def answered(answer: str | None) -> None:
            now = self._fee()
            if answer == "":
                self._ask_amount()
            elif answer == "yes" and not now.ready:
                self._last_look()
            elif answer == "yes" and desk.world.now_ms() - self._fee_changed_ms < _READ_ANEW_MS:
                self._last_look("The fee has just changed: look again.")
            elif answer == "yes":
                self._agreed = now.amount
                self._ask_password()

        acts = {"again": self._ask_again}
        title = f"Withdraw {money(self._amount(), self._plan.currency)}?"
        desk.ask(Standing(title, look, mode=desk.mode, acts=acts, what="last-look", now_ms=desk.world.now_ms), answered)

    def _ask_password(self, refusal: str = "") -> None:
        desk, plan = self._desk, self._plan
        beneficiary = desk.beneficiary(plan.beneficiary_id)
        to = printable(beneficiary.name) if beneficiary else ""
        what = money(self._amount(), plan.currency)
        form = LiveForm(
            f"Withdraw {what}",
            [Field("otp", "password", secret=True, check=lambda values: typed.one_time_password(values["otp"]))],
            mode=desk.mode,
            about=lambda _values: [
                ((f"{what} to {to}. Type the one-time password of your account; Enter sends it.", "text"),),
                *rehearsal.one_time_password(desk.mode),
            ],
            done="withdraw",
            refusal=Refusal("otp", refusal),
            what="withdraw-password",
        )
        # Made here and sent at most once, however often Enter is pressed.
        key = desk.world.new_id()

        def filled(handed_in: Filled | None) -> None:
            if handed_in is not None:
                self._send(key, handed_in.secrets["otp"])
            elif form.went_back:
                self._last_look()

        desk.ask(form, filled)

    def _send(self, key: str, otp: Secret) -> None:
        plan, fee = self._plan, self._fee()
        if not fee.ready or fee.amount != self._agreed:
            self._last_look("The promised fee has run out while you typed: look again. Nothing was sent.")
            return
        command = Withdraw(
            key=key,
            currency=plan.currency,
            amount=self._amount(),
            beneficiary_id=plan.beneficiary_id,
            otp=otp,
            note=plan.note,
            quote_id=fee.quote_id,
        )
        title = f"Withdraw {money(command.amount, command.currency)}"
        self._desk.send(command, title, After(refused=self._refused))

    def _refused(self, reason: str) -> None:
        # A quote is good for one try.
        self._ask_again()
        words = reason.lower()
        if "password" in words:
            self._ask_password(reason)
        elif "quote" in words or "fee was promised" in words:
            self._last_look(reason)
        else:
            self._ask_amount(reason)

    # What is known

    def _amount(self) -> Decimal:
        return typed.amount_or_none(self._plan.amount) or Decimal(0)

    def _fee(self) -> Fee:
        return self._quoting.fee() if self._quoting is not None else Fee(ready=False)

    def _ask_again(self) -> None:
        if self._quoting is not None:
            self._quoting.ask()

    def _everything(self) -> str:
        currency = self._desk.currency(self._plan.currency)
        available = self._desk.available(currency.id)
        return "" if available is None else plain(floor_to(available, Decimal(1).scaleb(-currency.precision)))

    def _against(self, values: Mapping[str, str]) -> str:
        plan = self._plan
        try:
            wanted = typed.amount(values["amount"])
        except ValueError as error:
            return str(error)
        available = self._desk.available(plan.currency)
        if available is None:
            return "Balances are not known yet: nothing can be withdrawn until they are."
        fee = self._fee()
        note = rules.SAME_DAY_NOTE if values.get("way") == _SAME_DAY else ""
        return rules.against_withdrawal(
            self._desk.currency(plan.currency),
            wanted,
            available=available,
            fee=fee.amount if fee.ready else None,
            note=note,
        )

    def _about(self, values: Mapping[str, str]) -> list[Line]:
        """Above the amount: where it goes, what there is, and what would arrive."""
        desk, unit, fee = self._desk, self._plan.currency, self._fee()
        beneficiary = desk.beneficiary(self._plan.beneficiary_id)
        available = desk.available(unit)
        wanted = typed.amount_or_none(values["amount"])
        lines = [
            fact("to", _recipient(beneficiary)),
            fact("available", "not known" if available is None else held(available, unit)),
            fact("fee", fee.words(unit), "warning" if fee.problem else "text"),
        ]
        arrives = ""
        if wanted is not None and fee.ready and fee.amount is not None and wanted > fee.amount:
            arrives = money(wanted - fee.amount, unit)
        lines.append(fact("arrives", arrives or "–", "strong" if arrives else "faint"))
        return [*lines, *limit_lines(desk, unit, wanted)]

    def _look(self, reason: str) -> tuple[list[Line], list[Answer]]:
        """The last one before money leaves."""
        desk, plan, fee = self._desk, self._plan, self._fee()
        unit, wanted = plan.currency, self._amount()
        if fee.ready and fee.amount != self._shown_fee:
            self._shown_fee, self._fee_changed_ms = fee.amount, desk.world.now_ms()
        available, beneficiary = desk.available(unit), desk.beneficiary(plan.beneficiary_id)
        items: list[Line] = [((reason, "error"),), gap()] if reason else []
        items += [
            fact("leaves", money(wanted, unit), "strong"),
            fact("fee", fee.words(unit), "warning" if fee.problem else "text"),
            fact(
                "arrives", money(wanted - fee.amount, unit) if fee.ready and fee.amount is not None else "–", "strong"
            ),
            fact("remains", "not known" if available is None else held(available - wanted, unit)),
        ]
        if plan.note:
            items.append(fact("how", "same day (RTC): the exchange takes more than this fee", "warning"))
        items += [gap(), fact("to", _recipient(beneficiary), "strong")]
        if beneficiary is not None:
            items += destination_lines(beneficiary, INNER)
        items.append(gap())
        if fee.problem:
            return [*items, ((fee.problem, "error"),)], [Answer("r", "Ask for the fee again", "again")]
        if not fee.ready:
            return [*items, (("The exchange is being asked what it costs now …", "dim"),)], []
        items.append((("Once sent it cannot be called back. Compare where it goes to.", "warning"),))
        return items, [Answer("Y", "Go on to the password", "yes", "warning")]


def _choice(beneficiary: Beneficiary) -> Choice:
    name = printable(beneficiary.name)
    shown = name if len(name) <= 24 else f"{name[:23]}…"
    return Choice(
        str(beneficiary.id),
        ((f"{shown:<25}", "strong"), (destination(beneficiary), "dim")),
        f"{name} {beneficiary.id} {destination(beneficiary)}".lower(),
    )


def _recipient(beneficiary: Beneficiary | None) -> str:
    return "–" if beneficiary is None else f"{printable(beneficiary.name)} (beneficiary {beneficiary.id})"
