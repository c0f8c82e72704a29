"""What each step looks like: lines from what was chosen so far. Nothing of a key is drawn but how long it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from captui.actions import Action, display
from captui.core.dataclass import dataclass
from captui.core.text import printable
from captui.render.lines import Line, left, on, padded, spread, wrapped
from captui.setup.draft import Draft, Step
from captui.setup.ports import Circumstances, Place, Way
from captui.setup.typed import Typed

FIELDS = ("API key", "API secret")
CURSOR = "▸"
"""Stands before the option that is chosen."""
KEYS_OF_TRADING = (
    "app.help",
    "app.palette",
    "market.choose",
    "pane.next",
    "ladder.stage_buy",
    "ladder.stage_sell",
    "staged.send",
    "ladder.cancel_here",
    "orders.cancel_all",
    "trading.lock",
    "app.quit",
)
KEYS_OF_LOOKING = (
    "app.help",
    "app.palette",
    "market.choose",
    "pane.next",
    "pane.maximise",
    "interval.choose",
    "ladder.coarser",
    "ladder.centre",
    "screen.markets",
)
KEYS_WORTH_KNOWING = {
    "DEMO": KEYS_OF_TRADING,
    "LIVE": KEYS_OF_TRADING,
    "READ-ONLY": (*KEYS_OF_LOOKING, "screen.portfolio", "screen.history", "app.quit"),
    "LOOK": (*KEYS_OF_LOOKING, "app.quit"),
}
"""By mode: what can be done in it."""
_LABEL = 12
_LONGEST_PARAGRAPH = 8
_BLANK: Line = (("", "text"),)
_RIGHTS = "not known: the exchange does not tell what a key may do. The first order shows it."
_TITLES = {
    Step.WELCOME: "Welcome to captui",
    Step.KEY: "Your API key",
    Step.TEST: "A test of the key",
    Step.KEEP: "Where to keep the key",
    Step.STORE: "The key in a password store",
    Step.LAST: "Keys worth knowing",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One row of a choice. One with a `refusal` cannot be chosen."""

    label: str
    text: str
    refusal: str = ""


def title(draft: Draft, circumstances: Circumstances, step: Step) -> str:
    steps = draft.steps()
    parts = [_TITLES[step]]
    if step is not Step.WELCOME:
        parts.append(f"{steps.index(step)} of {len(steps) - 1}")
    if circumstances.profile:
        parts.append(f"profile {circumstances.profile}")
    return "  ·  ".join(parts)


def welcome(draft: Draft, circumstances: Circumstances, width: int) -> list[Line]:
    lines = _paragraph("Trade on Cape Crypto from the keyboard. How would you like to start?", width)
    lines += [_BLANK, *_options(ways(circumstances), list(Way).index(draft.way), width)]
    if circumstances.key_now_for:
        said = f"The key of {circumstances.key_now} is for {circumstances.key_now_for}: it is not sent to {circumstances.host}."
        lines += [_BLANK, *_paragraph(said, width, "dim")]
    elif circumstances.key_now:
        lines += [_BLANK, *_paragraph(f"Now the key comes from {circumstances.key_now}.", width, "dim")]
    return lines


def ways(circumstances: Circumstances) -> tuple[Option, ...]:
    """In the order of `Way`."""
    another = "Another key" if circumstances.key_now else "My own key"
    return (
        Option("Demo", "Play money on an exchange in this machine; nothing leaves it."),
        Option(another, f"Trade with your account at {circumstances.host}."),
        Option("Only look", "Live prices, no key. Trading keys say what is missing."),
    )


def key(draft: Draft, circumstances: Circumstances, width: int, *, field: int, complaints: Sequence[str]) -> list[Line]:
    """The two fields; `field` has the cursor. A complaint stands under the field that it is about."""
    where = (
        f"Where to get one: sign in at {circumstances.host}, go to the Profile page by the icon at the top right, switch on 2FA, "
        "and create a new API key. Save both halves, and share them with nobody."
    )
    lines = [*_paragraph(where, width, "dim"), _BLANK]
    for i, (name, typed) in enumerate(zip(FIELDS, (draft.api_key, draft.api_secret), strict=True)):
        lines.append(_field(name, typed, width, focused=i == field))
        lines += _labelled("", complaints[i], width, "error") if complaints[i] else [_BLANK]
    return [*lines, *_paragraph("Type or paste; what you enter is not shown.", width, "dim")]


def test(draft: Draft, circumstances: Circumstances, width: int) -> list[Line]:
    """What the exchange says of the key; once it has been accepted, what is known of its rights, and the choice of read-only."""
    found = draft.findings
    lines: list[Line] = []
    for fact in found.facts:
        lines += _labelled(fact.label, fact.text, width, "text" if fact.good else "warning")
    if found.asking:
        return [*lines, ((f"asking {circumstances.host} …", "dim"),)]
    if found.refusal:
        return [*lines, *([_BLANK] if lines else []), *_paragraph(found.refusal, width, "error")]
    lines += [
        *_labelled("trading", _RIGHTS, width),
        _BLANK,
        (("read-only".ljust(_LABEL), "label"), (" yes " if draft.read_only else " no ", "strong@lit")),
    ]
    if circumstances.always_read_only:
        said = "The command line or the environment says read-only, and it stays so."
    elif draft.read_only:
        said = "captui refuses every order and cancel, whatever the key may do. It is written to the config where the key is kept."
    else:
        said = "captui sends orders with this key when you say so. Read-only refuses every order and cancel, whatever the key may do."
    return [*lines, *_labelled("", said, width, "dim")]


def keep(draft: Draft, circumstances: Circumstances, width: int) -> list[Line]:
    lines = _options(places(circumstances), list(Place).index(draft.place), width)
    if circumstances.before:
        said = f"As long as there is one from {circumstances.before}, a key that is kept here does not count."
        lines += [_BLANK, *_paragraph(said, width, "warning")]
    if draft.trouble:
        lines += [_BLANK, *_paragraph(draft.trouble, width, "error")]
    return lines


def places(circumstances: Circumstances) -> tuple[Option, ...]:
    """In the order of `Place`."""

    def replaces(place: Place) -> str:
        if place not in circumstances.holding:
            return ""
        other = circumstances.holding[place]
        if other in ("", circumstances.host):
            return " The key that is there is replaced."
        return f" Replaces the key for {other}; a profile would keep both."

    outranked = Place.KEYRING in circumstances.holding
    return (
        Option(
            "Keyring",
            f"Of this desktop, opened with your login.{replaces(Place.KEYRING)}",
            circumstances.keyring_refusal,
        ),
        Option(
            "File",
            "The keyring has a key already, which goes first: captui keys forget --in keyring."
            if outranked
            else f"{circumstances.key_file}, which only you can read.{replaces(Place.FILE)}",
        ),
        Option("Nowhere", "Only for this run; next time captui asks again."),
        Option("Password store", "pass, 1Password and the like: shows the two lines of config."),
    )


def store_lines(profile: str) -> tuple[str, ...]:
    """What goes into the config for a password store, as it is to be written there."""
    name = f"capecrypto-{profile}" if profile else "capecrypto"
    table = (f"[profiles.{profile}]",) if profile else ()
    return (*table, f'api_key_command = "pass show {name}/key"', f'api_secret_command = "pass show {name}/secret"')


def store(circumstances: Circumstances, width: int) -> list[Line]:
    name = f"capecrypto-{circumstances.profile}" if circumstances.profile else "capecrypto"
    return [
        *_paragraph(f"Put both halves into your store, for instance pass insert {name}/key and {name}/secret.", width),
        _BLANK,
        *_paragraph(f"Then write into {circumstances.config_file}:", width),
        _BLANK,
        *((("  ", "text"), (line, "accent")) for line in store_lines(circumstances.profile)),
        _BLANK,
        *_paragraph(
            "Any command will do that prints the half on its first line. captui does not write these lines by itself; they stand in the "
            "terminal once more when it ends. This run takes the key as you typed it.",
            width,
            "dim",
        ),
    ]


def last(draft: Draft, circumstances: Circumstances, actions: Iterable[Action], width: int) -> list[Line]:
    known = {action.id: action for action in actions}
    shown = [known[each] for each in KEYS_WORTH_KNOWING[draft.mode]]
    rows: list[Line] = [
        ((left(display(action.keys[0]), _LABEL), "accent"), (left(_first_clause(action.help), width - _LABEL), "text"))
        for action in shown
    ]
    return [*_paragraph(_summary(draft, circumstances), width), _BLANK, *rows]


def _first_clause(sentence: str) -> str:
    return sentence.partition(";")[0].rstrip(".") + "."


def _summary(draft: Draft, circumstances: Circumstances) -> str:
    if draft.way is Way.DEMO:
        return "Enter opens the demo, on an exchange of its own with play money."
    if draft.way is Way.LOOK:
        return "Enter opens captui without a key: prices are live, and no order can be sent. captui setup comes back here at any time."
    kept = {
        Place.KEYRING: "keeps the key in the keyring",
        Place.FILE: f"keeps the key in {circumstances.key_file}",
        Place.NOWHERE: "takes the key for this run only",
        Place.STORE: "takes the key for this run",
    }[draft.place]
    return f"Enter {kept} and opens captui on {circumstances.host}, {'read-only' if draft.read_only else 'with real money'}."


def _paragraph(text: str, width: int, style: str = "text") -> list[Line]:
    return [((line, style),) for line in wrapped(printable(text), width, _LONGEST_PARAGRAPH)]


def _labelled(label: str, text: str, width: int, style: str = "text") -> list[Line]:
    texts = wrapped(printable(text), width - _LABEL, _LONGEST_PARAGRAPH)
    return [(((label if i == 0 else "").ljust(_LABEL), "label"), (each, style)) for i, each in enumerate(texts)]


def _options(options: Sequence[Option], cursor: int, width: int) -> list[Line]:
    lines: list[Line] = []
    for i, option in enumerate(options):
        style = "faint" if option.refusal else "strong"
        row: Line = ((f" {CURSOR} " if i == cursor else "   ", "accent"), (f"{i + 1}  ", "dim"), (option.label, style))
        lines.append(on(padded(row, width), "cursor") if i == cursor else row)
        said = wrapped(printable(option.refusal or option.text), width - 6, 2)
        lines += [(("      ", "text"), (line, "faint" if option.refusal else "dim")) for line in said]
    return lines


def _field(name: str, typed: Typed, width: int, *, focused: bool) -> Line:
    count = f"{len(typed)} characters" if len(typed) else ""
    room = max(1, width - _LABEL - len(count) - 2)
    # Dots that do not fit are left out at the front, as text would scroll.
    first = max(0, min(typed.cursor, len(typed)) - room + 1)
    dots = "•" * min(room, len(typed) - first)
    label = (name.ljust(_LABEL), "accent" if focused else "label")
    if not focused:
        return spread((label, (dots, "text")), ((count, "dim"),), width)
    at = typed.cursor - first
    under = dots[at : at + 1] or " "
    row: Line = (label, (dots[:at], "text"), (under, "text@lit"), (dots[at + 1 :], "text"))
    return on(spread(row, ((count, "dim"),), width), "cursor")
