"""Whatever comes in and goes out, in whatever order: nothing is made or lost, nobody owes, and what is locked is on its way out."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from captui.simulator.beneficiaries import PIN
from captui.simulator.funding_records import Deposit, DepositState, FundingRefusedError, WithdrawState
from captui.simulator.money import plus
from captui.simulator.orders import Order, OrderRefusedError, OrderRequest, OrderType, Side
from captui.simulator.venue import USER, USER_FUNDS
from captui.simulator.vouchers import SOLD
from tests.simulator.venues import Till

currencies = st.sampled_from(tuple(USER_FUNDS))
shares = st.integers(1, 400).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
sats = st.integers(1, 20_000_000)
CREDITED = (DepositState.ACCEPTED, DepositState.COLLECTED)


class Banking(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.till = Till()
        self.funding = self.till.funding
        self.payees = {}
        self.redeemed: set[str] = set()
        for currency in USER_FUNDS:
            made = self.funding.beneficiaries.create(
                currency, name=currency, description="", data={"address": f"to {currency}"}
            )
            self.funding.beneficiaries.activate(made, PIN)
            self.payees[currency] = made
        for side, price in ((Side.SELL, "840100"), (Side.BUY, "839900")):
            request = OrderRequest("btczar", side, Decimal(1000), price=Decimal(price))
            order = self.till.venue.engine.submit(request, account="participant", now_ms=self.till.venue.now_ms)
            self.till.venue.engine.process(order, now_ms=self.till.venue.now_ms)
        self.till.venue.flush()

    @rule(currency=currencies, share=shares, quoted=st.booleans(), same_day=st.booleans())
    def withdraw(self, currency: str, share: Decimal, quoted: bool, same_day: bool) -> None:
        amount = share * USER_FUNDS[currency]
        note = "same_day_rtc" if same_day and currency == "zar" else ""
        quote_id = self.funding.withdrawals.quote(currency).id if quoted else None
        before = self.till.held(currency)
        try:
            made = self.funding.withdrawals.create(
                self.payees[currency], currency, amount, note=note, quote_id=quote_id
            )
        except FundingRefusedError:
            assert self.till.held(currency) == before, "a refusal leaves no trace"
            return
        assert made.total == amount
        assert self.till.held(currency) == (before[0] - amount, before[1] + amount)

    @rule(currency=currencies, share=shares)
    def arrive(self, currency: str, share: Decimal) -> None:
        self.funding.deposits.arrive(currency, share * USER_FUNDS[currency])

    @rule(voucher=st.sampled_from(SOLD), whole=st.booleans(), cents=st.integers(1000, 300_000))
    def redeem(self, voucher: tuple[str, int, int], whole: bool, cents: int) -> None:
        pin, method, worth = voucher
        amount = Decimal(worth) if whole else Decimal(cents).scaleb(-2)
        before = self.till.held("zar")[0]
        try:
            made = self.funding.vouchers.redeem(method, amount, pin)
        except FundingRefusedError:
            assert self.till.held("zar")[0] == before
            return
        assert self.till.held("zar")[0] == before + made.amount
        assert pin not in self.redeemed
        self.redeemed.add(pin)
        assert made.amount <= amount <= made.origin_amount
        assert (made.change.value if made.change else 0) == made.origin_amount - amount

    @rule(amount=sats, conversion=st.integers(0, 100), times=st.integers(0, 2), by_user=st.booleans())
    def invoice(self, amount: int, conversion: int, times: int, by_user: bool) -> None:
        try:
            made = self.funding.lightning.invoice(
                Decimal(amount), conversion=Decimal(conversion).scaleb(-2), description="", member_description=""
            )
            if by_user:
                self.pay(made.bolt, amount)
            for _ in range(times):
                self.funding.lightning.receive(made.bolt)
        except FundingRefusedError:
            return

    @rule(amount=sats)
    def pay_somebody(self, amount: int) -> None:
        self.pay(self.funding.lightning.foreign(amount * 1000, ""), amount)

    def pay(self, bolt: str, amount: int) -> None:
        try:
            self.funding.lightning.pay(bolt, Decimal(amount), description="", member_description="", quote_id=None)
        except FundingRefusedError:
            return

    @rule(data=st.data(), state=st.sampled_from([state for state in WithdrawState if state.unsuccessful]))
    def come_to_nothing(self, data: st.DataObject, state: WithdrawState) -> None:
        going = [each for each in self.funding.withdrawals.records.values() if not each.state.final]
        if going:
            self.funding.withdrawals.end(data.draw(st.sampled_from(going)), state)

    @rule(side=st.sampled_from(Side), units=st.integers(1000, 10_000_000), at_once=st.booleans())
    def trade(self, side: Side, units: int, at_once: bool) -> None:
        price = None if at_once else Decimal(840_000)
        kind = OrderType.MARKET if at_once else OrderType.LIMIT
        try:
            self.till.venue.place(OrderRequest("btczar", side, Decimal(units).scaleb(-8), kind, price=price))
        except OrderRefusedError:
            return

    @rule()
    def cancel_orders(self) -> None:
        for order in self.till.venue.open_orders():
            self.till.venue.cancel(order)

    @rule(ms=st.integers(1, 30_000))
    def wait(self, ms: int) -> None:
        self.till.wait(ms)

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        ledger = self.till.venue.ledger
        assert ledger.discrepancies() == {}
        for account in ledger.accounts():
            for currency in ledger.currencies(account):
                assert ledger.available(account, currency) >= 0
                assert ledger.locked(account, currency) >= 0

    @invariant()
    def no_invoice_is_paid_twice(self) -> None:
        txids = [each.txid for each in self.funding.deposits.records.values() if each.txid is not None]
        assert len(txids) == len(set(txids))
        paid = [
            each.withdrawal.txid for each in self.funding.lightning.payments if not each.withdrawal.state.unsuccessful
        ]
        assert len(paid) == len(set(paid))

    @invariant()
    def the_records_explain_the_balances(self) -> None:
        venue = self.till.venue
        for currency in USER_FUNDS:
            expected = sum((amount_of(each, currency) for each in self.funding.deposits.records.values()), Decimal(0))
            waiting = Decimal(0)
            for going in self.funding.withdrawals.records.values():
                if going.currency == currency and going.state is WithdrawState.SUCCEED:
                    expected -= going.total
                elif going.currency == currency and not going.state.final:
                    waiting += going.total
            for fill in venue.fills:
                sign = 1 if fill.side is Side.BUY else -1
                if currency == "btc":
                    expected += sign * fill.trade.amount
                elif currency == "zar":
                    expected -= sign * fill.trade.total
                if fill.fee_currency == currency:
                    expected -= fill.fee_amount
            locked = sum((locked_of(order, currency) for order in venue.open_orders()), Decimal(0))
            assert venue.ledger.locked(USER, currency) == waiting + locked
            assert plus(*self.till.held(currency)) == expected


def amount_of(deposit: Deposit, currency: str) -> Decimal:
    return deposit.amount if deposit.currency == currency and deposit.state in CREDITED else Decimal(0)


def locked_of(order: Order, currency: str) -> Decimal:
    return order.locked if order.lock_currency == currency else Decimal(0)


Banking.TestCase.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
TestBanking = Banking.TestCase
