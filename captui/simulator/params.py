"""Parameters of REST requests: from the query, a JSON body or a form, checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request

from captui.errors import CaptuiError

Item = TypeVar("Item")

DEFAULT_LIMIT = 100
MOST_PER_PAGE = 1000
_MOST_DIGITS = 24


class ParameterError(CaptuiError):
    """A parameter has a value that the exchange does not take; `code` is its word for that."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The embedded exchange refused a parameter: {code}.")
        self.code = code


async def body(request: Request) -> dict[str, Any]:
    """The parameters in a request's body. Numbers in JSON become Decimal or int, never float.

    Raises:
        ParameterError: the body is neither a JSON object nor a form.
    """
    raw = await request.body()
    if not raw.strip():
        return {}
    if "json" not in request.headers.get("content-type", "json"):
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        read = json.loads(raw, parse_float=Decimal)
    except ValueError as error:
        raise ParameterError("server.invalid_json") from error
    if not isinstance(read, dict):
        raise ParameterError("server.invalid_json")
    return read


async def json_body(request: Request) -> dict[str, Any]:
    """The parameters of a request that takes them as JSON, and nowhere else.

    Raises:
        ParameterError: there is a query or a form, or the body is no JSON object.
    """
    if request.url.query or _is_form(request):
        raise ParameterError("server.parameters_belong_in_json")
    return await body(request)


async def form(request: Request) -> dict[str, str]:
    """The parameters of a request that takes them as form data, and nowhere else.

    Raises:
        ParameterError: there is a query, or a body of another kind.
    """
    raw = await request.body()
    if request.url.query or (raw.strip() and not _is_form(request)):
        raise ParameterError("server.parameters_belong_in_form")
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


async def query_alone(request: Request) -> Mapping[str, str]:
    """The parameters of a request that takes them in the query, and nowhere else.

    Raises:
        ParameterError: there is a body with something in it.
    """
    if (await request.body()).strip() not in (b"", b"{}"):
        raise ParameterError("server.parameters_belong_in_query")
    return request.query_params


def required(given: Mapping[str, str], name: str, *, scope: str) -> str:
    """A text that must be there and not be empty.

    Raises:
        ParameterError: it is missing or empty.
    """
    value = given.get(name)
    if value is None:
        raise ParameterError(f"{scope}.missing_{name}")
    if not value.strip():
        raise ParameterError(f"{scope}.empty_{name}")
    return value


def required_integer(given: Mapping[str, str], name: str, *, scope: str) -> int:
    """A whole number that must be there.

    Raises:
        ParameterError: it is missing or something else.
    """
    required(given, name, scope=scope)
    value = integer(given, name, scope=scope)
    assert value is not None, "it is not empty"
    return value


def required_amount(given: Mapping[str, str], name: str, *, scope: str) -> Decimal:
    """A positive decimal number that must be there.

    Raises:
        ParameterError: it is missing or something else.
    """
    value = amount(required(given, name, scope=scope))
    if value is None:
        raise ParameterError(f"{scope}.non_positive_{name}")
    return value


def integer(query: Mapping[str, str], name: str, *, scope: str) -> int | None:
    """A whole number from the query, None where it is missing.

    Raises:
        ParameterError: it is something else.
    """
    value = query.get(name)
    if value is None or value == "":
        return None
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise ParameterError(f"{scope}.non_integer_{name}")
    return int(value)


def one_of(query: Mapping[str, str], name: str, allowed: tuple[str, ...], *, scope: str) -> str | None:
    """A word out of a few from the query, None where it is missing.

    Raises:
        ParameterError: it is another.
    """
    value = query.get(name) or None
    if value is not None and value not in allowed:
        raise ParameterError(f"{scope}.invalid_{name}")
    return value


def page_of(
    items: list[Item], query: Mapping[str, str], *, scope: str, most: int = MOST_PER_PAGE
) -> tuple[list[Item], dict[str, str]]:
    """The asked-for part of a list (default the first 100) and the headers that tell of it.

    Raises:
        ParameterError: page or limit is not a positive whole number, or the limit is over `most`.
    """
    limit = integer(query, "limit", scope=scope)
    page = integer(query, "page", scope=scope)
    limit = DEFAULT_LIMIT if limit is None else limit
    page = 1 if page is None else page
    if not 1 <= limit <= most:
        raise ParameterError(f"{scope}.invalid_limit")
    if page < 1:
        raise ParameterError(f"{scope}.non_positive_page")
    headers = {"Page": str(page), "Per-Page": str(limit), "Total": str(len(items))}
    return items[(page - 1) * limit : page * limit], headers


def time_range(query: Mapping[str, str], *, scope: str, unit_ms: int) -> tuple[int | None, int | None]:
    """`time_from` and `time_to` in milliseconds; `unit_ms` is how many of them one unit of the parameters is.

    Raises:
        ParameterError: one of them is not a whole number.
    """
    start, stop = (integer(query, name, scope=scope) for name in ("time_from", "time_to"))
    return (None if start is None else start * unit_ms), (None if stop is None else stop * unit_ms)


def amount(value: Any) -> Decimal | None:
    """A positive decimal number of a sensible size out of a string or a number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    sensible = number.is_finite() and number > 0 and abs(number.adjusted()) <= _MOST_DIGITS
    return number if sensible and len(number.as_tuple().digits) <= _MOST_DIGITS else None


def word(given: Mapping[str, Any], name: str) -> str | None:
    """A text out of a body; None where it is missing or empty. What is not text is none that anyone knows."""
    value = given.get(name)
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else repr(value)


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() == "application/x-www-form-urlencoded"
