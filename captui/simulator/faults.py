"""What the exchange itself can be made to refuse, for tests of clients; what goes wrong on the way to it is the fault plan's."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from captui.simulator.orders import OrderRefusedError


class Write(StrEnum):
    """The kinds of requests that change something."""

    CREATE = "create"
    CANCEL = "cancel"
    BENEFICIARY = "beneficiary"
    WITHDRAW = "withdraw"
    REDEEM = "redeem"
    INVOICE = "invoice"
    PAY = "pay"


_WRITES = (
    (("POST",), "/market/orders", Write.CREATE),
    (("POST", "PATCH", "DELETE"), "/account/beneficiaries", Write.BENEFICIARY),
    (("POST",), "/account/withdraws", Write.WITHDRAW),
    (("POST",), "/payments/vouchers/new", Write.REDEEM),
    (("POST",), "/account/lightning/invoices", Write.INVOICE),
    (("POST",), "/account/lightning/pays", Write.PAY),
)
"""Methods and beginnings of paths."""


@dataclass(slots=True)
class Refusal:
    """A write is refused with `code`."""

    write: Write
    code: str
    left: int


@dataclass(slots=True)
class Faults:
    """The trouble that is ordered. `left` of each is how many requests it is still for."""

    clock_skew_ms: int = 0
    """How far the server's clock is ahead of this machine's, for the Date header and the nonce check."""
    rejects: int = 0
    """So many of the next orders are accepted and turn to state reject."""
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, write: Write) -> None:
        """Let a write pass.

        Raises:
            OrderRefusedError: a refusal was ordered for it.
        """
        for refusal in self.refusals:
            if refusal.left > 0 and refusal.write is write:
                refusal.left -= 1
                raise OrderRefusedError(refusal.code)

    def take_reject(self) -> bool:
        """Whether the next order is to be rejected."""
        if not self.rejects:
            return False
        self.rejects -= 1
        return True

    def clear(self) -> None:
        """Forget all trouble."""
        self.clock_skew_ms = self.rejects = 0
        self.refusals.clear()


def write_of(method: str, path: str) -> Write | None:
    """Which write a request is, if it is one."""
    inner = within_base(path)
    write = next((kind for methods, prefix, kind in _WRITES if method in methods and inner.startswith(prefix)), None)
    return Write.CANCEL if write is Write.CREATE and inner.endswith("/cancel") else write


def within_base(path: str) -> str:
    """A path without the base of its revision (`/api/v2/trade`)."""
    parts = path.split("/", 4)
    return "/" + parts[4] if len(parts) == 5 and parts[1:3] == ["api", "v2"] else path
