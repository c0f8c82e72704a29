"""Asking where an export goes, and telling how far it is. Writes nothing itself: the session does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from captui.core.text import printable
from captui.render.lines import Line
from captui.screens.form import Field, Filled, Form
from captui.screens.history.filters import Selection
from captui.screens.history.telling import counted
from captui.session.commands import ExportHistory, HistoryFilter, RecordKind
from captui.session.history_views import ExportProgress
from captui.session.views import SessionPort
from captui.widgets.history_bars import TITLES


class Exports:
    """The newest export that was asked for on this screen: one at a time, and its end is told until something else is shown."""

    def __init__(self, session: SessionPort) -> None:
        self._session = session
        self._path = ""
        """As it was written; empty where none is to be offered again."""
        self._kind = RecordKind.ORDERS
        self._seen = ""
        """The path of the export whose end need not be shown any more."""

    @property
    def _progress(self) -> ExportProgress | None:
        return self._session.views.history.export

    @property
    def is_running(self) -> bool:
        progress = self._progress
        return progress is not None and progress.is_running

    @property
    def refused(self) -> str:
        """Why the newest one could not be finished, as a sentence; empty where it could, or where the user has let it be."""
        progress = self._progress
        return progress.problem if progress is not None and self._path else ""

    def line(self) -> Line:
        """How far it is, in one row; empty where there is nothing to tell."""
        progress = self._progress
        if progress is None or (progress.path == self._seen and not progress.is_running):
            return ()
        return told(progress, self._kind)

    def form(self, kind: RecordKind, words: tuple[str, ...], name: str, *, mode: str) -> Form:
        """Asks for the path: that of a refused one again, else `name` in the home folder."""
        return export_form(kind, words, self._path if self.refused else f"~/{name}", mode=mode)

    def asked(self, wanted: HistoryFilter, given: Filled | None) -> None:
        """What came of the form, filled in for this list."""
        if given is None:
            self._path = ""
            return
        self._path, self._kind, self._seen = given.values["path"], wanted.kind, ""
        self._session.send(ExportHistory(wanted, path_of(self._path)))

    def dismiss(self) -> None:
        """Its end has been seen."""
        progress = self._progress
        if progress is not None and not progress.is_running:
            self._seen = progress.path


def file_name(wanted: HistoryFilter, selection: Selection, today: date) -> str:
    """`captui-trades-btczar-2026-03-01-to-2026-11-20.csv`: what is in it, in letters that every system takes."""
    first, last = selection.days(today)
    narrowed = (wanted.market, wanted.currency, wanted.side.value if wanted.side else "", wanted.state)
    parts = ["captui", wanted.kind.value, *(re.sub(r"[^a-z0-9]", "", part.lower())[:24] for part in narrowed if part)]
    if first is not None:
        parts.append(first.isoformat())
    parts += ["to", (last or today).isoformat()]
    return "-".join(part for part in parts if part) + ".csv"


def export_form(kind: RecordKind, words: tuple[str, ...], path: str, *, mode: str) -> Form:
    """Asks for the path; `words` are those of the filter."""
    what = f"{TITLES[kind]}: {' · '.join(words) or 'everything'}"
    intro: tuple[Line, ...] = (
        ((what, "strong"), ("", "text")),
        (("All of it, read so far or not, oldest first, as CSV.", "dim"),),
    )
    field = Field("path", "File", "~/file.csv", value=path, check=_checked)
    return Form("Export", (field,), mode=mode, intro=intro, done="Export", id="export")


def path_of(text: str) -> Path:
    """With `~` for the home folder. Raises OSError or RuntimeError where that, or the current folder, is not known."""
    return Path(text).expanduser().absolute()


def _checked(values: Mapping[str, str]) -> str:
    text = values["path"]
    if not text:
        return "Write the name of a file."
    if text.endswith("/"):
        return "That is a folder: add the name of a file."
    try:
        path_of(text)
    except (OSError, RuntimeError, ValueError):
        return "That path cannot be used: write a whole one, such as /tmp/trades.csv."
    return ""


def told(progress: ExportProgress, kind: RecordKind) -> Line:
    """How far the newest export is, in one row."""
    path = _with_tilde(printable(progress.path))
    if progress.problem:
        return (("Not exported: ", "warning"), (printable(progress.problem), "warning"))
    number = counted(progress.records, kind)
    if progress.done:
        return (("exported ", "bid"), (f"{number} to {path}", "text"))
    return (("exporting… ", "accent"), (f"{number} read, for {path}", "text"))


def _with_tilde(path: str) -> str:
    home = str(Path.home())
    return f"~{path.removeprefix(home)}" if path.startswith(f"{home}/") else path
