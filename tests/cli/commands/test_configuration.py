"""`captui config`: the file found, shown, checked and started; and what a shell completes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from captui import config
from captui.cli.commands.configuration import as_plain, as_toml, template
from captui.config import Config
from captui.core.checks import Limits
from tests.processes import CAPTUI, home


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CAPTUI, *arguments],
        env=home(folder) | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_init_writes_a_config_that_is_right_and_private_and_leaves_one_that_is_there(tmp_path: Path) -> None:
    path = Path(run(tmp_path, "config", "path").stdout.strip())
    assert path == tmp_path / ".config/captui/config.toml"
    assert run(tmp_path, "config", "init").returncode == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert "is right" in run(tmp_path, "config", "check").stderr
    path.write_text("fps = 5\n")
    again = run(tmp_path, "config", "init")
    assert again.returncode == 2
    assert path.read_text() == "fps = 5\n"
    assert tomllib.loads(run(tmp_path, "config", "show").stdout)["fps"] == 5


def test_check_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("fsp = 5\n")
    done = run(tmp_path, "config", "check", "--config", str(path))
    assert done.returncode == 2
    assert "Did you mean 'fps'?" in done.stderr
    path.write_text('[keys]\n"ladder.stage_by" = "b"\n')
    assert "Did you mean 'ladder.stage_buy'?" in run(tmp_path, "--config", str(path), "config", "check").stderr


def test_show_puts_options_and_environment_over_the_file(tmp_path: Path) -> None:
    done = run(tmp_path, "config", "show", "--revision", "trade", CAPTUI_READ_ONLY="1")
    shown = tomllib.loads(done.stdout)
    assert (shown["revision"], shown["read_only"]) == ("trade", True)


def test_the_template_names_every_setting_with_its_default(tmp_path: Path) -> None:
    assert config.parse(tomllib.loads(template(), parse_float=Decimal), where="template") == Config()
    uncommented = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and ("= " in line or line.startswith("# [")) else ""
        for line in template().splitlines()
    )
    values = tomllib.loads(uncommented, parse_float=Decimal)
    assert set(values) == set(Config.__dataclass_fields__)
    read = config.parse(
        {name: value for name, value in values.items() if name not in {"sizes", "keys"} and value != ""}, where="it"
    )
    assert read == Config()


@pytest.mark.parametrize(
    "settings",
    [
        Config(),
        Config(
            rest_url="https://a.example/x",
            ws_url="wss://a.example/y",
            fps=3,
            read_only=True,
            limits=Limits(max_value=Decimal("0.5")),
            sizes={"btczar": (Decimal("0.1"), Decimal(2))},
            keys={"ladder.stage_buy": '"', "a b": "\\"},
        ),
    ],
)
def test_what_is_shown_reads_back_as_the_same(settings: Config) -> None:
    shown = as_toml(as_plain(settings))
    values = {name: value for name, value in tomllib.loads(shown, parse_float=Decimal).items() if value != ""}
    assert config.parse(values, where="it") == settings


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(tmp_path: Path, shell: str) -> None:
    done = run(tmp_path, "completion", shell)
    assert done.returncode == 0
    assert "_CAPTUI_COMPLETE" in done.stdout
    assert shell == "zsh" or done.stdout.count("captui") > 2


def test_what_the_completion_script_asks_for_is_answered(tmp_path: Path) -> None:
    program = "import sys; from captui.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=home(tmp_path) | {"_CAPTUI_COMPLETE": "bash_complete", "COMP_WORDS": "captui por", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "plain,portfolio\n"
