"""Runs the embedded exchange in the foreground, for people and for programs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from dataclasses import asdict

from captui.simulator.server import Endpoints, ExchangeOptions, serve


def run(options: ExchangeOptions, *, json_ready: bool, exit_with_stdin: bool) -> int:
    """Serve until SIGINT or SIGTERM, or until standard input closes where that is asked for. Blocks; returns the exit code.

    When it listens, it prints base URLs and key pair: for people, or as exactly one line of JSON with the fields of `Endpoints`.

    Raises:
        PortError: it cannot listen where it was told to.
        RecordingError: the recording to be replayed cannot be used.
    """
    asyncio.run(_serve(options, json_ready=json_ready, exit_with_stdin=exit_with_stdin))
    return 0


async def _serve(options: ExchangeOptions, *, json_ready: bool, exit_with_stdin: bool) -> None:
    until = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, until.set)
    if exit_with_stdin:
        threading.Thread(target=_wait_for_end_of_input, args=(loop, until), name="stdin watch", daemon=True).start()

    def announce(endpoints: Endpoints) -> None:
        print(json.dumps(asdict(endpoints)) if json_ready else _for_people(endpoints), flush=True)  # noqa: T201

    await serve(options, announce, until)


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, until: asyncio.Event) -> None:
    # Not through sys.stdin: its lock, held by a waiting read, makes the interpreter's end a crash.
    descriptor = sys.stdin.fileno()
    while os.read(descriptor, 4096):
        pass
    if not loop.is_closed():
        loop.call_soon_threadsafe(until.set)


def _for_people(endpoints: Endpoints) -> str:
    from captui.simulator.beneficiaries import PIN
    from captui.simulator.vouchers import SOLD
    from captui.simulator.withdrawals import OTP

    lines = [
        "The embedded exchange is open. Its money is play money. Ctrl+C closes it.",
        "",
        f"  REST, revision trade   {endpoints.rest_url}",
        f"  websocket              {endpoints.ws_url}",
        f"  REST, revision atlas   {endpoints.atlas_rest_url}",
        f"  websocket              {endpoints.atlas_ws_url}",
        f"  API key                {endpoints.api_key}",
        f"  API secret             {endpoints.api_secret}",
        f"  one-time password      {OTP} (withdrawals)",
        f"  pin                    {PIN} (beneficiaries)",
        f"  vouchers               {', '.join(f'{pin} (method {method}, R{worth})' for pin, method, worth in SOLD)}",
    ]
    if endpoints.control_url is not None:
        lines.append(f"  control                {endpoints.control_url}")
    return "\n".join(lines)
