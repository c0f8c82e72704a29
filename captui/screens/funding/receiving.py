"""Money in: the deposit address of a coin, what is known of paying in rand, and vouchers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from captui.core import withdrawing as rules
from captui.core.funding import PaymentMethod
from captui.core.secret import Secret
from captui.core.text import printable
from captui.core.types import Currency
from captui.render.funding_words import (
    code,
    fact,
    gap,
    group_lines,
    is_usable,
    long_fact,
    money,
    tag_of,
)
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.form import Field, Filled
from captui.screens.funding import rehearsal, typed
from captui.screens.funding.asking import LiveForm, Refusal, Standing
from captui.screens.funding.desk import After, Desk
from captui.session.commands import AskDepositAddress, RedeemVoucher
from captui.session.funding_views import Progress


class Receiving:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # Addresses

    def address(self, currency: str) -> str:
        """That is known and can be one, to the letter; empty otherwise."""
        view = self._desk.funding.addresses.get(currency)
        usable = view is not None and view.progress is Progress.READY and is_usable(view.address)
        return view.address if usable and view is not None else ""

    def ask(self, currency: str) -> None:
        """For the address of a coin. Rand has none: it goes on with vouchers."""
        desk = self._desk
        if desk.currency(currency).kind != "coin":
            self.redeem()
        elif desk.currency(currency).deposit_enabled is False:
            desk.say(f"The exchange takes no deposits of {code(currency)} at present.")
        elif not self.address(currency):
            desk.world.session.send(AskDepositAddress(currency))

    def words(self, currency: str, width: int) -> list[Line]:
        """All that is known of paying in this currency, for the pane beside the list."""
        if not currency:
            return [(("The currencies of the exchange are not known yet.", "dim"),)]
        known = self._desk.currency(currency)
        lines: list[Line] = [
            ((code(currency), "strong"), (f"  {printable(known.name)}", "dim")),
            (),
        ]
        return lines + (self._coin(known, width) if known.kind == "coin" else self._rand(width))

    def _coin(self, currency: Currency, width: int) -> list[Line]:
        unit = code(currency.id)
        view = self._desk.funding.addresses.get(currency.id)
        if view is None:
            lines: list[Line] = [
                (
                    (
                        f"Enter asks the exchange for your address of {unit}; it makes one where there is none yet.",
                        "text",
                    ),
                )
            ]
        elif view.progress is Progress.WAITING:
            lines = [
                (("The exchange is making your address …", "text"),),
                (("It is asked again every few seconds; you can do something else meanwhile.", "dim"),),
            ]
        elif view.progress is Progress.FAILED:
            lines = [((printable(view.reason) or "There is no address.", "warning"),), (("Enter asks again.", "dim"),)]
        elif not is_usable(view.address):
            lines = [
                (("What the exchange sent cannot be an address: pay nothing in. Look at its website.", "error"),),
            ]
        else:
            lines = self._address(view.address, width)
        return [*lines, (), *self._terms(currency)]

    def _address(self, address: str, width: int) -> list[Line]:
        plain, _, _ = address.partition("?")
        what, tag = tag_of(address)
        lines = group_lines(plain if what else address, width)
        if what:
            lines += [fact(what[:11], tag, "strong"), ((f"Without the {what} the money does not arrive.", "warning"),)]
        pieces = [address[at : at + width] for at in range(0, len(address), max(1, width))]
        return [
            *lines,
            (),
            *(((piece, "dim"), ("", "text")) for piece in pieces),
        ]

    def _terms(self, currency: Currency) -> list[Line]:
        unit = code(currency.id)
        lines: list[Line] = []
        if currency.deposit_enabled is False:
            lines.append(((f"Deposits of {unit} are closed: send nothing now.", "error"),))
        lines.append(((f"Send only {unit}, over its own network: anything else is lost.", "warning"),))
        if currency.min_deposit_amount:
            least = money(currency.min_deposit_amount, currency.id)
            lines.append(((f"Less than {least} is not credited.", "warning"),))
        if currency.min_confirmations:
            number = currency.min_confirmations
            lines.append(((f"Credited after {number} confirmation{'s' if number != 1 else ''}.", "dim"),))
        if currency.deposit_fee:
            lines.append(((f"The exchange keeps {money(currency.deposit_fee, currency.id)} of each deposit.", "dim"),))
        return lines

    def _rand(self, width: int) -> list[Line]:
        funding = self._desk.funding
        lines: list[Line] = [
            (("A transfer from your bank: the website of the exchange shows its account and your reference.", "text"),),
            (),
        ]
        if not funding.methods:
            words = "The exchange offers no instant methods." if funding.read else "Instant methods are being read …"
            return [*lines, ((words, "dim"),)]
        for method in funding.methods:
            lines.append(((printable(method.name), "strong"), (f"  {method_kind(method)}", "dim")))
            lines += long_fact("  amount", method_range(method), width, "dim")
            if method.description:
                lines.append(((f"  {printable(method.description)}", "dim"),))
        if self._vouchers():
            lines += [(), (("v redeems a voucher.", "text"),)]
        return lines

    # Vouchers

    def _vouchers(self) -> list[PaymentMethod]:
        return [each for each in self._desk.funding.methods if each.kind in ("voucher", "")]

    def redeem(self, kept: Mapping[str, str] | None = None, refusal: str = "") -> None:
        """Asks for method, amount and pin."""
        desk = self._desk
        if not desk.allowed("Redeem a voucher"):
            return
        methods = {_label(each): each for each in self._vouchers()}
        if not methods:
            words = "The exchange takes no vouchers." if desk.funding.read else "Deposit methods are still being read."
            desk.tell("Redeem a voucher", [((words, "warning"),)])
            return
        kept = kept or {}

        def amount(values: Mapping[str, str]) -> str:
            try:
                return rules.against_voucher(methods[values["method"]], typed.amount(values["amount"]))
            except ValueError as error:
                return str(error)

        def about(values: Mapping[str, str]) -> list[Line]:
            method = methods[values["method"] or next(iter(methods))]
            words = f"{printable(method.description)} {method_range(method)}.".strip()
            return [((words, "dim"),), *rehearsal.vouchers(desk.mode)]

        fields = [
            Field("method", "kind", value=kept.get("method", ""), choices=tuple(methods)),
            Field("amount", "amount in rand", value=kept.get("amount", ""), check=amount),
            Field(
                "pin", "voucher pin", secret=True, check=lambda values: "" if values["pin"] else "The pin is needed."
            ),
        ]
        form = LiveForm(
            "Redeem a voucher",
            fields,
            mode=desk.mode,
            about=about,
            done="look at it",
            refusal=Refusal(_field_of(refusal), refusal),
            what="voucher",
        )

        def filled(handed_in: Filled | None) -> None:
            if handed_in is not None:
                self._confirm(methods[handed_in.values["method"]], handed_in.values, handed_in.secrets["pin"])

        desk.ask(form, filled)

    def _confirm(self, method: PaymentMethod, values: Mapping[str, str], pin: Secret) -> None:
        desk, rand = self._desk, typed.amount(values["amount"])
        items: list[Line] = [
            fact("kind", printable(method.name), "strong"),
            fact("amount", money(rand, "zar"), "strong"),
            gap(),
            (
                (
                    "A pin is good once. A fee may be taken, and what is left may come back as a new voucher with its own pin.",
                    "text",
                ),
            ),
        ]
        key = desk.world.new_id()

        def answered(answer: str | None) -> None:
            if answer == "":
                self.redeem(values)
            elif answer:
                command = RedeemVoucher(key, method.id, rand, pin)
                after = After(lambda reason: self.redeem(values, reason))
                desk.send(command, f"Redeem a voucher for {money(rand, 'zar')}", after)

        def look() -> tuple[Sequence[Line], Sequence[Answer]]:
            return items, [Answer("y", "Redeem it", "yes")]

        desk.ask(Standing("Redeem this voucher?", look, mode=desk.mode, what="confirm-voucher"), answered)


def method_kind(method: PaymentMethod) -> str:
    return {"voucher": "voucher", "instanteft": "instant transfer, on the website"}.get(
        method.kind, printable(method.kind)
    )


def method_range(method: PaymentMethod) -> str:
    """`R 10.00 to R 3 000.00`"""
    least = None if method.min_amount is None else money(method.min_amount, "zar")
    most = None if method.max_amount is None else money(method.max_amount, "zar")
    if least and most:
        return f"{least} to {most}"
    return f"from {least}" if least else f"up to {most}" if most else "any amount"


def _field_of(refusal: str) -> str:
    """Which field of the form it is about."""
    words = refusal.lower()
    return "pin" if "pin" in words or "this voucher" in words else "amount"


def _label(method: PaymentMethod) -> str:
    """What the form calls it: with its id, since names need not differ."""
    return f"{printable(method.name)} ({printable(method.id)})"
