"""What captui remembers between runs: small choices such as the market, the interval and the theme.

Losing the file loses nothing that matters, so reading never fails: a damaged one is as good as none.
"""

from __future__ import annotations

import logging
from pathlib import Path

from captui import private_files

_log = logging.getLogger(__name__)


class Remembered:
    """A mapping of text to text that is written to disk whenever it changes. `path` None keeps it in memory only."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.values: dict[str, str] = {}
        if path is None:
            return
        try:
            text = path.read_text(encoding="utf-8")
            # Not needed at a first start, and the first frame waits for what is imported.
            import json

            data = json.loads(text)
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            _log.warning("%s is not readable and is begun anew: %s", path, error)
            return
        if isinstance(data, dict):
            self.values = {str(key): value for key, value in data.items() if isinstance(value, str)}

    def remember(self, key: str, value: str) -> None:
        """Keeps the value, on disk too where it can; a full or read-only disk is noted in the log."""
        if self.values.get(key) == value:
            return
        self.values[key] = value
        if self._path is None:
            return
        import json

        try:
            private_files.own_folder(self._path.parent)
            private_files.replace_text(self._path, json.dumps(self.values, indent=1, sort_keys=True))
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._path, error)
