"""On which terms a currency can be withdrawn: what there is, what it costs, and how much of the limits is used."""

from __future__ import annotations

from decimal import Decimal

from captui.core.funding import WithdrawalState
from captui.core.text import printable
from captui.render.funding_words import code, fact, gap, held, money
from captui.render.lines import Line
from captui.screens.funding.desk import Desk

_HOUR_MS = 3_600_000
_CAME_TO_NOTHING = frozenset({WithdrawalState.REJECTED, WithdrawalState.CANCELED, WithdrawalState.FAILED})


def withdrawal_terms(desk: Desk, currency: str) -> list[Line]:
    """All that is known of withdrawing this currency, for the pane beside the list."""
    if not currency:
        return [(("The currencies of the exchange are not known yet.", "dim"),)]
    known = desk.currency(currency)
    balance = desk.views.balances.of(currency)
    lines: list[Line] = [((code(currency), "strong"), (f"  {printable(known.name)}", "dim")), ()]
    if known.withdrawal_enabled is False:
        lines.append(((f"The exchange has switched off withdrawals of {code(currency)}.", "warning"),))
    if balance is not None:
        lines += [
            fact("available", held(balance.available, currency), "strong"),
            fact("locked", held(balance.locked, currency)),
        ]
    if known.withdraw_fee is not None:
        lines.append(fact("fee", f"{money(known.withdraw_fee, currency)} as listed"))
    if known.min_withdraw_amount:
        lines.append(fact("smallest", money(known.min_withdraw_amount, currency)))
    lines += limit_lines(desk, currency, None)
    known_ones = [each for each in desk.funding.beneficiaries if each.currency == currency]
    active = sum(each.is_active for each in known_ones)
    if desk.funding.read:
        pending = len(known_ones) - active
        words = f"{active} active" + (f", {pending} waiting for a pin" if pending else "")
        lines.append(fact("to", words, "text" if active else "warning"))
    reasons = desk.why_not(leaves=True)
    if reasons:
        return [*lines, (), *(line for line in reasons if line != gap())]
    return [*lines, (), (("Enter withdraws, step by step.", "text"),)]


def limit_lines(desk: Desk, currency: str, wanted: Decimal | None) -> list[Line]:
    """The limits of 24 and 72 hours, with what of them is used as far as the list reaches; a warning where one would be passed."""
    known = desk.currency(currency)
    lines: list[Line] = []
    over = False
    for hours, limit in ((24, known.withdraw_limit_24h), (72, known.withdraw_limit_72h)):
        if not limit:
            continue
        used = withdrawn_in(desk, currency, hours)
        words = money(limit, currency)
        if used is not None:
            words = f"{words}, {held(used, currency)} used"
            over = over or (wanted is not None and used + wanted > limit)
        lines.append(fact(f"{hours} h limit", words, "dim"))
    if over:
        lines.append((("That is more than the limit: the exchange will refuse it.", "warning"),))
    return lines


def withdrawn_in(desk: Desk, currency: str, hours: int) -> Decimal | None:
    """What was withdrawn in so many hours, fees included; None where the list does not reach back so far."""
    funding = desk.funding
    since_ms = desk.exchange_ms - hours * _HOUR_MS
    reaches = not funding.more_withdrawals or (
        bool(funding.withdrawals) and funding.withdrawals[-1].created_ms <= since_ms
    )
    if not funding.read or not reaches:
        return None
    counted = (
        each.amount + each.fee
        for each in funding.withdrawals
        if each.currency == currency and each.created_ms > since_ms and each.state not in _CAME_TO_NOTHING
    )
    return sum(counted, Decimal(0))
