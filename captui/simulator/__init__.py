"""The embedded exchange: a matching engine, its market makers, replay of recordings, and a real HTTP and websocket server around them.

Written from the API document on its own. It must not know the client's codec, so that a mistake in one is caught by the other.
"""
