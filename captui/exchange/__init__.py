"""The network: endpoints, the REST client and its worker, the websocket stream. httpx and websockets live here only.

Nothing here decides what an order means or what the screen shows: bytes become the core's values and events, requests become
bytes, and every failure becomes an error of `captui.errors` or one of the three outcomes of a write.
"""
