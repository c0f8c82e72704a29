"""Parses each stylesheet once: every app under test has the same ones, and Textual reads them anew for each."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse = Stylesheet._parse_rules
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}


def parse_once(sheet: Stylesheet, css: str, read_from: tuple[str, str], *others: Any, **named: Any) -> list[RuleSet]:
    """In place of Stylesheet's `_parse_rules`. Rules are never changed after they have been parsed.

    Raises what Textual raises of a stylesheet that is wrong, each time.
    """
    key = (css, read_from, others, tuple(sorted(named.items())), frozenset(sheet._variables.items()))
    rules = _parsed.get(key)
    if rules is None:
        rules = _parsed[key] = _parse(sheet, css, read_from, *others, **named)
    return rules
