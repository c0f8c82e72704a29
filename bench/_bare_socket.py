"""captui with one more key: F9 writes a POST on a socket that is open already. `python -m bench._bare_socket PORT ARGUMENTS…`."""

from __future__ import annotations

import socket
import sys

from textual import events

from captui.app import CaptuiApp
from captui.cli.main import main

POST = b"POST /bare HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"

if __name__ == "__main__":
    line = socket.create_connection(("127.0.0.1", int(sys.argv.pop(1))))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    held = CaptuiApp.on_event

    async def on_event(self: CaptuiApp, event: events.Event) -> None:
        if isinstance(event, events.Key) and event.key == "f9":
            line.sendall(POST)
            return
        await held(self, event)

    CaptuiApp.on_event = on_event  # type: ignore[assignment, method-assign]
    main()
