"""The cursor stays on its row; numbers are never cut; a changed row is one row to draw."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip

from captui.render.lines import width_of
from captui.themes import THEMES
from captui.widgets.table import Column, LazyRows, Row, Table, TabTable, fit

COLUMNS = (Column("name", 4, keep=1), Column("amount", 6, right=True), Column("state", 5))


def row(key: str, amount: str = "1.00", state: str = "wait") -> Row:
    return Row(key, (((key, "text"),), ((amount, "text"),), ((state, "text"),)))


class TableApp(App[None]):
    def __init__(self, *, follows_top: bool = False) -> None:
        super().__init__()
        self.register_theme(THEMES[0])
        self.theme = THEMES[0].name
        self.table = Counted(COLUMNS, empty="No orders here.", id="table", follows_top=follows_top)
        self.seen: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_table_details(self, message: Table.Details) -> None:
        self.seen.append(("details", message.key))

    def on_tab_table_cancel(self, message: TabTable.Cancel) -> None:
        self.seen.append(("cancel", message.key))

    def on_table_tab_moved(self, message: Table.TabMoved) -> None:
        self.seen.append(("tab", str(message.by)))


class Counted(TabTable):
    drawn: list[int]

    def strip_of(self, y: int, width: int) -> Strip:
        self.drawn.append(y)
        return super().strip_of(y, width)


def shown(table: Table) -> list[str]:
    return [Table.render_line(table, y).text.rstrip() for y in range(table.size.height)]


def make(*, follows_top: bool = False) -> TableApp:
    Counted.drawn = []
    return TableApp(follows_top=follows_top)


async def test_the_cursor_stays_with_its_row() -> None:
    app = make()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.focus()
        app.table.show([row(key) for key in "abcd"])
        await pilot.press("down", "down")
        assert app.table.cursor_key == "c"
        app.table.show([row(key) for key in "xbcd"])
        assert app.table.cursor_key == "c"
        app.table.show([row(key) for key in "xyzabcd"])
        assert app.table.cursor_key == "c"
        app.table.show([row("a"), row("b")])
        assert app.table.cursor_key == "b"
        app.table.show([])
        assert app.table.cursor_key == ""
        await pilot.press("down", "x", "enter")
        assert app.seen == []


async def test_a_cursor_at_the_top_stays_there_for_news() -> None:
    app = make(follows_top=True)
    async with app.run_test(size=(40, 4)) as pilot:
        app.table.focus()
        app.table.show([row(key) for key in "fgh"])
        app.table.show([row(key) for key in "abcdefgh"])
        await pilot.pause()
        assert app.table.cursor_key == "a"
        assert [line.split()[0] for line in shown(app.table)[1:]] == ["a", "b", "c"]
        await pilot.press("down")
        app.table.show([row(key) for key in "xyzabcdefgh"])
        assert app.table.cursor_key == "b", "once moved, it stays with its row"
        await pilot.press(*["up"] * 4)
        app.table.show([row(key) for key in "wxyzabcdefgh"])
        assert app.table.cursor_key == "w", "and follows again from the top"


async def test_a_cursor_that_acts_never_moves_to_another_row() -> None:
    app = make()
    async with app.run_test(size=(40, 4)) as pilot:
        app.table.focus()
        app.table.show([row(key) for key in "gh"])
        app.table.show([row(key) for key in "abcdefgh"])
        await pilot.press("x")
        assert app.seen == [("cancel", "g")]


async def test_rows_above_the_window_are_counted_in_the_heading() -> None:
    app = make()
    async with app.run_test(size=(40, 4)) as pilot:
        app.table.focus()
        app.table.show([row(key) for key in "fgh"])
        await pilot.pause()
        assert "↑" not in shown(app.table)[0]
        app.table.show([row(key) for key in "abcdefgh"])
        await pilot.pause()
        assert shown(app.table)[0].endswith(" ↑ 3 more")
        assert "state" in shown(app.table)[0]
        assert shown(app.table)[1].split()[0] == "d"


@pytest.mark.parametrize(
    ("width", "end"), [(30, "state ↑ 3 more"), (29, "state      ↑3"), (24, "state ↑3"), (23, "  ↑3"), (21, "  ↑3")]
)
async def test_the_count_of_rows_above_fits_every_width(width: int, end: str) -> None:
    app = make()
    async with app.run_test(size=(width, 4)) as pilot:
        app.table.focus()
        app.table.show([row(key) for key in "fgh"])
        app.table.show([row(key) for key in "abcdefgh"])
        await pilot.pause()
        assert shown(app.table)[0].endswith(end)
        assert width_of(app.table.lines(width, 4)[0]) == width


async def test_keys_say_what_is_wanted_of_the_row() -> None:
    app = make()
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.focus()
        app.table.show([row("a"), row("b")])
        await pilot.press("j", "enter", "x", "left", "right")
        assert app.seen == [("details", "b"), ("cancel", "b"), ("tab", "-1"), ("tab", "1")]


async def test_the_cursor_is_always_on_the_screen() -> None:
    app = make()
    async with app.run_test(size=(40, 4)) as pilot:
        app.table.focus()
        app.table.show([row(f"r{n}") for n in range(20)])
        await pilot.press(*["down"] * 15)
        await pilot.pause()
        assert any("r15" in line for line in shown(app.table))
        await pilot.press(*["up"] * 15)
        await pilot.pause()
        assert shown(app.table)[1].split()[0] == "r0"


async def test_one_changed_row_is_one_row_to_draw() -> None:
    app = make()
    async with app.run_test(size=(40, 10)) as pilot:
        app.table.show([row(key) for key in "abcdef"])
        await pilot.pause()
        Counted.drawn.clear()
        app.table.show([row(key, "2.00" if key == "d" else "1.00") for key in "abcdef"])
        await pilot.pause()
        assert Counted.drawn == [4]
        Counted.drawn.clear()
        app.table.show([row(key, "2.00" if key == "d" else "1.00") for key in "abcdef"])
        await pilot.pause()
        assert Counted.drawn == []


async def test_an_empty_table_is_a_sentence() -> None:
    app = make()
    async with app.run_test(size=(40, 5)) as pilot:
        app.table.show([])
        await pilot.pause()
        assert shown(app.table)[0] == " No orders here."


async def test_a_wide_number_widens_its_column() -> None:
    app = make()
    async with app.run_test(size=(40, 5)) as pilot:
        app.table.show([row("a", "123 456 789.00")])
        await pilot.pause()
        assert "123 456 789.00" in shown(app.table)[1]
        app.table.show([row("a", "1.00")])
        await pilot.pause()
        assert shown(app.table)[0].index("amount") > 10, "it does not jump back"


async def test_long_text_in_the_last_column_is_cut_with_an_ellipsis() -> None:
    app = make()
    async with app.run_test(size=(40, 5)) as pilot:
        app.table.show([row("a", state="a long story of why it was refused by the exchange")])
        await pilot.pause()
        assert shown(app.table)[1].endswith("…")


def test_columns_that_do_not_fit_go_by_their_worth() -> None:
    widths = [4, 6, 5]
    assert fit(COLUMNS, widths, 19) == ((0, 1, 2), 2)
    assert fit(COLUMNS, widths, 17) == ((0, 1, 2), 1)
    assert fit(COLUMNS, widths, 14) == ((1, 2), 2)
    assert fit(COLUMNS, widths, 1) == ((2,), 1)


async def test_sentences_are_wrapped_and_the_row_under_the_cursor_is_whole() -> None:
    columns = (Column("time", 8), Column("what", 10))
    table = Table(columns, empty="Nothing.", id="log", wraps=True)
    long = "Refused: there is not enough ZAR for it (the order to buy 0.01 BTC at 843 500.50 ZAR)."
    rows = [Row(str(n), ((("14:03:21", "dim"),), ((f"{n} {long}", "error"),))) for n in range(6)]

    class Alone(TableApp):
        def compose(self) -> ComposeResult:
            yield table

    app = Alone()
    async with app.run_test(size=(40, 11)) as pilot:
        table.focus()
        table.show(rows)
        await pilot.pause()
        for n in range(6):
            said = " ".join("".join(text for text, _ in line) for line in table.lines(40, 11))
            assert f"{n} {long}" in " ".join(said.replace("14:03:21", " ").split())
            await pilot.press("down")
        drawn = table.lines(40, 11)
        assert len(drawn) == 9, "two rows whole, none cut"
        assert all(width_of(line) == 40 for line in drawn)
        assert table.cursor_key == "5"


async def test_a_long_table_makes_the_rows_that_are_seen_and_looks_the_same() -> None:
    app, asked = make(), set[int]()
    rows = [row(f"k{i}", amount=str(10**i)) for i in range(12)]

    def made(index: int) -> Row:
        asked.add(index)
        return rows[index]

    lazy = LazyRows([each.key for each in rows], made)
    async with app.run_test(size=(60, 6)) as pilot:
        table = app.query_one(Table)
        table.show(lazy)
        await pilot.pause()
        assert asked == set(range(5))
        assert table.cursor_key == "k0"
        table.go_to("k11")
        await pilot.pause()
        assert asked == {0, 1, 2, 3, 4, 7, 8, 9, 10, 11}
        seen = shown(table)
        table.show(rows)
        await pilot.pause()
        assert shown(table) == seen
        assert table.cursor_key == "k11"
