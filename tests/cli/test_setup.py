"""What set-up gets from the world: the test of a key at a real exchange, what is already there, and where things are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import keyring
import platformdirs
import pytest
from keyring.errors import KeyringLocked

from captui import credentials, system_keyring
from captui.addresses import CAPE_CRYPTO
from captui.cli import trade
from captui.cli.setup import LOOKED, Started, circumstances, clock_fact, examined, is_first_start, keep, shown
from captui.config import Config, with_addresses
from captui.core.secret import Credentials, KeptKey, Secret
from captui.errors import CredentialsError, NoConnectionError, UnauthorisedError
from captui.exchange.rest import RestClient
from captui.setup.ports import Choice, Fact, Place, Way
from tests.keyring_backends import MemoryKeyring
from tests.processes import RunningExchange, exchange, free_port

PAIR = Credentials(api_key=Secret("c0ffee1234567890"), api_secret=Secret("5ca1ab1e0ddba11"))


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own."""
    monkeypatch.setattr(platformdirs, "user_config_path", lambda _name: tmp_path / "config")
    monkeypatch.setattr(platformdirs, "user_state_path", lambda _name: tmp_path / "state")
    for name in (credentials.KEY, credentials.SECRET):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    mine = MemoryKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningExchange]:
    with exchange(tmp_path_factory.mktemp("exchange"), "--no-makers") as running:
        yield running


def started(config: Config | None = None, **more: object) -> Started:
    plain = Started(config or Config(), None, None, False, {})
    return replace(plain, **more)  # type: ignore[arg-type]  # each caller's own fields


def at(server: RunningExchange) -> Config:
    return Config(rest_url=server.atlas_rest_url, ws_url=server.atlas_ws_url)


def pair_of(server: RunningExchange) -> Credentials:
    return Credentials(api_key=Secret(server.api_key), api_secret=Secret(server.api_secret))


async def facts_of(config: Config, pair: Credentials) -> dict[str, Fact]:
    return {fact.label: fact async for fact in examined(config, pair)}


async def test_a_good_key_can_read_and_nothing_is_said_of_more(server: RunningExchange) -> None:
    before = len(server.control.requests())
    facts = await facts_of(at(server), pair_of(server))
    assert list(facts) == ["exchange", "answers in", "clock", "balances", "orders"]
    assert all(fact.good for fact in facts.values())
    assert facts["exchange"].text.endswith("revision atlas")
    assert facts["balances"].text.startswith("can be read: ")
    assert facts["orders"].text == "can be read"
    asked = server.control.requests()[before:]
    assert {request["method"] for request in asked} == {"GET"}, "nothing is moved to find something out"


async def _forbidden(*_arguments: object, **_options: object) -> NoReturn:
    raise UnauthorisedError("This API key is not allowed to do that.", codes=("authz.invalid_permission",), status=401)


async def test_what_a_key_may_not_read_is_told_apart_from_a_key_that_is_refused(
    server: RunningExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RestClient, "balances", _forbidden)
    facts = await facts_of(at(server), pair_of(server))
    assert facts["balances"] == Fact("balances", "cannot be read. This API key is not allowed to do that.", good=False)
    assert facts["orders"].good
    monkeypatch.setattr(RestClient, "orders", _forbidden)
    with pytest.raises(UnauthorisedError, match="not allowed"):
        await facts_of(at(server), pair_of(server))


async def test_a_key_that_is_unknown_or_whose_secret_is_another_is_refused(server: RunningExchange) -> None:
    with pytest.raises(UnauthorisedError, match="does not know this API key"):
        await facts_of(at(server), PAIR)
    with pytest.raises(UnauthorisedError, match="secret does not belong"):
        await facts_of(at(server), replace(pair_of(server), api_secret=Secret("5ca1ab1e")))


async def test_nobody_there_is_said() -> None:
    port = free_port()
    config = Config(rest_url=f"http://127.0.0.1:{port}/api", ws_url=f"ws://127.0.0.1:{port}/ws")
    with pytest.raises(NoConnectionError, match="refuses connections"):
        await facts_of(config, PAIR)


@pytest.mark.parametrize(
    ("offset_ms", "fact"),
    [
        (None, Fact("clock", "the exchange does not tell its time", good=False)),
        (0, Fact("clock", "agrees with the exchange's")),
        (1500, Fact("clock", "1.5 s behind the exchange's; captui corrects it")),
        (-61_000, Fact("clock", "61.0 s ahead of the exchange's; captui corrects it", good=False)),
    ],
)
def test_the_clock_in_words(offset_ms: int | None, fact: Fact) -> None:
    assert clock_fact(offset_ms) == fact


def test_a_first_start_is_one_that_nothing_speaks_of(own: Path) -> None:
    assert is_first_start(started())
    assert not is_first_start(started(config_path=own / "mine.toml"))
    trade.remembered_of(Config()).remember(LOOKED, "look")
    assert not is_first_start(started())
    assert is_first_start(started(Config(profile="work"))), "what is remembered is remembered of a profile"
    (own / "config").mkdir()
    (own / "config/config.toml").write_text("")
    assert not is_first_start(started(Config(profile="work")))


def test_circumstances_of_an_empty_machine(own: Path) -> None:
    found = circumstances(started())
    assert found.host == "trade.capecrypto.com"
    assert (found.key_now, found.before, found.holding) == ("", "", {})
    assert found.keyring_refusal == "This machine has no keyring."
    assert found.key_file == str(own / "config/credentials.toml")
    assert circumstances(started(Config(profile="work"))).key_file.endswith("credentials-work.toml")


def test_circumstances_tell_what_holds_a_key_and_what_goes_before(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials.save(credentials.file_path(), PAIR, CAPE_CRYPTO)
    found = circumstances(started())
    assert (found.key_now, found.keyring_refusal, found.holding) == ("the file", "", {Place.FILE: CAPE_CRYPTO})
    assert found.key_now_for == ""
    system_keyring.save("", PAIR, "a.example")
    assert circumstances(started()).key_now == "the keyring"
    assert circumstances(started()).key_now_for == "a.example"
    assert circumstances(started()).holding == {Place.FILE: CAPE_CRYPTO, Place.KEYRING: "a.example"}
    commands = Config(api_key_command="a", api_secret_command="b")
    assert circumstances(started(commands)).before == "the commands of the config"
    monkeypatch.setenv(credentials.KEY, "half of a pair")
    assert circumstances(started(commands)).key_now == "the environment (CAPTUI_API_KEY)"


def test_a_locked_keyring_does_not_keep_set_up_from_opening(memory: MemoryKeyring) -> None:
    memory.error = KeyringLocked()
    assert circumstances(started()).keyring_refusal.startswith("The keyring is locked.")


@pytest.mark.parametrize("profile", ["", "work"])
def test_the_key_is_kept_where_it_was_said(own: Path, memory: MemoryKeyring, profile: str) -> None:
    if profile:
        (own / "config").mkdir(mode=0o700)
        (own / "config/config.toml").write_text("[profiles.work]\n")
    its = started(Config(profile=profile))
    keep(its, Choice(Way.KEY, PAIR, False, Place.NOWHERE))
    keep(its, Choice(Way.KEY, PAIR, False, Place.STORE))
    assert credentials.find({}, its.config) is None
    keep(its, Choice(Way.KEY, PAIR, False, Place.FILE))
    assert credentials.from_file(credentials.file_path(profile)) == KeptKey(PAIR, CAPE_CRYPTO)
    assert memory.entries == {}
    keep(its, Choice(Way.KEY, PAIR, False, Place.KEYRING))
    assert system_keyring.load(profile) == KeptKey(PAIR, CAPE_CRYPTO)


def test_a_key_is_kept_for_the_exchange_that_it_was_tested_at(own: Path, server: RunningExchange) -> None:
    its = with_addresses(Config(), server.atlas_rest_url, server.atlas_ws_url)
    keep(started(its), Choice(Way.KEY, PAIR, False, Place.FILE))
    assert credentials.find({}, its) is not None
    with pytest.raises(CredentialsError, match="it is not sent to trade"):
        credentials.find({}, Config())
    credentials.file_path().write_text("damaged")
    assert circumstances(started(its)).holding == {Place.FILE: ""}


@pytest.mark.parametrize("place", [Place.FILE, Place.STORE])
def test_read_only_goes_into_the_config_and_out_again(own: Path, place: Place) -> None:
    path = own / "config/config.toml"
    keep(started(), Choice(Way.KEY, PAIR, False, place))
    assert not path.exists(), "what is as it is by itself is not written"
    keep(started(), Choice(Way.KEY, PAIR, True, place))
    assert path.read_text() == "read_only = true\n"
    keep(started(Config(read_only=True)), Choice(Way.KEY, PAIR, False, place))
    assert path.read_text() == "read_only = false\n"
    keep(started(Config(read_only=True), always_read_only=True), Choice(Way.KEY, PAIR, True, place))
    keep(started(), Choice(Way.KEY, PAIR, True, Place.NOWHERE))
    assert path.read_text() == "read_only = false\n"


def test_read_only_that_cannot_be_written_is_said(own: Path) -> None:
    (own / "config").mkdir(mode=0o700)
    (own / "config/config.toml").write_text('"read_only" = false\n')
    with pytest.raises(CredentialsError, match="The key is kept, but read-only is not"):
        keep(started(), Choice(Way.KEY, PAIR, True, Place.FILE))
    with pytest.raises(CredentialsError, match=r"^captui cannot change"):
        keep(started(), Choice(Way.KEY, PAIR, True, Place.STORE))


def test_paths_are_shown_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/thandi")
    assert shown(Path("/home/thandi/.config/x")) == "~/.config/x"
    assert shown(Path("/etc/x")) == "/etc/x"
