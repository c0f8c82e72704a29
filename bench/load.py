"""Processor and memory of captui with a key: at 1,000 increments a second and 10 frames, and idle on an exchange where nothing happens."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench._exchange import captui, exchange
from bench._pty import OnPty
from bench.row import Row

BUSY_S, IDLE_S, WARM_UP_S = 20.0, 60.0, 3.0
PER_SECOND = 1000
IDLE = ("--no-makers", "--manual-clock")
"""Options of an exchange that sends nothing but answers."""


def share_of_a_core(program: OnPty, seconds: float) -> float:
    """Percent."""
    cpu, started = program.cpu_s(), time.perf_counter()
    program.read_for(seconds)
    return (program.cpu_s() - cpu) / (time.perf_counter() - started) * 100


def rows(*, small: bool) -> Iterator[Row]:
    busy_s, idle_s = (1.0, 1.0) if small else (BUSY_S, IDLE_S)
    with tempfile.TemporaryDirectory() as folder, exchange("--seed", "2") as at, captui(at, Path(folder)) as program:
        program.read_for(WARM_UP_S)
        at.burst("btczar", per_second=PER_SECOND, seconds=busy_s + 1)
        yield Row(
            "processor, 1,000 increments/s, 10 frames/s", "% of a core", share_of_a_core(program, busy_s), goal=12
        )
        yield Row("memory after it", "MB", program.memory_mb())
    with tempfile.TemporaryDirectory() as folder, exchange(*IDLE) as at, captui(at, Path(folder)) as program:
        program.read_for(WARM_UP_S)
        yield Row("processor, idle", "% of a core", share_of_a_core(program, idle_s), goal=0.2)
        yield Row("memory, idle", "MB", program.memory_mb(), goal=50)
