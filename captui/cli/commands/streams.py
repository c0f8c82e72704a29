"""Commands that follow the websocket: watch and record."""

from __future__ import annotations

import asyncio
import gzip
import random
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import click

from captui import logs
from captui.cli import frames, options
from captui.cli.connect import Where, endpoints, key_pair, now_ms, settings
from captui.cli.output import emit_line, harmless, note
from captui.cli.recorder import Recorder
from captui.config import Config
from captui.core.events import Event, StreamError
from captui.core.signing import NonceSource
from captui.core.text import grouped
from captui.errors import CaptuiError, NoConnectionError, UnauthorisedError
from captui.exchange.clock import ServerClock
from captui.exchange.stream import Stream, StreamState

PRIVATE = frozenset({"order", "trade", "balance"})
_NOT_LISTED_S = 5.0
"""How long the exchange may take to say what it subscribed to before what it left out is complained of."""


@click.command()
@click.argument("streams", metavar="STREAM...", nargs=-1, required=True)
@click.option("--raw", is_flag=True, help="Print messages as they were received.")
@options.connection
def watch(where: Where, streams: tuple[str, ...], raw: bool) -> None:
    """Print what the exchange streams, one JSON object a line, until Ctrl+C.

    STREAM is MARKET.ob-inc, MARKET.kline-15m, MARKET.trades, global.tickers, or, with a key, order, trade or balance. A lost connection is
    made again; what was missed is not sent again, but each book begins with a snapshot.
    """

    def on_event(event: Event, _received_ms: int) -> None:
        if not raw:
            for each in frames.objects(event):
                emit_line(each)

    def on_frame(message: bytes) -> None:
        # Text pongs answer our own pings: they are no part of what was asked for.
        if raw and message.strip() != b"pong":
            text = message.decode(errors="replace").replace("\n", " ")
            sys.stdout.write((harmless(text) if sys.stdout.isatty() else text) + "\n")
            sys.stdout.flush()

    asyncio.run(_follow(settings(where), frozenset(streams), on_event, on_frame))


@click.command()
@click.argument("markets", type=options.NAME, metavar="MARKET...", nargs=-1, required=True)
@click.option(
    "--output",
    "-o",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Write here (.jsonl, or .jsonl.gz to compress); of several markets each gets a file of its own.",
)
@options.connection
def record(where: Where, markets: tuple[str, ...], path: Path) -> None:
    """Record the order book and the trades of MARKET until Ctrl+C.

    captui demo --replay FILE trades on what was recorded. With several markets, FILE btc.jsonl.gz becomes btc-btczar.jsonl.gz and
    so on. A file that is already there is not written over.
    """
    wanted = tuple(dict.fromkeys(markets))
    config = settings(where)
    with ExitStack() as stack:
        recorders = [
            Recorder(market, stack.enter_context(_new_file(_named(path, market, alone=len(wanted) == 1))))
            for market in wanted
        ]
        asyncio.run(_record(config, recorders))
    for recorder in recorders:
        name = _named(path, recorder.market, alone=len(wanted) == 1)
        if recorder.frames:
            note(f"{name}: {grouped(Decimal(recorder.frames))} frames of {recorder.market}.")
        else:
            name.unlink()
            note(f"Nothing was received of {recorder.market}; {name} was not kept.")


async def _record(config: Config, recorders: list[Recorder]) -> None:
    streams = frozenset(f"{each.market}.{topic}" for each in recorders for topic in ("ob-inc", "trades"))
    stream: Stream | None = None

    def on_event(event: Event, received_ms: int) -> None:
        for recorder in recorders:
            was_good = not recorder.needs_snapshot
            recorder.take(event, received_ms)
            if was_good and recorder.needs_snapshot and stream is not None:
                stream.resubscribe(f"{recorder.market}.ob-inc")

    def started(made: Stream) -> None:
        nonlocal stream
        stream = made

    note("Recording. Ctrl+C ends it.")
    await _follow(config, streams, on_event, None, started)


async def _follow(
    config: Config,
    streams: frozenset[str],
    on_event: Callable[[Event, int], None],
    on_frame: Callable[[bytes], None] | None,
    started: Callable[[Stream], None] | None = None,
) -> None:
    """Until SIGINT or SIGTERM, or until it fails.

    Raises UnauthorisedError for a refused key, NoConnectionError where the first connection cannot be made, and OSError and
    CaptuiError that the callbacks raise.
    """
    logs.start(logs.default_path(), config.log_level)
    pair = key_pair(config) if streams & PRIVATE else None
    chosen = await endpoints(config)
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    opened = False

    def fail(error: BaseException) -> None:
        if not ended.done():
            ended.set_exception(error)

    def guarded(event: Event, received_ms: int) -> None:
        try:
            if isinstance(event, StreamError):
                note(f"captui: the exchange says: {event.text}")
            on_event(event, received_ms)
        except (OSError, CaptuiError) as error:
            # Among them a closed pipe and a full disk: the stream has nobody left to tell.
            fail(error)

    def frame(message: bytes) -> None:
        if on_frame is not None:
            try:
                on_frame(message)
            except OSError as error:
                fail(error)

    def on_state(state: StreamState) -> None:
        nonlocal opened
        if state.kind == "refused":
            fail(UnauthorisedError(state.reason))
        elif state.kind == "lost" and not opened:
            fail(NoConnectionError(state.reason, sent=False))
        elif state.kind == "lost":
            note(f"captui: {state.reason} Connecting again.")
        opened = opened or state.kind == "open"

    stream = Stream(
        ws_url=chosen.ws_url,
        credentials=pair,
        clock=ServerClock(),
        nonces=NonceSource(),
        now_ms=now_ms,
        on_event=guarded,
        on_state=on_state,
        rng=random.Random(),  # noqa: S311 - spreads reconnects, guards nothing
        on_frame=frame,
    )
    stream.set_streams(streams)
    if started is not None:
        started(stream)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: None if ended.done() else ended.set_result(None))
    running = asyncio.create_task(stream.run(), name="captui-stream")
    complaint = loop.call_later(_NOT_LISTED_S, lambda: _complain(stream, streams))
    running.add_done_callback(lambda task: _pass_on(task, fail))
    try:
        await ended
    finally:
        complaint.cancel()
        await stream.close()
        await asyncio.gather(running, return_exceptions=True)


def _pass_on(task: asyncio.Task[None], fail: Callable[[BaseException], None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        fail(error)


def _complain(stream: Stream, streams: frozenset[str]) -> None:
    missing = sorted(streams - stream.confirmed)
    if stream.confirmed and missing:
        note(f"captui: the exchange does not offer {', '.join(missing)}.")


def _named(path: Path, market: str, *, alone: bool) -> Path:
    if alone:
        return path
    stem, dot, suffix = path.name.partition(".")
    return path.with_name(f"{stem}-{market}{dot}{suffix}")


def _new_file(path: Path) -> TextIO:
    """Raises UsageError where there is something already, or it cannot be made."""
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "xt", encoding="utf-8")
        return path.open("x", encoding="utf-8")
    except FileExistsError:
        raise click.UsageError(f"{path} is already there; it is not written over.") from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
