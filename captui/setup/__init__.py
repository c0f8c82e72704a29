"""Set-up on first start: demo, own key or only looking; where the key is kept; a test of it. Knows no sockets, files or keyrings:
what it needs of them is given to it (see ports)."""
