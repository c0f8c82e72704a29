"""Money in and out over REST: beneficiaries, withdrawals, deposits, vouchers, lightning (API document, Account).

As in `rest`: reads return values, raise ExchangeError and are tried again; writes return one of the three outcomes and leave this
machine at most once. What became of a write whose outcome is unknown is told by the lists of withdrawals, deposits and
beneficiaries. Parameters go where the document says, as query or as form data. ValueError is raised, and nothing sent, for an
argument that could not be meant: an empty path part, an id below 1, an amount that is not above zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from captui.core import codec
from captui.core.funding import (
    Beneficiary,
    Deposit,
    DepositAddress,
    LightningInvoice,
    LightningPayment,
    PaymentMethod,
    VoucherRedemption,
    Withdrawal,
    WithdrawalQuote,
)
from captui.core.money import is_sane, plain
from captui.core.outcome import Outcome
from captui.core.secret import Secret
from captui.exchange.calls import Calls
from captui.exchange.lists import MAX_PAGES, Lists
from captui.exchange.pages import Page, collect
from captui.exchange.requests import PAGE_SIZE, amount_text, given, number_segment, segment
from captui.exchange.wire import Request
from captui.exchange.worker import Lane


class FundingClient:
    """Shares queue, rate limit and connection with the `RestClient` that it belongs to."""

    def __init__(self, calls: Calls, lists: Lists) -> None:
        self._calls = calls
        self._lists = lists

    async def beneficiaries(self, *, currency: str | None = None, state: str | None = None) -> tuple[Beneficiary, ...]:
        """All of them: the document gives this list no pages. `state` is a `BeneficiaryState`."""
        request = Request("GET", "account/beneficiaries", given(currency=currency, state=state), private=True)
        return await self._calls.read(request, codec.beneficiaries, "beneficiaries")

    async def beneficiary(self, beneficiary_id: int) -> Beneficiary:
        """Raises RefusedError with status 404 where there is none."""
        request = Request("GET", f"account/beneficiaries/{number_segment(beneficiary_id)}", private=True)
        return await self._calls.read(request, codec.beneficiary, "a beneficiary")

    async def create_beneficiary(
        self, *, currency: str, name: str, data: Mapping[str, str], description: str | None = None
    ) -> Outcome[Beneficiary]:
        """`data` is `{"address": …}` or the details of a bank account. It is pending until activated by the pin that comes by e-mail."""
        if not currency or not name or not data:
            raise ValueError("a beneficiary has a currency, a name and an address or bank details")
        form = given(
            currency=currency, name=name, description=description, data=msgspec.json.encode(dict(data)).decode()
        )
        request = Request("POST", "account/beneficiaries", form=form, private=True)
        return await self._calls.write(Lane.MOVE, request, codec.beneficiary)

    async def activate_beneficiary(self, beneficiary_id: int, pin: Secret) -> Outcome[Beneficiary]:
        path = f"account/beneficiaries/{number_segment(beneficiary_id)}/activate"
        request = Request("PATCH", path, form={"pin": _digits(pin, "a pin")}, private=True)
        return await self._calls.write(Lane.MOVE, request, codec.beneficiary)

    async def delete_beneficiary(self, beneficiary_id: int) -> Outcome[None]:
        request = Request("DELETE", f"account/beneficiaries/{number_segment(beneficiary_id)}", private=True)
        return await self._calls.write(Lane.MOVE, request, codec.nothing)

    async def withdrawals(
        self,
        *,
        currency: str | None = None,
        state: str | None = None,
        rid: str | None = None,
        page: int = 1,
        limit: int = PAGE_SIZE,
    ) -> Page[Withdrawal]:
        """`state` is a `WithdrawalState`, `rid` an address on a blockchain."""
        request = Request("GET", "account/withdraws", given(currency=currency, state=state, rid=rid), private=True)
        return await self._lists.page(request, codec.withdrawals, "withdrawals", page=page, limit=limit)

    async def all_withdrawals(
        self,
        *,
        currency: str | None = None,
        state: str | None = None,
        rid: str | None = None,
        max_pages: int = MAX_PAGES,
    ) -> Page[Withdrawal]:
        """As `withdrawals`, every page; `has_more` where `max_pages` were not enough."""
        return await collect(
            lambda page: self.withdrawals(currency=currency, state=state, rid=rid, page=page),
            lambda withdrawal: withdrawal.id,
            max_pages=max_pages,
        )

    async def withdrawal_quote(self, currency: str) -> WithdrawalQuote:
        """Revision `atlas` only (exchange notes, Two revisions): valid for 90 s. Elsewhere RefusedError with status 404 or 405."""
        request = Request("GET", f"account/withdraws/{segment(currency)}", private=True)
        return await self._calls.read(
            request, lambda body: codec.withdrawal_quote(body, currency), "a withdrawal quote"
        )

    async def withdraw(
        self,
        *,
        currency: str,
        amount: Decimal,
        beneficiary_id: int,
        otp: Secret,
        note: str | None = None,
        quote_id: str | None = None,
    ) -> Outcome[Withdrawal | None]:
        """To an active beneficiary, `amount` in units of the currency. `note` `same_day_rtc` asks for the faster way (rand only).

        `quote_id` is for revision `atlas`. Accepted with None where the exchange said yes and nothing more.
        """
        if not currency:
            raise ValueError("a withdrawal is of a currency")
        form = given(
            otp=_digits(otp, "a one-time password"),
            beneficiary_id=number_segment(beneficiary_id),
            currency=currency,
            amount=amount_text(amount),
            note=note,
            quote_id=quote_id,
        )
        request = Request("POST", "account/withdraws", form=form, private=True)
        return await self._calls.write(Lane.MOVE, request, codec.created_withdrawal)

    async def deposits(
        self,
        *,
        currency: str | None = None,
        state: str | None = None,
        txid: str | None = None,
        page: int = 1,
        limit: int = PAGE_SIZE,
    ) -> Page[Deposit]:
        """`state` is a `DepositState`."""
        request = Request("GET", "account/deposits", given(currency=currency, state=state, txid=txid), private=True)
        return await self._lists.page(request, codec.deposits, "deposits", page=page, limit=limit)

    async def all_deposits(
        self,
        *,
        currency: str | None = None,
        state: str | None = None,
        txid: str | None = None,
        max_pages: int = MAX_PAGES,
    ) -> Page[Deposit]:
        """As `deposits`, every page; `has_more` where `max_pages` were not enough."""
        return await collect(
            lambda page: self.deposits(currency=currency, state=state, txid=txid, page=page),
            lambda deposit: deposit.id,
            max_pages=max_pages,
        )

    async def deposit(self, txid: str) -> Deposit:
        """Raises RefusedError with status 404 where there is none."""
        request = Request("GET", f"account/deposits/{segment(txid)}", private=True)
        return await self._calls.read(request, codec.deposit, "a deposit")

    async def deposit_address(self, currency: str) -> DepositAddress:
        """Its `address` is empty while the exchange is still making it: ask again in a few seconds."""
        request = Request("GET", f"account/deposit_address/{segment(currency)}", private=True)
        return await self._calls.read(
            request, lambda body: codec.deposit_address(body, currency.lower()), "a deposit address"
        )

    async def payment_methods(self) -> tuple[PaymentMethod, ...]:
        request = Request("GET", "payments/methods", private=True)
        return await self._calls.read(request, codec.payment_methods, "deposit methods")

    async def redeem_voucher(self, method_id: str, amount: Decimal, pin: Secret) -> Outcome[VoucherRedemption]:
        """`method_id` is of a `PaymentMethod`, `amount` in rand. What is left of the voucher may come back as a new pin.

        Shops print pins in groups: blanks are no part of one.
        """
        # No local variable may hold it bare: a traceback would print it.
        bare = Secret("".join(pin.reveal().split()))
        if not method_id or not bare.reveal():
            raise ValueError("a voucher has a method and a pin")
        params = given(payment_method_id=method_id, amount=amount_text(amount), voucher_pin=bare.reveal())
        request = Request("POST", "payments/vouchers/new", params, private=True)
        return await self._calls.write(Lane.MOVE, request, codec.voucher_redemption)

    async def lightning_invoice(
        self,
        amount_sat: Decimal,
        *,
        conversion_percent: Decimal | None = None,
        description: str | None = None,
        member_description: str | None = None,
    ) -> Outcome[LightningInvoice]:
        """To receive `amount_sat` satoshi within an hour; of them the part `conversion_percent` (1 is all) is sold for rand."""
        if conversion_percent is not None and not (is_sane(conversion_percent) and 0 <= conversion_percent <= 1):
            raise ValueError("the part to convert is between 0 and 1")
        params = given(
            amount=amount_text(amount_sat),
            conversion_percent=None if conversion_percent is None else plain(conversion_percent),
            description=description,
            member_description=member_description,
        )
        request = Request("POST", "account/lightning/invoices", params, private=True)
        return await self._calls.write(Lane.MOVE, request, codec.lightning_invoice)

    async def lightning_pay(
        self,
        bolt: str,
        amount_sat: Decimal,
        *,
        description: str | None = None,
        member_description: str | None = None,
        quote_id: str | None = None,
    ) -> Outcome[LightningPayment]:
        """Pay a BOLT 11 invoice; the exchange checks `amount_sat` against it. `quote_id` is for revision `atlas`.

        Accepted says that it was asked for: the withdrawals tell whether it was paid.
        """
        if not bolt:
            raise ValueError("there is no invoice to pay")
        params = given(
            bolt=bolt,
            amount=amount_text(amount_sat),
            description=description,
            member_description=member_description,
            quote_id=quote_id,
        )
        request = Request("POST", "account/lightning/pays", params, private=True)
        return await self._calls.write(Lane.MOVE, request, codec.lightning_payment)


def _digits(secret: Secret, what: str) -> str:
    text = secret.reveal()
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{what} is made of digits")
    return text
