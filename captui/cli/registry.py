"""Every command that is imported only when it is run: where it is, and its line in the list. A test compares with the commands."""

from __future__ import annotations

from captui.cli.lazy import Lazy

SCREEN = "Screen"
_MARKET, _ACCOUNT, _TRADE, _MORE = "Market data (no key needed)", "Account", "Trading", "And"
_FUNDING = "Money in and out"

_COMMANDS = "captui.cli.commands"

COMMANDS = {
    "demo": Lazy(f"{_COMMANDS}.screen", "demo", SCREEN, "Trade on the embedded exchange: no key, no network, no risk."),
    "setup": Lazy(
        f"{_COMMANDS}.screen", "setup", SCREEN, "Choose how to start: demo, your own API key, or only looking."
    ),
    "exchange": Lazy(
        f"{_COMMANDS}.screen", "exchange", SCREEN, "Run the embedded exchange alone, for bots, tests and rehearsals."
    ),
    "markets": Lazy(f"{_COMMANDS}.public", "markets", _MARKET, "List the markets with their limits and steps."),
    "ticker": Lazy(f"{_COMMANDS}.public", "ticker", _MARKET, "Show the last 24 hours of MARKET, or of all markets."),
    "candles": Lazy(f"{_COMMANDS}.public", "candles", _MARKET, "Show the candles of MARKET, oldest first."),
    "depth": Lazy(f"{_COMMANDS}.public", "depth", _MARKET, "Show the order book of MARKET: asks above, bids below."),
    "tape": Lazy(f"{_COMMANDS}.public", "tape", _MARKET, "Show the trades of everybody in MARKET, newest first."),
    "currencies": Lazy(f"{_COMMANDS}.public", "currencies", _MARKET, "List the currencies, or show CURRENCY."),
    "watch": Lazy(
        f"{_COMMANDS}.streams",
        "watch",
        _MARKET,
        "Print what the exchange streams, one JSON object a line, until Ctrl+C.",
    ),
    "record": Lazy(
        f"{_COMMANDS}.streams", "record", _MARKET, "Record the order book and the trades of MARKET until Ctrl+C."
    ),
    "ping": Lazy(f"{_COMMANDS}.public", "ping", _MARKET, "Ask whether the trade engine runs."),
    "balances": Lazy(
        f"{_COMMANDS}.account",
        "balances",
        _ACCOUNT,
        "Show what the account holds: available, locked in orders, and both together.",
    ),
    "portfolio": Lazy(
        f"{_COMMANDS}.account", "portfolio", _ACCOUNT, "Show what the account is worth in rand, at last prices."
    ),
    "trades": Lazy(f"{_COMMANDS}.account", "trades", _ACCOUNT, "List your own trades with their fees, newest first."),
    "export": Lazy(f"{_COMMANDS}.export", "export", _ACCOUNT, "Write a whole history as CSV, oldest first."),
    "status": Lazy(
        f"{_COMMANDS}.status",
        "status",
        _ACCOUNT,
        "Print one line: worth in rand, open orders, last trade, connection.",
    ),
    "buy": Lazy(f"{_COMMANDS}.trading", "buy", _TRADE, "Buy AMOUNT in MARKET."),
    "sell": Lazy(f"{_COMMANDS}.trading", "sell", _TRADE, "Sell AMOUNT in MARKET."),
    "cancel": Lazy(
        f"{_COMMANDS}.trading",
        "cancel",
        _TRADE,
        "Cancel the orders with these IDs, or with --all every open order.",
    ),
    "orders": Lazy(
        f"{_COMMANDS}.account",
        "orders",
        _TRADE,
        "List orders, newest first: the open ones, unless --state says otherwise.",
    ),
    "order": Lazy(f"{_COMMANDS}.account", "order", _TRADE, "Show one order with its trades."),
    "deposits": Lazy(f"{_COMMANDS}.deposits", "deposits", _FUNDING, "List deposits, newest first."),
    "deposit": Lazy(
        f"{_COMMANDS}.deposits", "deposit", _FUNDING, "Show the deposit of the blockchain transaction TXID."
    ),
    "deposit-address": Lazy(
        f"{_COMMANDS}.deposits", "deposit_address", _FUNDING, "Print the address to pay CURRENCY in to."
    ),
    "deposit-methods": Lazy(
        f"{_COMMANDS}.deposits",
        "deposit_methods",
        _FUNDING,
        "List the instant ways to pay rand in, vouchers among them.",
    ),
    "redeem": Lazy(
        f"{_COMMANDS}.deposits", "redeem", _FUNDING, "Redeem a voucher for AMOUNT rand; its pin is asked for."
    ),
    "withdrawals": Lazy(f"{_COMMANDS}.withdrawals", "withdrawals", _FUNDING, "List withdrawals, newest first."),
    "withdraw": Lazy(
        f"{_COMMANDS}.withdrawals", "withdraw", _FUNDING, "Withdraw AMOUNT of CURRENCY to an active beneficiary."
    ),
    "beneficiaries": Lazy(
        f"{_COMMANDS}.beneficiaries",
        "beneficiaries",
        _FUNDING,
        "Show and change where withdrawals may go to.",
    ),
    "lightning": Lazy(f"{_COMMANDS}.lightning", "lightning", _FUNDING, "Receive and pay bitcoin over lightning."),
    "keys": Lazy(f"{_COMMANDS}.keys", "keys", _MORE, "Keep, test and forget the API key."),
    "config": Lazy(f"{_COMMANDS}.configuration", "config", _MORE, "Find, show, check and start the file of settings."),
    "completion": Lazy(f"{_COMMANDS}.completion", "completion", _MORE, "Print the completion script for SHELL."),
}
