"""Every command with everything that can happen to it, as a process of its own against the embedded exchange.

A command without a row in `matrix` fails here, and so does a row without a command.
"""

from __future__ import annotations

import csv
import io
import json
import re
import signal
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import click
import pytest

from captui.cli.main import captui
from captui.cli.registry import COMMANDS, SCREEN
from tests.api_document import Endpoint, endpoints
from tests.cli.commandline import CommandLine, Done, command_line, nobody
from tests.cli.matrix import OTP, PIN, ROWS, Call, Kind, Row, Stage, command_of

SEEDED = 7
"""Of each thing that has pages."""
STREAMING = ("watch", "record")
WHOLE_NUMBERS = frozenset(
    {
        "amount_precision",
        "clock_offset_ms",
        "clock_uncertainty_ms",
        "confirmations",
        "currencies",
        "fps",
        "frames",
        "id",
        "min_confirmations",
        "open_orders",
        "order_id",
        "precision",
        "price_precision",
        "sequence",
        "trades_count",
        "twin_window_ms",
    }
)
"""Fields that count or name something. Every other number is text, exactly as it was computed."""
TIMES = re.compile(r"(.*_at|time|at)$")
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Orders, trades, beneficiaries and withdrawals for more than two pages of each; deposits are there from the start."""
    folder = tmp_path_factory.mktemp("matrix")
    (folder / ".config/captui").mkdir(parents=True)
    (folder / ".config/captui/config.toml").write_text("[funding]\nenabled = true\n")
    with command_line(folder, "--no-makers") as line:
        made = Stage(line)
        line.ok("sell", "xrpzar", str(SEEDED), "--limit", "20", "--yes")
        for number in range(SEEDED):
            line.ok("buy", "btczar", "0.001", "--limit", str(500_000 + number), "--id", f"seed-{number}", "--yes")
            line.exchange.control.trade("xrpzar", "buy", Decimal(1))
        line.ok("sell", "btczar", "0.001", "--limit", "900000", "--yes")
        line.exchange.control.trade("btczar", "buy", Decimal("0.0001"))
        line.ok("buy", "btczar", "0.001", "--limit", "500000", "--id", "gone", "--yes")
        line.ok("cancel", "gone")
        for number in range(SEEDED):
            line.ok("beneficiaries", "add", "btc", f"cold-{number}", "--address", f"bc1qcold{number}", "--yes")
            line.exchange.control.trade("btczar", "buy", Decimal("0.00001"))
        line.ok("beneficiaries", "add", "btc", "cold", "--address", "bc1qcold", "--yes")
        line.ok("beneficiaries", "activate", str(801 + SEEDED), "--yes", answer=PIN)
        for _ in range(SEEDED):
            line.ok("withdraw", "btc", "0.001", "--to", "cold", "--yes", answer=OTP)
        yield made


@pytest.fixture(autouse=True)
def _no_trouble_left(stage: Stage) -> Iterator[None]:
    yield
    stage.line.exchange.control.fault(kind="clear")


def commands() -> set[tuple[str, ...]]:
    """Every command that is in the registry and opens no screen, and every sub-command."""
    found: set[tuple[str, ...]] = set()
    for name in (name for name, entry in COMMANDS.items() if entry.heading != SCREEN):
        command = captui.get_command(click.Context(captui), name)
        found |= {(name, inner) for inner in command.commands} if isinstance(command, click.Group) else {(name,)}
    return found


def cases(kind: Kind) -> pytest.MarkDecorator:
    """The rows that this kind goes with."""
    return pytest.mark.parametrize(
        "name", [name for name, row in ROWS.items() if kind in row.kinds() and name not in STREAMING]
    )


def run(stage: Stage, call: Call, *more: str, **options: str) -> Done:
    return stage.line.run(*call.arguments, *more, answer=call.answer, **options)


def decent(done: Done) -> Done:
    """No colour and no traceback, whatever happened."""
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


def ok(done: Done) -> str:
    assert decent(done).returncode == 0, done.stderr
    return done.stdout


def failed(done: Done, code: int, *, silent: bool = True) -> str:
    """What it said on standard error: a sentence."""
    assert decent(done).returncode == code, (done.stdout, done.stderr)
    if silent:
        assert done.stdout == ""
        assert done.stderr.strip()
    return done.stderr


def arrived(stage: Stage, after: int) -> list[dict[str, Any]]:
    return [entry for entry in stage.line.exchange.control.requests() if entry["number"] > after]


def last_number(stage: Stage) -> int:
    return int(stage.line.exchange.control.requests()[-1]["number"])


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    assert {command_of(name) for name in ROWS} == commands()


def test_every_kind_is_tried_or_there_is_a_reason_why_not() -> None:
    for name, row in ROWS.items():
        assert all(reason for reason in row.instead.values()), name
        assert row.header or row.shape is dict or not row.connects or name in STREAMING, (
            f"{name} prints a list without CSV"
        )


@cases(Kind.HUMAN)
def test_people_are_told_something(stage: Stage, name: str) -> None:
    row = ROWS[name]
    done = run(stage, row.call(stage, Kind.HUMAN))
    said = ok(done)
    if row.quiet or row.says_done:
        assert said == ""
    else:
        assert said.strip()
    assert not said.startswith(("{", "["))


@cases(Kind.JSON)
def test_programs_read_json_and_the_requests_are_those_of_the_document(stage: Stage, name: str) -> None:
    """In the document's own revision."""
    row = ROWS[name]
    call = row.call(stage, Kind.JSON)
    before = last_number(stage)
    check_json(ok(run(stage, call, "--json", revision="trade")), row)
    sent = arrived(stage, before)
    assert bool(sent) is row.connects
    for entry in sent:
        check_request(entry)
    # A write leaves this machine once, and its success is that the exchange took it.
    assert sum(entry["method"] != "GET" for entry in sent) == bool(row.write)


def check_json(said: str, row: Row) -> None:
    found: Any = json.loads(said, parse_float=no_float)
    assert found, "there is nothing in it to look at"
    if row.shape is dict:
        check_fields(found)
    else:
        assert isinstance(found, list)
        for each in found:
            check_fields(each)


def no_float(text: str) -> None:
    raise AssertionError(f"{text} is a number that a program would round")


def check_fields(found: dict[str, Any]) -> None:
    assert isinstance(found, dict)
    for key, value in found.items():
        if isinstance(value, dict):
            check_fields(value)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    check_fields(each)
        elif isinstance(value, int) and not isinstance(value, bool):
            assert key in WHOLE_NUMBERS, f"{key} is a number that is not text"
        elif TIMES.fullmatch(key) and value is not None:
            assert UTC.fullmatch(value), f"{key} is {value!r}"


def check_request(entry: dict[str, Any]) -> None:
    path = entry["endpoint"].strip("/")
    found = endpoint_of(entry["method"], path)
    assert found is not None, f"the document has no {entry['method']} {path}"
    assert entry["signed"] is not path.startswith("public/")
    places = {name: "query" for name, _ in entry["query"]} | dict.fromkeys(entry["fields"], entry["body_kind"])
    for parameter, place in places.items():
        assert found.places.get(parameter) == place, f"{parameter} of {entry['method']} {path} was sent as {place}"


def endpoint_of(method: str, path: str) -> Endpoint | None:
    documented = [each for each in endpoints() if each.method == method]
    exact = [each for each in documented if each.path == path]
    return next(iter(exact or [each for each in documented if each.matches(path)]), None)


@cases(Kind.CSV)
def test_programs_read_csv_under_headings_that_stay(stage: Stage, name: str) -> None:
    row = ROWS[name]
    more = () if name.startswith("export") else ("--csv",)
    said = ok(run(stage, row.call(stage, Kind.CSV), *more))
    header, *rows = csv.reader(io.StringIO(said))
    assert ",".join(header) == row.header
    assert rows
    assert all(len(each) == len(header) for each in rows)
    for field, value in ((field, value) for each in rows for field, value in zip(header, each, strict=True)):
        if TIMES.fullmatch(field) and value:
            assert UTC.fullmatch(value), f"{field} is {value!r}"


@pytest.mark.parametrize("revision", ["trade", "atlas"])
@cases(Kind.PAGES)
def test_pages_are_followed_with_and_without_headers(stage: Stage, name: str, revision: str) -> None:
    row = ROWS[name]
    call = row.call(stage, Kind.PAGES)

    def listed(*more: str) -> list[Any]:
        found: list[Any] = json.loads(ok(run(stage, call, *more, "--json", revision=revision)))
        return [settled(each) for each in found]

    whole = listed()
    assert len(whole) > 2 * row.page, "these are no more than two pages"
    size = ("--limit", str(row.page))
    assert listed(*size, "--all") == whole
    assert listed(*size, "--page", "3") == whole[2 * row.page : 3 * row.page]
    if revision == "atlas":
        assert "--page 2 shows the next" in decent(run(stage, call, *size)).stderr
        done = decent(run(stage, call, *size, "--page", "99", "--csv"))
        assert (done.returncode, done.stdout.splitlines()) == (0, [row.header])


def settled(record: dict[str, Any]) -> dict[str, Any]:
    """Without what moves on by itself between two looks."""
    moving = {"state", "updated_at", "done_at", "completed_at", "confirmations", "blockchain_txid", "at"}
    return {field: value for field, value in record.items() if field not in moving}


@cases(Kind.REFUSED)
def test_what_the_exchange_refuses_is_exit_code_1(stage: Stage, name: str) -> None:
    row = ROWS[name]
    call = row.call(stage, Kind.REFUSED)
    if row.write:
        stage.line.exchange.control.fault(kind="refuse", request=row.write)
    else:
        stage.line.exchange.control.fault(kind="reply", status=422, path="/", count=99)
    assert failed(run(stage, call), 1).count("captui: ") == 1


@cases(Kind.UNAUTHORISED)
def test_a_wrong_key_is_exit_code_4_and_nothing_is_done(stage: Stage, name: str) -> None:
    call = ROWS[name].call(stage, Kind.UNAUTHORISED)
    before = last_number(stage)
    said = failed(run(stage, call, CAPTUI_API_SECRET="0123456789abcdef"), 4)
    assert "0123456789abcdef" not in said
    assert not [entry for entry in arrived(stage, before) if entry["signed"] and entry["status"] < 300]
    failed(run(stage, call, CAPTUI_API_KEY="", CAPTUI_API_SECRET=""), 4)


def test_nobody_there_is_exit_code_3(stage: Stage) -> None:
    """All of them at once: each tries for a while before it gives up."""
    names = [name for name, row in ROWS.items() if Kind.OFFLINE in row.kinds()]
    calls = [ROWS[name].call(stage, Kind.OFFLINE) for name in names]
    found = stage.line.run_all([(call.arguments, call.answer) for call in calls], **nobody())
    for name, done in zip(names, found, strict=True):
        row = ROWS[name]
        said = failed(done, 3, silent=not row.says_offline)
        assert ("offline" in done.stdout) if row.says_offline else ("No connection" in said), name


@cases(Kind.UNKNOWN)
def test_a_lost_answer_is_exit_code_5_and_nothing_is_sent_again(stage: Stage, name: str) -> None:
    row = ROWS[name]
    call = row.call(stage, Kind.UNKNOWN)
    before = last_number(stage)
    stage.line.exchange.control.fault(kind="lose_reply", request=row.write)
    said = failed(run(stage, call), 5)
    assert "not known" in said
    # The command that tells what became of it is named, alone on its line.
    assert re.search(r"^  captui \w+", said, re.MULTILINE)
    assert sum(entry["method"] != "GET" for entry in arrived(stage, before)) == 1


@cases(Kind.UNREAD)
def test_a_closed_pipe_is_no_error(stage: Stage, name: str) -> None:
    call = ROWS[name].call(stage, Kind.UNREAD)
    assert not call.answer
    done = stage.line.run_unread(*call.arguments)
    assert ok(done) == ""
    assert "rror" not in done.stderr


def test_watch_until_ctrl_c(stage: Stage) -> None:
    row = ROWS["watch"]
    process = stage.line.start(*row.call(stage, Kind.JSON).arguments, "--json")
    try:
        assert process.stdout is not None
        check_json(process.stdout.readline(), row)
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=20)
        decent(Done((), 0, said, complaint))
        assert (process.returncode, complaint) == (0, "")
    finally:
        process.kill()
        process.communicate()
    assert ok(stage.line.run_unread(*row.call(stage, Kind.UNREAD).arguments)) == ""


def test_watch_with_a_wrong_key(stage: Stage) -> None:
    failed(run(stage, ROWS["watch"].call(stage, Kind.UNAUTHORISED), CAPTUI_API_SECRET="0123456789abcdef"), 4)


@pytest.mark.parametrize("name", ["no row", "no command"])
def test_the_walk_sees_what_is_missing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "no row":
        monkeypatch.delitem(ROWS, "beneficiaries show")
    else:
        monkeypatch.delitem(COMMANDS, "ping")
    with pytest.raises(AssertionError):
        test_every_command_has_a_row_and_every_row_a_command()


def test_a_line_that_scripts_would_stumble_over_is_seen() -> None:
    with pytest.raises(AssertionError, match="not text"):
        check_fields({"trades": [{"price": 5}]})
    with pytest.raises(AssertionError, match="created_at"):
        check_fields({"created_at": "2026-01-01 10:00"})
    with pytest.raises(AssertionError, match="round"):
        json.loads('{"price": 0.1}', parse_float=no_float)
    with pytest.raises(AssertionError, match="was sent as json"):
        check_request(
            {
                "endpoint": "/account/withdraws",
                "method": "POST",
                "signed": True,
                "query": [],
                "fields": {"otp": ""},
                "body_kind": "json",
            }
        )


def test_the_command_line_is_what_it_says_it_is(stage: Stage) -> None:
    """The one process of the fork server answers as a process of its own would."""
    assert isinstance(stage.line, CommandLine)
    process = stage.line.start("markets", "--json")
    said, complaint = process.communicate(timeout=20)
    assert (process.returncode, complaint) == (0, "")
    assert said == stage.line.ok("markets", "--json")
