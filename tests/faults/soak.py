"""`make soak`: the demo at a terminal for a given time, at 1,000 book changes a second and with random faults: what it holds must not grow.

Memory, file descriptors, threads, asyncio tasks and the journal's size are read once it is warm, half-way and at the end, of captui and of
the embedded exchange. The exit code says whether they were flat.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, fields
from pathlib import Path

from tests.control import Control
from tests.faults.test_chaos import drawn
from tests.processes import free_port, home
from tests.terminal.pty import Terminal

PER_SECOND = 1_000
MARKET = "btczar"
FAULT_EVERY_S = 1.0
KEYS_EVERY_S = 2.0
CLEAR_EVERY_S = 20.0
"""Longer than any planned fault waits for its victim: what was never met is forgotten."""

# The program as it is, with one addition: on SIGUSR1 it writes down how many tasks there are, of all its event loops. The garbage
# collector does not know: it is kept from looking at what the start made. Another thread may begin a task meanwhile.
_COUNTED = """
import asyncio, os, signal, sys
counts = sys.argv.pop(1)

def counted():
    known = [getattr(asyncio.tasks, name, ()) for name in ("_all_tasks", "_scheduled_tasks", "_eager_tasks")]
    while True:
        try:
            return sum(not task.done() for each in known for task in list(each))
        except RuntimeError:
            pass

def count(*_):
    tasks = counted()
    with open(counts + ".new", "w") as file:
        file.write(str(tasks))
    os.replace(counts + ".new", counts)

signal.signal(signal.SIGUSR1, count)
from captui.cli.main import main
main()
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Of one process at one moment."""

    memory_kb: int
    descriptors: int
    threads: int
    tasks: int = 0
    journal_bytes: int = 0


ALLOWED = Sample(memory_kb=12_000, descriptors=8, threads=3, tasks=12, journal_bytes=0)
"""How much more the end may hold than the middle: connections come and go with the faults, and so do their buffers. A leak goes beyond it
with time, whatever it is."""


def sample(pid: int, counts: Path | None = None) -> Sample:
    """`counts` is where the process writes the number of its tasks."""
    status = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        if ":" in line
    )
    descriptors = [descriptor for descriptor in Path(f"/proc/{pid}/fd").iterdir() if descriptor.is_symlink()]
    journal = [path for path in map(_target, descriptors) if path.name == "orders.jsonl"]
    return Sample(
        memory_kb=int(status["VmRSS"].split()[0]),
        descriptors=len(descriptors),
        threads=int(status["Threads"]),
        tasks=0 if counts is None else _tasks(pid, counts),
        journal_bytes=journal[0].stat().st_size if journal else 0,
    )


def _target(descriptor: Path) -> Path:
    try:
        return descriptor.readlink()
    except OSError:
        return Path()


def _tasks(pid: int, counts: Path) -> int:
    counts.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    deadline = time.monotonic() + 10
    while not counts.exists():
        if time.monotonic() > deadline:
            raise RuntimeError("captui did not say how many tasks it has: it is stuck")
        time.sleep(0.01)
    return int(counts.read_text())


def children(pid: int) -> list[int]:
    return [
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]


class Soak:
    """`samples` are by process and moment."""

    def __init__(self, seconds: float, seed: int) -> None:
        self.seconds = seconds
        self.rng = random.Random(seed)
        self.samples: dict[str, list[Sample]] = {"captui": [], "exchange": []}
        self.orders = 0
        self.faults = 0

    def run(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            port, counts = free_port(), Path(folder) / "tasks"
            command = [sys.executable, "-c", _COUNTED, str(counts), "demo"]
            options = ["--seed", "5", "--control", "--port", str(port)]
            with Terminal([*command, *options], columns=120, lines=36, environment=home(Path(folder))) as terminal:
                terminal.wait_for("trading armed", within=60)
                control = Control(f"http://127.0.0.1:{port}/control")
                # Longer than needed: it must not end before the last sample.
                control.burst(MARKET, per_second=PER_SECOND, seconds=self.seconds + 60)
                self._live(terminal, control, self.seconds / 4)
                self._sample(terminal, counts)
                for _ in range(2):
                    self._live(terminal, control, self.seconds * 3 / 8)
                    self._sample(terminal, counts)
                state = control.state()
                self.orders = len(state["orders"])
                control.fault(kind="clear")
                terminal.wait_for("trading armed", within=60)

    def _live(self, terminal: Terminal, control: Control, seconds: float) -> None:
        """Somebody trades, and things go wrong, for so long."""
        now = time.monotonic()
        until, fault_at, keys_at, clear_at = now + seconds, now, now, now + CLEAR_EVERY_S
        while now < until:
            if now >= clear_at:
                clear_at = now + CLEAR_EVERY_S
                control.fault(kind="clear")
            if now >= fault_at:
                fault_at = now + FAULT_EVERY_S
                control.plan(drawn(self.rng))
                self.faults += 1
            if now >= keys_at:
                keys_at = now + KEYS_EVERY_S
                self._keys(terminal)
            terminal.read_for(0.1)
            terminal.transcript.clear()
            now = time.monotonic()

    def _keys(self, terminal: Terminal) -> None:
        """An order far below, or everything cancelled; whatever dialog a fault has left open is closed first."""
        terminal.press("escape", "escape")
        if "key refused" in terminal.text:
            # It is good again by now, or will be after the next pair of keys.
            terminal.press("ctrl+n")
        if self.rng.random() < 0.7:
            terminal.press("pagedown", "b")
            terminal.read_for(0.2)
            terminal.press("enter")
        else:
            terminal.press("X")
            terminal.read_for(0.2)
            terminal.press("enter")

    def _sample(self, terminal: Terminal, counts: Path) -> None:
        self.samples["captui"].append(sample(terminal.pid, counts))
        self.samples["exchange"].append(sample(children(terminal.pid)[0]))

    def report(self) -> str:
        lines = [f"{self.seconds:g} s, {PER_SECOND} changes/s, {self.faults} faults, {self.orders} orders", ""]
        lines.append(f"{'':10}{'':16}{'start':>12}{'middle':>12}{'end':>12}")
        for process, samples in self.samples.items():
            for each in fields(Sample):
                values = [getattr(one, each.name) for one in samples]
                if any(values):
                    lines.append(f"{process:10}{each.name:16}" + "".join(f"{value:12,}" for value in values))
        for process, samples in self.samples.items() if self.seconds >= 60 else ():
            more = (samples[-1].memory_kb - samples[1].memory_kb) / (self.seconds * 3 / 8 / 60)
            lines.append(f"{process}: {more:+,.0f} kB a minute from the middle to the end")
        return "\n".join(lines)

    def grown(self) -> list[str]:
        """What was not flat, in words. The journal grows with the orders: a few hundred bytes each, kept on purpose."""
        found = []
        for process, (_, middle, end) in self.samples.items():
            for each in fields(Sample):
                allowed, more = getattr(ALLOWED, each.name), getattr(end, each.name) - getattr(middle, each.name)
                if each.name != "journal_bytes" and more > allowed:
                    found.append(f"{process}: {each.name} grew by {more:,} (allowed: {allowed:,})")
        if self.samples["captui"][-1].journal_bytes > 3_000 * max(1, self.orders + self.faults):
            found.append("captui: the journal holds more than the orders explain")
        return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=600.0, help="how long (default: 600)")
    parser.add_argument("--seed", type=int, default=1, help="of the faults")
    given = parser.parse_args()
    soak = Soak(given.seconds, given.seed)
    soak.run()
    print(soak.report())
    grown = soak.grown()
    print("\n".join(grown) if grown else "\nflat")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
