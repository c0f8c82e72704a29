from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from captui.errors import CaptuiError, ConfigError, PortError, RecordingError
from captui.simulator.server import Endpoints, ExchangeOptions, ExchangeServer, serve
from tests.simulator.exchanges import QUIET
from tests.simulator.recordings import BOOK, increment, write


def alive(endpoints: Endpoints) -> int:
    return httpx.get(endpoints.rest_url + "/public/health/alive").status_code


def test_it_starts_answers_and_stops() -> None:
    server = ExchangeServer(QUIET)
    endpoints = server.start()
    assert alive(endpoints) == 200
    server.stop()
    with pytest.raises(httpx.ConnectError):
        alive(endpoints)
    server.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "embedded exchange"]


def test_the_endpoints_are_where_the_document_has_them() -> None:
    server = ExchangeServer(QUIET)
    try:
        endpoints = server.start()
        root = endpoints.rest_url.removeprefix("http://").split("/")[0]
        assert endpoints.rest_url == f"http://{root}/api/v2/trade"
        assert endpoints.ws_url == f"ws://{root}/api/v2/stream"
        assert endpoints.atlas_rest_url == f"http://{root}/api/v2/atlas"
        assert endpoints.atlas_ws_url == f"ws://{root}/api/v2/websocket"
        assert endpoints.control_url == f"http://{root}/control"
    finally:
        server.stop()


def test_the_secret_is_not_in_the_repr() -> None:
    endpoints = Endpoints("a", "b", "c", "d", api_key="the-key", api_secret="the-secret")
    assert "the-key" in repr(endpoints)
    assert "the-secret" not in repr(endpoints)


def test_a_port_in_use_is_told_in_one_sentence_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError) as refused:
            ExchangeServer(ExchangeOptions(port=port)).start()
    assert str(refused.value) == f"The embedded exchange cannot listen on port {port} of 127.0.0.1: it is in use."


def test_a_place_where_nobody_can_listen_is_told() -> None:
    with pytest.raises(PortError, match=r"port 70000 of 127\.0\.0\.1"):
        ExchangeServer(ExchangeOptions(port=70_000)).start()


def test_a_bad_recording_keeps_it_from_starting(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="There is no recording"):
        ExchangeServer(ExchangeOptions(port=0, replay=tmp_path / "none")).start()


def test_it_starts_once() -> None:
    server = ExchangeServer(QUIET)
    server.start()
    try:
        with pytest.raises(CaptuiError, match="started before"):
            server.start()
    finally:
        server.stop()


@pytest.mark.parametrize("bad", [{"speed": 0.0}, {"speed": float("nan")}, {"revisions": ()}, {"revisions": ("next",)}])
def test_options_that_make_no_sense_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        ExchangeOptions(**bad)  # type: ignore[arg-type]


async def test_it_can_be_served_on_a_loop_of_the_caller() -> None:
    until, told = asyncio.Event(), asyncio.Queue[Endpoints]()
    serving = asyncio.create_task(serve(QUIET, told.put_nowait, until))
    endpoints = await asyncio.wait_for(told.get(), 10)
    async with httpx.AsyncClient() as client:
        assert (await client.get(endpoints.rest_url + "/public/health/alive")).status_code == 200
    until.set()
    await asyncio.wait_for(serving, 10)


async def test_a_recording_that_breaks_while_it_is_played_ends_the_exchange_with_a_sentence(tmp_path: Path) -> None:
    path = write(
        tmp_path, BOOK, *(increment(number, number, asks=[("850000", str(number))]) for number in range(2, 5000))
    )
    told = asyncio.Queue[Endpoints]()
    options = ExchangeOptions(port=0, makers=False, replay=path)
    serving = asyncio.create_task(serve(options, told.put_nowait, asyncio.Event()))
    await asyncio.wait_for(told.get(), 10)
    path.write_bytes(path.read_bytes()[:100] + b"{broken\n" * 20_000)
    with pytest.raises(RecordingError, match="is not a recorded frame"):
        await asyncio.wait_for(serving, 60)


def test_replay_drives_its_market_and_makers_the_others(tmp_path: Path) -> None:
    path = write(tmp_path, BOOK, increment(1000, 2, bids=[("849900", "7.00")]))
    options = ExchangeOptions(port=0, replay=path, manual_clock=True, control=True, start_ms=1_795_000_000_000)
    server = ExchangeServer(options)
    endpoints = server.start()
    try:
        with httpx.Client() as http:
            state = http.get(f"{endpoints.control_url}/state").json()
            assert state["replay"] == {"market": "btczar", "frames": 2, "played": 1, "finished": False}
            assert state["books"]["btczar"]["bids"][0] == ["849900.0", "1.0"]
            assert len(state["books"]["ethzar"]["bids"]) == 20
            rows = http.get(f"{endpoints.rest_url}/public/markets/btczar/k-line", params={"limit": 2}).json()
            assert rows[-1][4] == 849950.0
            http.post(f"{endpoints.control_url}/advance", json={"ms": 1000})
            state = http.get(f"{endpoints.control_url}/state").json()
            assert state["replay"]["finished"] is True
            assert state["books"]["btczar"] == {
                "sequence": 2,
                "asks": [["850000.0", "1.5"], ["850100.0", "2.0"]],
                "bids": [["849900.0", "7.0"], ["849800.5", "3.25"]],
            }
    finally:
        server.stop()


def test_the_module_loads_without_what_is_slow() -> None:
    script = (
        "import sys; import captui.simulator.server, captui.simulator.command; "
        "print([name for name in ('starlette', 'uvicorn', 'websockets', 'msgspec', 'h11') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
