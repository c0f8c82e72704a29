"""Vouchers that came back as change, kept over a hang-up.

A voucher's pin is money, the exchange says it once, and captui writes it nowhere while there is somebody to ask. When the terminal goes,
nobody is: then the pin is kept in a file for this user alone, shown at the next start, and forgotten when the user says that it is noted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from captui import private_files
from captui.core.dataclass import dataclass
from captui.core.secret import Secret

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptVoucher:
    pin: Secret
    worth: str
    """In rand, as plain digits; empty where the exchange did not say."""
    expiry: str
    """In the exchange's words."""
    exchange: str
    """The host that takes it."""


class KeptVouchers:
    """Those in a file. `path` None keeps nothing. No method raises: what cannot be read or written is noted in the log, without any pin."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def read(self) -> tuple[KeptVoucher, ...]:
        """Oldest first."""
        if self._path is None or not self._path.exists():
            return ()
        import json

        try:
            listed = json.loads(self._path.read_text(encoding="utf-8"))
            return tuple(
                KeptVoucher(Secret(each["pin"]), each["worth"], each["expiry"], each["exchange"]) for each in listed
            )
        except FileNotFoundError:
            return ()
        except OSError as error:
            _log.error("%s cannot be read: %s", self._path, error.strerror)
        except (ValueError, TypeError, KeyError) as error:
            # The error's own words may quote the file, and what it holds may still be money.
            _log.error("%s cannot be read and is set aside: %s", self._path, type(error).__name__)
            self._set_aside(self._path)
        return ()

    def keep(self, vouchers: Iterable[KeptVoucher]) -> None:
        """These too, each once. Blocks until they are written."""
        kept = self.read()
        new = [voucher for voucher in dict.fromkeys(vouchers) if voucher.pin not in [each.pin for each in kept]]
        if new:
            self._write((*kept, *new))

    def forget(self, vouchers: Iterable[KeptVoucher]) -> None:
        """These only: another captui may have kept others meanwhile."""
        noted = [each.pin for each in vouchers]
        self._write(tuple(voucher for voucher in self.read() if voucher.pin not in noted))

    def _set_aside(self, path: Path) -> None:
        try:
            path.replace(path.with_name(f"{path.name}.damaged"))
        except OSError as error:
            _log.error("%s cannot be set aside: %s", path, error.strerror)

    def _write(self, vouchers: tuple[KeptVoucher, ...]) -> None:
        if self._path is None:
            return
        try:
            if not vouchers:
                self._path.unlink(missing_ok=True)
                return
            private_files.own_folder(self._path.parent)
            private_files.replace_text(self._path, _text(vouchers))
        except OSError as error:
            _log.error("%s cannot be written: %s", self._path, error.strerror)


def _text(vouchers: tuple[KeptVoucher, ...]) -> str:
    import json

    # In one expression, so that no local variable of a traceback holds a pin.
    return json.dumps(
        [
            {"pin": each.pin.reveal(), "worth": each.worth, "expiry": each.expiry, "exchange": each.exchange}
            for each in vouchers
        ],
        indent=1,
    )
