"""Asking before the local history is thrown away and read anew."""

from __future__ import annotations

from textual.app import App

from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.dialog import Dialog
from captui.session.commands import RebuildHistory
from captui.session.views import SessionPort

_REBUILD = "rebuild"
"""The id of the question, and the answer that agrees."""
_WORDS: tuple[Line, ...] = (
    (
        (
            "The trades and orders that captui has recorded on this machine are thrown away and read anew from the exchange.",
            "text",
        ),
    ),
    (
        (
            "What you own has cost, and your profit, are reckoned from them: until all is read again they are incomplete.",
            "dim",
        ),
    ),
    (("The recorded values of your account, and with them its curve, stay. Nothing changes at the exchange.", "dim"),),
)


def ask(app: App[None], session: SessionPort, *, mode: str) -> None:
    """Tells the session, where the answer agrees."""

    def answered(value: str | None) -> None:
        if value == _REBUILD:
            session.send(RebuildHistory())

    answers = (Answer("y", "Read anew", _REBUILD, "warning"),)
    app.push_screen(Dialog("Read the local history anew?", _WORDS, answers, mode=mode, id=_REBUILD), answered)
