"""What crosses threads cannot be changed on the way, and loading the core loads nothing that does I/O."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from types import ModuleType
from typing import get_args

import msgspec
import pytest

import captui.core
from captui.core import bolt11, checks, events, fees, funding, listed, outcome, preview, types
from captui.core.types import Balance, Level, OrderStatus, Side
from tests.core.strategies import BTCZAR
from tests.paths import ROOT

CORE = sorted(path.stem for path in (ROOT / "captui" / "core").glob("*.py"))
FORBIDDEN = (
    "textual",
    "rich",
    "httpx",
    "websockets",
    "asyncio",
    "plotext",
    "starlette",
    "uvicorn",
    "click",
    "socket",
    "ssl",
    "logging",
)


def values_of(module: ModuleType) -> list[type]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and (dataclasses.is_dataclass(value) or issubclass(value, msgspec.Struct))
    ]


@pytest.mark.parametrize(
    "module",
    [types, events, outcome, preview, checks, fees, funding, listed, bolt11],
    ids=lambda module: module.__name__,
)
def test_values_are_frozen_and_slotted(module: ModuleType) -> None:
    values = values_of(module)
    assert values
    for value in values:
        if issubclass(value, msgspec.Struct):
            assert value.__struct_config__.frozen, value
        else:
            with pytest.raises(dataclasses.FrozenInstanceError):
                value.__new__(value).any_field = None  # type: ignore[attr-defined]
            assert "__slots__" in vars(value), value


def test_every_event_is_one_of_the_union() -> None:
    assert set(values_of(events)) - {events.OrderRecord} == set(get_args(events.Event))


def test_a_level_cannot_be_changed() -> None:
    level = Level(price=Decimal(1), amount=Decimal(2))
    with pytest.raises(AttributeError):
        level.price = Decimal(3)  # type: ignore[misc]
    assert level == Level(Decimal("1.0"), Decimal("2.00"))


def test_steps_follow_the_precision() -> None:
    assert (BTCZAR.tick, BTCZAR.lot) == (Decimal("0.01"), Decimal("0.00000001"))
    assert replace(BTCZAR, price_precision=0).tick == 1


def test_small_truths_of_the_domain() -> None:
    assert Side.BUY.opposite is Side.SELL
    assert Side.SELL.opposite is Side.BUY
    assert Balance("zar", Decimal(1), Decimal(2)).total == 3
    assert {status for status in OrderStatus if status.is_final} == {
        OrderStatus.DONE,
        OrderStatus.CANCELLED,
        OrderStatus.REJECTED,
        OrderStatus.ABSENT,
    }
    assert all(status.is_open != status.is_final for status in OrderStatus)


@pytest.mark.parametrize("name", [name for name in CORE if name != "__init__"])
def test_a_core_module_loads_nothing_that_does_io(name: str) -> None:
    assert captui.core.__file__
    script = f"import sys, captui.core.{name}; print(*[m for m in {FORBIDDEN!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_every_core_module_has_its_tests() -> None:
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "core").glob("test_*.py")}
    # Values without behaviour of their own are covered by test_values and the golden frames.
    assert set(CORE) - tested == {"__init__", "types", "events", "outcome", "listed"}
