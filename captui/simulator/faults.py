"""What can be made to go wrong, for tests of clients: a list of orders for trouble, used up one request at a time."""

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
class LostReply:
    """The connection is closed without an answer; `accepted` says whether the request was carried out before."""

    write: Write
    accepted: bool
    left: int


@dataclass(slots=True)
class CannedReply:
    """An answer from before or instead of the exchange: rate limit, error, a proxy's HTML, maintenance.

    `path` is the beginning of the paths that it is for, with or without the base of a revision. With `accepted` the request is
    carried out although the answer says otherwise.
    """

    status: int
    path: str
    left: int
    method: str | None = None
    retry_after: int | None = None
    accepted: bool = False


@dataclass(slots=True)
class Delay:
    """Answers come `ms` later."""

    ms: int
    path: str
    left: int


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
    replies: list[CannedReply] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    lost: list[LostReply] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def reply_to(self, method: str, path: str) -> CannedReply | None:
        for reply in self.replies:
            if reply.left > 0 and _concerns(reply.path, path) and reply.method in (None, method):
                reply.left -= 1
                return reply
        return None

    def delay_of(self, path: str) -> int:
        """Milliseconds."""
        for delay in self.delays:
            if delay.left > 0 and _concerns(delay.path, path):
                delay.left -= 1
                return delay.ms
        return 0

    def lost_reply(self, method: str, path: str) -> LostReply | None:
        write = write_of(method, path)
        for lost in self.lost:
            if lost.left > 0 and lost.write is write:
                lost.left -= 1
                return lost
        return None

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
        fresh = Faults()
        self.clock_skew_ms, self.rejects = fresh.clock_skew_ms, fresh.rejects
        for trouble in (self.replies, self.delays, self.lost, self.refusals):
            trouble.clear()


def write_of(method: str, path: str) -> Write | None:
    """Which write a request is, if it is one."""
    inner = within_base(path)
    write = next((kind for methods, prefix, kind in _WRITES if method in methods and inner.startswith(prefix)), None)
    return Write.CANCEL if write is Write.CREATE and inner.endswith("/cancel") else write


def within_base(path: str) -> str:
    """A path without the base of its revision (`/api/v2/trade`)."""
    parts = path.split("/", 4)
    return "/" + parts[4] if len(parts) == 5 and parts[1:3] == ["api", "v2"] else path


def _concerns(prefix: str, path: str) -> bool:
    return path.startswith(prefix) or within_base(path).startswith(prefix)
