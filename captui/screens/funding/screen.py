"""The funding screen: money in and out, section by section; each flow is in a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from captui.actions import Action, Scope, bindings, display
from captui.actions.funding import SECTIONS
from captui.core.funding import Beneficiary, LightningInvoice
from captui.core.text import printable
from captui.render.funding_words import code, money, satoshi
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.base import PageName, Surroundings
from captui.screens.funding import details
from captui.screens.funding.asking import LiveForm, Standing
from captui.screens.funding.beneficiaries import Beneficiaries
from captui.screens.funding.code import CodeScreen
from captui.screens.funding.desk import Desk
from captui.screens.funding.lightning import Lightning
from captui.screens.funding.lists import Lists
from captui.screens.funding.receiving import Receiving
from captui.screens.funding.terms import withdrawal_terms
from captui.screens.funding.withdrawing import Withdrawing
from captui.screens.page import Page
from captui.session.commands import MoreDeposits, MoreWithdrawals, Watched
from captui.session.views import Severity, Topic, Views
from captui.widgets import funding_rows as rows
from captui.widgets.funding_panes import Heading, Section, SectionStrip, WordsAndCode
from captui.widgets.table import Table

_SHOWN = frozenset({Topic.FUNDING, Topic.MARKETS, Topic.BALANCES, Topic.CONNECTION})
"""What is shown at once; prices, which only say what coins are worth about, wait for the next second."""
_FIRST = {
    "deposit": "into",
    "withdraw": "out-of",
    "lightning": "invoices",
    "beneficiaries": "beneficiaries",
    "sent": "moves",
}
"""The table of each section that has the keys when it is gone to."""
_OWN_KEYS = {
    "deposit": ("funding.copy", "funding.code", "funding.voucher"),
    "withdraw": ("funding.withdraw",),
    "lightning": ("funding.invoice", "funding.pay", "funding.copy"),
    "beneficiaries": ("funding.add", "funding.activate", "funding.remove"),
    "sent": (),
}
"""What the key bar names in each section."""
_ENTER = {"into": "Address", "out-of": "Withdraw", "invoices": "QR code"}
"""What Enter is called in a table, where it is not for details."""


class FundingScreen(Page):
    NAME = PageName.FUNDING
    SCOPE = Scope.FUNDING
    WATCHED = Watched.FUNDING
    FOCUS = ("into", "deposits", "out-of", "withdrawals", "invoices", "payments", "beneficiaries", "moves")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.FUNDING)]
    DEFAULT_CSS = """
    FundingScreen {
        #sections { height: 1; }
        .section { height: 1fr; }
        .upper { height: 2fr; }
        .upper Table { width: 2fr; max-width: 56; }
        .upper WordsAndCode { width: 3fr; }
        .lower { height: 1fr; }
        Heading { height: 1; }
        &.roomy #sections { margin-bottom: 1; }
        #beneficiary, #beneficiaries { height: 1fr; }
    }
    """

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        keys = {action.id: display(action.keys[0]) for action in world.actions}
        titles = ("Deposit", "Withdraw", "Lightning", "Beneficiaries", "Sent")
        self.sections = SectionStrip(
            [
                Section(name, title, keys.get(action.id, ""))
                for name, title, action in zip(_FIRST, titles, SECTIONS, strict=True)
            ],
            id="sections",
        )
        self.section = "deposit"
        self.desk = Desk(self)
        self.receiving = Receiving(self.desk)
        self.beneficiaries = Beneficiaries(self.desk)
        self.withdrawing = Withdrawing(self.desk, self.beneficiaries.add)
        self.lightning = Lightning(self.desk, self._invoice_made)
        self.lists = Lists(self.desk)
        self.invoice_details = WordsAndCode(id="invoice")
        self.address_details = WordsAndCode(id="address")
        self.withdrawal_details = WordsAndCode(id="terms")
        self.beneficiary_details = WordsAndCode(id="beneficiary")
        self._go_to_invoice = ""
        """Text of the one that was made last, until its row is there."""

    def compose_body(self) -> ComposeResult:
        lists = self.lists
        yield self.sections
        with Vertical(id="section-deposit", classes="section"):
            with Horizontal(classes="upper"):
                yield lists.into
                yield self.address_details
            yield lists.deposits_heading
            yield lists.deposits
        with Vertical(id="section-withdraw", classes="section"):
            with Horizontal(classes="upper"):
                yield lists.out_of
                yield self.withdrawal_details
            yield lists.withdrawals_heading
            yield lists.withdrawals
        with Vertical(id="section-lightning", classes="section"):
            with Horizontal(classes="upper"):
                yield lists.invoices
                yield self.invoice_details
            yield Heading("Payments of this session", id="payments-heading")
            yield lists.payments
        with Vertical(id="section-beneficiaries", classes="section"):
            yield lists.beneficiaries_heading
            yield lists.beneficiaries
            yield self.beneficiary_details
        with Vertical(id="section-sent", classes="section"):
            yield Heading("Sent in this session, newest first", id="moves-heading")
            yield lists.moves

    def on_mount(self) -> None:
        self._go_to("deposit")

    # Showing

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        if not dirty & _SHOWN:
            return
        self.lists.show(views)
        self._show_details()
        self._renew()

    def tick(self) -> None:
        """Quotes and invoices run out, addresses and lists grow older, and what was news is none any more."""
        self.lists.show(self.session.views)
        self._show_details()
        self._renew()

    def _renew(self) -> None:
        for screen in self.app.screen_stack:
            if isinstance(screen, Standing | LiveForm) and screen.is_mounted:
                screen.renew()

    def _show_details(self) -> None:
        lists, funding = self.lists, self.desk.funding
        currency = lists.into.cursor_key
        self.address_details.show(lambda width: self.receiving.words(currency, width), self.receiving.address(currency))
        leaving = lists.out_of.cursor_key
        self.withdrawal_details.show(lambda _width: withdrawal_terms(self.desk, leaving))
        if any(each.bolt == self._go_to_invoice for each in funding.invoices):
            lists.invoices.go_to(self._go_to_invoice)
            self._go_to_invoice = ""
        invoice = self._invoice
        self.invoice_details.show(
            lambda width: self.lightning.words(invoice, width), _payable(invoice, self.desk.exchange_ms)
        )
        chosen = self._beneficiary
        self.beneficiary_details.show(
            lambda width: details.beneficiary_summary(chosen, width) if chosen is not None else []
        )
        pending = sum(not each.is_active for each in funding.beneficiaries)
        self.sections.show(self.section, {"beneficiaries": pending, "sent": len(funding.moves)})

    @property
    def _invoice(self) -> LightningInvoice | None:
        key = self.lists.invoices.cursor_key
        return next((each for each in self.desk.funding.invoices if each.bolt == key), None)

    @property
    def _beneficiary(self) -> Beneficiary | None:
        key = self.lists.beneficiaries.cursor_key
        return next((each for each in self.desk.funding.beneficiaries if str(each.id) == key), None)

    # Sections

    def action_section(self, name: str) -> None:
        self._go_to(name)

    @on(SectionStrip.Chosen)
    def _section_clicked(self, message: SectionStrip.Chosen) -> None:
        self._go_to(message.name)

    @on(Table.TabMoved)
    def _section_moved(self, message: Table.TabMoved) -> None:
        names = list(_FIRST)
        self._go_to(names[(names.index(self.section) + message.by) % len(names)])

    def _go_to(self, name: str) -> None:
        self.section = name
        for each in _FIRST:
            self.query_one(f"#section-{each}").display = each == name
        self.set_focus(self.query_one(f"#{_FIRST[name]}"))
        self._show_details()

    def keys_here(self) -> Sequence[Action]:
        by_id = {action.id: action for action in self.actions}
        focused = self.focused.id if self.focused is not None else ""
        enter = replace(by_id["tabs.details"], label=_ENTER.get(focused or "", "Details"))
        return [enter, *(by_id[name] for name in _OWN_KEYS[self.section])]

    # Rows

    @on(Table.Marked)
    def _marked(self) -> None:
        self._show_details()

    @on(Table.NearEnd)
    def _near_end(self, message: Table.NearEnd) -> None:
        funding = self.desk.funding
        if message.table is self.lists.deposits and funding.more_deposits:
            self.session.send(MoreDeposits())
        elif message.table is self.lists.withdrawals and funding.more_withdrawals:
            self.session.send(MoreWithdrawals())

    @on(Table.Details)
    def _details(self, message: Table.Details) -> None:
        key = message.key
        match message.table.id:
            case "into":
                self.receiving.ask(key)
            case "out-of":
                self.withdrawing.start(key)
            case "deposits":
                self._deposit_details(key)
            case "withdrawals":
                self._withdrawal_details(key)
            case "invoices":
                self.action_code()
            case "moves" | "payments":
                self.desk.show_move(key)
            case "beneficiaries":
                self._beneficiary_details()

    def _deposit_details(self, key: str) -> None:
        found = next((each for each in self.desk.funding.deposits if str(each.id) == key), None)
        if found is not None:
            title = f"Deposit of {money(found.amount, found.currency)}"
            items = details.deposit_items(found, self.desk.currency(found.currency), self.world.tz)
            self._tell(title, items, "The transaction id", found.txid)

    def _withdrawal_details(self, key: str) -> None:
        found = next((each for each in self.desk.funding.withdrawals if str(each.id) == key), None)
        if found is not None:
            title = f"Withdrawal of {money(found.amount, found.currency)}"
            to = rows.recipient(found, self.desk.funding.beneficiaries)
            items = details.withdrawal_items(found, to, self.desk.currency(found.currency), self.world.tz)
            self._tell(title, items, "The transaction id", found.txid)

    def _beneficiary_details(self) -> None:
        found = self._beneficiary
        if found is not None:
            self._tell(printable(found.name), details.beneficiary_items(found, 60), "The address", found.address)

    def _tell(self, title: str, items: Sequence[Line], what: str, text: str) -> None:
        """Words, and a key that copies `text` where there is any."""
        answers = (
            (Answer("y", "Copy it" if what == "The address" else "Copy the transaction id", "copy"),) if text else ()
        )
        acts = {"copy": lambda: self.desk.copy(text)}
        self.app.push_screen(Standing(title, lambda: (items, answers), mode=self.mode, acts=acts))

    # What can be copied, and looked at by a camera

    def _offered(self) -> tuple[str, str, str]:
        """What it is called, its text, and what the code holds; empty texts where there is none."""
        if self.section == "lightning":
            invoice = self._invoice
            if invoice is None:
                return "There is no invoice yet: i makes one.", "", ""
            # In capitals a code holds an invoice in fewer dots.
            return f"Invoice over {satoshi(invoice.amount)}", invoice.bolt, invoice.bolt.upper()
        if self.section == "beneficiaries":
            found = self._beneficiary
            address = found.address if found is not None else ""
            return (f"Address of {printable(found.name)}" if found and address else "There is no address."), address, ""
        currency = self.lists.into.cursor_key
        address = self.receiving.address(currency)
        if not address:
            return f"There is no address of {code(currency)} yet: D, then Enter asks for it.", "", ""
        return f"Deposit address of {code(currency)}", address, address

    def action_copy(self) -> None:
        what, text, _ = self._offered()
        if text:
            self.desk.copy(text)
        else:
            self.say(what)

    def action_code(self) -> None:
        what, text, held = self._offered()
        if not held:
            self.say(what if not text else "There is no code of this.")
            return

        def closed(answer: str | None) -> None:
            if answer == "copy":
                self.desk.copy(text)

        self.app.push_screen(CodeScreen(held, what), closed)

    # Flows

    def action_voucher(self) -> None:
        self.receiving.redeem()

    def action_withdraw(self) -> None:
        self._go_to("withdraw")
        self.withdrawing.start()

    def action_invoice(self) -> None:
        self._go_to("lightning")
        self.lightning.invoice()

    def action_pay(self) -> None:
        self._go_to("lightning")
        self.lightning.pay()

    def _invoice_made(self, bolt: str) -> None:
        self._go_to_invoice = bolt
        self._show_details()

    def action_add_beneficiary(self) -> None:
        self._go_to("beneficiaries")
        self.beneficiaries.add()

    def action_activate_beneficiary(self) -> None:
        chosen = self._chosen_beneficiary()
        if chosen is not None:
            self.beneficiaries.activate(chosen)

    def action_remove_beneficiary(self) -> None:
        chosen = self._chosen_beneficiary()
        if chosen is not None:
            self.beneficiaries.remove(chosen)

    def _chosen_beneficiary(self) -> Beneficiary | None:
        """The one under the cursor of the list that the user looks at."""
        if self.section != "beneficiaries":
            self._go_to("beneficiaries")
            self.say("Choose the beneficiary, then press the key again.", Severity.INFO)
            return None
        return self._beneficiary


def _payable(invoice: LightningInvoice | None, exchange_ms: int) -> str:
    """What the code of an invoice holds; nothing for one that nobody can pay any more."""
    if invoice is None or invoice.paid_ms or exchange_ms >= (invoice.expires_ms or exchange_ms + 1):
        return ""
    return invoice.bolt.upper()
