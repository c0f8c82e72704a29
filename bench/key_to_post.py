"""From the key's byte on the terminal to the signed POST of the order on the wire, against a bare socket written to in the same app."""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bench._exchange import captui, exchange
from bench.row import Row

ROUNDS = 40
F9 = b"\x1b[20~"
PAUSE_S = 0.3
"""Between two orders: the exchange's limit on requests is not what is measured."""
# The same order again and again is what captui asks about.
CONFIG = "[limits]\ntwin_window_ms = 0\n"


class Tap:
    """Stands in front of a server and notes when a POST comes by; with no server behind it, it swallows."""

    def __init__(self, behind: int | None) -> None:
        self.posts: list[float] = []
        self._behind = behind
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def next_after(self, number: int) -> float:
        """When the POST after so many came. Raises TimeoutError."""
        deadline = time.perf_counter() + 10
        while len(self.posts) <= number:
            if time.perf_counter() > deadline:
                raise TimeoutError("no POST came within 10 s")
            time.sleep(0.0002)
        return self.posts[number]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server = None if self._behind is None else socket.create_connection(("127.0.0.1", self._behind))
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            if server is not None:
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket | None, up: bool) -> None:
        while True:
            try:
                data = source.recv(1 << 16)
                at = time.perf_counter()
                if up and data.startswith(b"POST "):
                    self.posts.append(at)
                if sink is not None:
                    sink.sendall(data)
            except OSError:
                return
            if not data:
                return


def rows(*, small: bool) -> Iterator[Row]:
    ours: list[float] = []
    bare: list[float] = []
    with exchange("--seed", "3") as at, tempfile.TemporaryDirectory() as folder:
        address = urlsplit(at.rest_url)
        signed, plain = Tap(address.port), Tap(None)
        command = (sys.executable, "-m", "bench._bare_socket", str(plain.port))
        rest_url = f"http://127.0.0.1:{signed.port}{address.path}"
        with captui(at, Path(folder), command=command, rest_url=rest_url, config=CONFIG) as program:
            for number in range(12 if small else ROUNDS):
                pressed = program.press(F9)
                bare.append(plain.next_after(number) - pressed)
                program.read_for(PAUSE_S)
                # Far below the market, where it rests. ^L repaints all: what was on the screen already is not written again.
                program.press(b"\x1b[6~b\x0c")
                program.until(b"Enter")
                program.read_for(PAUSE_S)
                pressed = program.press(b"\r")
                ours.append(signed.next_after(number) - pressed)
                program.read_for(PAUSE_S)
        signed.close()
        plain.close()
    yield Row(
        "key to signed POST on the wire",
        "ms",
        statistics.median(ours) * 1000,
        "bare socket in the same app",
        statistics.median(bare) * 1000,
        goal_ratio=1.6,
    )
