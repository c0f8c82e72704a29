"""What may be sent, and the sentence for what may not."""

from __future__ import annotations

from captui.session.views import Access, Phase


def allowed_access(*, has_key: bool, read_only: bool) -> Access:
    """What the user may do as long as the exchange does not object."""
    if not has_key:
        return Access.NO_CREDENTIALS
    return Access.READ_ONLY if read_only else Access.TRADING


def write_refusal(access: Access, phase: Phase, reason: str, *, reachable: bool) -> str:
    """Why nothing at all may be sent, cancels included; empty where it may. `reason` is the exchange's for a refused key.

    A cancel is allowed as long as there is a way to send it: it makes nothing worse, whatever else is stale.
    """
    match access:
        case Access.NO_CREDENTIALS:
            return "There is no API key: market data only. To trade, run captui setup, or set CAPTUI_API_KEY and CAPTUI_API_SECRET."
        case Access.READ_ONLY:
            return "This session is read-only: nothing is sent to the exchange."
        case Access.REFUSED:
            return reason or "The exchange does not accept the API key."
        case Access.TRADING:
            pass
    if phase is Phase.STOPPED:
        return "The session has ended."
    return "" if reachable else "Not connected yet."


def read_refusal(access: Access, reason: str, *, reachable: bool) -> str:
    """Why nothing of the user's own can be read; empty where it can. `reason` is the exchange's for a refused key."""
    match access:
        case Access.NO_CREDENTIALS:
            return "There is no API key: market data only. To see your own, run captui setup, or set CAPTUI_API_KEY and CAPTUI_API_SECRET."
        case Access.REFUSED:
            return reason or "The exchange does not accept the API key."
        case _:
            return "" if reachable else "Not connected yet."


def order_refusal(phase: Phase) -> str:
    """Why no new order may be sent although writing is allowed; empty where it may."""
    match phase:
        case Phase.LIVE:
            return ""
        case Phase.RECONCILING:
            return "Orders and balances are still being fetched."
        case Phase.RECONNECTING:
            return "The connection is lost; orders can be sent again when it is back."
        case _:
            return "Not connected yet."


def money_refusal(phase: Phase) -> str:
    """Why no money may be moved although writing is allowed; empty where it may. What is available must be known first."""
    match phase:
        case Phase.LIVE:
            return ""
        case Phase.RECONCILING:
            return "Balances are still being fetched."
        case Phase.RECONNECTING:
            return "The connection is lost; money can be moved again when it is back."
        case _:
            return "Not connected yet."
