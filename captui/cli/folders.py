"""The folders of this user's captui, whichever command asks."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """Where the order journal lies, and what is remembered of the screens."""
    return platformdirs.user_state_path("captui")


def data_folder() -> Path:
    """Where the local history lies."""
    return platformdirs.user_data_path("captui")
