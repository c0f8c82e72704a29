"""A process whose terminal has gone ends, and writes nowhere meanwhile. Each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from captui.terminal.leaving import Gone


def run(program: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, env=kept)


def test_output_leads_nowhere() -> None:
    ended = run(
        "import sys, os\n"
        "from captui.terminal.leaving import write_nowhere\n"
        "print('before', flush=True); print('waiting', end='')\n"
        "write_nowhere()\n"
        "print('after'); sys.stderr.write('after'); os.write(2, b'after'); assert sys.stdin.read() == ''\n"
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "before\n"


def test_a_process_that_hangs_is_ended() -> None:
    before = time.monotonic()
    ended = run("import time\nfrom captui.terminal.leaving import end_within\nend_within(0.2, 129)\ntime.sleep(60)")
    assert ended.returncode == 129
    assert time.monotonic() - before < 20


def test_a_process_that_ends_by_itself_is_not_kept() -> None:
    before = time.monotonic()
    ended = run("from captui.terminal.leaving import end_within\nend_within(60, 129)")
    assert ended.returncode == 0
    assert time.monotonic() - before < 20


def test_the_exit_codes_are_those_of_the_signals() -> None:
    assert {gone: gone.exit_code for gone in Gone} == {Gone.HUNG_UP: 129, Gone.CLOSED: 129, Gone.ASKED: 143}
