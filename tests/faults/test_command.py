"""`captui exchange --faults FILE`, as a person or a program starts it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.processes import CAPTUI, exchange, home

PLAN = """
[[fault]]
on = "read"
do = "status"
path = "/public/health/alive"
after = 1
status = 502
html = true
"""


def test_the_plan_of_the_file_is_carried_out(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    with exchange(tmp_path, "--no-makers", "--faults", str(plan)) as server:
        pinged = subprocess.run([*CAPTUI, "ping", *server.urls()], env=home(tmp_path), capture_output=True, check=False)
        # It asks several times, and again where a proxy's page is the answer: a read changes nothing.
        assert pinged.returncode == 0
        assert [entry["struck"] for entry in server.control.planned()] == [1]
        alive = [each for each in server.control.requests() if each["endpoint"] == "/public/health/alive"]
        assert [each["status"] for each in alive][:3] == [200, 502, 200]


def test_a_plan_that_is_not_understood_is_said_in_a_sentence(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('[{"on": "create", "do": "vanish"}]')
    ended = subprocess.run(
        [*CAPTUI, "exchange", "--port", "0", "--faults", str(plan)],
        env=home(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode != 0
    assert "Fault 1 of the plan does 'vanish'" in ended.stderr
    assert "Traceback" not in ended.stderr
