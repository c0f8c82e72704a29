"""The fault plan: what goes wrong, with which request or frame, in which order. Values and counting; others carry it out.

A plan is a list. Of the entries that concern a request or frame, the first that is not used up decides: it lets `after` of them pass,
then strikes `times` of them, and is used up. So the n-th create meets the same fault in every run, whatever the clock says. What happens
beside a request or frame (the clock is set, the key revoked, a market closed) lets it go on to the next entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from captui.simulator.faults import Write, within_base, write_of


class Operation(StrEnum):
    """What a request is for. The words for writes are those of `Write`; `cancel all` is one of its own here."""

    CREATE = "create"
    CANCEL = "cancel"
    CANCEL_ALL = "cancel all"
    BENEFICIARY = "beneficiary"
    WITHDRAW = "withdraw"
    REDEEM = "redeem"
    INVOICE = "invoice"
    PAY = "pay"
    READ = "read"
    """Any GET."""
    CONNECT = "connect"
    """A websocket's upgrade."""
    ANY = "any"
    """Any request, upgrades included."""


class Fault(StrEnum):
    """What goes wrong."""

    # With requests
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    HANG_BEFORE = "hang before"
    HANG_AFTER = "hang after"
    DELAY = "delay"
    STATUS = "status"
    SLOW_BODY = "slow body"
    TRUNCATED_BODY = "truncated body"
    # With what is said, in answers and in frames
    MALFORMED = "malformed"
    HUGE = "huge"
    WRONG_TYPES = "wrong types"
    NAN = "nan"
    EXPONENTS = "exponents"
    REWRITE = "rewrite"
    # With frames
    LOSE = "lose"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    CROSSED = "crossed"
    # Beside requests and frames
    DROP = "drop"
    FREEZE = "freeze"
    CLOCK = "clock"
    REVOKE_KEY = "revoke key"
    RESTORE_KEY = "restore key"
    DISABLE_MARKET = "disable market"
    ENABLE_MARKET = "enable market"


CONTENT = frozenset(
    {Fault.MALFORMED, Fault.HUGE, Fault.WRONG_TYPES, Fault.NAN, Fault.EXPONENTS, Fault.REWRITE},
)
BESIDE = frozenset(
    {
        Fault.DROP,
        Fault.FREEZE,
        Fault.CLOCK,
        Fault.REVOKE_KEY,
        Fault.RESTORE_KEY,
        Fault.DISABLE_MARKET,
        Fault.ENABLE_MARKET,
    }
)
OF_REQUESTS = frozenset(
    {
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.HANG_BEFORE,
        Fault.HANG_AFTER,
        Fault.DELAY,
        Fault.STATUS,
        Fault.SLOW_BODY,
        Fault.TRUNCATED_BODY,
        *CONTENT,
        *BESIDE,
    }
)
OF_UPGRADES = frozenset({Fault.RESET_BEFORE, Fault.HANG_BEFORE, Fault.DELAY, Fault.STATUS, *BESIDE})
OF_FRAMES = frozenset({Fault.LOSE, Fault.DUPLICATE, Fault.REORDER, Fault.CROSSED, *CONTENT, *BESIDE})


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """One entry of a plan. What a fault does not need is ignored by it."""

    on: str
    """An `Operation`, or a pattern of frames: `btczar.ob-inc`, `*.ob-snap`, `order`, `pong`."""
    do: Fault
    after: int = 0
    """So many requests or frames pass before the first is struck."""
    times: int = 1
    path: str = ""
    """Only requests whose path begins so, with or without the base of a revision."""
    method: str = ""
    """Only requests by this method; an upgrade is a GET."""
    ms: int = 0
    """How long: of a delay, between two parts of a slow body, of a freeze (0: for good); and how far the clock is set ahead."""
    status: int = 503
    retry_after: int | None = None
    """Seconds, for the header of that name."""
    html: bool = False
    """The answer is a proxy's page and no JSON."""
    processed: bool = False
    """The request is carried out although the status says otherwise."""
    size: int = 2_000_000
    """Bytes of what is huge."""
    market: str = "btczar"
    """Which is closed or opened."""
    fields: Mapping[str, object] = field(default_factory=dict)
    """What is written into the fields of these names, wherever they stand; under `*`, into every text that is neither number nor time."""
    kept: Sequence[str] = ()
    """Names of fields that `*` leaves as they are."""

    @property
    def is_of_frames(self) -> bool:
        return self.on not in tuple(Operation)


@dataclass(slots=True)
class _Entry:
    fault: PlannedFault
    passed: int = 0
    struck: int = 0


class FaultPlan:
    """Counts what passes. An entry that was used up stays, for `report`."""

    def __init__(self, faults: Sequence[PlannedFault] = ()) -> None:
        self._entries = [_Entry(fault) for fault in faults]

    def extend(self, faults: Sequence[PlannedFault]) -> None:
        """These come after what is planned already."""
        self._entries += [_Entry(fault) for fault in faults]

    def clear(self) -> None:
        self._entries.clear()

    def report(self) -> list[dict[str, object]]:
        """What was planned, and how often each entry has struck."""
        return [
            {"on": entry.fault.on, "do": entry.fault.do.value, "times": entry.fault.times, "struck": entry.struck}
            for entry in self._entries
        ]

    @property
    def concerns_frames(self) -> bool:
        """Whether there is anything left for frames: a thousand a second are not looked at for nothing."""
        return any(entry.fault.is_of_frames and entry.struck < entry.fault.times for entry in self._entries)

    def of_request(self, method: str, path: str) -> Iterator[PlannedFault]:
        """What befalls this request, in order; at most the last is something else than what happens beside it."""
        return self._strike(lambda fault: not fault.is_of_frames and _concerns(fault, method, path))

    def of_upgrade(self, path: str) -> Iterator[PlannedFault]:
        """What befalls this upgrade to a websocket."""
        wanted = (Operation.CONNECT, Operation.ANY)
        return self._strike(lambda fault: fault.on in wanted and _is_for(fault, "GET", path))

    def of_frame(self, key: str) -> Iterator[PlannedFault]:
        """What befalls a frame; `key` is its first key, or `pong`."""
        return self._strike(lambda fault: fault.is_of_frames and fnmatchcase(key, fault.on))

    def _strike(self, concerned: Callable[[PlannedFault], bool]) -> Iterator[PlannedFault]:
        for entry in self._entries:
            fault = entry.fault
            if entry.struck >= fault.times or not concerned(fault):
                continue
            if entry.passed < fault.after:
                entry.passed += 1
                return
            entry.struck += 1
            yield fault
            if fault.do not in BESIDE:
                return


def operation_of(method: str, path: str) -> Operation | None:
    """What a request is for; None for a write that is none of the known ones."""
    if method == "GET":
        return Operation.READ
    write = write_of(method, path)
    if write is Write.CANCEL and within_base(path) == "/market/orders/cancel":
        return Operation.CANCEL_ALL
    return None if write is None else Operation(write.value)


def _concerns(fault: PlannedFault, method: str, path: str) -> bool:
    return fault.on in (Operation.ANY, operation_of(method, path)) and _is_for(fault, method, path)


def _is_for(fault: PlannedFault, method: str, path: str) -> bool:
    return fault.method in ("", method) and (path.startswith(fault.path) or within_base(path).startswith(fault.path))
