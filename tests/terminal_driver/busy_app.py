"""An app with everything that draws differently: modals, toasts, themes, scrolling, inputs, tables, wide and combining characters."""

from __future__ import annotations

import random
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import DataTable, Footer, Header, Input, Label, OptionList, ProgressBar, Static

from captui.terminal.composing import SparingCompositor
from captui.terminal.drawing import DrawsDirectly

WORDS = (
    "BTC/ZAR",
    "1 234 567.89",
    "░▒▓█▌",
    "價格",
    "日本語テキスト",
    "é́x",
    "ñandú",
    "🚀",
    "│└─┐",
    "  ",
    "=>",
    "한국",
    "a",
    "¡±×",
)
COLOURS = ("red", "green", "#123456", "#fedcba", "bright_blue", "color(99)", "default", "white", "#101010")


def style(chance: random.Random) -> Style:
    return Style(
        color=chance.choice(COLOURS),
        bgcolor=chance.choice((None, *COLOURS)),
        bold=chance.random() < 0.2,
        italic=chance.random() < 0.1,
        underline=chance.random() < 0.1,
        strike=chance.random() < 0.05,
        reverse=chance.random() < 0.1,
        dim=chance.random() < 0.1,
        link="https://example.com/a" if chance.random() < 0.03 else None,
    )


class Lines(Widget):
    """Redraws single rows of random styled text."""

    DEFAULT_CSS = "Lines { height: 1fr; }"

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self._rows: dict[int, list[Segment]] = {}

    def change(self) -> None:
        row = self._chance.randrange(max(1, self.size.height))
        words = self._chance.choices(WORDS, k=self._chance.randrange(1, 9))
        self._rows[row] = [Segment(word, style(self._chance)) for word in words]
        self.refresh(Region(0, row, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        segments = self._rows.get(y, [])
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)


class Question(ModalScreen[None]):
    CSS = (
        "Question { align: center middle; } #box { width: 31; height: 7; border: thick $accent; background: $surface; }"
    )

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("確認 Really?")
            yield Input(placeholder="日本 type")


class FrugalScreen(Screen[None]):
    def __init__(self) -> None:
        super().__init__(id="_default")
        self._compositor = SparingCompositor()


class BusyApp(DrawsDirectly[None]):
    CSS = """
    #left { width: 1fr; } #right { width: 40%; }
    Static { height: auto; } OptionList { height: 6; } DataTable { height: 7; }
    """
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = True

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.lines = Lines(self.chance)

    def get_default_screen(self) -> Screen[None]:
        return FrugalScreen()

    def compose(self) -> ComposeResult:
        yield Header(show_clock=False)
        with Horizontal():
            with Vertical(id="left"):
                yield self.lines
                yield Input(value="wide 字 text", id="field")
                yield ProgressBar(total=50, show_eta=False)
            with VerticalScroll(id="right"):
                yield DataTable()
                yield OptionList(*[f"{n} {self.chance.choice(WORDS)}" for n in range(40)])
                for n in range(12):
                    yield Static(f"[b]{n}[/b] " + " ".join(self.chance.choices(WORDS[:10], k=12)), id=f"text-{n}")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("market", "価格", "size")
        for n in range(30):
            table.add_row(self.chance.choice(WORDS), str(n * 1.5), str(n))

    async def step(self) -> str:
        """One random thing; its name."""
        deeds = {
            "rows": 8, "rows of many": 3, "toast": 2, "modal": 2, "close": 3, "theme": 1, "scroll": 4, "type": 4, "option": 2, "table": 2,
            "hide": 1, "palette": 1, "progress": 2, "focus": 2,
        }  # fmt: skip
        name = self.chance.choices(list(deeds), weights=list(deeds.values()))[0]
        match name:
            case "rows":
                self.lines.change()
            case "rows of many":
                for _ in range(12):
                    self.lines.change()
            case "toast":
                self.notify(self.chance.choice(WORDS) + " happened", timeout=self.chance.choice((0.05, 0.5)))
            case "modal" if len(self.screen_stack) < 3:
                self.push_screen(Question())
            case "close" if len(self.screen_stack) > 1:
                self.pop_screen()
            case "theme":
                self.theme = self.chance.choice(("textual-dark", "textual-light", "nord", "dracula"))
            case "scroll":
                pane = self.screen_stack[0].query_one("#right")
                pane.scroll_to(y=self.chance.randrange(40), animate=False)
            case "type":
                for field in self.screen.query(Input).results(Input):
                    field.insert_text_at_cursor(self.chance.choice(WORDS))
                    if len(field.value) > 60:
                        field.clear()
            case "option":
                self.screen_stack[0].query_one(OptionList).highlighted = self.chance.randrange(40)
            case "table":
                table = self.screen_stack[0].query_one(DataTable)
                table.move_cursor(row=self.chance.randrange(30))
                table.update_cell_at((self.chance.randrange(30), 1), self.chance.choice(WORDS))  # type: ignore[arg-type]
            case "hide":
                self.screen_stack[0].query_one(f"#text-{self.chance.randrange(12)}").toggle_class("-hidden")
            case "palette" if len(self.screen_stack) < 3:
                self.action_command_palette()
            case "progress":
                self.screen_stack[0].query_one(ProgressBar).advance(1)
            case "focus":
                self.screen.focus_next()
            case _:
                pass
        return name
