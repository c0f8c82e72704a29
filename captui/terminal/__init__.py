"""The way to the terminal. Knows Textual and nothing of trading."""
