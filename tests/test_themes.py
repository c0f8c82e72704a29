"""Every theme has every colour, and what must be told apart can be."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from captui.config import THEME_NAMES, Config
from captui.themes import DEFAULT_THEME, THEMES, VARIABLE_DEFAULTS, theme_names
from tests.ui.harness import opened

TRUE_COLOUR = [theme for theme in THEMES if not theme.ansi]


def colour(theme: Theme, name: str) -> Color:
    return Color.parse(theme.variables[name])


def contrast(front: Color, back: Color) -> float:
    """The ratio of relative luminances of WCAG 2, 1 to 21."""

    def luminance(of: Color) -> float:
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in of.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_five_themes_have_their_names() -> None:
    assert tuple(theme.name for theme in THEMES) == THEME_NAMES
    assert DEFAULT_THEME == "captui-dark"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_theme_has_every_variable(theme: Theme) -> None:
    assert set(VARIABLE_DEFAULTS) <= set(theme.variables)


@pytest.mark.parametrize("theme", TRUE_COLOUR, ids=lambda theme: theme.name)
def test_what_is_read_can_be_read(theme: Theme) -> None:
    assert theme.background is not None
    assert theme.foreground is not None
    ground, text = Color.parse(theme.background), Color.parse(theme.foreground)
    for name, least in (("bid", 4.5), ("ask", 4.5), ("own", 4.5), ("staged", 4.5), ("dim", 4.0), ("stale", 2.5)):
        assert contrast(colour(theme, name), ground) >= least, name
    for bar in ("bid-bar", "ask-bar", "row-cursor", "lit"):
        assert contrast(text, colour(theme, bar)) >= 7, bar
    for mode in ("live-mode", "demo-mode"):
        assert contrast(colour(theme, "on-mode"), colour(theme, mode)) >= 4.5, mode


@pytest.mark.parametrize("theme", TRUE_COLOUR, ids=lambda theme: theme.name)
def test_what_is_stale_looks_neither_bought_nor_sold(theme: Theme) -> None:
    red, green, blue = colour(theme, "stale").rgb
    assert max(red, green, blue) - min(red, green, blue) <= 24


@pytest.mark.parametrize(
    "theme", [theme for theme in THEMES if theme.name.endswith("-safe")], ids=lambda theme: theme.name
)
def test_the_safe_pair_differs_in_blue_and_yellow_not_in_red_and_green(theme: Theme) -> None:
    bid, ask = colour(theme, "bid"), colour(theme, "ask")
    # What the red-green blind see is about blue against the rest.
    assert (bid.b - (bid.r + bid.g) / 2) - (ask.b - (ask.r + ask.g) / 2) > 120


def test_sixteen_colours_are_the_terminals_own() -> None:
    sixteen = THEMES[-1]
    assert sixteen.ansi
    assert all(sixteen.variables[name].startswith("ansi_") for name in VARIABLE_DEFAULTS)


def test_without_colours_no_theme_is_offered_that_would_be_black_on_black() -> None:
    assert theme_names(no_color=False) == tuple(theme.name for theme in THEMES)
    assert "captui-16" not in theme_names(no_color=True)


async def test_a_terminal_without_colours_is_given_the_usual_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(config=Config(fps=1, theme="captui-16")) as it:
        assert it.app.theme == DEFAULT_THEME
        for _ in THEMES:
            await it.press("ctrl+t")
            assert it.app.theme != "captui-16"
