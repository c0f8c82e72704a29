"""Asking the exchange what became of a beneficiary whose adding, activation or removal was sent and not answered."""

from __future__ import annotations

from collections.abc import Callable

from captui.core.beneficiary_writes import Change, Found, look_up, same
from captui.core.dataclass import dataclass
from captui.core.moves import Fate
from captui.session import funding_sentences as sentences
from captui.session.context import SessionContext
from captui.session.funding_views import Move
from captui.session.seeking import Seeking
from captui.session.views import Severity


@dataclass(frozen=True, slots=True)
class _Sought:
    move: Move
    change: Change


class BeneficiaryLookups:
    """`on_fate(move, found)` is called once for each move, with a fate that is final. It moves no money: no journal tells a later run."""

    def __init__(
        self, context: SessionContext, *, read_refusal: Callable[[], str], on_fate: Callable[[Move, Found], None]
    ) -> None:
        self._context = context
        self._on_fate = on_fate
        self._open: dict[str, _Sought] = {}
        self._seeking = Seeking(
            context,
            "unknown changes of beneficiaries",
            look=self._look,
            is_open=lambda: bool(self._open),
            read_refusal=read_refusal,
        )

    def seeks(self, change: Change) -> bool:
        """Whether the very same is being looked for, whatever was known when it was sent."""
        return any(same(sought.change, change) for sought in self._open.values())

    def search(self, move: Move, change: Change) -> None:
        """Looks for it, now and until its fate is known."""
        self._open[move.key] = _Sought(move, change)
        self._seeking.begin()

    async def _look(self) -> None:
        """Once, for all that are open. Raises ExchangeError."""
        asked_ms = self._context.now_ms()
        there = await self._context.rest.funding.beneficiaries()
        for sought in tuple(self._open.values()):
            found = look_up(sought.change, there, age_ms=asked_ms - sought.move.at_ms)
            if found.fate is not Fate.UNKNOWN:
                del self._open[sought.move.key]
                severity = Severity.GOOD if found.fate is Fate.ACCEPTED else Severity.WARNING
                self._context.notify(severity, sentences.found_out(sought.move.title, found.fate))
                self._on_fate(sought.move, found)
