"""Commands that follow the websocket: watch and record."""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import click

from captui import logs, private_files
from captui.cli import frames, names, options
from captui.cli.connect import Where, connected, endpoints, key_pair, now_ms, settings
from captui.cli.following import PRIVATE_STREAMS, Follow
from captui.cli.manual import PRIVATE, PUBLIC, Manual
from captui.cli.output import Format, emit_json, emit_line, harmless, note
from captui.cli.recorder import Recorder
from captui.cli.trade_polls import TradePolls
from captui.core.events import Event, PublicTrades
from captui.core.text import grouped
from captui.errors import RefusedError
from captui.exchange.rest import RestClient


@click.command(
    cls=Manual,
    examples=(
        "captui watch btczar.ob-inc btczar.kline-15m",
        "captui watch order trade balance",
        "captui watch btczar.trades --raw | tee trades.log",
    ),
    exit_codes=PRIVATE,
)
@click.argument("streams", type=names.STREAM, metavar="STREAM...", nargs=-1, required=True)
@click.option("--raw", is_flag=True, help="Print messages as they were received.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, which it does without --raw in any case.")
@options.connection
def watch(where: Where, streams: tuple[str, ...], raw: bool, as_json: bool) -> None:
    """Print what the exchange streams, one JSON object a line, until Ctrl+C.

    STREAM is MARKET.ob-inc, MARKET.kline-15m, MARKET.trades, global.tickers, or, with a key, order, trade or balance. A lost connection is
    made again; what was missed is not sent again, but each book begins with a snapshot.
    """

    if raw and as_json:
        raise click.UsageError("--raw and --json do not go together.")

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

    asyncio.run(_watch(where, frozenset(streams), on_event, on_frame))


@click.command(
    cls=Manual,
    examples=(
        "captui record btczar -o today.jsonl.gz",
        "captui record btczar ethzar -o today.jsonl.gz",
    ),
    exit_codes=PUBLIC,
)
@click.argument("markets", type=names.MARKET, metavar="MARKET...", nargs=-1, required=True)
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
@options.one
def record(where: Where, format_: Format, markets: tuple[str, ...], path: Path) -> None:
    """Record the order book and the trades of MARKET until Ctrl+C.

    captui demo --replay FILE trades on what was recorded. With several markets, FILE btc.jsonl.gz becomes btc-btczar.jsonl.gz and
    so on. A file that is already there is not written over.
    """
    wanted = tuple(dict.fromkeys(markets))
    recorders: dict[Path, Recorder] = {}
    try:
        with ExitStack() as stack:
            for market in wanted:
                name = _named(path, market, alone=len(wanted) == 1)
                recorders[name] = Recorder(market, stack.enter_context(_new_file(name)))
            asyncio.run(_record(where, list(recorders.values())))
    finally:
        # An empty file would only be in the way of the next try.
        empty = [name for name, recorder in recorders.items() if not recorder.frames]
        for name in empty:
            name.unlink(missing_ok=True)
    written: list[dict[str, object]] = []
    for name, recorder in recorders.items():
        if name in empty:
            note(f"Nothing was received of {recorder.market}; {name} was not kept.")
        else:
            note(f"{name}: {grouped(Decimal(recorder.frames))} frames of {recorder.market}.")
            written.append({"market": recorder.market, "file": str(name), "frames": recorder.frames})
    if format_ is Format.JSON:
        emit_json(written)


async def _watch(
    where: Where,
    streams: frozenset[str],
    on_event: Callable[[Event, int], None],
    on_frame: Callable[[bytes], None],
) -> None:
    config = settings(where)
    logs.start(logs.default_path(), config.log_level)
    pair = key_pair(config) if streams & PRIVATE_STREAMS else None
    follow = Follow((await endpoints(config)).ws_url, pair, streams, on_event=on_event, on_frame=on_frame)
    await follow.run()


async def _record(where: Where, recorders: list[Recorder]) -> None:
    async with connected(where, private=False) as connection:
        listed = {market.id for market in await connection.rest.markets()}
        for recorder in recorders:
            if recorder.market not in listed:
                raise RefusedError(f"The exchange has no market {recorder.market!r}.", advice="See captui markets.")

        def on_event(event: Event, received_ms: int) -> None:
            for recorder, polls in pairs:
                was_good = not recorder.needs_snapshot
                recorder.take(event, received_ms)
                if was_good and recorder.needs_snapshot:
                    follow.stream.resubscribe(f"{recorder.market}.ob-inc")
                if isinstance(event, PublicTrades) and event.market == recorder.market:
                    polls.streamed()

        def on_open() -> None:
            for _, polls in pairs:
                polls.connected()

        trades = {recorder.market: f"{recorder.market}.trades" for recorder in recorders}
        follow = Follow(
            connection.endpoints.ws_url,
            None,
            frozenset(f"{recorder.market}.ob-inc" for recorder in recorders) | set(trades.values()),
            on_event=on_event,
            on_open=on_open,
            # Where they are not offered they are asked for, and that is said then.
            optional=frozenset(trades.values()),
        )
        pairs = [(recorder, _polls(recorder, connection.rest, follow)) for recorder in recorders]
        note("Recording. Ctrl+C ends it.")
        await follow.run(*(polls.run() for _, polls in pairs))


def _polls(recorder: Recorder, rest: RestClient, follow: Follow) -> TradePolls:
    return TradePolls(
        recorder.market,
        rest,
        listed=lambda: f"{recorder.market}.trades" in follow.stream.confirmed,
        deliver=lambda event: recorder.take(event, now_ms()),
    )


def _named(path: Path, market: str, *, alone: bool) -> Path:
    if alone:
        return path
    stem, dot, suffix = path.name.partition(".")
    return path.with_name(f"{stem}-{market}{dot}{suffix}")


def _new_file(path: Path) -> TextIO:
    """Raises UsageError where there is something already, or it cannot be made."""
    try:
        os.close(private_files.open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        return gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8")
    except FileExistsError:
        raise click.UsageError(f"{path} is already there; it is not written over.") from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
