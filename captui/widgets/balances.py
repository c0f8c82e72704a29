"""What the user owns: available and locked of each currency, and the total in rand."""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal

from captui.core.money import floor_to
from captui.render.lines import Line, padded, right, wrapped
from captui.render.numbers import amount_runs, fixed
from captui.session.views import Access, BalanceRow, BalancesView, ConnectionView, Freshness, MarketsView
from captui.widgets import wording
from captui.widgets.line_pane import LinePane

_VALUE = 14
"""Cells of the column of values."""


def sentence(connection: ConnectionView, what: str) -> str:
    """Why there is nothing private to show, in the words that every private pane uses."""
    if connection.access is Access.NO_CREDENTIALS:
        return f"Run captui setup, or set CAPTUI_API_KEY and CAPTUI_API_SECRET, to see {what}."
    if connection.access is Access.REFUSED:
        return connection.reason or "The exchange does not accept the key."
    return f"Waiting for {what}."


class Balances(LinePane):
    def __init__(self, *, id: str, tz: tzinfo | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, tz=tz)
        self._view = BalancesView()
        self._markets = MarketsView()
        self._connection = ConnectionView()

    def show(self, view: BalancesView, markets: MarketsView, connection: ConnectionView) -> None:
        shown = self._view, self._markets, self._connection
        if any(new is not old for new, old in zip((view, markets, connection), shown, strict=True)):
            self._view, self._markets, self._connection = view, markets, connection
            self.redraw()

    def lines(self, width: int, height: int) -> list[Line]:
        rows = self._ordered()
        if not rows:
            text = sentence(self._connection, "balances")
            return [((line, "dim"),) for line in wrapped(text, width, height)]
        width -= 1
        valued = width >= 44
        tint = "text" if self._view.freshness is Freshness.LIVE else "stale"
        made: list[Line] = []
        if height > 4:
            made.append(self._heading(width, valued))
        room = height - len(made) - (0 if self._view.total_value is None else 1)
        if len(rows) > room and self._view.total_value is None:
            # Nothing is left out unsaid, and there is no total to say it beside.
            room -= 1
        hidden = max(0, len(rows) - room)
        made += [self._row(row, width, valued, tint) for row in rows[:room]]
        foot = self._foot(width, hidden)
        if foot and height > len(made) + 2:
            made.append(())
        return [*made, foot] if foot else made

    def _ordered(self) -> list[BalanceRow]:
        """The market's two currencies first: in a low pane they are the ones that stay."""
        market = self._markets.market
        first = (market.quote, market.base) if market else ()
        return sorted(
            self._view.rows,
            key=lambda row: first.index(row.balance.currency) if row.balance.currency in first else len(first),
        )

    def _heading(self, width: int, valued: bool) -> Line:
        available, locked = _widths(width, valued)
        value = f"{'in rand':>{_VALUE}}" if valued else ""
        return padded(((f"{'available':>{available}}{'locked':>{locked}}{value}", "label"),), width)

    def _row(self, row: BalanceRow, width: int, valued: bool, tint: str) -> Line:
        balance = row.balance
        available, locked = _widths(width, valued)
        runs: list[tuple[str, str]] = [(f"{balance.currency[:4]:<5}", "label")]
        runs += _figure(balance.available, balance.currency, available - 5, tint)
        runs.append((" ", "text"))
        runs += _figure(balance.locked, balance.currency, locked - 1, "dim" if balance.locked else "faint")
        if valued:
            text = "–" if row.value is None else fixed(row.value, 0)
            runs.append((right(text, _VALUE), "dim"))
        return padded(tuple(runs), width)

    def _foot(self, width: int, hidden: int) -> Line:
        """How many currencies had no room, and the total; nothing where there is neither."""
        if self._view.total_value is None:
            return padded(((f"+{hidden} more", "dim"),), width) if hidden else ()
        available, _ = _widths(width, width >= 44)
        worth = wording.money(self._view.total_value, "zar")
        names = ((f"+{hidden} more  ", "total"), (f"+{hidden}  ", "total"), (f"+{hidden}", ""))
        fitting = [name for name in names if sum(map(len, name)) + 1 + len(worth) <= width]
        more, label = (*fitting, names[-1])[0] if hidden else ("", "total")
        named = len(more) + len(label)
        # Under the values where there are any, else under the available amounts, or as far to the right as it needs.
        room = width if width >= 44 else max(available, named + 1 + len(worth))
        return padded(((more, "dim"), (label, "label"), (right(worth, room - named), "strong")), width)


def _widths(width: int, valued: bool) -> tuple[int, int]:
    """Of the columns `available` (with the name) and `locked`."""
    room = min(width, 64) - (_VALUE if valued else 0)
    locked = max(10, room * 2 // 5)
    return room - locked, locked


def _places(currency: str) -> tuple[int, int]:
    """Decimals that are always shown, and the most that ever are. Nobody owns less than a cent of rand."""
    return (2, 2) if currency == "zar" else (wording.USUAL_PLACES, 8)


def _figure(value: Decimal, currency: str, width: int, style: str) -> Line:
    """The digits of the amount that fit, rounded down, never up to more than there is; two cells stay free beside a long one."""
    usual, most = _places(currency)
    _, _, digits = f"{value:f}".rstrip("0").partition(".") if value else ("", "", "")
    places = min(most, max(usual, len(digits)))
    text = fixed(floor_to(value, Decimal(1).scaleb(-places)), places)
    while len(text) > (width if places <= usual else width - 1) and places > 0:
        places -= 1
        text = fixed(floor_to(value, Decimal(1).scaleb(-places)), places)
    shown = amount_runs(text, style) if value else ((text, "faint"),)
    return ((" " * max(0, width - len(text)), "text"), *shown)
