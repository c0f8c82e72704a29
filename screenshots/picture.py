"""Draws what a terminal shows as a PNG, cell by cell, in a monospace font of the machine."""

from __future__ import annotations

from pathlib import Path

import pyte
from PIL import Image, ImageDraw, ImageFont

_FONTS = (
    ("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"),
    ("/usr/share/fonts/TTF/DejaVuSansMono.ttf", "/usr/share/fonts/TTF/DejaVuSansMono-Bold.ttf"),
    ("/System/Library/Fonts/Menlo.ttc", "/System/Library/Fonts/Menlo.ttc"),
)
_NAMED = {
    "black": "000000",
    "red": "cd3131",
    "green": "0dbc79",
    "brown": "e5e510",
    "blue": "2472c8",
    "magenta": "bc3fbc",
    "cyan": "11a8cd",
    "white": "e5e5e5",
    "brightblack": "666666",
    "brightred": "f14c4c",
    "brightgreen": "23d18b",
    "brightbrown": "f5f543",
    "brightblue": "3b8eea",
    "brightmagenta": "d670d6",
    "brightcyan": "29b8db",
    "brightwhite": "ffffff",
}
_SIZE = 16
_LINE = 20


def _fonts() -> tuple[ImageFont.FreeTypeFont, ImageFont.FreeTypeFont]:
    for regular, bold in _FONTS:
        if Path(regular).exists():
            return ImageFont.truetype(regular, _SIZE), ImageFont.truetype(
                bold if Path(bold).exists() else regular, _SIZE
            )
    raise SystemExit("Screenshots need the DejaVu Sans Mono font. On Debian or Ubuntu: apt install fonts-dejavu-core")


def save(screen: pyte.Screen, path: Path) -> None:
    """Writes the picture. Raises SystemExit with a sentence where the machine has no fitting font."""
    regular, bold = _fonts()
    width = int(regular.getlength("M"))
    image = Image.new("RGB", (width * screen.columns, _LINE * screen.lines), "#000000")
    draw = ImageDraw.Draw(image)
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            front = "#" + ("cccccc" if cell.fg == "default" else _NAMED.get(cell.fg, cell.fg))
            back = "#" + ("0c0c0c" if cell.bg == "default" else _NAMED.get(cell.bg, cell.bg))
            if cell.reverse:
                front, back = back, front
            left, top = x * width, y * _LINE
            draw.rectangle([left, top, left + width - 1, top + _LINE - 1], fill=back)
            if cell.data.strip():
                draw.text((left, top), cell.data, font=bold if cell.bold else regular, fill=front)
            if cell.underscore:
                draw.line([left, top + _LINE - 2, left + width, top + _LINE - 2], fill=front)
    image.save(path, optimize=True)
