"""How each command is called in the matrix of tests, and what it prints: one row for each command and sub-command."""

from __future__ import annotations

import itertools
import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.cli.commandline import CommandLine

OTP, PIN = "123456\n", "271828\n"


class Kind(StrEnum):
    """What each command is tried with."""

    HUMAN = "human"
    JSON = "json"
    CSV = "csv"
    PAGES = "pages"
    REFUSED = "refused"
    UNAUTHORISED = "unauthorised"
    OFFLINE = "no connection"
    UNKNOWN = "unknown outcome"
    UNREAD = "closed pipe"


class Stage:
    """A seeded exchange, and what the calls need of it."""

    def __init__(self, line: CommandLine) -> None:
        self.line = line
        self._numbers = itertools.count(1)

    def fresh(self) -> str:
        """A name that nothing has yet."""
        return f"fresh-{next(self._numbers)}"

    def control(self, path: str, body: dict[str, Any]) -> Any:
        address = self.line.exchange.rest_url.split("/api/")[0]
        request = urllib.request.Request(  # noqa: S310 - loopback, our own process
            f"{address}/control/{path}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def resting(self) -> str:
        """The custom id of a new order that rests, unlike any that the matrix itself places."""
        name = self.fresh()
        self.line.ok("buy", "ethzar", "0.02", "--limit", "20000", "--id", name, "--yes")
        return name

    def beneficiary(self) -> str:
        """The number of a new beneficiary that is pending."""
        name = self.fresh()
        made = self.line.json("beneficiaries", "add", "eth", name, "--address", f"0x{name}", "--yes")
        return str(made["id"])

    def invoice(self) -> str:
        """Of somebody else."""
        return str(self.control("lightning/invoice", {"amount": "1000", "description": "coffee"})["bolt"])

    def txid(self) -> str:
        return str(self.line.json("deposits", "--currency", "btc", "--limit", "1")[0]["txid"])


@dataclass(frozen=True, slots=True)
class Call:
    arguments: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`call` makes a call that succeeds, anew for each kind; without a `write` it may be made any number of times."""

    call: Callable[[Stage, Kind], Call]
    shape: type = list
    """Of the JSON."""
    header: str = ""
    """Of the CSV, which scripts rely on; empty where no list is printed."""
    page: int = 0
    """With so many on a page there are more than two pages; 0 where there are no pages."""
    write: str = ""
    """The kind of request whose answer can be lost or refused; empty for what only reads."""
    private: bool = True
    connects: bool = True
    quiet: bool = False
    """It does something, and prints nothing for programs to read."""
    says_done: bool = False
    """People are told on standard error that it is done: there is nothing to print."""
    says_offline: bool = False
    """Its output tells that there is no connection."""
    instead: dict[Kind, str] = field(default_factory=dict)
    """Kinds that do not go with it, and why."""

    def kinds(self) -> set[Kind]:
        if self.quiet:
            return {Kind.HUMAN}
        found = {Kind.HUMAN, Kind.JSON}
        if self.header:
            found.add(Kind.CSV)
        if self.page:
            found.add(Kind.PAGES)
        if self.connects:
            found |= {Kind.REFUSED, Kind.OFFLINE}
        if self.connects and self.private:
            found.add(Kind.UNAUTHORISED)
        found.add(Kind.UNKNOWN if self.write else Kind.UNREAD)
        return found - set(self.instead)


def fixed(*arguments: str) -> Callable[[Stage, Kind], Call]:
    return lambda _stage, _kind: Call(arguments)


def made(arguments: Callable[[Stage], tuple[str, ...]], answer: str = "") -> Callable[[Stage, Kind], Call]:
    return lambda stage, _kind: Call(arguments(stage), answer)


def _redeem(_stage: Stage, kind: Kind) -> Call:
    # Each of these pins is good once, for its whole worth.
    amount, pin = {Kind.JSON: ("500", "1000000000000500"), Kind.UNKNOWN: ("3000", "1000000000003000")}.get(
        kind, ("100", "1000000000000100")
    )
    return Call(("redeem", "1", amount, "--yes"), f"{pin}\n")


_ORDER = (
    "id,uuid,custom_order_id,created_at,updated_at,market,side,ord_type,post_only,price,avg_price,origin_volume,"
    "executed_volume,remaining_volume,state,trades_count"
)
_TRADE = "id,created_at,market,side,price,amount,total,fee_amount,fee_currency,taker_type,order_id,custom_order_id"
_DEPOSIT = "id,created_at,completed_at,currency,amount,fee,state,confirmations,txid,tid"
_WITHDRAWAL = "id,created_at,updated_at,done_at,currency,type,amount,fee,state,confirmations,rid,blockchain_txid,note"
_TICKER = "market,last,price_change_percent,open,low,high,volume,amount,at"
_CURRENCY = (
    "id,name,type,precision,symbol,deposit_enabled,withdrawal_enabled,deposit_fee,min_deposit_amount,withdraw_fee,"
    "min_withdraw_amount,withdraw_limit_24h,withdraw_limit_72h,min_confirmations,explorer_transaction,explorer_address"
)
_BALANCE = "currency,available,locked,balance"

ROWS: dict[str, Row] = {
    "ping": Row(fixed("ping"), dict, private=False),
    "markets": Row(
        fixed("markets"),
        header="id,name,base_unit,quote_unit,min_price,max_price,min_amount,amount_precision,price_precision,state",
        page=1,
        private=False,
    ),
    "ticker": Row(fixed("ticker"), header=_TICKER, page=1, private=False),
    "ticker MARKET": Row(fixed("ticker", "btczar"), dict, header=_TICKER, private=False),
    "candles": Row(fixed("candles", "btczar", "--from", "1d"), header="time,open,high,low,close,volume", private=False),
    "depth": Row(fixed("depth", "btczar"), dict, header="side,price,amount", private=False),
    "tape": Row(
        # The history before the exchange began is from before all that was seeded.
        fixed("tape", "btczar", "--from", "5m"),
        header="id,created_at,market,taker_type,price,amount,total",
        page=2,
        private=False,
    ),
    "currencies": Row(fixed("currencies"), header=_CURRENCY, page=2, private=False),
    "currencies CURRENCY": Row(fixed("currencies", "btc"), dict, header=_CURRENCY, private=False),
    "balances": Row(fixed("balances"), header=_BALANCE, page=2),
    "balances CURRENCY": Row(fixed("balances", "zar"), dict, header=_BALANCE),
    "portfolio": Row(fixed("portfolio"), dict, header="currency,available,locked,total,price,value,share"),
    "orders": Row(fixed("orders", "--market", "btczar"), header=_ORDER, page=2),
    "orders --state": Row(fixed("orders", "--market", "btczar", "--state", "all"), header=_ORDER, page=3),
    "order": Row(fixed("order", "seed-0"), dict),
    "trades": Row(fixed("trades"), header=_TRADE, page=2),
    "status": Row(fixed("status"), dict, says_offline=True),
    "export trades": Row(
        fixed("export", "trades"),
        header=f"{_TRADE},created_at_sast,base_unit,quote_unit,total_zar,fee_zar,base_change,quote_change",
    ),
    "export orders": Row(fixed("export", "orders"), header=_ORDER),
    "export deposits": Row(fixed("export", "deposits"), header=f"{_DEPOSIT},created_at_sast"),
    "export withdrawals": Row(fixed("export", "withdrawals"), header=f"{_WITHDRAWAL},created_at_sast"),
    "buy": Row(
        made(lambda stage: ("buy", "ethzar", "0.01", "--limit", "20000", "--id", stage.fresh(), "--yes")),
        dict,
        write="create",
    ),
    "sell": Row(
        made(lambda stage: ("sell", "ethzar", "0.01", "--limit", "90000", "--id", stage.fresh(), "--yes")),
        dict,
        write="create",
    ),
    "cancel": Row(made(lambda stage: ("cancel", stage.resting())), header=_ORDER, write="cancel"),
    "cancel --all": Row(
        made(lambda stage: (stage.resting(), "cancel", "--all", "--market", "ethzar", "--yes")[1:]),
        header=_ORDER,
        write="cancel",
    ),
    "deposits": Row(fixed("deposits"), header=_DEPOSIT, page=5),
    "deposits --from": Row(fixed("deposits", "--from", "520w"), header=_DEPOSIT, page=5),
    "deposit": Row(made(lambda stage: ("deposit", stage.txid())), dict),
    "deposit-address": Row(fixed("deposit-address", "btc"), dict),
    "deposit-methods": Row(
        fixed("deposit-methods"), header="id,name,type,min_amount,max_amount,provider_id,description", page=1
    ),
    "redeem": Row(_redeem, dict, write="redeem"),
    "withdrawals": Row(fixed("withdrawals"), header=_WITHDRAWAL, page=2),
    "withdraw": Row(made(lambda _: ("withdraw", "btc", "0.001", "--to", "cold", "--yes"), OTP), dict, write="withdraw"),
    "beneficiaries list": Row(
        fixed("beneficiaries", "list", "--currency", "btc"),
        header="id,currency,name,state,description,data",
        page=2,
    ),
    "beneficiaries show": Row(fixed("beneficiaries", "show", "801"), dict),
    "beneficiaries add": Row(
        made(lambda stage: ("beneficiaries", "add", "eth", name := stage.fresh(), "--address", f"0x{name}", "--yes")),
        dict,
        write="beneficiary",
    ),
    "beneficiaries activate": Row(
        made(lambda stage: ("beneficiaries", "activate", stage.beneficiary(), "--yes"), PIN),
        dict,
        write="beneficiary",
    ),
    "beneficiaries remove": Row(
        made(lambda stage: ("beneficiaries", "remove", stage.beneficiary(), "--yes")),
        dict,
        write="beneficiary",
        says_done=True,
    ),
    "lightning invoice": Row(fixed("lightning", "invoice", "1000"), dict, write="invoice"),
    "lightning pay": Row(made(lambda stage: ("lightning", "pay", stage.invoice(), "--yes")), dict, write="pay"),
    "watch": Row(
        fixed("watch", "btczar.ob-inc", "order"),
        dict,
        instead={Kind.REFUSED: "it asks nothing of the exchange that could be refused but its key"},
    ),
    "record": Row(
        made(lambda stage: ("record", "btczar", "-o", str(stage.line.folder / f"{stage.fresh()}.jsonl"))),
        private=False,
        instead={
            Kind.REFUSED: "what it asks for over REST only fills up what the stream does not bring",
            Kind.UNREAD: "it prints when it has been ended",
        },
    ),
    "keys set": Row(made(lambda _: ("keys", "set", "--yes"), "key\nsecret\n"), connects=False, quiet=True),
    "keys test": Row(fixed("keys", "test"), dict),
    "keys list": Row(fixed("keys", "list"), header="source,set,counts,fingerprint,exchange", connects=False),
    "keys forget": Row(fixed("keys", "forget", "--yes"), connects=False, quiet=True),
    "config path": Row(fixed("config", "path"), connects=False, instead={Kind.JSON: "it prints one path"}),
    "config show": Row(fixed("config", "show"), dict, connects=False),
    "config check": Row(fixed("config", "check"), connects=False, quiet=True),
    "config init": Row(
        made(lambda stage: ("config", "init", "--config", str(stage.line.folder / f"{stage.fresh()}.toml"))),
        connects=False,
        quiet=True,
    ),
    "completion": Row(
        fixed("completion", "bash"), connects=False, instead={Kind.JSON: "it prints a program for a shell"}
    ),
}


def command_of(name: str) -> tuple[str, ...]:
    """The command that a row is about: what follows it in capitals or with dashes only tells rows apart."""
    return tuple(word for word in name.split() if word.islower() and not word.startswith("--"))
