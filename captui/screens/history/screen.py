"""The history screen: past orders, own trades, deposits and withdrawals, read page by page as the cursor goes down.

Nothing is read here: the session is asked, and what it has is shown. While a list is read anew its old rows stay, faded.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from captui.actions import Scope, bindings, display
from captui.core.types import Fill
from captui.render.lines import Line
from captui.screens.answer import Answer
from captui.screens.base import PageName, Surroundings
from captui.screens.dialog import Dialog
from captui.screens.form import Filled, Form
from captui.screens.history import rebuilding, telling
from captui.screens.history.details import Copied, Details, details
from captui.screens.history.exporting import Exports, file_name
from captui.screens.history.filters import Selection, chosen, fields, today_of
from captui.screens.history.news import News, current, news
from captui.screens.page import Page
from captui.session.commands import HistoryFilter, ReadHistory, RecordKind
from captui.session.history_views import HistoryView, Record
from captui.session.views import Phase, Severity, Topic, Views
from captui.widgets.history_bars import TITLES, FilterLine, Footing, HistoryFoot, HistoryTabs
from captui.widgets.history_rows import COLUMNS, key_of, table_rows
from captui.widgets.history_totals import totals_line
from captui.widgets.table import Table

_KINDS = tuple(TITLES)
NEWS_EVERY_MS = 5_000
"""How soon after another a list whose newest rows are looked at is read anew for what has happened since."""
GROWN_OLD_MS = 60_000
"""A list that one comes back to is read anew when it is older than that."""
_COPIED_SHOWN = 40


def table_id(kind: RecordKind) -> str:
    return f"past-{kind.value}"


class HistoryScreen(Page):
    NAME = PageName.HISTORY
    SCOPE = Scope.HISTORY
    FOCUS = tuple(table_id(kind) for kind in _KINDS)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.HISTORY)]
    DEFAULT_CSS = """
    HistoryScreen {
        #history-tabs, #history-filter { height: 1; }
        #history-foot { height: 2; }
        Table { height: 1fr; }
        &.roomy #history-filter { margin-bottom: 1; }
        &.roomy #history-foot { margin-top: 1; }
    }
    """

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        self._kind = RecordKind.ORDERS
        self._selection = Selection()
        self._tables = {kind: Table(COLUMNS[kind], empty="", id=table_id(kind), follows_top=True) for kind in _KINDS}
        self._tabs = HistoryTabs(id="history-tabs")
        self._filter_line = FilterLine(id="history-filter")
        self._foot = HistoryFoot(id="history-foot")
        self._kept: dict[RecordKind, HistoryView] = {}
        """Each list as it was read last."""
        self._sent: HistoryFilter | None = None
        """What the session was asked for last."""
        self._asked_more: tuple[int, int] | None = None
        """How much of the list there was when its next page was asked for; None before that."""
        self._heeded = News()
        """What had happened when the list was asked for last: it need not be told again, whatever the answer says."""
        self._read_at_ms = 0
        self._connected: tuple[object, ...] = ()
        self._totals: Line = ()
        self._outdated: frozenset[str] = frozenset()
        """Rows whose orders have changed since the list was read."""
        self._exports = Exports(world.session)
        self._opened: tuple[Dialog, Record] | None = None
        """The dialog with the details of a record, while it stands."""

    def compose_body(self) -> ComposeResult:
        yield self._tabs
        yield self._filter_line
        for kind, table in self._tables.items():
            table.display = kind is self._kind
            yield table
        yield self._foot

    # What is shown

    @property
    def _table(self) -> Table:
        return self._tables[self._kind]

    @property
    def _wanted(self) -> HistoryFilter:
        return self._asked_for(self._kind)

    def _asked_for(self, kind: RecordKind) -> HistoryFilter:
        return self._selection.asked(kind, today_of(self.world.now_ms(), self.world.tz), self.world.tz)

    @property
    def _view(self) -> HistoryView:
        """The list that is shown: what the session has of it, or what it had while that is being read."""
        view, wanted = self.session.views.history, self._wanted
        kept = self._kept.get(self._kind)
        if view.filter == wanted and (view.rows or view.read_ms or not view.loading):
            return view
        problem = view.problem if view.filter == wanted else ""
        if kept is not None and kept.filter == wanted:
            return replace(kept, loading=True, problem=problem)
        return HistoryView(filter=wanted, loading=not problem, problem=problem)

    @property
    def _is_old(self) -> bool:
        """Whether the rows are those of an earlier reading, and not what the session has now."""
        return self._view.rows is not self.session.views.history.rows

    def show(self, views: Views, dirty: frozenset[Topic]) -> None:
        wanted, view = self._wanted, views.history
        self._keep(view)
        connected = (views.connection.phase is Phase.LIVE, views.connection.access)
        again = connected != self._connected and bool(view.problem)
        self._connected = connected
        # Every topic: the screen comes back.
        returned = dirty >= frozenset(Topic) and self.world.now_ms() - view.read_ms > GROWN_OLD_MS and self._follows
        if wanted != self._sent or again or (returned and view.filter == wanted and not view.loading):
            self._read()
        changed = Topic.ORDERS in dirty and self._news(self._view).changed_keys != self._outdated
        if changed or dirty & {Topic.HISTORY, Topic.MARKETS}:
            self._show_rows()
        if dirty & {Topic.HISTORY, Topic.MARKETS, Topic.ORDERS, Topic.FILLS}:
            self._heed_news()
            self._show_bars()
        if dirty & {Topic.ORDERS, Topic.FILLS}:
            self._show_details()

    def _keep(self, view: HistoryView) -> None:
        if view.filter == self._wanted and view.read_ms:
            self._kept[self._kind] = replace(view, export=None, problem="", loading=False)

    def tick(self) -> None:
        if self._wanted != self._sent:
            # Midnight has passed: `today` is another day.
            self._read()
        self._heed_news()
        self._show_bars()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - Textual calls that of the page as well
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Another size has room for other words."""
        self._show_rows()
        self._show_bars()

    def _show_rows(self) -> None:
        view, markets = self._view, self.session.views.markets
        empty = telling.nothing(view, self._kind, filtered=bool(self._words), key=self._key)
        self._outdated = self._news(view).changed_keys
        changed = frozenset() if self._is_old else self._outdated
        now, tz = self.world.now_ms(), self.world.tz
        rows = table_rows(view.rows, markets, now, tz, stale=self._is_old, outdated=changed)
        self._table.show(rows, empty=empty)
        self._totals = totals_line(self._kind, view.rows, markets, self._foot.content_size.width - 2)
        if len(view.rows) < self._table.size.height:
            # There is room for more of it.
            self._read_on()

    def _show_bars(self) -> None:
        view, now, tz = self._view, self.world.now_ms(), self.world.tz
        fresh = telling.freshness(view, self._news(view), now, tz, old=self._is_old, key=self._key)
        self._tabs.show(self._kind, self._counts(), fresh)
        back: Line = ((self._key("history.clear"), "accent"), (" everything", "dim")) if self._words else ()
        self._filter_line.show(self._words, back)
        state = self._exports.line() or telling.state(view, self._kind, key=self._key)
        alone = not view.rows or view.problem
        place = "" if alone else f"{self._table.cursor_at + 1} of {telling.count(view)}"
        self._foot.show(Footing(state, self._totals, place))

    @property
    def _words(self) -> tuple[str, ...]:
        today = today_of(self.world.now_ms(), self.world.tz)
        return self._selection.words(self._kind, self.session.views.markets, today)

    def _counts(self) -> dict[RecordKind, str]:
        """Of the lists that have been read with the filter of now."""
        kept = self._kept.items()
        return {kind: telling.count(view) for kind, view in kept if view.filter == self._asked_for(kind)}

    def _key(self, action_id: str) -> str:
        return next((display(action.keys[0]) for action in self.actions if action.id == action_id), "")

    # Reading

    def _read(self, *, more: bool = False) -> None:
        self._sent = self._wanted
        if not more:
            self._asked_more = None
            self._read_at_ms = self.world.now_ms()
            self._heeded = self._all_news(self._view)
        self.session.send(ReadHistory(self._sent, more))

    def _read_on(self) -> None:
        """The next page, unless that is under way, was asked for already, or could not be read."""
        view = self._view
        asked = (len(view.rows), view.read_ms)
        if view.has_more and not (view.loading or view.problem or self._is_old or self._asked_more == asked):
            self._asked_more = asked
            self._read(more=True)

    @property
    def _follows(self) -> bool:
        """Whether the newest rows are what is looked at: nothing was read beyond the first page, and the cursor is at the top."""
        rows = self._view.rows
        return self._asked_more is None and (not rows or self._table.cursor_key == key_of(rows[0]))

    def _all_news(self, view: HistoryView) -> News:
        views = self.session.views
        return News() if self._is_old else news(view, views.orders, views.fills)

    def _news(self, view: HistoryView) -> News:
        return self._all_news(view).without(self._heeded)

    def _heed_news(self) -> None:
        view = self._view
        due = self.world.now_ms() - self._read_at_ms >= NEWS_EVERY_MS
        if due and not view.loading and not view.problem and self._follows and self._news(view):
            self._read()

    # What the panes and the keys ask for

    @on(Table.NearEnd)
    def _near_end(self, message: Table.NearEnd) -> None:
        message.stop()
        self._read_on()

    @on(Table.Marked)
    def _marked(self, message: Table.Marked) -> None:
        message.stop()
        self._show_bars()

    @on(Table.TabMoved)
    def _tab_moved(self, message: Table.TabMoved) -> None:
        message.stop()
        self._go_to(_KINDS[(_KINDS.index(self._kind) + message.by) % len(_KINDS)])

    @on(HistoryTabs.Chosen)
    def _tab_clicked(self, message: HistoryTabs.Chosen) -> None:
        self._go_to(message.kind)

    def action_show_kind(self, kind: str) -> None:
        self._go_to(RecordKind(kind))

    def _go_to(self, kind: RecordKind) -> None:
        if kind is self._kind:
            return
        before, self._kind = self._table, kind
        self._table.display = True
        self.set_focus(self._table)
        before.display = False
        self._asked_more = None
        self._show_anew()

    def _show_anew(self) -> None:
        """After the list or the filter has changed."""
        self._exports.dismiss()
        if self._wanted != self._sent:
            self._read()
        self._keep(self.session.views.history)
        self._show_rows()
        self._show_bars()

    def action_read(self) -> None:
        self._exports.dismiss()
        view = self._view
        if view.problem and view.rows and self._asked_more is not None:
            self._read(more=True)
        else:
            self._read()
        self._show_bars()

    def action_refresh_all(self) -> None:
        super().action_refresh_all()
        self.action_read()

    def action_filter(self) -> None:
        views = self.session.views
        choices = fields(self._kind, self._selection, views.markets, today_of(self.world.now_ms(), self.world.tz))

        def filled(given: Filled | None) -> None:
            if given is not None:
                self._selection = chosen(given.values, self._kind, self._selection, self.session.views.markets)
                self._show_anew()

        self.app.push_screen(
            Form(
                f"{TITLES[self._kind]}: which?",
                choices,
                mode=self.mode,
                done="Show",
                at_once=True,
                start=choices[0].name,
                id="filter",
            ),
            filled,
        )

    def action_clear(self) -> None:
        if self._words:
            self._selection = self._selection.without(self._kind)
            self._show_anew()
        else:
            self.say("Everything is shown already.", Severity.INFO)

    # One record

    def _record(self, key: str) -> Record | None:
        return next((row for row in self._view.rows if key_of(row) == key), None)

    @on(Table.Details)
    def _details(self, message: Table.Details) -> None:
        message.stop()
        record = self._record(message.key)
        if record is None:
            return
        about = self._about(record)

        def answered(value: str | None) -> None:
            self._opened = None
            for copied in about.copies:
                if copied.key == value:
                    self._copy(copied)

        dialog = Dialog(about.title, about.items, _answers(about), mode=self.mode, id="record")
        self._opened = dialog, record
        self.app.push_screen(dialog, answered)

    def _about(self, record: Record) -> Details:
        views = self.session.views
        return details(current(record, views.orders), views.markets, self._known_fills(), self.world.tz)

    def _show_details(self) -> None:
        """An order may end while somebody reads that it rests."""
        if self._opened is not None:
            dialog, record = self._opened
            about = self._about(record)
            dialog.show(about.items, _answers(about))

    def _known_fills(self) -> list[Fill]:
        read = self._kept.get(RecordKind.TRADES)
        rows = read.rows if read is not None else ()
        return [*self.session.views.fills.fills, *(row for row in rows if isinstance(row, Fill))]

    def action_copy(self) -> None:
        record = self._record(self._table.cursor_key)
        if record is None:
            self.say("There is nothing to copy here.", Severity.INFO)
        else:
            self._copy(details(record, self.session.views.markets, (), self.world.tz).copies[0])

    def _copy(self, copied: Copied) -> None:
        if not copied.text.isprintable():
            self.say(f"Not copied: {copied.what} holds characters that could do something where they are pasted.")
            return
        self.app.copy_to_clipboard(copied.text)
        shown = copied.text if len(copied.text) <= _COPIED_SHOWN else f"{copied.text[: _COPIED_SHOWN - 1]}…"
        self.say(f"Copied {copied.what}: {shown}", Severity.INFO)

    # The local history

    def action_rebuild(self) -> None:
        rebuilding.ask(self.app, self.session, mode=self.mode)

    # Export

    def action_export(self) -> None:
        view, wanted = self._view, self._wanted
        if self._exports.is_running:
            self.say("An export is being written: wait for its end.")
            return
        if view.problem and not view.rows:
            self.say(view.problem)
            return
        name = file_name(wanted, self._selection, today_of(self.world.now_ms(), self.world.tz))
        form, refused = self._exports.form(wanted.kind, self._words, name, mode=self.mode), self._exports.refused
        self.app.push_screen(form, partial(self._exports.asked, wanted))
        if refused:
            form.call_after_refresh(form.refuse, "path", refused)


def _answers(about: Details) -> list[Answer]:
    return [Answer(copied.key, copied.label, copied.key) for copied in about.copies]
