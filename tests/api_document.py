"""The endpoints of the API document with their parameters, read from the document itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.paths import API_DOCUMENT, needed

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
BASE = "https://trade.capecrypto.com/api/v2/trade"

_HEADING = re.compile(r'^## <span class="request-type__\w+">(\w+)</span> (.+)$', re.MULTILINE)
_PATH = re.compile(r"^` ?(?:[A-Z]+ )?([^`\s]*/[^`\s]*)`$", re.MULTILINE)
_PARAMETERS = re.compile(r"^### Parameters\n\n((?:\|.*\n)+)", re.MULTILINE)

_STREAM = re.compile(r"^`\?stream=([^`&]+)`$", re.MULTILINE)

_PLACES = {"path": "path", "query": "query", "formData": "form"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    title: str
    method: str
    path: str
    """With `{names}` where the parameters of the path go."""
    places: dict[str, str] = field(default_factory=dict)
    """Name of each parameter to `path`, `query`, `form` or, where the document names no place, `json`."""

    def named(self, place: str) -> set[str]:
        return {name for name, where in self.places.items() if where == place}

    def matches(self, path: str) -> bool:
        return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.path)), path) is not None


def endpoints() -> list[Endpoint]:
    """Each of the document's REST endpoints once: two are shown a second time, as examples."""
    found: dict[tuple[str, str], Endpoint] = {}
    for endpoint in _sections(needed(API_DOCUMENT).read_text()):
        key = (endpoint.method, endpoint.path)
        if key not in found or endpoint.places:
            found[key] = endpoint
    return list(found.values())


def streams() -> list[str]:
    """Each stream of the document's Websocket part once, with `{market}` and `{period}` where they go."""
    text = needed(API_DOCUMENT).read_text()
    part = text[text.index("\n# Websocket\n") : text.index("\n# Models\n")]
    found: dict[str, None] = {}
    for section in re.split(r'^## <span class="request-type__\w+">SUBSCRIBE</span> .+$', part, flags=re.MULTILINE)[1:]:
        template = _STREAM.search(section)
        assert template is not None, "a stream without its address"
        table = _PARAMETERS.search(section)
        # The private streams share a section: its parameters are their names.
        private = template[1] == "{subscription}" and table is not None
        names = [row.split("|")[1].strip() for row in table[1].splitlines()[2:]] if private and table else [template[1]]
        found.update(dict.fromkeys(names))
    return list(found)


def _sections(text: str) -> Iterator[Endpoint]:
    headings = list(_HEADING.finditer(text))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        method, title = heading.groups()
        if method not in METHODS:
            continue
        section = text[heading.end() : following.start() if following else len(text)]
        path = _PATH.search(section)
        assert path is not None, f"the document gives {title!r} no path"
        table = _PARAMETERS.search(section)
        yield Endpoint(
            title, method, path[1].removeprefix(BASE).strip("/"), dict(_rows(table[1])) if table is not None else {}
        )


def _rows(table: str) -> Iterator[tuple[str, str]]:
    header, _, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        yield cells["Name"], _PLACES[cells["Located in"]] if "Located in" in cells else "json"
