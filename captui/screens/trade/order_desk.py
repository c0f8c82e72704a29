"""From a draft to a command: what an order would do, what speaks against it, and the one place that makes a `PlaceOrder`.

Knows views and core's rules, nothing of widgets. The session checks every order once more with its own newest state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from decimal import Decimal

from captui.core.checks import Finding, Limits, check
from captui.core.dataclass import dataclass
from captui.core.fees import Fees
from captui.core.preview import preview
from captui.core.types import Order, OrderDraft
from captui.session.commands import CancelAll, PlaceOrder
from captui.session.views import BookView, Freshness, SessionPort, Views
from captui.widgets.draft import DraftView


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing was sent, and the sentence says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class NeedsConsent:
    """Nothing was sent: these risky findings have not been accepted yet."""

    view: DraftView


@dataclass(frozen=True, slots=True)
class Sent:
    """The command is with the session."""

    command: PlaceOrder


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found about a draft, and what it was found from."""

    made: DraftView
    views: Views
    sent_before: int

    def still_holds(self, draft: OrderDraft, views: Views, sent_before: int) -> bool:
        """Whether to look again would find the same. Only for a draft that nothing speaks against: some findings pass with time."""
        then = self.views
        return (
            self.made.draft == draft
            and not self.made.findings
            and then.markets is views.markets
            and then.book is views.book
            and then.balances is views.balances
            and then.orders is views.orders
            and self.sent_before == sent_before
        )


class OrderDesk:
    """Looks at drafts and sends orders for one screen."""

    REMEMBERED = 20
    """Orders sent lately that a new one is compared with, to find a twin."""

    REPEAT_MS = 400
    """Two presses of one key that are closer than this are not two decisions."""

    def __init__(
        self,
        session: SessionPort,
        *,
        limits: Limits,
        fees: Fees,
        now_ms: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._session = session
        self._limits = limits
        self._fees = fees
        self._now_ms = now_ms
        self._new_id = new_id
        self._recent: deque[tuple[OrderDraft, int]] = deque(maxlen=self.REMEMBERED)
        self._sent_count = 0
        self._looked: _Look | None = None
        self._cancelled = ("", 0)
        self.locked = False

    def allowed(self) -> tuple[bool, str]:
        """Whether an order may be sent now, and the sentence to say if not."""
        connection = self._session.views.connection
        if self.locked and connection.can_trade:
            return False, "Trading is locked. Press a to arm it."
        return connection.can_trade, connection.why_not

    def is_repeat(self, key: str) -> bool:
        """Whether a cancel of this order comes so soon after another's that the key is probably just held down."""
        now = self._now_ms()
        before, at_ms = self._cancelled
        repeat = bool(before) and before != key and now - at_ms < self.REPEAT_MS
        self._cancelled = (before if repeat else key, now)
        return repeat

    def look(self, draft: OrderDraft) -> DraftView:
        """What this order would do to the book and the balances as they are now."""
        views = self._session.views
        market = views.markets.of(draft.market)
        if market is None:
            return DraftView(draft, None, (Finding("market", "This market is not known yet.", blocking=True),))
        book = views.book if views.book.market == draft.market else BookView()
        available = available_of(views) or {}
        shown = preview(draft, market=market, bids=book.bids, asks=book.asks, available=available, fees=self._fees)
        findings = check(
            draft,
            market=market,
            bids=book.bids,
            asks=book.asks,
            fresh=book.freshness is Freshness.LIVE,
            available=available,
            limits=self._limits,
            fees=self._fees,
            recent=tuple(self._recent),
            now_ms=self._now_ms(),
            own=views.orders.open,
        )
        made = DraftView(draft, shown, findings)
        self._looked = _Look(made, views, self._sent_count)
        return made

    def send(self, draft: OrderDraft, accepted: frozenset[str] = frozenset()) -> Sent | Blocked | NeedsConsent:
        """Hand the order to the session, once. `accepted` are the codes of the risky findings that the user has seen."""
        can_trade, why_not = self.allowed()
        if not can_trade:
            return Blocked(why_not)
        looked = self._looked
        fits = looked is not None and looked.still_holds(draft, self._session.views, self._sent_count)
        view = looked.made if looked is not None and fits else self.look(draft)
        if view.blocked:
            return Blocked(view.blocked)
        if any(finding.code not in accepted for finding in view.findings):
            return NeedsConsent(view)
        command = PlaceOrder(self._new_id(), draft, accepted)
        self._session.send(command)
        self._recent.append((draft, self._now_ms()))
        self._sent_count += 1
        return Sent(command)


def available_of(views: Views) -> dict[str, Decimal] | None:
    """What can be spent, by currency; None while balances have never arrived."""
    if not views.balances.rows and views.balances.freshness is Freshness.WAITING:
        return None
    return {row.balance.currency: row.balance.available for row in views.balances.rows}


def covered(orders: Iterable[Order], command: CancelAll) -> list[Order]:
    """The orders that this command would cancel."""
    return [order for order in orders if command.market in (None, order.market) and command.side in (None, order.side)]
