"""What is done to the text of an answer or frame: cut, blown up, or said in numbers and types that nobody expects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from captui.simulator.fault_plan import Fault, PlannedFault

Leaf = Callable[[Any], Any]

ALL_TEXT = "*"
"""In place of a field's name."""
_NUMBER_OR_TIME = re.compile(r"[+-]?\d+(\.\d+)?%?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*")


def altered(fault: PlannedFault, text: str) -> str:
    """The text as the fault has it. What is no JSON is only cut or blown up."""
    match fault.do:
        case Fault.MALFORMED:
            return text[: max(1, len(text) // 2)]
        case Fault.HUGE:
            return text + " " * max(0, fault.size - len(text))
    try:
        tree = json.loads(text)
    except ValueError:
        return text
    match fault.do:
        case Fault.WRONG_TYPES:
            tree = _leaves(tree, _of_another_type)
        case Fault.NAN:
            tree = _leaves(tree, _not_a_number)
        case Fault.EXPONENTS:
            tree = _leaves(tree, _with_exponent)
        case Fault.REWRITE:
            tree = _rewritten(tree, fault, "")
        case Fault.CROSSED:
            tree = {key: _crossed(value) for key, value in tree.items()} if isinstance(tree, dict) else tree
    return json.dumps(tree, separators=(",", ":"), ensure_ascii=False)


def _leaves(tree: Any, change: Leaf) -> Any:
    if isinstance(tree, dict):
        return {key: _leaves(value, change) for key, value in tree.items()}
    return [_leaves(value, change) for value in tree] if isinstance(tree, list) else change(tree)


def _rewritten(tree: Any, fault: PlannedFault, name: str) -> Any:
    """`name` is that of the field around it."""
    if isinstance(tree, dict):
        return {
            key: fault.fields[key] if key in fault.fields else _rewritten(value, fault, key)
            for key, value in tree.items()
        }
    if isinstance(tree, list):
        return [_rewritten(value, fault, name) for value in tree]
    is_words = isinstance(tree, str) and tree != "" and not _NUMBER_OR_TIME.fullmatch(tree)
    return fault.fields[ALL_TEXT] if is_words and ALL_TEXT in fault.fields and name not in fault.kept else tree


def _of_another_type(leaf: Any) -> Any:
    return [leaf] if isinstance(leaf, str) else {"value": leaf}


def _number(leaf: Any) -> Decimal | None:
    """The number in a text, as the exchange writes amounts and prices; never a JSON number, of which ids and times are made."""
    if not isinstance(leaf, str):
        return None
    try:
        number = Decimal(leaf)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _not_a_number(leaf: Any) -> Any:
    return leaf if _number(leaf) is None else "NaN"


def _with_exponent(leaf: Any) -> Any:
    number = _number(leaf)
    return leaf if number is None else f"{number:E}"


def _crossed(book: Any) -> Any:
    """The asks where the bids belong, and the other way round."""
    if not isinstance(book, dict):
        return book
    return {**book, "asks": book.get("bids", []), "bids": book.get("asks", [])}
