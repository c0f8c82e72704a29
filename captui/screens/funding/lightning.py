"""Bitcoin over lightning: an invoice for somebody else to pay, and paying theirs after a look at what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from captui.core import bolt11
from captui.core import withdrawing as rules
from captui.core.bolt11 import Invoice
from captui.core.funding import LightningInvoice
from captui.core.text import grouped, printable
from captui.errors import InvoiceError
from captui.render.funding_words import (
    countdown,
    fact,
    gap,
    held,
    invoice_state,
    long_fact,
    moment,
    money,
    satoshi,
    sats_in_full,
)
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.form import Field, Filled
from captui.screens.funding import typed
from captui.screens.funding.asking import FORM_INNER, INNER, LiveForm, Refusal, Standing
from captui.screens.funding.desk import After, Desk
from captui.screens.funding.quoting import Fee, Quoting
from captui.session.commands import MakeInvoice, PayInvoice

_BTC = rules.LIGHTNING_CURRENCY
_BOLT_LINES = 8


class Lightning:
    """`made` is called once an invoice was made, with its text."""

    def __init__(self, desk: Desk, made: Callable[[str], None]) -> None:
        self._desk = desk
        self._made = made
        self._quoting: Quoting | None = None
        self._shown_fee: Decimal | None = None

    # Making an invoice

    def invoice(self, kept: Mapping[str, str] | None = None, refusal: str = "") -> None:
        desk = self._desk
        if not desk.allowed("A lightning invoice"):
            return
        kept = kept or {}
        form = LiveForm(
            "A lightning invoice",
            [
                Field("sats", "satoshi", hint="1 BTC is 100 000 000", value=kept.get("sats", ""), check=_against_sats),
                Field(
                    "percent",
                    "sell for rand",
                    hint="% of it, on arrival",
                    value=kept.get("percent", ""),
                    check=_against_percent,
                ),
                Field("description", "description", hint="for whoever pays it", value=kept.get("description", "")),
                Field("note", "note", hint="for you alone", value=kept.get("note", "")),
            ],
            mode=desk.mode,
            about=self._worth,
            done="make it",
            refusal=Refusal("sats", refusal),
            what="make-invoice",
        )
        key = desk.world.new_id()

        def filled(handed_in: Filled | None) -> None:
            if handed_in is None:
                return
            values = handed_in.values
            command = MakeInvoice(
                key=key,
                amount_sat=typed.amount(values["sats"]),
                conversion_percent=typed.percent(values["percent"]),
                description=values["description"],
                note=values["note"],
            )
            after = After(
                refused=lambda reason: self.invoice(values, reason),
                accepted=lambda move: self._made(move.result.bolt if isinstance(move.result, LightningInvoice) else ""),
            )
            desk.send(command, f"An invoice over {satoshi(command.amount_sat)}", after)

        desk.ask(form, filled)

    def _worth(self, values: Mapping[str, str]) -> list[Line]:
        sats = typed.amount_or_none(values["sats"])
        if sats is None:
            return [(("Somebody else pays it within an hour; the bitcoin arrive as a deposit.", "dim"),)]
        return [((sats_in_full(sats, self._desk.last_price(_BTC)), "strong"), ("", "text"))]

    def words(self, invoice: LightningInvoice | None, width: int) -> list[Line]:
        """All that is known of an invoice, for the pane beside the list."""
        if invoice is None:
            return [
                (("i makes an invoice that somebody else pays to you.", "text"),),
                (("p pays an invoice of somebody else.", "text"),),
            ]
        desk = self._desk
        state = invoice_state(invoice, desk.exchange_ms)
        lines: list[Line] = [
            ((satoshi(invoice.amount), "strong"), (f"   {state.word}", state.style)),
            ((sats_in_full(invoice.amount, desk.last_price(_BTC)), "dim"),),
            ((state.then, "text"),),
        ]
        if invoice.conversion_percent:
            lines.append(((f"{grouped(invoice.conversion_percent * 100)} % is sold for rand on arrival.", "dim"),))
        if invoice.description:
            lines += long_fact("for", printable(invoice.description), width)
        if invoice.member_description:
            lines += long_fact("note", printable(invoice.member_description), width, "dim")
        if invoice.paid_ms:
            lines.append(fact("paid", moment(invoice.paid_ms, desk.world.tz)))
        elif invoice.expires_ms:
            lines.append(fact("until", moment(invoice.expires_ms, desk.world.tz)))
        bolt = "".join(c if c.isprintable() else " " for c in invoice.bolt)
        pieces = [bolt[at : at + width] for at in range(0, len(bolt), max(1, width))]
        lines += [(), *(((piece, "dim"), ("", "text")) for piece in pieces[:_BOLT_LINES])]
        return lines

    # Paying

    def pay(self) -> None:
        if self._desk.allowed("Pay a lightning invoice", leaves=True):
            self._quoting = Quoting(self._desk, _BTC)
            self._ask({})

    def _ask(self, kept: Mapping[str, str], refusal: Refusal | None = None) -> None:
        desk = self._desk
        form = LiveForm(
            "Pay a lightning invoice",
            [
                Field(
                    "bolt",
                    "invoice",
                    hint="paste it: lnbc…",
                    value=kept.get("bolt", ""),
                    check=self._against_bolt,
                    one_word=True,
                ),
                Field(
                    "sats",
                    "satoshi",
                    hint="only where the invoice leaves it open",
                    value=kept.get("sats", ""),
                    check=self._against_amount,
                ),
                Field("note", "note", hint="for you alone", value=kept.get("note", "")),
            ],
            mode=desk.mode,
            about=self._decoded,
            done="last look",
            refusal=refusal,
            what="pay-invoice",
        )

        def filled(handed_in: Filled | None) -> None:
            if handed_in is not None:
                self._last_look(handed_in.values)

        desk.ask(form, filled)

    def _last_look(self, values: Mapping[str, str], reason: str = "") -> None:
        desk, fee = self._desk, self._fee()
        invoice = bolt11.parse(values["bolt"])
        sats = _amount_of(invoice, values["sats"]) or Decimal(0)
        self._shown_fee = fee.amount if fee.ready else None
        changed_ms = [0]

        def look() -> tuple[Sequence[Line], Sequence[Answer]]:
            now = self._fee()
            if now.ready and now.amount != self._shown_fee:
                self._shown_fee, changed_ms[0] = now.amount, desk.world.now_ms()
            return self._look(invoice, sats, now, reason)

        key = desk.world.new_id()

        def answered(answer: str | None) -> None:
            now = self._fee()
            if answer == "":
                self._ask(values)
            elif answer == "yes" and (not now.ready or desk.world.now_ms() - changed_ms[0] < 1_000):
                self._last_look(values, "The fee has just changed: look again.")
            elif answer == "yes":
                self._send(key, invoice, sats, values, now)

        acts = {"again": self._ask_again}
        title = f"Pay {satoshi(sats)}?"
        desk.ask(Standing(title, look, mode=desk.mode, acts=acts, what="last-look", now_ms=desk.world.now_ms), answered)

    def _send(self, key: str, invoice: Invoice, sats: Decimal, values: Mapping[str, str], fee: Fee) -> None:
        def refused(reason: str) -> None:
            # A quote is good for one try.
            self._ask_again()
            self._ask(values, Refusal("bolt", reason))

        command = PayInvoice(key=key, bolt=invoice.text, amount_sat=sats, note=values["note"], quote_id=fee.quote_id)
        self._desk.send(command, f"Pay {satoshi(sats)} over lightning", After(refused=refused))

    def _look(self, invoice: Invoice, sats: Decimal, fee: Fee, reason: str) -> tuple[list[Line], list[Answer]]:
        desk = self._desk
        available = desk.available(_BTC)
        wanted = rules.bitcoin(sats)
        total = wanted + fee.amount if fee.ready and fee.amount is not None and fee.quote_id else None
        items: list[Line] = [((reason, "error"),), gap()] if reason else []
        items += self._said(invoice, sats, INNER)
        items += [gap(), fact("fee", self._fee_words(fee), "warning" if fee.problem else "text")]
        items.append(fact("leaves", money(total or wanted, _BTC) + ("" if total else " and the fee"), "strong"))
        if available is not None:
            items.append(fact("remains", held(available - (total or wanted), _BTC)))
        items.append(gap())
        wrong = rules.against_payment(
            invoice,
            sats,
            available=Decimal(0) if available is None else available,
            fee=None if total is None else fee.amount,
            now_ms=desk.exchange_ms,
        )
        if wrong:
            return [*items, ((wrong, "error"),)], []
        if fee.problem:
            return [*items, ((fee.problem, "error"),)], [Answer("r", "Ask for the fee again", "again")]
        if not fee.ready:
            return [*items, (("The exchange is being asked what it costs now …", "dim"),)], []
        items.append((("A payment cannot be called back. Nothing in an invoice proves who asks.", "warning"),))
        return items, [Answer("Y", "Pay it", "yes", "warning")]

    def _fee_words(self, fee: Fee) -> str:
        if fee.ready and not fee.quote_id:
            # The listed fee is that of the blockchain: over lightning it may be less.
            return "what lightning costs; the exchange says afterwards"
        return fee.words(_BTC)

    def _decoded(self, values: Mapping[str, str]) -> list[Line]:
        """Above the fields: what the pasted text says."""
        if not values["bolt"]:
            return [(("What it says is shown here before anything is sent.", "dim"),)]
        try:
            invoice = bolt11.parse(values["bolt"])
        except InvoiceError as error:
            return [((str(error), "warning"),)]
        return self._said(invoice, _amount_of(invoice, values["sats"]), FORM_INNER)

    def _said(self, invoice: Invoice, sats: Decimal | None, width: int) -> list[Line]:
        desk = self._desk
        left = invoice.expires_ms - desk.exchange_ms
        until = moment(invoice.expires_ms, desk.world.tz)
        if invoice.description is not None:
            words = printable(invoice.description) or "nothing"
        else:
            words = "(only a fingerprint of its description)"
        amount = "for you to choose" if sats is None else sats_in_full(sats, desk.last_price(_BTC))
        lines = long_fact("amount", amount, width, "strong")
        lines += long_fact("for", words, width, most=3)
        lines.append(
            fact("until", f"{until}, {countdown(left)} left" if left > 0 else f"{until}: expired", _bad(left <= 0))
        )
        network = invoice.network
        real = network is bolt11.Network.BITCOIN
        lines.append(
            fact("network", "bitcoin" if real else f"{network.name.lower()}: not real bitcoin", _bad(not real))
        )
        return lines

    # What is wrong

    def _against_bolt(self, values: Mapping[str, str]) -> str:
        if not values["bolt"]:
            return "Paste the invoice: it begins with lnbc."
        try:
            invoice = bolt11.parse(values["bolt"])
        except InvoiceError as error:
            return str(error)
        # With enough money, so that only the invoice itself is judged here.
        sats = invoice.amount_sat or Decimal(1)
        return rules.against_payment(
            invoice, sats, available=rules.bitcoin(sats), fee=None, now_ms=self._desk.exchange_ms
        )

    def _against_amount(self, values: Mapping[str, str]) -> str:
        try:
            invoice = bolt11.parse(values["bolt"])
            if values["sats"]:
                typed.amount(values["sats"])
        except InvoiceError:
            return ""
        except ValueError as error:
            return str(error)
        sats = _amount_of(invoice, values["sats"])
        if sats is None:
            return "The invoice leaves the amount to you: say how many satoshi."
        available = self._desk.available(_BTC)
        if available is None:
            return "Balances are not known yet: nothing can be paid until they are."
        fee = self._fee()
        known = fee.amount if fee.ready and fee.quote_id else None
        return rules.against_payment(invoice, sats, available=available, fee=known, now_ms=self._desk.exchange_ms)

    def _fee(self) -> Fee:
        return self._quoting.fee() if self._quoting is not None else Fee(ready=False)

    def _ask_again(self) -> None:
        if self._quoting is not None:
            self._quoting.ask()


def _amount_of(invoice: Invoice, chosen: str) -> Decimal | None:
    """In satoshi: what was typed, else what the invoice says; None where neither does."""
    return typed.amount_or_none(chosen) or invoice.amount_sat


def _against_sats(values: Mapping[str, str]) -> str:
    try:
        return rules.against_invoice(typed.amount(values["sats"]), None)
    except ValueError as error:
        return str(error)


def _against_percent(values: Mapping[str, str]) -> str:
    try:
        typed.percent(values["percent"])
    except ValueError as error:
        return str(error)
    return ""


def _bad(is_bad: bool) -> str:
    return "error" if is_bad else "text"
