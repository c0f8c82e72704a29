"""Asking where an export goes, and telling how far it is. Writes nothing itself: the session does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from captui.core.text import printable
from captui.render.lines import Line
from captui.screens.form import Field, Form
from captui.screens.history.filters import Selection
from captui.screens.history.telling import counted
from captui.session.commands import HistoryFilter, RecordKind
from captui.session.history_views import ExportProgress
from captui.widgets.history_bars import TITLES


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


def is_running(progress: ExportProgress | None) -> bool:
    return progress is not None and not progress.done and not progress.problem


def _with_tilde(path: str) -> str:
    home = str(Path.home())
    return f"~{path.removeprefix(home)}" if path.startswith(f"{home}/") else path
