"""Nothing is sent unencrypted but to this machine: one refusal for options, environment, config, profiles and the embedded exchange."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from captui import config
from captui.addresses import CAPE_CRYPTO, exchange_name, is_loopback, require_encryption
from captui.config import Config
from captui.config_values import check_url
from captui.errors import ConfigError
from captui.exchange import probe
from captui.simulator.server import ExchangeOptions
from tests.processes import CAPTUI, home

HERE = ["localhost", "127.0.0.1", "127.9.9.9", "::1"]
ELSEWHERE = [
    "",
    "trade.capecrypto.com",
    "localhost.example",
    "10.0.0.1",
    "128.0.0.1",
    "0.0.0.0",
    "::",
    "::ffff:10.0.0.1",
    "2130706433",
]
PLAIN = [
    "http://exchange.test/api",
    "ws://exchange.test/api",
    "HTTP://exchange.test/api",
    "http://127.0.0.1@exchange.test/api",
]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)
    place = f"[{host}]" if ":" in host else host
    require_encryption(f"http://{place}:8080/api", "--rest-url")
    require_encryption(f"ws://{place}:8080/api", "--ws-url")


@pytest.mark.parametrize("host", ELSEWHERE)
def test_others_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("url", PLAIN)
def test_plain_addresses_of_other_machines_are_refused_with_what_to_write_instead(url: str) -> None:
    secured = "wss://" if url.startswith("ws") else "https://"
    with pytest.raises(ConfigError, match="not encrypted") as caught:
        require_encryption(url, "--rest-url")
    assert "--rest-url" in str(caught.value)
    assert secured in str(caught.value)


def test_encrypted_ones_are_not() -> None:
    for url in ("https://exchange.test/api", "wss://exchange.test/api"):
        require_encryption(url, "it")


ONE_PLAIN = [("http://exchange.test", "wss://exchange.test"), ("https://exchange.test", "ws://exchange.test")]


@pytest.mark.parametrize(("rest_url", "ws_url"), ONE_PLAIN)
def test_the_command_line_refuses_either(rest_url: str, ws_url: str) -> None:
    with pytest.raises(ConfigError, match=r"--(rest|ws)-url is .* not encrypted"):
        config.with_addresses(Config(), rest_url, ws_url)


@pytest.mark.parametrize(("rest_url", "ws_url"), ONE_PLAIN)
def test_the_config_and_its_profiles_refuse_either(rest_url: str, ws_url: str) -> None:
    addresses = f"rest_url = '{rest_url}'\nws_url = '{ws_url}'\n"
    with pytest.raises(ConfigError, match="not encrypted"):
        config.parse(tomllib.loads(addresses), where="it")
    profile = tomllib.loads(f"[profiles.far]\n{addresses}")
    with pytest.raises(ConfigError, match=r"profiles\.far\..* not encrypted"):
        config.parse(profile, where="it", profile="far")
    assert config.parse(profile, where="it").rest_url == "", "a profile that is not chosen stops nobody"


@pytest.mark.parametrize("command", [[], ["balances"], ["ping"], ["setup"], ["watch", "order"]])
def test_every_command_refuses_in_one_sentence_before_anything_is_sent(tmp_path: Path, command: list[str]) -> None:
    addresses = {"CAPTUI_REST_URL": "http://exchange.test/api", "CAPTUI_WS_URL": "ws://exchange.test/api"}
    key = {"CAPTUI_API_KEY": "k", "CAPTUI_API_SECRET": "s"}
    done = subprocess.run(
        [*CAPTUI, *command],
        env=home(tmp_path) | addresses | key,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("captui: ") == 1
    assert "not encrypted" in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "exchange.test", ""])
def test_the_embedded_exchange_listens_on_this_machine_alone(host: str) -> None:
    with pytest.raises(ConfigError, match="this machine alone"):
        ExchangeOptions(host=host)


def test_its_command_refuses_other_addresses(tmp_path: Path) -> None:
    done = subprocess.run(
        [*CAPTUI, "exchange", "--host", "0.0.0.0", "--port", "0"],
        env=home(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "this machine alone" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("rest_url", "ws_url", "name"),
    [
        ("", "", "trade.capecrypto.com"),
        ("https://A.example/api", "wss://a.example/ws", "a.example"),
        ("https://a.example:443/api", "wss://a.example/ws", "a.example"),
        ("https://a.example:8443/api", "wss://a.example:8443/ws", "a.example:8443"),
        ("https://a.example/api", "wss://b.example:9/ws", "a.example and b.example:9"),
        ("http://[::1]:8080/api", "ws://[::1]:8080/ws", "[::1]:8080"),
        ("http://localhost:80/api", "ws://localhost/ws", "localhost"),
    ],
)
def test_an_exchange_is_called_by_its_hosts(rest_url: str, ws_url: str, name: str) -> None:
    assert exchange_name(rest_url, ws_url) == name


def test_cape_crypto_is_where_captui_goes_by_itself() -> None:
    for endpoints in probe.CAPE_CRYPTO:
        assert exchange_name(endpoints.rest_url, endpoints.ws_url) == CAPE_CRYPTO


@pytest.mark.parametrize(
    "url", ["https://a.example:99999/api", "https://a.example:x/api", "https://[::1/api", "https://a:0"]
)
def test_an_address_that_cannot_be_one_is_said(url: str) -> None:
    with pytest.raises(ConfigError, match="that is not an address"):
        check_url(url, "rest_url", ("https",))
