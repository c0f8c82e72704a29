"""The command palette: every action of the registry, found by its name and run where it belongs."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from captui.actions import Action, Scope, display
from captui.screens.trade import TradeScreen

_NOT_OFFERED = frozenset({"app.palette"})


class ActionCommands(Provider):
    async def discover(self) -> Hits:
        """Without a word typed: what can be done from everywhere."""
        trade = self._trade
        if trade is not None:
            for action in trade.actions:
                if action.palette:
                    yield DiscoveryHit(
                        _named(action), partial(trade.perform, action), text=action.label, help=action.help
                    )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        trade = self._trade
        if trade is None:
            return
        for action in trade.actions:
            if action.id in _NOT_OFFERED:
                continue
            name = action.label if action.scope is Scope.EVERYWHERE else f"{action.scope.value}: {action.label}"
            score = max(matcher.match(name), matcher.match(action.help) * 0.8)
            if score > 0:
                yield Hit(score, _named(action), partial(trade.perform, action), text=name, help=action.help)

    @property
    def _trade(self) -> TradeScreen | None:
        return next((screen for screen in self.app.screen_stack if isinstance(screen, TradeScreen)), None)


def _named(action: Action) -> Content:
    name = action.label if action.scope is Scope.EVERYWHERE else f"{action.scope.value}: {action.label}"
    return Content.assemble(name, "  ", (display(action.keys[0]), "dim"))
