"""What the exchange of `captui demo` takes where the real one sends e-mails, and where shops sell vouchers."""

from __future__ import annotations

from captui.render.lines import Line

DEMO = "DEMO"
"""The mode of the embedded exchange."""

PIN = "271828"
OTP = "123456"
VOUCHERS = (("1000000000000100", "R 100"), ("1000000000000500", "R 500"), ("1000000000003000", "R 3 000"))


def pin(mode: str) -> list[Line]:
    return _said(mode, f"This is play money, without e-mails: the pin is {PIN}.")


def one_time_password(mode: str) -> list[Line]:
    return _said(mode, f"This is play money: the one-time password is {OTP}.")


def vouchers(mode: str) -> list[Line]:
    sold = ", ".join(f"{number} ({worth})" for number, worth in VOUCHERS)
    return _said(mode, f"This is play money. Pins that are good once: {sold}.")


def _said(mode: str, words: str) -> list[Line]:
    return [((words, "accent"),)] if mode == DEMO else []
