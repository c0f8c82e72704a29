"""The few lines at the foot of the ladder: the staged order and what it would do, or what the next one would be."""

from __future__ import annotations

from decimal import Decimal

from captui.core.checks import Finding
from captui.core.dataclass import dataclass
from captui.core.preview import Preview
from captui.core.types import Market, OrderDraft, OrderType, Side
from captui.render.lines import Line, Run, joined, padded, spread, width_of, wrapped
from captui.render.numbers import fixed, money, percent, trimmed

SUMMARY_LINES = 3


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys named in hints, as people write them; users may have bound others."""

    send: str = "Enter"
    drop: str = "Esc"
    centre: str = "c"


@dataclass(frozen=True, slots=True)
class Staged:
    """What the lines are made from."""

    draft: OrderDraft
    preview: Preview | None
    findings: tuple[Finding, ...]
    why_not: str
    """Why it cannot be sent whatever it is; empty when trading is possible."""
    follows: bool
    """Joined to the best price and moving with it."""
    keys: Keys = Keys()

    @property
    def refused(self) -> bool:
        """Enter would not send it, whatever is confirmed."""
        return bool(self.why_not) or any(finding.blocking for finding in self.findings)


def draw_staged(staged: Staged, market: Market, width: int, height: int) -> list[Line]:
    """At most `height` lines: three of summary, then what speaks against it. Objections are the last thing to be left out.

    Of an order that cannot be sent there is only what it is and why not: what it would do would read as if it could happen.
    """
    draft = staged.draft
    headline = _headline(staged, market, width)
    if staged.refused:
        objections = _objections(staged, width, max(1, height - 1))
        chosen = [_with_drop(headline, staged.keys, width)]
    else:
        objections = _objections(staged, width, max(1, height - 2))
        facts = [headline, _worth(staged.preview, market, width), _effect(staged, market, width)]
        keep = max(1, height - len(objections))
        # With little room the fate of the order matters more than its worth once more.
        chosen = facts if keep >= SUMMARY_LINES else [facts[0], facts[2]][:keep]
    side = "bid" if draft.side is Side.BUY else "ask"
    lines = [joined((("▌" if y == 0 else " ", side), *line)) for y, line in enumerate([*chosen, *objections])]
    return [padded(line, width) for line in lines[:height]]


def _headline(staged: Staged, market: Market, width: int) -> Line:
    """The order itself; then, as far as there is room, what it is like."""
    draft = staged.draft
    price = "market" if draft.price is None else fixed(draft.price, market.price_precision)
    runs: list[Run] = [
        (f" {draft.side.value.upper()} ", draft.side.value),
        (trimmed(draft.volume, market.amount_precision), "strong"),
        (" @ ", "dim"),
        (price, "strong"),
    ]
    likes: list[Run] = []
    if draft.type is OrderType.MARKET:
        likes.append(("  market order", "dim"))
    if draft.post_only:
        likes.append(("  post-only", "staged"))
    if staged.follows:
        likes.append(("  follows best", "dim"))
    for run in likes:
        if width_of([*runs, run]) < width:
            runs.append(run)
    return tuple(runs)


def _worth(preview: Preview | None, market: Market, width: int) -> Line:
    if preview is None:
        return ((" working out what it would do", "dim"),)
    worth: Line = (
        (" = ", "dim"),
        (money(preview.value, market.quote), "text"),
        ("  fee ", "dim"),
        (money(preview.fee_value, market.quote), "text"),
    )
    full: Line = (*worth, (" maker" if preview.maker else " taker", "dim"))
    if preview.distance_percent is not None:
        away = percent(preview.distance_percent)
        # The line below says whether it takes or rests: that word goes before the distance does.
        for front, label in ((full, "from mid"), (full, "mid"), (worth, "mid")):
            back: Line = ((f"{away} {label} ", "dim"),)
            if width_of(front) + width_of(back) < width - 1:
                return spread(front, back, width - 1)
    return spread(full, (), width - 1)


def _with_drop(headline: Line, keys: Keys, width: int) -> Line:
    """The one key that is left, where there is room for it."""
    drop: Line = ((keys.drop, "staged"), (" drop ", "dim"))
    return spread(headline, drop, width - 1) if width_of(headline) + width_of(drop) < width - 1 else headline


def _effect(staged: Staged, market: Market, width: int) -> Line:
    """What it would match and what rests, and the keys that decide; said more shortly where the long way has no room."""
    keys: Line = (
        (staged.keys.send, "staged"),
        (" send ", "dim"),
        (staged.keys.drop, "staged"),
        (" drop ", "dim"),
    )
    fates = _fates(staged, market)
    fate = next((fate for fate in fates if width_of(fate) + width_of(keys) < width - 1), fates[-1])
    return spread(fate, keys, width - 1)


def _fates(staged: Staged, market: Market) -> list[Line]:
    """The same in fewer and fewer words."""
    preview = staged.preview
    if preview is None:
        return [()]
    if preview.matched <= 0:
        if preview.ahead <= 0:
            return [((" rests first", "dim"),)]
        return [((" rests behind ", "dim"), (_near(preview.ahead, market), "text"))]
    takes: Line = ((" takes ", "warning"), (trimmed(preview.matched, market.amount_precision), "text"))
    price = preview.average_price
    priced: Line = takes if price is None else (*takes, (f" @ {fixed(price, market.price_precision)}", "text"))
    if preview.rests <= 0:
        return [priced, takes]
    rests: Line = ((" rests ", "dim"), (trimmed(preview.rests, market.amount_precision), "text"))
    part: Line = (*takes, (f" of {trimmed(staged.draft.volume, market.amount_precision)}", "dim"))
    return [(*priced, *rests), (*takes, *rests), part]


def _near(amount: Decimal, market: Market) -> str:
    return trimmed(amount, min(6, market.amount_precision))


def _objections(staged: Staged, width: int, room: int) -> list[Line]:
    texts = [(staged.why_not, "error")] if staged.why_not else []
    texts += [(finding.text, "error" if finding.blocking else "warning") for finding in staged.findings]
    texts.sort(key=lambda text: text[1] != "error")
    lines: list[Line] = []
    for text, name in texts:
        lines += [((f" {part}", name),) for part in wrapped(text, width - 3, room - len(lines))]
        if len(lines) >= room:
            break
    return lines


def draw_ready(
    market: Market, size: Decimal, grouping: Decimal, *, post_only: bool, cumulative: bool, width: int
) -> Line:
    """The line of the ladder at rest: the size that the next order would have, and how prices and sizes are to be read."""
    front: list[Run] = [
        (" size ", "dim"),
        (trimmed(size, market.amount_precision), "text"),
        (f" {market.base.upper()}", "dim"),
    ]
    if post_only:
        front.append(("  post-only", "dim"))
    back: list[Run] = [("cumulative ", "dim")] if cumulative else []
    if grouping != market.tick:
        back += [("step ", "dim"), (f"{trimmed(grouping, market.price_precision)} ", "text")]
    return padded(joined(spread(tuple(front), tuple(back), width)), width)
