"""Notifications carry words and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.terminal.attention import Notify, fitting, harmless, notification

HOSTILE = "Bought\x07 1\x1b]0;gotcha\x07\x1b[31m \x9d52;c;AAAA\x9c\n\r\u202e\u2028;;\ud800 end"


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        (Notify.OFF, ""),
        (Notify.OSC_9, "\x1b]9;captui: Bought 1; done\x1b\\"),
        (Notify.OSC_777, "\x1b]777;notify;captui;Bought 1, done\x1b\\"),
    ],
)
def test_each_kind_is_written_as_its_terminals_read_it(how: Notify, wanted: str) -> None:
    assert notification(how, "captui", "Bought 1; done") == wanted


def test_a_number_is_no_command() -> None:
    assert notification(Notify.OSC_9, "", "4;1;50") == "\x1b]9; 4;1;50\x1b\\"


def test_inside_tmux_it_goes_through() -> None:
    assert notification(Notify.OSC_9, "", "x", in_tmux=True) == "\x1bPtmux;\x1b\x1b]9; x\x1b\x1b\\\x1b\\"


@given(st.sampled_from([Notify.OSC_9, Notify.OSC_777]), st.text(), st.text())
def test_no_text_ends_the_sequence_or_begins_another(how: Notify, title: str, text: str) -> None:
    written = notification(how, title, text)
    if written:
        inside = written.removeprefix("\x1b]").removesuffix("\x1b\\")
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", inside)
        assert how is Notify.OSC_9 or inside.count(";") == 3
        written.encode()


def test_hostile_text_is_harmless() -> None:
    assert harmless(HOSTILE) == "Bought 1 ]0;gotcha [31m 52;c;AAAA ;; end"
    assert len(harmless("x" * 1000)) == 160


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"TERM": "foot"}, Notify.OSC_777),
        ({"TERM": "rxvt-unicode-256color"}, Notify.OSC_777),
        ({"TERM": "xterm-kitty"}, Notify.OSC_9),
        ({}, Notify.OSC_9),
    ],
)
def test_the_kind_is_chosen_by_the_terminal(environment: dict[str, str], wanted: Notify) -> None:
    assert fitting(environment) is wanted
