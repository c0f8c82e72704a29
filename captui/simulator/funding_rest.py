"""The private REST endpoints for money coming in and going out, of one revision.

Each parameter is taken where the API document says that it is, and nowhere else. The document has `payments/methods` answer 201.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captui.simulator import funding_wire
from captui.simulator.faults import Write
from captui.simulator.funding_records import (
    Beneficiary,
    BeneficiaryState,
    DepositState,
    FundingRefusedError,
    WithdrawState,
)
from captui.simulator.markets import CURRENCIES
from captui.simulator.money import ZERO
from captui.simulator.params import (
    ParameterError,
    amount,
    form,
    one_of,
    query_alone,
    required,
    required_amount,
    required_integer,
)
from captui.simulator.rest import Endpoint, NotFoundError, answer
from captui.simulator.trading import TradingApi
from captui.simulator.vouchers import METHODS
from captui.simulator.wire import Record, Revision
from captui.simulator.withdrawals import OTP

_MOST_PER_PAGE = 100
_LONGEST_NOTE = 256


class FundingApi(TradingApi):
    """Endpoints of the user's money, on top of those for trading."""

    def routes(self) -> list[Route]:
        paths: list[tuple[str, str, Endpoint]] = [
            ("GET", "/account/beneficiaries", self.beneficiaries),
            ("POST", "/account/beneficiaries", self.create_beneficiary),
            ("GET", "/account/beneficiaries/{id}", self.beneficiary),
            ("DELETE", "/account/beneficiaries/{id}", self.delete_beneficiary),
            ("PATCH", "/account/beneficiaries/{id}/activate", self.activate_beneficiary),
            ("GET", "/account/withdraws", self.withdrawals),
            ("POST", "/account/withdraws", self.withdraw),
            ("GET", "/account/deposits", self.deposits),
            ("GET", "/account/deposits/{txid}", self.deposit),
            ("GET", "/account/deposit_address/{currency}", self.deposit_address),
            ("GET", "/payments/methods", self.methods),
            ("POST", "/payments/vouchers/new", self.redeem),
            ("POST", "/account/lightning/invoices", self.invoice),
            ("POST", "/account/lightning/pays", self.pay),
        ]
        if self.revision is Revision.ATLAS:
            paths.append(("GET", "/account/withdraws/{currency}", self.quote))
        return super().routes() + [Route(path, self.guarded(what), methods=[method]) for method, path, what in paths]

    async def create_beneficiary(self, request: Request) -> Response:
        given, scope = await form(request), "account.beneficiary"
        self.faults.refuse(Write.BENEFICIARY)
        currency = _currency(required(given, "currency", scope=scope))
        made = self.funding.beneficiaries.create(
            currency,
            name=required(given, "name", scope=scope),
            description=given.get("description", ""),
            data=_details(required(given, "data", scope=scope)),
        )
        return answer(self._beneficiary_written(made), status=201)

    async def beneficiaries(self, request: Request) -> Response:
        query, scope = request.query_params, "account.beneficiary"
        states = (BeneficiaryState.PENDING, BeneficiaryState.ACTIVE)
        state, currency = one_of(query, "state", states, scope=scope), _asked_currency(query)
        found = [
            each
            for each in self.funding.beneficiaries.known()
            if state in (None, each.state) and currency in (None, each.currency)
        ]
        return self.listed(found, self._beneficiary_written, request, scope=scope)

    async def beneficiary(self, request: Request) -> Response:
        return answer(self._beneficiary_written(self._beneficiary(request)))

    async def activate_beneficiary(self, request: Request) -> Response:
        pin = required_integer(await form(request), "pin", scope="account.beneficiary")
        self.faults.refuse(Write.BENEFICIARY)
        found = self._beneficiary(request)
        self.funding.beneficiaries.activate(found, pin)
        return answer(self._beneficiary_written(found))

    async def delete_beneficiary(self, request: Request) -> Response:
        self.faults.refuse(Write.BENEFICIARY)
        self.funding.beneficiaries.delete(self._beneficiary(request))
        return Response(status_code=204)

    async def withdraw(self, request: Request) -> Response:
        given, scope = await form(request), "account.withdraw"
        otp = required_integer(given, "otp", scope=scope)
        number = required_integer(given, "beneficiary_id", scope=scope)
        currency = _currency(required(given, "currency", scope=scope))
        size = required_amount(given, "amount", scope=scope)
        note = given.get("note", "")
        if len(note) > _LONGEST_NOTE:
            raise ParameterError("account.withdraw.too_long_note")
        self.faults.refuse(Write.WITHDRAW)
        if otp != OTP:
            raise FundingRefusedError("account.withdraw.invalid_otp")
        beneficiary = self.funding.beneficiaries.find(number)
        if beneficiary is None:
            raise FundingRefusedError("account.beneficiary.doesnt_exist")
        made = self.funding.withdrawals.create(beneficiary, currency, size, note=note, quote_id=self._quote_id(given))
        return answer(funding_wire.withdrawal(made), status=201)

    async def withdrawals(self, request: Request) -> Response:
        query, scope = request.query_params, "account.withdraw"
        state, currency = one_of(query, "state", tuple(WithdrawState), scope=scope), _asked_currency(query)
        rid = query.get("rid") or None
        found = [
            each
            for each in reversed(self.funding.withdrawals.records.values())
            if state in (None, each.state) and currency in (None, each.currency) and rid in (None, each.rid)
        ]
        return self.listed(found, funding_wire.withdrawal, request, scope=scope, most=_MOST_PER_PAGE)

    async def quote(self, request: Request) -> Response:
        currency = _currency(request.path_params["currency"])
        return answer(funding_wire.quote(self.funding.withdrawals.quote(currency)))

    async def deposits(self, request: Request) -> Response:
        query, scope = request.query_params, "account.deposit"
        state, currency = one_of(query, "state", tuple(DepositState), scope=scope), _asked_currency(query)
        txid = query.get("txid") or None
        found = [
            each
            for each in reversed(self.funding.deposits.records.values())
            if state in (None, each.state) and currency in (None, each.currency) and txid in (None, each.txid)
        ]
        return self.listed(found, funding_wire.deposit, request, scope=scope, most=_MOST_PER_PAGE)

    async def deposit(self, request: Request) -> Response:
        txid = request.path_params["txid"]
        found = next((each for each in self.funding.deposits.records.values() if each.txid == txid), None)
        if found is None:
            raise NotFoundError
        return answer(funding_wire.deposit(found))

    async def deposit_address(self, request: Request) -> Response:
        currency = _currency(request.path_params["currency"])
        if not CURRENCIES[currency].coin:
            raise ParameterError("account.currency.doesnt_exist")
        return answer(funding_wire.deposit_address(currency, self.funding.deposits.address(currency)))

    async def methods(self, _request: Request) -> Response:
        written = [funding_wire.voucher_method(method, revision=self.revision) for method in METHODS.values()]
        return answer(written, status=201)

    async def redeem(self, request: Request) -> Response:
        query, scope = await query_alone(request), "payments.voucher"
        method_id = required_integer(query, "payment_method_id", scope=scope)
        size = required_amount(query, "amount", scope=scope)
        pin = required(query, "voucher_pin", scope=scope)
        self.faults.refuse(Write.REDEEM)
        made = self.funding.vouchers.redeem(method_id, size, pin)
        return answer(funding_wire.redemption(made, revision=self.revision), status=201)

    async def invoice(self, request: Request) -> Response:
        query, scope = await query_alone(request), "account.lightning"
        sats = required_amount(query, "amount", scope=scope)
        conversion = _share(query)
        self.faults.refuse(Write.INVOICE)
        made = self.funding.lightning.invoice(
            sats,
            conversion=conversion,
            description=query.get("description", ""),
            member_description=query.get("member_description", ""),
        )
        written = funding_wire.lightning_invoice(made, now_ms=self.venue.now_ms)
        return answer(funding_wire.listed_or_alone(written, revision=self.revision), status=201)

    async def pay(self, request: Request) -> Response:
        query, scope = await query_alone(request), "account.lightning"
        bolt = required(query, "bolt", scope=scope)
        sats = required_amount(query, "amount", scope=scope)
        self.faults.refuse(Write.PAY)
        made = self.funding.lightning.pay(
            bolt,
            sats,
            description=query.get("description", ""),
            member_description=query.get("member_description", ""),
            quote_id=self._quote_id(query),
        )
        written = funding_wire.lightning_payment(made, revision=self.revision)
        return answer(funding_wire.listed_or_alone(written, revision=self.revision), status=201)

    def _beneficiary_written(self, made: Beneficiary) -> Record:
        return funding_wire.beneficiary(made, revision=self.revision)

    def _beneficiary(self, request: Request) -> Beneficiary:
        number = required_integer(request.path_params, "id", scope="account.beneficiary")
        found = self.funding.beneficiaries.find(number)
        if found is None:
            raise NotFoundError
        return found

    def _quote_id(self, given: Mapping[str, str]) -> str | None:
        """Quotes came with the newer revision; the older one does not look at their number."""
        return given.get("quote_id") or None if self.revision is Revision.ATLAS else None


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ParameterError("account.currency.doesnt_exist")
    return text


def _asked_currency(query: Mapping[str, str]) -> str | None:
    asked = query.get("currency")
    return _currency(asked) if asked else None


def _share(query: Mapping[str, str]) -> Decimal:
    """`conversion_percent`: a share of 1. Zero, which is no positive amount, is as good as none."""
    given = query.get("conversion_percent") or "0"
    share = amount(given)
    if share is None and given.strip("0.") != "":
        raise ParameterError("account.lightning.invalid_conversion_percent")
    return ZERO if share is None else share


def _details(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError as error:
        raise ParameterError("account.beneficiary.non_json_data") from error
    if not isinstance(read, dict):
        raise ParameterError("account.beneficiary.non_json_data")
    return read
