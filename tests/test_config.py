"""Every mistake in a config file is one sentence that names the file, the setting and what is allowed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui import config
from captui.config import SETTINGS, Config, Funding
from captui.core.checks import Limits
from captui.core.fees import Fees
from captui.errors import ConfigError
from captui.keymap import keymap


def read(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path)


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Config()


def test_no_file_at_the_default_place_means_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(config, "config_path", lambda: tmp_path / "config.toml")
    assert config.load() == Config()


def test_a_named_file_has_to_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no config file .*absent\.toml"):
        config.load(tmp_path / "absent.toml")


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        config.load(tmp_path)


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"market = '\xff\xfe'")
    with pytest.raises(ConfigError, match="not UTF-8"):
        config.load(path)


def test_everything_can_be_set(tmp_path: Path) -> None:
    loaded = read(
        tmp_path,
        """
        rest_url = "http://127.0.0.1:8080/api/v2/trade/"
        ws_url = "ws://127.0.0.1:8080/api/v2/stream"
        revision = "trade"
        market = "ethzar"
        interval = "4h"
        theme = "captui-light"
        fps = 5
        read_only = true
        log_level = "debug"
        [limits]
        max_distance_percent = 2.5
        max_value = "10000"
        twin_window_ms = 5000
        [fees]
        maker = 0.0005
        [sizes]
        ethzar = [0.1, "0.25", 1]
        [keys]
        "ladder.stage_buy" = "n"
        """,
    )
    assert loaded.rest_url == "http://127.0.0.1:8080/api/v2/trade"
    assert (loaded.revision, loaded.market, loaded.interval, loaded.fps, loaded.read_only) == (
        "trade",
        "ethzar",
        "4h",
        5,
        True,
    )
    assert loaded.limits.max_distance_percent == Decimal("2.5")
    assert loaded.limits.max_value == Decimal(10000)
    assert loaded.limits.twin_window_ms == 5000
    assert loaded.fees.maker == Decimal("0.0005")
    assert loaded.fees.taker == Config().fees.taker
    assert loaded.sizes == {"ethzar": (Decimal("0.1"), Decimal("0.25"), Decimal(1))}
    assert loaded.keys == {"ladder.stage_buy": "n"}


def test_numbers_are_read_exactly(tmp_path: Path) -> None:
    assert read(tmp_path, "[limits]\nmax_value = 0.1000000000000000055511").limits.max_value == Decimal(
        "0.1000000000000000055511"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("fps = 10\nmarket = oops\n", r"not valid TOML: .*line 2"),
        ("market = ", "not valid TOML: Invalid value"),
        ("markte = 'btczar'", r"no setting 'markte'\. Did you mean 'market'\?"),
        ("enabled = true", r"Did you mean 'funding.enabled'\? It stands below the line \[funding\]\."),
        ("[fees]\nenabled = true", r"there is no setting 'fees.enabled'\.$"),
        ("market = 5", "market is 5; it must be text in quotes"),
        ("interval = '7m'", "interval is '7m'; it must be one of 1m, 5m"),
        ("revision = 'v3'", "must be one of auto, trade, atlas"),
        ("theme = 'foo'", "theme is 'foo'; it must be one of captui-dark, captui-light"),
        ("[limits]\ntwin_window_ms = 0.5", "a whole number up to"),
        ("[limits]\ntwin_window_ms = 1e999999", "a whole number up to"),
        ("api_key_command = \"pass 'x\"\napi_secret_command = 'x'", "a command with its words"),
        ("api_key_command = ' '\napi_secret_command = 'x'", "a command with its words"),
        ("fps = 0", "must be a whole number from 1 to 60"),
        ("fps = true", "fps is true; it must be a whole number"),
        ("read_only = 'yes'", "read_only is 'yes'; it must be true or false"),
        ("rest_url = 'http://127.0.0.1'", "rest_url and ws_url go together"),
        ("rest_url = 'ftp://x'\nws_url = 'ws://x'", "is not an address such as https://"),
        ("rest_url = 'https://me:word@x'\nws_url = 'ws://x'", "user name or password"),
        ("limits = 5", r"must be a table: \[limits\]"),
        ("[limits]\nmax_valeu = 5", r"no setting 'limits.max_valeu'\. Did you mean 'limits.max_value'\?"),
        ("[limits]\nmax_value = 'much'", "limits.max_value is 'much'; it must be a number"),
        ("[limits]\nmax_value = nan", "must be a number"),
        ("[limits]\nmax_value = -1", "not below 0"),
        ("[sizes]\nbtczar = []", "a list of one to five amounts"),
        ("[sizes]\nbtczar = [0]", "a list of amounts above 0"),
        ("[sizes]\nbtczar = 1", "a list of one to five amounts"),
        ("[keys]\n'ladder.stage_buy' = 1", "must be text in quotes"),
        ("keys = 'b'", r"must be a table of actions: \[keys\]"),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        read(tmp_path, text)
    assert "config.toml" in str(caught.value)
    assert "\n" not in caught.value.sentence


def test_money_may_leave_only_where_the_config_says_so() -> None:
    assert config.parse({}, where="it").funding.enabled is False
    assert config.parse({"funding": {}}, where="it").funding.enabled is False
    assert config.parse({"funding": {"enabled": True}}, where="it").funding.enabled is True


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (True, "it must be a table: [funding]"),
        ({"enabled": "yes"}, "funding.enabled is 'yes'; it must be true or false"),
        ({"enabled": 1}, "funding.enabled is 1; it must be true or false"),
        ({"enable": True}, "Did you mean 'funding.enabled'?"),
    ],
)
def test_a_switch_that_is_not_clear_is_refused(value: object, sentence: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        config.parse({"funding": value}, where="it")


def test_the_two_commands_of_a_password_store_go_together() -> None:
    with pytest.raises(ConfigError, match="api_key_command and api_secret_command go together"):
        config.parse({"api_key_command": "pass show key"}, where="it")


PROFILES = """
fps = 5
read_only = true
api_key_command = "pass show cape/key"
api_secret_command = "pass show cape/secret"
[limits]
max_value = 1000
twin_window_ms = 5000
[funding]
enabled = true
[sizes]
btczar = [1]
[keys]
"ladder.stage_buy" = "n"
[profiles.bold]
read_only = false
[profiles.bold.limits]
max_value = 9000
[profiles.bold.sizes]
ethzar = [2]
[profiles.bold.keys]
"ladder.stage_sell" = "m"
[profiles.there]
rest_url = "https://exchange.example/api"
ws_url = "wss://exchange.example/ws"
[profiles.off]
funding = {enabled = false}
api_key_command = ""
api_secret_command = ""
"""


def of_profile(profile: str | None, before: str = "") -> Config:
    return config.parse(tomllib.loads(before + PROFILES, parse_float=Decimal), where="it", profile=profile)


def test_a_profile_is_laid_over_the_top_level_setting_by_setting() -> None:
    bold = of_profile("bold")
    assert (bold.profile, bold.fps, bold.read_only) == ("bold", 5, False)
    assert (bold.limits.max_value, bold.limits.twin_window_ms) == (Decimal(9000), 5000)
    assert bold.limits.max_distance_percent == Config().limits.max_distance_percent
    assert bold.sizes == {"btczar": (Decimal(1),), "ethzar": (Decimal(2),)}
    assert bold.keys == {"ladder.stage_buy": "n", "ladder.stage_sell": "m"}
    assert (bold.funding.enabled, of_profile("off").funding.enabled) == (True, False)
    assert (bold.api_key_command, of_profile("off").api_key_command) == ("pass show cape/key", "")


def test_the_file_chooses_a_profile_and_the_command_line_another_or_none() -> None:
    chosen = "profile = 'bold'\n"
    assert of_profile(None).profile == ""
    assert of_profile(None, chosen).profile == "bold"
    assert of_profile("off", chosen).profile == "off"
    plain = of_profile("", chosen)
    assert (plain.profile, plain.read_only) == ("", True)


def test_a_profile_for_another_exchange_does_not_send_it_the_key_of_this_one() -> None:
    there = of_profile("there")
    assert there.rest_url == "https://exchange.example/api"
    assert (there.api_key_command, there.api_secret_command) == ("", "")


@pytest.mark.parametrize(
    ("text", "profile", "sentence"),
    [
        ("[profiles.bold]", "bald", r"no profile 'bald' in it\. Did you mean 'bold'\?"),
        ("[profiles.bold]\n[profiles.off]", "x", r"no profile 'x' in it\. There is bold, off\."),
        ("", "x", r"no profile 'x': it has none at all\. A profile begins with the line \[profiles.NAME\]"),
        ("profile = 'bald'\n[profiles.bold]", None, "no profile 'bald'"),
        ("[profiles.a]\nfsp = 5", "a", r"no setting 'profiles.a.fsp'\. Did you mean 'profiles.a.fps'\?"),
        ("[profiles.a]\nprofile = 'b'", "a", "no setting 'profiles.a.profile'"),
        ("[profiles.a]\nprofiles = {}", "a", "no setting 'profiles.a.profiles'"),
        ("[profiles.a]\nmaker = 0", "a", r"It stands below the line \[profiles.a.fees\]"),
        ("[profiles.a]\nfps = 0", "a", "profiles.a.fps is 0; it must be a whole number"),
        ("[profiles.a.limits]\nmax_valeu = 5", "a", "Did you mean 'profiles.a.limits.max_value'"),
        ("[profiles.a.funding]\nenable = true", "a", "Did you mean 'profiles.a.funding.enabled'"),
        ("[profiles.a]\nlimits = 5", "a", r"must be a table: \[profiles.a.limits\]"),
        ("profiles = 5", None, r"profiles is 5; it must be a table of profiles: \[profiles.NAME\]"),
        ("profiles = {a = 5}", None, r"profiles.a is 5; it must be a table: \[profiles.a\]"),
        ("[profiles.'../a']", None, r"'\.\./a' cannot be the name of a profile"),
        ("[profiles.Bold]", None, "small letters"),
    ],
)
def test_each_mistake_in_profiles_has_its_sentence(text: str, profile: str | None, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        config.parse(tomllib.loads(text), where="it", profile=profile)
    assert "it" in str(caught.value)


def test_half_a_pair_is_not_mixed_with_half_of_another(tmp_path: Path) -> None:
    addresses = "rest_url = 'https://a'\nws_url = 'wss://a'\n"
    for half in ("rest_url = 'https://b'", "ws_url = 'wss://b'", "ws_url = ''", "api_key_command = 'x'"):
        with pytest.raises(ConfigError, match=r"profiles\.b\..* go together"):
            config.parse(tomllib.loads(f"{addresses}[profiles.b]\n{half}"), where="it", profile="b")


def test_a_mistake_in_a_profile_that_is_not_chosen_stops_nobody(tmp_path: Path) -> None:
    text = "[profiles.a]\nfps = 7\n[profiles.b]\nfps = 0\n"
    path = tmp_path / "config.toml"
    path.write_text(text)
    assert config.load(path, profile="a").fps == 7
    assert config.profile_names(path) == ("a", "b")


def test_addresses_of_the_command_line_come_in_pairs() -> None:
    assert config.with_addresses(Config(), None, None) == Config()
    assert config.with_addresses(Config(), "https://a/", "wss://a").rest_url == "https://a"
    for rest_url, ws_url in (("https://a", None), (None, "wss://a")):
        with pytest.raises(ConfigError, match="go together"):
            config.with_addresses(Config(), rest_url, ws_url)


NONSENSE = "what 'nobody means"
_PAIRED = {"rest_url": {"ws_url": "wss://a.example"}, "ws_url": {"rest_url": "https://a.example"}}
_PAIRED |= {"api_key_command": {"api_secret_command": "b"}, "api_secret_command": {"api_key_command": "a"}}
FOR_THE_EXCHANGE_TO_SAY = {"market"}
"""Settings whose names only the exchange knows: it says when there is no such one."""


def documents_with_nonsense() -> dict[str, dict[str, Any]]:
    """One for each setting that there is, with nonsense for its value or, where that has parts, for one of them."""
    made: dict[str, dict[str, Any]] = {}
    for name in SETTINGS:
        match getattr(Config(), name):
            case Limits() | Fees() | Funding() as table:
                made |= {f"{name}.{each.name}": {name: {each.name: NONSENSE}} for each in fields(table)}
            case Mapping() if name == "sizes":
                made["sizes"] = {"sizes": {"btczar": [NONSENSE]}}
            case Mapping():
                made |= {name: {name: {"ladder.stage_buy": NONSENSE}}, f"{name}, id": {name: {NONSENSE: "b"}}}
            case _:
                made[name] = {name: NONSENSE, **_PAIRED.get(name, {})}
    return {name: document for name, document in made.items() if name not in FOR_THE_EXCHANGE_TO_SAY}


def test_there_is_nonsense_for_every_setting() -> None:
    assert {name.partition(".")[0].partition(",")[0] for name in documents_with_nonsense()} == set(
        SETTINGS
    ) - FOR_THE_EXCHANGE_TO_SAY
    assert set(Config.__dataclass_fields__) == {*SETTINGS, "usual_exchange"}


@pytest.mark.parametrize("name", list(documents_with_nonsense()))
def test_no_setting_takes_nonsense(name: str) -> None:
    document = documents_with_nonsense()[name]
    with pytest.raises(ConfigError):
        keymap(config.parse(document, where="it").keys)
    if name != "profile":
        with pytest.raises(ConfigError):
            keymap(config.parse({"profiles": {"test": document}}, where="it", profile="test").keys)
