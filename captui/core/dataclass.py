"""The standard library's `@dataclass` with slots, made for programs that have hundreds and want to start quickly.

The library compiles up to six methods for every class when it is imported, which takes longer than all the rest of importing it. Here
`__init__` is compiled when the first instance is made, and the other methods are the same functions for every class. What such a
class and its instances do is the same; `fields`, `replace`, `asdict`, `match`, `copy` and `pickle` work as they do there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

_LIBRARY_S = ("__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__")


def _dataclass(*, slots: bool = False, frozen: bool = False, kw_only: bool = False) -> Callable[[type], type]:
    """Raises TypeError where it could not do what the library does."""
    if not slots:
        raise TypeError("this is for classes with slots; take the library's for others")

    def decorated(plain: type) -> type:
        if own := [name for name in _LIBRARY_S if name in plain.__dict__]:
            raise TypeError(f"{plain.__name__} has its own {own[0]}: take the library's dataclass")
        # Without one, the library would compile a description of `__init__` for it.
        plain.__doc__ = plain.__doc__ or plain.__name__
        cls: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(plain)
        return _completed(cls, frozen)

    return decorated


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = _dataclass


def _completed(cls: Any, frozen: bool) -> type:
    """The class with all methods."""
    fields = dataclasses.fields(cls)
    compared = _values_of([field.name for field in fields if field.compare])
    shown = [field.name for field in fields if field.repr]

    def first_init(self: object, *given: object, **named: object) -> None:
        cls.__init__ = _initialiser(cls, frozen)
        cls.__init__(self, *given, **named)

    def equal(self: object, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(compared(self))

    def shown_as(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({values})"

    cls.__init__, cls.__eq__, cls.__repr__ = first_init, equal, shown_as
    cls.__hash__ = hashed if frozen else None
    if frozen:
        cls.__setattr__, cls.__delattr__ = _refuse_to_set, _refuse_to_delete
        cls.__getstate__, cls.__setstate__ = _state, _restore
    return cls  # type: ignore[no-any-return]


def _values_of(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple([getattr(self, name) for name in names])


def _initialiser(cls: Any, frozen: bool) -> Callable[..., None]:
    """`__init__` as the library writes it. Raises TypeError for a field that is not an argument of it."""
    fields = dataclasses.fields(cls)
    names: dict[str, Any] = {"_set_": object.__setattr__, "_made_": object()}
    positional, named = ["_self_"], list[str]()
    body: list[str] = []
    for field in fields:
        name = value = field.name
        parameter = name
        if not field.init:
            raise TypeError(f"{cls.__name__}.{name} is no argument: take the library's dataclass")
        if field.default is not dataclasses.MISSING:
            names[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            names[f"_make_{name}"] = field.default_factory
            parameter = f"{name}=_made_"
            value = f"_make_{name}() if {name} is _made_ else {name}"
        (named if field.kw_only else positional).append(parameter)
        body.append(f"_set_(_self_, {name!r}, {value})" if frozen else f"_self_.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("_self_.__post_init__()")
    parameters = ", ".join(positional + (["*", *named] if named else []))
    made: dict[str, Any] = {}
    exec(f"def __init__({parameters}):\n " + "\n ".join(body or ["pass"]), names, made)  # noqa: S102 - of our own fields
    function: Callable[..., None] = made["__init__"]
    function.__qualname__ = f"{cls.__qualname__}.__init__"
    return function


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
