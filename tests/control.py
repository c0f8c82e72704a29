"""Orders faults, trades and time from the embedded exchange, and reads its own state: the other side's truth in a test."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


class Control:
    """The `/control/` routes of an exchange that was started with them, at e.g. `http://127.0.0.1:8080/control`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def state(self, *, full: bool = False) -> dict[str, Any]:
        return self._ask("state?full=1" if full else "state", None)

    def advance(self, ms: int) -> dict[str, Any]:
        return self._ask("advance", {"ms": ms})

    def fault(self, **order: Any) -> dict[str, Any]:
        return self._ask("fault", order)

    def plan(self, *faults: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Adds to the fault plan (see the README for the form of an entry)."""
        planned: Any = self._ask("plan", {"faults": list(faults)})
        return list(planned)

    def planned(self) -> list[dict[str, Any]]:
        """The fault plan, with how often each entry has struck."""
        planned: Any = self._ask("plan", None)
        return list(planned)

    def burst(self, market: str, *, per_second: int, seconds: float) -> dict[str, Any]:
        return self._ask("burst", {"market": market, "per_second": per_second, "seconds": seconds})

    def trade(self, market: str, side: str, amount: Decimal, price: Decimal | None = None) -> dict[str, Any]:
        order = {"market": market, "side": side, "amount": str(amount)}
        return self._ask("trade", order if price is None else order | {"price": str(price)})

    def deposit(self, currency: str, amount: Decimal) -> dict[str, Any]:
        return self._ask("deposit", {"currency": currency, "amount": str(amount)})

    def incoming(self, currency: str, amount: Decimal, **more: str) -> dict[str, Any]:
        """A deposit is seen on its way in; time confirms it."""
        return self._ask("incoming", {"currency": currency, "amount": str(amount), **more})

    def foreign_invoice(self, sats: int | None) -> dict[str, Any]:
        """Somebody else's lightning invoice under `bolt`; without an amount it takes any."""
        return self._ask("lightning/invoice", {} if sats is None else {"amount": str(sats)})

    def pay_invoice(self, bolt: str) -> dict[str, Any]:
        """Somebody pays the user's invoice."""
        return self._ask("lightning/pay", {"bolt": bolt})

    def end_withdrawal(self, number: int, state: str) -> dict[str, Any]:
        """It comes to nothing: rejected, canceled or failed."""
        return self._ask("withdrawal", {"id": number, "state": state})

    def funding(self) -> dict[str, Any]:
        """All money that came in and went out, in the shapes of the newer revision."""
        return self._ask("funding", None)

    def requests(self, *, after: int = 0) -> list[dict[str, Any]]:
        """What arrived, oldest first: method, path, query, kind of body and its fields, without secrets.

        Only the newest are kept, so that whoever counts asks for those with a higher number than `after`.
        """
        arrived: Any = self._ask(f"requests?after={after}", None)
        return list(arrived)

    def _ask(self, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - loopback, our own process
            f"{self.url}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            said: dict[str, Any] = json.load(answer)
            return said
