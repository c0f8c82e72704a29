"""The local history: own trades, orders and values of the account in one SQLite file, beside nothing that cannot be read again.

Trades and orders are a copy of what the exchange lists; only the recorded values exist nowhere else. The file may be deleted at any
time. Knows the core and the disk, no network; imported where it is used, because SQLite costs time to load.
"""
