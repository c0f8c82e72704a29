"""Pins of vouchers that an earlier captui could not show to the end: shown until the user has noted them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from captui.core.funding import VoucherRedemption
from captui.core.money import plain
from captui.core.text import printable
from captui.kept_vouchers import KeptVoucher
from captui.render.funding_words import fact, gap, money
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.funding.asking import Standing
from captui.session.funding_views import FundingView

NOTED = "noted"
"""What the question is answered with."""


def unnoted(funding: FundingView, exchange: str) -> list[KeptVoucher]:
    """The vouchers that came back as change while captui ran, oldest first."""
    found = []
    for move in reversed(funding.moves):
        change = move.result.change if isinstance(move.result, VoucherRedemption) else None
        if change is not None:
            worth = "" if change.amount is None else plain(change.amount)
            found.append(KeptVoucher(change.pin, worth, change.expiry, exchange))
    return found


class KeptPins(Standing):
    """Returns `NOTED`, which can be said only once the pins have been seen or copied."""

    def __init__(self, vouchers: Sequence[KeptVoucher], *, mode: str, copy: Callable[[str], None]) -> None:
        self._vouchers = tuple(vouchers)
        self._to_clipboard = copy
        self._pins_shown = self._pins_seen = False
        super().__init__(
            "A voucher of yours" if len(vouchers) == 1 else "Vouchers of yours",
            self._words,
            mode=mode,
            acts={"show": self._show_pins, "copy": self._copy_pins},
            what="kept-vouchers",
        )

    def _words(self) -> tuple[list[Line], list[Answer]]:
        it, pin = ("it", "pin") if len(self._vouchers) == 1 else ("them", "pins")
        why = (
            f"captui ended with its terminal before you could note the {pin} of what came back as change. "
            f"Only you can read the file in which captui keeps {it}."
        )
        items: list[Line] = [((why, "text"),)]
        for voucher in self._vouchers:
            worth = money(Decimal(voucher.worth), "zar") if voucher.worth else "what was left"
            items += [gap(), fact("voucher", f"{worth} at {printable(voucher.exchange)}", "strong")]
            if voucher.expiry:
                items.append(fact("expires", printable(voucher.expiry)))
            items.append(fact("pin", printable(voucher.pin.reveal()) if self._pins_shown else "••••••••", "strong"))
        answers = [
            Answer("s", "Hide" if self._pins_shown else "Show", "show"),
            Answer("y", "Copy", "copy"),
        ]
        if self._pins_seen:
            answers.append(Answer("N", "I have noted it" if it == "it" else "I have noted them", NOTED, "warning"))
        return items, answers

    def _show_pins(self) -> None:
        self._pins_shown = not self._pins_shown
        self._pins_seen = True

    def _copy_pins(self) -> None:
        self._pins_seen = True
        self._to_clipboard("\n".join(voucher.pin.reveal() for voucher in self._vouchers))
