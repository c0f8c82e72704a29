"""The exchange's refusals in plain words (exchange notes, Authentication and REST).

The notes do not list the codes of money in and out: those here are the ones of the software behind the exchange. No source names
any for vouchers, lightning and quotes: those are the embedded exchange's, and any other code is shown as it is.
"""

from __future__ import annotations

from captui.core.text import printable

_SENTENCES = {
    "authz.nonce_expired": "The exchange refused the request because its clock and this machine's are more than five seconds apart.",
    "authz.invalid_signature": "The exchange refused the signature: the API secret does not belong to the API key.",
    "authz.unexistent_apikey": "The exchange does not know this API key.",
    "authz.apikey_not_active": "This API key has been switched off at the exchange.",
    "authz.invalid_permission": "This API key is not allowed to do that.",
    "authz.disabled_2fa": "The exchange wants two-factor authentication switched on for this account.",
    "authz.invalid_api_key_headers": "The exchange did not get a complete set of key, nonce and signature.",
    "authz.invalid_session": "The exchange did not accept the request as signed in.",
    "market.account.insufficient_balance": "There is not enough money in the account for this order.",
    "market.order.insufficient_market_liquidity": "There is not enough on the other side of the book for a market order of this size.",
    "market.order.invalid_volume_or_price": "The exchange does not accept this volume or this price.",
    "market.order.market_order_price": "A market order cannot carry a price.",
    "market.order.create_error": "The exchange could not create the order.",
    "market.order.cancel_error": "The exchange could not cancel the order.",
    # The exchange spells it so.
    "market.order.invaild_id_or_uuid": "The exchange does not accept this order id.",
    "market.order.invalid_id_or_uuid": "The exchange does not accept this order id.",
    "market.market.doesnt_exist": "The exchange has no such market.",
    "public.market.doesnt_exist": "The exchange has no such market.",
    "public.currency.doesnt_exist": "The exchange has no such currency.",
    "account.account.insufficient_balance": "There is not enough money in the account.",
    "account.currency.doesnt_exist": "The exchange has no such currency.",
    "account.currency.deposit_disabled": "The exchange takes no deposits of this currency at present.",
    "account.currency.withdrawal_disabled": "The exchange makes no withdrawals of this currency at present.",
    "account.beneficiary.doesnt_exist": "The exchange has no such beneficiary.",
    "account.beneficiary.invalid_pin": "The exchange does not accept this pin.",
    "account.beneficiary.invalid_state_for_withdrawal": "This beneficiary has not been activated yet.",
    "account.beneficiary.failed_to_create": "The exchange could not create this beneficiary.",
    "account.beneficiary.missing_address_in_data": "The exchange wants the address of this beneficiary.",
    "account.beneficiary.duplicate_address": "There is a beneficiary with this address already.",
    "account.beneficiary.cant_activate": "The exchange cannot activate this beneficiary: it may be active already.",
    "account.deposit.not_permitted": "This account may not make deposits yet: the exchange wants it verified.",
    "account.withdraw.not_permitted": "This account may not make withdrawals yet: the exchange wants it verified.",
    "account.withdraw.disabled_api": "The exchange makes no withdrawals at present.",
    "account.withdraw.insufficient_balance": "There is not enough money in the account for this withdrawal.",
    "account.withdraw.invalid_amount": "The exchange does not accept this amount.",
    "account.withdraw.non_positive_amount": "The exchange does not accept this amount.",
    "account.withdraw.invalid_otp": "The exchange does not accept this one-time password.",
    "account.withdraw.too_long_note": "The note is too long for the exchange.",
    "account.withdraw.create_error": "The exchange could not create the withdrawal.",
    "account.withdraw.currency_doesnt_match_beneficiary": "This beneficiary is for another currency.",
    "account.withdraw.limit_exceeded": "This is more than may be withdrawn of the currency in a day or in three.",
    "account.withdraw.invalid_quote": "The quote is not for this withdrawal, or it is older than 90 seconds.",
    "account.withdraw.note_is_for_zar_only": "Only withdrawals of rand can carry a note.",
    "account.lightning.invalid_bolt": "The exchange cannot read this lightning invoice.",
    "account.lightning.invalid_amount": "The exchange does not accept this amount for an invoice.",
    "account.lightning.amount_doesnt_match": "The amount is not that of the lightning invoice.",
    "account.lightning.invoice_expired": "The lightning invoice has expired.",
    "account.lightning.invoice_paid": "The lightning invoice has been paid already.",
    "account.lightning.conversion_below_market_minimum": (
        "The part to convert is smaller than the smallest order that the market takes."
    ),
    "payments.method.doesnt_exist": "The exchange has no such way to redeem vouchers.",
    "payments.voucher.invalid_pin": "The exchange does not accept this voucher.",
    "payments.voucher.already_redeemed": "This voucher has been redeemed already.",
    "payments.voucher.invalid_amount": "The exchange does not accept this amount for a voucher.",
    "payments.voucher.amount_doesnt_match": "The voucher is not worth this amount.",
    "record.not_found": "The exchange has no such record.",
}

_BY_STATUS = {
    400: "The exchange could not read the request",
    401: "The exchange did not accept the API key",
    403: "The exchange does not allow this",
    404: "The exchange has nothing at this address",
    405: "The exchange does not allow this here",
    422: "The exchange understood the request and refused it",
    429: "The exchange asks for fewer requests",
    500: "Something went wrong inside the exchange",
    502: "The exchange could not be reached behind its proxy",
    503: "The exchange is down for maintenance",
    504: "The exchange did not answer its proxy in time",
}


def sentence(codes: tuple[str, ...], status: int) -> str:
    """One or more sentences: one for each code that is known, and the codes themselves where one is not.

    `status` is the HTTP status, which speaks where there are no codes.
    """
    known = [_SENTENCES[code] for code in codes if code in _SENTENCES]
    strange = [printable(code) for code in codes if code not in _SENTENCES]
    if known and not strange:
        return " ".join(dict.fromkeys(known))
    general = _BY_STATUS.get(
        status, "The exchange refused the request" if status < 500 else "The exchange is not available"
    )
    if strange:
        return " ".join([*dict.fromkeys(known), f"{general} ({', '.join(strange)})."])
    return f"{general} (status {status})." if status else f"{general}."
