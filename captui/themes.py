"""The colours of captui, and the only place that names one. Widgets speak of meanings: `$bid`, `$own`, `$stale`.

Each theme is drawn from one small set of inks, so that light, dark and colour-blind-safe cannot drift apart: the safe pair differs
from the plain one only in what buys and sells, and the accent beside them, look like. Blue and orange keep apart in all common
kinds of colour blindness.
"""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

from captui.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class _Inks:
    """One theme before Textual's names. Colours as CSS."""

    background: str
    surface: str
    panel: str
    text: str
    dim: str
    """Labels and insignificant digits: readable, but not looked at first."""
    faint: str
    """Rules, empty rows, hints: there when looked for."""
    accent: str
    """Focus and the staged order, nothing else."""
    cursor: str
    """Behind the row of the cursor of the focused pane."""
    bid: str
    ask: str
    bid_bar: str
    ask_bar: str
    own: str
    warning: str
    error: str
    stale: str
    lit: str
    """Behind the price of the last trade."""
    live_mode: str = "#d32f3f"
    demo_mode: str = "#2f6f9f"
    on_mode: str = "#ffffff"
    """Text upon `live_mode` and `demo_mode`."""
    code_dark: str = "#000000"
    code_light: str = "#ffffff"
    """Of a QR code: dark upon light under every theme, or a camera does not read it."""


_DARK = _Inks(
    background="#0f1317",
    surface="#151a20",
    panel="#1d242c",
    text="#d5dbe1",
    dim="#7f8a96",
    faint="#46515d",
    accent="#5aa9e6",
    cursor="#1f2b38",
    bid="#62b58f",
    ask="#dc7f84",
    bid_bar="#173329",
    ask_bar="#3a2226",
    own="#ffd35c",
    warning="#e8a33d",
    error="#ff6b6b",
    stale="#69727d",
    lit="#36424f",
)

_LIGHT = _Inks(
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e8e5de",
    text="#1f252b",
    dim="#6c7580",
    faint="#b3b6b8",
    accent="#1767a8",
    cursor="#dfe9f2",
    bid="#1e7a52",
    ask="#b23a43",
    bid_bar="#d3ebdd",
    ask_bar="#f6dcdc",
    own="#8a5a00",
    warning="#9a5b00",
    error="#b3202c",
    stale="#979ca1",
    lit="#d9d5ca",
    live_mode="#c41f30",
    demo_mode="#2b6a99",
)

_DARK_SAFE = replace(
    _DARK, accent="#c9a3f2", cursor="#2a2438", bid="#6caeee", ask="#e59a55", bid_bar="#16304a", ask_bar="#43301c"
)
_LIGHT_SAFE = replace(
    _LIGHT, accent="#6b3fa0", cursor="#e8e0f2", bid="#1460a8", ask="#a85400", bid_bar="#d3e4f5", ask_bar="#f8e2c8"
)

_SIXTEEN = _Inks(
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    text="ansi_default",
    dim="ansi_white",
    faint="ansi_bright_black",
    accent="ansi_bright_cyan",
    cursor="ansi_blue",
    bid="ansi_green",
    ask="ansi_red",
    # A bar of full-strength green would drown the digits on it: sixteen colours have no quiet ones.
    bid_bar="ansi_bright_black",
    ask_bar="ansi_bright_black",
    own="ansi_bright_yellow",
    warning="ansi_yellow",
    error="ansi_bright_red",
    stale="ansi_bright_black",
    # The mark beside it says which price was last; a background would take the colour of its side.
    lit="ansi_default",
    live_mode="ansi_red",
    demo_mode="ansi_blue",
    on_mode="ansi_bright_white",
    code_dark="ansi_black",
    code_light="ansi_bright_white",
)


def _variables(inks: _Inks, *, ansi: bool = False) -> dict[str, str]:
    # Textual's own stylesheets refer to variables that only its ANSI themes define.
    return {
        **(BUILTIN_THEMES["ansi-dark"].variables if ansi else {}),
        "bid": inks.bid,
        "ask": inks.ask,
        "bid-bar": inks.bid_bar,
        "ask-bar": inks.ask_bar,
        "own": inks.own,
        "staged": inks.accent,
        "dim": inks.dim,
        "faint": inks.faint,
        "live-mode": inks.live_mode,
        "demo-mode": inks.demo_mode,
        "on-mode": inks.on_mode,
        "code-dark": inks.code_dark,
        "code-light": inks.code_light,
        "stale": inks.stale,
        "grid": inks.faint,
        "row-cursor": inks.cursor,
        "lit": inks.lit,
        "footer-key-foreground": inks.accent,
        "footer-background": inks.background,
        "footer-description-foreground": inks.dim,
    }


def _theme(name: str, inks: _Inks, *, dark: bool, ansi: bool = False) -> Theme:
    return Theme(
        name=name,
        primary=inks.accent,
        secondary=inks.dim,
        accent=inks.accent,
        warning=inks.warning,
        error=inks.error,
        success=inks.bid,
        foreground=inks.text,
        background=inks.background,
        surface=inks.surface,
        panel=inks.panel,
        # "none" of Textual's own shading: every shade that captui uses is named above.
        boost=inks.panel,
        dark=dark,
        ansi=ansi,
        variables=_variables(inks, ansi=ansi),
    )


THEMES: tuple[Theme, ...] = (
    _theme("captui-dark", _DARK, dark=True),
    _theme("captui-light", _LIGHT, dark=False),
    _theme("captui-dark-safe", _DARK_SAFE, dark=True),
    _theme("captui-light-safe", _LIGHT_SAFE, dark=False),
    _theme("captui-16", _SIXTEEN, dark=True, ansi=True),
)
"""In the order in which the theme key goes through them."""

DEFAULT_THEME = THEMES[0].name


def theme_names(*, no_color: bool) -> tuple[str, ...]:
    """Those that can be used. Without colours the sixteen of the terminal cannot: their names say nothing of how bright they are,
    and grey made of them is black on black.
    """
    return tuple(theme.name for theme in THEMES if not (no_color and theme.ansi))


VARIABLE_DEFAULTS: dict[str, str] = _variables(_DARK)
"""For `App.get_theme_variable_defaults`: what `$bid` and the like mean under a theme that is not one of these."""
