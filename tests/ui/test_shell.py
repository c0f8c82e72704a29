"""What belongs to the whole screen: panes, sizes, help, palette, themes, what is remembered, and how things go wrong."""

from __future__ import annotations

import logging
from decimal import Decimal
from pathlib import Path

import pytest
from textual.app import App
from textual.widget import Widget

from captui.actions import ACTIONS
from captui.app import CaptuiApp
from captui.config import Config
from captui.errors import UNEXPECTED, ConfigError
from captui.session.commands import PlaceOrder
from captui.session.views import Severity
from captui.themes import THEMES
from tests import samples
from tests.ui.fake_session import FakeSession
from tests.ui.harness import LARGE, MEDIUM, SMALL, opened


def focused(app: CaptuiApp) -> str:
    return (app.focused.id or "") if app.focused else ""


async def test_the_ladder_has_the_keys_at_the_start() -> None:
    async with opened() as it:
        assert focused(it.app) == "ladder"


@pytest.mark.parametrize(
    ("size", "order"),
    [
        (SMALL, ["ladder", "ticket", "tape", "orders"]),
        (MEDIUM, ["ladder", "chart", "ticket", "orders"]),
        (LARGE, ["ladder", "chart", "ticket", "tape", "orders", "history"]),
    ],
)
async def test_tab_goes_round_the_panes_that_are_there(size: tuple[int, int], order: list[str]) -> None:
    async with opened(size=size) as it:
        seen = []
        for _ in range(len(order) + 1):
            seen.append(focused(it.app))
            await it.press("tab")
        assert seen == [*order, order[0]]
        await it.press("shift+tab")
        assert focused(it.app) == order[0]


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE])
async def test_every_pane_is_one_key_away(size: tuple[int, int]) -> None:
    keys = {"L": "ladder", "C": "chart", "O": "orders", "H": "history", "M": "trades", "P": "tape", "G": "log"}
    async with opened(size=size) as it:
        for key, pane in {**keys, "T": "ticket"}.items():
            await it.press("L", key)
            assert focused(it.app) == pane
            assert it.app.trade.panes.pane(pane).region.area > 0
            await it.press("escape")


async def test_tabs_move_with_the_arrows_and_wrap() -> None:
    async with opened() as it:
        await it.press("O", "right")
        assert focused(it.app) == "history"
        await it.press("left", "left")
        assert focused(it.app) == "log"
        await it.press("left")
        assert focused(it.app) == "tape"
        await it.press("right")
        assert focused(it.app) == "log"


async def test_maximise_and_back() -> None:
    async with opened() as it:
        before = it.app.trade.panes.ladder.region
        await it.press("z")
        assert it.app.trade.panes.ladder.region.width == MEDIUM[0]
        assert not it.app.trade.panes.current.shows("chart")
        await it.press("z")
        assert it.app.trade.panes.ladder.region == before


async def test_resizing_through_all_sizes_keeps_a_pane_with_the_keys() -> None:
    async with opened(size=LARGE) as it:
        await it.press("P")
        for size in (MEDIUM, SMALL, (72, 20), LARGE, (300, 90), SMALL, MEDIUM):
            await it.pilot.resize_terminal(*size)
            await it.frame()
            pane = focused(it.app)
            assert it.app.trade.panes.current.shows(pane), (size, pane)
            assert it.app.trade.panes.pane(pane).region.area > 0


async def test_too_small_says_so_and_no_key_trades() -> None:
    async with opened() as it:
        await it.press("b")
        await it.pilot.resize_terminal(60, 15)
        assert it.on_top == "TooSmall"
        await it.press("enter", "ctrl+x")
        assert it.session.sent == []
        await it.pilot.resize_terminal(*SMALL)
        assert it.on_top == "TradeScreen"
        await it.press("enter")
        assert [type(command) for command in it.session.sent] == [PlaceOrder]


async def test_help_shows_the_focused_pane_first() -> None:
    async with opened() as it:
        await it.press("C", "question_mark")
        assert it.on_top == "Help"
        words = it.text("#dialog-words")
        assert words.index("Chart") < words.index("Everywhere")
        for action in ACTIONS:
            assert action.help.split(".")[0][:30] in words
        assert "DEMO" in it.text("#dialog-title")
        await it.press("escape")
        assert it.on_top == "TradeScreen"


async def test_help_and_footer_show_the_users_own_keys() -> None:
    async with opened(config=Config(fps=1, keys={"ladder.stage_buy": "f7"})) as it:
        assert "f7 buy here" in it.text("#key-bar").lower()
        await it.press("b")
        before = it.staged
        await it.press("f7")
        assert (before, it.staged is None) == (None, False)
        await it.press("escape", "question_mark")
        assert "F7" in it.text("#dialog-words").upper()


def test_a_key_for_an_unknown_action_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match=r"Did you mean 'ladder\.stage_buy'"):
        CaptuiApp(FakeSession(samples.views()), config=Config(keys={"ladder.stag_buy": "f7"}))


async def test_palette_runs_an_action_on_its_pane() -> None:
    async with opened() as it:
        await it.press("T", "ctrl+p")
        assert it.on_top == "Picker"
        await it.write("join bid")
        await it.press("enter")
        assert it.staged is not None
        assert focused(it.app) == "ladder"


async def test_themes_go_round_and_are_remembered() -> None:
    async with opened(remembered={"theme": THEMES[1].name}) as it:
        assert it.app.theme == THEMES[1].name
        for theme in (*THEMES[2:], *THEMES[:2]):
            await it.press("ctrl+t")
            assert it.app.theme == theme.name
            assert it.remembered["theme"] == theme.name


async def test_grouping_and_cumulative_are_remembered_by_market() -> None:
    async with opened(remembered={"grouping.btczar": "500", "cumulative": "on"}) as it:
        ladder = it.app.trade.panes.ladder
        assert ladder.grouping == Decimal(500)
        assert ladder.cumulative
        await it.press("plus", "v")
        assert it.remembered == {"grouping.btczar": f"{ladder.grouping:f}", "cumulative": "off"}


@pytest.mark.parametrize("step", ["rubbish", "-5", "0", "0.003", "1.2.3", "NaN"])
async def test_a_remembered_grouping_that_fits_nothing_is_ignored(step: str) -> None:
    async with opened(remembered={"grouping.btczar": step}) as it:
        assert it.app.trade.panes.ladder.grouping > 0


async def test_the_lock_is_shown() -> None:
    async with opened() as it:
        assert "armed" in it.text("#status-bar")
        await it.press("a")
        assert "locked" in it.text("#status-bar")


async def test_ages_go_on_without_news() -> None:
    async with opened() as it:
        before = it.text("#orders")
        await it.later(60_000)
        assert it.text("#orders") != before
        assert "13 m" in it.text("#orders")


async def test_nothing_changed_is_nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as it:
        shown: list[str] = []
        monkeypatch.setattr(App, "_display", lambda *_what: shown.append("frame"))
        # What the start-up left to draw comes first, some of it with Textual's own timer.
        quiet = 0
        for _ in range(200):
            shown.clear()
            await it.frame()
            quiet = 0 if shown else quiet + 1
            if quiet == 20:
                break
        assert quiet == 20


async def test_one_bad_view_is_a_sentence_and_a_log_entry(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened() as it:

        def fail(*_views: object) -> None:
            raise ZeroDivisionError("secret detail")

        monkeypatch.setattr(it.app.trade.panes.balances, "show", fail)
        with caplog.at_level(logging.ERROR):
            for _ in range(5):
                it.session.change(balances=samples.balances())
                it.app.frame()
        assert it.said == "Something went wrong inside captui; the log has the details."
        assert len([notice for _, notice in it.app.trade.feed.notices if notice.severity is Severity.ERROR]) == 1
        assert "secret detail" in caplog.text


async def test_a_failing_action_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as it:

        def fail() -> None:
            raise RuntimeError("no")

        monkeypatch.setattr(it.app.trade.panes.ladder, "action_centre", fail)
        await it.press("c")
        assert it.said.startswith("Something went wrong")
        await it.press("b", "enter")
        assert len(it.session.placed) == 1


async def test_an_error_that_ends_the_app_prints_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = CaptuiApp(FakeSession(samples.views()), log_path=Path("captui.log"), now_ms=lambda: samples.NOW_MS)

    def fail(*_size: object) -> None:
        raise RuntimeError("kaboom")

    monkeypatch.setattr(app.trade.panes, "arranged", fail)
    with pytest.raises(RuntimeError, match="kaboom"):
        async with app.run_test(size=MEDIUM) as pilot:
            await pilot.pause()
    assert app.return_code == UNEXPECTED
    assert "details are in captui.log" in app.last_words
    assert "\n" not in app.last_words
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    assert "kaboom" not in printed.out + printed.err


async def test_a_theme_that_needs_colours_is_said_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(config=Config(fps=1, theme="captui-16")) as it:
        assert it.app.theme == THEMES[0].name
        assert "'captui-16' needs colours" in it.said


async def test_what_a_closed_dialog_has_drawn_is_forgotten() -> None:
    async with opened() as it:
        await it.press("question_mark")
        drawn = [widget._styles_cache._cache for widget in it.app.screen.walk_children(Widget, with_self=True)]
        assert sum(map(len, drawn)) > 20
        await it.press("escape")
        assert not any(drawn)
