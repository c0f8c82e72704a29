"""`captui config`: the file found, shown, checked and started; and what a shell completes."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from captui import config
from captui.cli.commands.configuration import as_plain, as_toml, template
from captui.config import SETTINGS, Config
from captui.core.checks import Limits
from tests.cli.commandline import run
from tests.processes import home


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


def test_check_looks_into_every_profile_and_says_each_mistake_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[profiles.a]\nfsp = 5\n[profiles.b]\nfps = 0\n[profiles.c.keys]\n'ladder.up' = 'up'\n")
    done = run(tmp_path, "config", "check", "--config", str(path))
    assert done.returncode == 2
    assert [line.split(", ", 1)[1] for line in done.stderr.splitlines()] == [
        "there is no setting 'profiles.a.fsp'. Did you mean 'profiles.a.fps'?",
        "profiles.b.fps is 0; it must be a whole number from 1 to 60.",
    ]
    path.write_text("fps = 0\n[profiles.a]\n[profiles.b]\n")
    assert run(tmp_path, "config", "check", "--config", str(path)).stderr.count("fps is 0") == 1
    path.write_text("profile = 'z'\n[profiles.a]\n")
    assert "no profile 'z'" in run(tmp_path, "config", "check", "--config", str(path)).stderr


def test_show_lays_the_profile_over_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("profile = 'a'\nfps = 5\nmarket = 'ethzar'\n[profiles.a]\nfps = 6\n[profiles.b]\nfps = 7\n")
    named = ("--config", str(path), "config", "show")
    for options, environment, fps, profile in (
        ((), {}, 6, "a"),
        (("--profile", "b"), {}, 7, "b"),
        ((), {"CAPTUI_PROFILE": "b"}, 7, "b"),
        (("--profile", ""), {}, 5, ""),
    ):
        shown = run(tmp_path, *named, *options, **environment).stdout
        values = tomllib.loads(shown)
        assert (values["fps"], values["market"], "profile" in values) == (fps, "ethzar", False)
        assert shown.startswith(f"# With the profile {profile}.\n") == bool(profile)
        as_json = json.loads(run(tmp_path, *named, "--json", *options, **environment).stdout)
        assert (as_json["profile"], as_json["fps"]) == (profile, fps)
    assert "Did you mean" not in run(tmp_path, *named, "--profile", "b").stderr
    assert "no profile 'c'" in run(tmp_path, *named, "--profile", "c").stderr


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
    assert set(values) == {*SETTINGS, "profiles"}
    for table in ("limits", "fees", "funding"):
        assert set(values[table]) == set(getattr(Config(), table).__dataclass_fields__)
    (profile,) = values["profiles"]
    assert config.parse({"profiles": values["profiles"]}, where="it", profile=profile) != Config()
    read = config.parse(
        {name: value for name, value in values.items() if name not in {"sizes", "keys", "profiles"}},
        where="it",
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
