"""The endpoints of the API document, read from the document: each is there, and takes its parameters where the document says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.routing import Mount

from captui.simulator.app import ExchangeApp
from captui.simulator.auth import Authenticator
from captui.simulator.server import ExchangeOptions
from captui.simulator.venue import IncrementShape
from captui.simulator.wire import Revision
from captui.simulator.world import World
from tests.paths import API_DOCUMENT, needed
from tests.simulator.exchanges import Trader
from tests.simulator.venues import NOW_MS

HEADING = re.compile(r'^## <span class="request-type__\w+">(GET|POST|PATCH|DELETE)</span> (.+)$', re.MULTILINE)
PATH = re.compile(r"^` ?(/[^`]+)`$", re.MULTILINE)
PARAMETER = re.compile(r"^\| (\w+) +\| (path|query|formData) +\|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: str
    places: dict[str, str]
    """Where each parameter stands, by name."""

    @property
    def route(self) -> tuple[str, str]:
        return self.method, re.sub(r"\{\w+\}", "{}", self.path)


def endpoints() -> list[Endpoint]:
    text = needed(API_DOCUMENT).read_text()
    text = text[text.index("\n# Public\n") : text.index("\n# Websocket\n")]
    headings = list(HEADING.finditer(text))
    found = []
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        section = text[heading.end() : following.start() if following else len(text)]
        path = PATH.search(section)
        assert path is not None, heading[2]
        found.append(Endpoint(heading[1], path[1], {match[1]: match[2] for match in PARAMETER.finditer(section)}))
    return found


def served(revision: Revision) -> set[tuple[str, str]]:
    options = ExchangeOptions(makers=False)
    world = World(
        seed=1,
        makers=False,
        replay=None,
        speed=1.0,
        shape=IncrementShape.NESTED,
        manual_clock=True,
        start_ms=NOW_MS,
    )
    app = ExchangeApp(options, world, Authenticator("key", "secret"))
    mount = next(route for route in app.routes if isinstance(route, Mount) and route.path == f"/api/v2/{revision}")

    def told() -> Iterator[tuple[str, str]]:
        for route in mount.routes:
            path = re.sub(r"\{\w+\}", "{}", getattr(route, "path", ""))
            for method in getattr(route, "methods", ()):
                if method != "HEAD":
                    yield method, path

    return set(told())


def test_every_endpoint_of_the_document_is_served_and_no_other() -> None:
    documented = {endpoint.route for endpoint in endpoints()}
    assert len(documented) == len(endpoints()) == 31
    assert served(Revision.TRADE) == documented
    assert served(Revision.ATLAS) == documented | {("GET", "/account/withdraws/{}")}


def test_parameters_are_taken_in_their_place_alone(calm: Trader) -> None:
    tried = 0
    for endpoint in endpoints():
        places = set(endpoint.places.values()) - {"path"}
        if endpoint.method == "GET" or not places:
            continue
        assert len(places) == 1, f"{endpoint.method} {endpoint.path} has parameters in one place"
        place = places.pop()
        url = calm.rest_url + re.sub(r"\{\w+\}", "1", endpoint.path)
        values = {name: "1" for name, where in endpoint.places.items() if where == place}
        wrong = {
            "query": {"params": values},
            "formData": {"data": values},
            "JSON": {"json": values},
        }
        del wrong[place]
        for how in wrong.values():
            answer = calm.http.request(endpoint.method, url, headers=calm.headers(), **how)  # type: ignore[arg-type]
            said = "form" if place == "formData" else place
            assert (answer.status_code, answer.json()) == (
                422,
                {"errors": [f"server.parameters_belong_in_{said}"]},
            ), f"{endpoint.method} {endpoint.path}"
            tried += 1
    assert tried == 14


@pytest.mark.parametrize("path", ["/account/deposits", "/market/orders", "/account/balances/btc"])
def test_a_reading_request_has_no_body(calm: Trader, path: str) -> None:
    for how in ({"data": {"currency": "btc"}}, {"json": {"currency": "btc"}}):
        answer = calm.http.request("GET", calm.rest_url + path, headers=calm.headers(), **how)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()) == (422, {"errors": ["server.parameters_belong_in_query"]})


@pytest.mark.parametrize("revision", list(Revision))
def test_private_endpoints_want_a_key(calm: Trader, revision: Revision) -> None:
    base = calm.rest_url.replace("/trade", f"/{revision}")
    private = [endpoint for endpoint in endpoints() if not endpoint.path.startswith("/public")]
    assert len(private) == 22
    for endpoint in private:
        answer = calm.http.request(endpoint.method, base + re.sub(r"\{\w+\}", "1", endpoint.path))
        assert (answer.status_code, answer.json()) == (401, {"errors": ["authz.invalid_session"]})
