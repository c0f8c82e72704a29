"""The network: endpoints, the REST client and its worker, the websocket stream. httpx and websockets live here only.

Nothing here decides what an order means or what the screen shows: bytes become the core's values and events, requests become
bytes, and every failure becomes an error of `captui.errors` or one of the three outcomes of a write.
"""

import sys

# httpx imports its own command line wherever what that needs is installed, and with it pygments and half of rich: two megabytes, and a
# fifth of the time until the first order book. With a None in this place (the import system's own way to say no) it does without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
