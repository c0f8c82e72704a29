"""The tab strip, the message line and the key bar: what they say and what gives way when there is no room."""

from __future__ import annotations

import pytest

from captui.actions import ACTIONS
from captui.render.lines import Line, plain, width_of
from captui.session.views import Notice, Severity
from captui.widgets.bars import KeyBar, MessageLine, TabStrip

EVERYWHERE = [action for action in ACTIONS if action.footer and action.id.startswith("app.")]
LADDER = [action for action in ACTIONS if action.footer and action.id.startswith("ladder.")]


def drawn(pane: TabStrip | MessageLine | KeyBar, width: int) -> str:
    lines: list[Line] = pane.lines(width, 1)
    assert len(lines) == 1
    assert width_of(lines[0]) == width
    return plain(lines[0])


def test_the_strip_counts_open_orders() -> None:
    strip = TabStrip(id="tab-strip")
    strip.show(("orders", "history", "log"), "history", {"orders": 3}, focused=True)
    assert drawn(strip, 60).rstrip() == " Orders 3 │ History │ Log"
    styles = dict(strip.lines(60, 1)[0])
    assert styles["History"] == "accent"
    assert styles["Orders"] == "dim"
    strip.show(("orders", "history", "log"), "history", {"orders": 0}, focused=False)
    assert drawn(strip, 60).rstrip() == " Orders │ History │ Log"
    assert dict(strip.lines(60, 1)[0])["History"] == "strong"


def test_a_message_is_shown_for_long_enough_and_then_goes() -> None:
    line = MessageLine(id="message")
    # A notice that comes late is still shown for as long as one that comes at once.
    line.show(Notice(0, Severity.ERROR, "Refused."), "14:03:22", 100_000)
    line.expire(100_000 + 5_000)
    assert drawn(line, 40).rstrip() == "14:03:22  Refused."
    line.expire(100_000 + MessageLine.SHOWN_MS)
    assert drawn(line, 40).strip() == ""


def test_a_long_message_is_cut_with_an_ellipsis() -> None:
    line = MessageLine(id="message")
    line.show(Notice(0, Severity.INFO, "word " * 60), "14:03:22", 0)
    assert drawn(line, 40).rstrip().endswith("…")


@pytest.mark.parametrize("width", range(20, 200, 7))
def test_help_never_gives_way_and_no_key_is_cut_in_two(width: int) -> None:
    bar = KeyBar(id="key-bar")
    bar.show(LADDER, EVERYWHERE[:1])
    said = drawn(bar, width)
    assert said.rstrip().endswith("? help")
    for part in said.removesuffix(" ? help ").split("   "):
        words = part.strip()
        assert not words or any(words.endswith(action.label.lower()) for action in (*LADDER, *EVERYWHERE))
