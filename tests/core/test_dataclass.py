"""Each class is made twice, by the library and here: what the library's does is what ours has to do."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest

from captui.core.dataclass import dataclass

Made = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Point:
    """Somewhere."""

    x: int
    y: int = 2
    tags: tuple[str, ...] = field(default_factory=tuple)
    note: str = field(default="", repr=False, compare=False)

    @property
    def far(self) -> bool:
        return self.x > 10

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("below zero")


@dataclasses.dataclass(frozen=True, slots=True)
class LibraryPoint:
    """Somewhere."""

    x: int
    y: int = 2
    tags: tuple[str, ...] = field(default_factory=tuple)
    note: str = field(default="", repr=False, compare=False)

    @property
    def far(self) -> bool:
        return self.x > 10

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("below zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    only: float


@dataclass(frozen=True, slots=True)
class Empty:
    pass


@dataclass(frozen=True, slots=True)
class Inherited(Point):
    z: int = 3


@pytest.mark.parametrize("kind", [Point, LibraryPoint])
class TestLikeTheLibrary:
    def test_arguments(self, kind: Made) -> None:
        point = kind(1, tags=("a",))
        assert (point.x, point.y, point.tags, point.note, point.far) == (1, 2, ("a",), "", False)

    @pytest.mark.parametrize("given", [(), (1, 2, (), "", 5)])
    def test_too_few_or_too_many_are_refused(self, kind: Made, given: tuple[Any, ...]) -> None:
        with pytest.raises(TypeError, match=r"Point\.__init__\(\)"):
            kind(*given)

    def test_a_check_after_it(self, kind: Made) -> None:
        with pytest.raises(ValueError, match="below zero"):
            kind(-1)

    def test_each_default_that_is_made_is_another(self, kind: Made) -> None:
        made = dataclasses.fields(kind)[2].default_factory  # type: ignore[arg-type]
        assert made is tuple
        assert kind(1).tags == ()

    def test_equal_and_hashed_by_what_is_compared(self, kind: Made) -> None:
        assert kind(1, note="a") == kind(1, note="b")
        assert kind(1) != kind(2)
        assert kind(1) != (1, 2, ())
        assert hash(kind(1, note="a")) == hash(kind(1, note="b"))
        assert hash(kind(1)) == hash((1, 2, ()))

    def test_shown_without_what_is_hidden(self, kind: Any) -> None:
        assert repr(kind(1, note="secret")) == f"{kind.__name__}(x=1, y=2, tags=())"

    def test_nothing_can_be_changed(self, kind: Made) -> None:
        point = kind(1)
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
            point.x = 2
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
            del point.x
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            # The library's own trips over its slots here (python/cpython#105936).
            point.other = 1
        assert not hasattr(point, "__dict__")

    def test_replaced_taken_apart_matched_and_copied(self, kind: Any) -> None:
        point = kind(1, note="a")
        assert dataclasses.replace(point, x=5) == kind(5)
        assert dataclasses.asdict(point) == {"x": 1, "y": 2, "tags": (), "note": "a"}
        assert kind.__match_args__ == ("x", "y", "tags", "note")
        for other in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):  # noqa: S301
            assert (other, other.note) == (point, "a")

    def test_described(self, kind: Any) -> None:
        kind(1)
        assert kind.__doc__ == "Somewhere."
        assert list(inspect.signature(kind).parameters) == ["x", "y", "tags", "note"]


def test_one_that_can_be_changed_is_not_hashed() -> None:
    @dataclass(slots=True)
    class Changing:
        x: int = 1
        seen: list[int] = field(default_factory=list)

    one, other = Changing(), Changing()
    one.x = 2
    one.seen.append(3)
    assert repr(one).endswith("Changing(x=2, seen=[3])")
    assert one != other
    assert other == Changing(1, [])
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    assert copy.copy(one) == one


def test_arguments_by_name_only() -> None:
    assert Named(only=1.5).only == 1.5
    with pytest.raises(TypeError, match="positional"):
        Named(1.5)  # type: ignore[call-arg]


def test_nothing_to_compare_is_equal() -> None:
    assert Empty() == Empty()
    assert repr(Empty()) == "Empty()"
    assert hash(Named(only=1.5)) == hash(Named(only=1.5))


def test_inherited_fields_come_first() -> None:
    assert repr(Inherited(1)) == "Inherited(x=1, y=2, tags=(), z=3)"
    assert Inherited(1) != Point(1)
    assert Inherited(1).far is False
    assert Point(1) == Point(1)


def test_an_instance_that_was_never_made_here_can_be_read() -> None:
    """A pickle does not call `__init__`."""

    @dataclass(frozen=True, slots=True)
    class Fresh:
        x: int

    read = Fresh.__new__(Fresh)
    read.__setstate__([7])  # type: ignore[attr-defined]
    assert read == Fresh(7)


def test_what_would_not_be_like_the_library_is_refused() -> None:
    class WithItsOwn:
        def __eq__(self, _other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 0

    with pytest.raises(TypeError, match="its own __eq__"):
        dataclass(frozen=True, slots=True)(WithItsOwn)
    with pytest.raises(TypeError, match="classes with slots"):
        dataclass(frozen=True)(WithItsOwn)
