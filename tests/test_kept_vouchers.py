from __future__ import annotations

import os
from pathlib import Path

import pytest

from captui.core.secret import Secret
from captui.kept_vouchers import KeptVoucher, KeptVouchers

ONE = KeptVoucher(Secret("2593564009582386"), "400", "2029-11-21", "exchange.example")
TWO = KeptVoucher(Secret("1111222233334444"), "", "", "exchange.example")


def test_what_is_kept_is_there_again_until_it_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "state/vouchers.json"
    KeptVouchers(path).keep([ONE, ONE])
    KeptVouchers(path).keep([TWO, ONE])
    kept = KeptVouchers(path)
    assert kept.read() == (ONE, TWO)
    kept.forget([ONE])
    assert kept.read() == (TWO,)
    kept.forget(kept.read())
    assert kept.read() == ()
    assert not path.exists()


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    path, before = tmp_path / "state/vouchers.json", os.umask(0)
    try:
        KeptVouchers(path).keep([ONE])
    finally:
        os.umask(before)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert ONE.pin.reveal() not in repr(KeptVouchers(path).read())


def test_nothing_is_made_where_there_is_nothing_to_keep(tmp_path: Path) -> None:
    KeptVouchers(tmp_path / "vouchers.json").keep([])
    KeptVouchers(None).keep([ONE])
    assert KeptVouchers(None).read() == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[", "{}[", '[{"pin": 2593564009582386}]', '[["2593564009582386"]]', "3"])
def test_a_damaged_file_is_set_aside_and_noted_without_a_pin(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "vouchers.json"
    path.write_text(text)
    assert KeptVouchers(path).read() == ()
    assert "cannot be read" in caplog.text
    assert ONE.pin.reveal() not in caplog.text
    KeptVouchers(path).keep([ONE])
    assert path.with_name("vouchers.json.damaged").read_text() == text
