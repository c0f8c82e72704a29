"""`captui exchange`: the embedded exchange alone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from captui.simulator.command import run
from captui.simulator.fault_file import read_plan
from captui.simulator.server import ExchangeOptions


def exchange(
    *,
    port: int,
    host: str,
    seed: int,
    replay: Path | None,
    speed: float,
    revision: str,
    no_makers: bool,
    past: bool,
    control: bool,
    manual_clock: bool,
    increments: Literal["nested", "flat", "mixed"],
    streams: Literal["all", "documented"],
    rate_limit: float | None,
    faults: Path | None,
    json_ready: bool,
    exit_with_stdin: bool,
) -> int:
    """Serves until told to stop; the exit code. Raises PortError, RecordingError, and ConfigError for a bad fault plan."""
    options = ExchangeOptions(
        host=host,
        port=port,
        seed=seed,
        makers=not no_makers,
        past=past,
        replay=replay,
        speed=speed,
        revisions=("trade", "atlas") if revision == "both" else (revision,),
        control=control,
        manual_clock=manual_clock,
        increments=increments,
        streams=streams,
        rate_limit=rate_limit,
        fault_plan=() if faults is None else read_plan(faults),
    )
    return run(options, json_ready=json_ready, exit_with_stdin=exit_with_stdin)
