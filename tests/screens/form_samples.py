"""A form with every kind of field, for tests, and to be looked at: `python -m tests.screens.form_samples [theme]`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from captui.app import CaptuiApp
from captui.config import Config
from captui.screens.form import Field, Form
from tests import samples
from tests.ui.fake_session import FakeSession

SENTENCE = "An amount is a number such as 0.05 or 250; what is typed here is none."
TO = ("FNB cheque", "Capitec savings", "Ledger at home", "Luno")


def amount(values: Mapping[str, str]) -> str:
    try:
        return "" if Decimal(values["amount"]) > 0 else "An amount is above zero."
    except InvalidOperation:
        return SENTENCE


def otp(values: Mapping[str, str]) -> str:
    return "" if len(values["otp"]) == 6 else "The one-time password has six digits."


FIELDS = (
    Field("to", "To", choices=TO, value="Capitec savings"),
    Field("amount", "Amount in ZAR", "250", check=amount, one_word=True),
    Field("note", "Note", "for yourself", value="rent"),
    Field("otp", "One-time password", "six digits", secret=True, check=otp),
)
INTRO = ((("Nothing is sent before a last look at all of it.", "dim"),),)


def form(*, at_once: bool = False) -> Form:
    return Form("Withdraw rand", FIELDS, mode="DEMO", intro=INTRO, done="Have a last look", at_once=at_once)


def main(theme: str = "captui-dark") -> None:
    app = CaptuiApp(
        FakeSession(samples.views()), config=Config(theme=theme), now_ms=lambda: samples.NOW_MS, tz=samples.TZ
    )
    app.call_later(lambda: app.push_screen(form()))
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
