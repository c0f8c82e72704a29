"""Vocabularies, read from the API document."""

from __future__ import annotations

import re

from tests.paths import API_DOCUMENT, needed


def documented_states(title: str) -> set[str]:
    """The first column of the table of states that has this title."""
    text = needed(API_DOCUMENT).read_text()
    table = re.search(rf"^\| {re.escape(title)} *\|.*\n\| -.*\n((?:\|.*\n?)+)", text, re.MULTILINE)
    assert table is not None, f"the document has no table {title!r}"
    return {line.split("|")[1].strip() for line in table[1].splitlines()}
