from __future__ import annotations

import json

import pytest

from captui.simulator.fault_content import altered
from captui.simulator.fault_plan import Fault, PlannedFault

TEXT = '{"order":{"id":7,"price":"843500.00","state":"wait","fees":["0.1",null],"name":"x"}}'


def under(do: Fault, text: str = TEXT, **more: object) -> str:
    return altered(PlannedFault("any", do, **more), text)  # type: ignore[arg-type]


def test_malformed_is_no_json_any_more() -> None:
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(under(Fault.MALFORMED))


def test_huge_is_the_same_in_many_bytes() -> None:
    text = under(Fault.HUGE, size=5_000)
    assert len(text) == 5_000
    assert json.loads(text) == json.loads(TEXT)


def test_numbers_become_something_else() -> None:
    order = json.loads(under(Fault.NAN))["order"]
    assert (order["id"], order["price"], order["state"], order["fees"]) == (7, "NaN", "wait", ["NaN", None])
    order = json.loads(under(Fault.EXPONENTS))["order"]
    assert (order["id"], order["price"]) == (7, "8.4350000E+5")


def test_wrong_types_leave_no_leaf_as_it_was() -> None:
    assert json.loads(under(Fault.WRONG_TYPES))["order"]["id"] == {"value": 7}
    assert json.loads(under(Fault.WRONG_TYPES))["order"]["state"] == ["wait"]


def test_fields_are_rewritten_wherever_they_stand() -> None:
    order = json.loads(under(Fault.REWRITE, fields={"name": "\x1b[2J", "fees": 1}))["order"]
    assert (order["name"], order["fees"], order["id"]) == ("\x1b[2J", 1, 7)


def test_every_text_is_rewritten_but_numbers_times_and_what_is_kept() -> None:
    given = {
        "id": 7,
        "price": "1.50",
        "change": "-0.1%",
        "at": "2026-11-22T10:00:00Z",
        "note": "",
        "of": {"state": "wait"},
    }
    words = {"name": "x", "side": "buy", "errors": ["a.b", "c"], "none": None}
    text = under(Fault.REWRITE, json.dumps([given | words]), fields={"*": "!", "none": "?"}, kept=("side",))
    hostile = {"of": {"state": "!"}, "name": "!", "errors": ["!", "!"], "none": "?"}
    assert json.loads(text) == [given | words | hostile]


def test_a_crossed_book_has_its_sides_exchanged() -> None:
    book = {"btczar.ob-snap": {"asks": [["2", "1"]], "bids": [["1", "1"]], "sequence": 5}}
    assert json.loads(under(Fault.CROSSED, json.dumps(book))) == {
        "btczar.ob-snap": {"asks": [["1", "1"]], "bids": [["2", "1"]], "sequence": 5}
    }


def test_what_is_no_json_is_left_alone() -> None:
    assert under(Fault.NAN, "pong") == "pong"
