"""A mistake ends an application with a sentence, an exit code and a log entry, and prints nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from captui.app import CaptuiApp
from captui.ending import EndsQuietly
from captui.errors import UNEXPECTED
from captui.setup.app import SetupApp


class _Fails(EndsQuietly):
    LEFT_BEHIND = "Something goes on."

    def on_mount(self) -> None:
        secret = "s3cret"  # noqa: F841 - what Textual's own traceback would print
        raise RuntimeError("kaboom")


async def test_the_person_reads_a_sentence_and_the_log_has_the_rest(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    app = _Fails(log_path=Path("captui.log"))
    with pytest.raises(RuntimeError, match="kaboom"):
        async with app.run_test():
            pass
    assert app.return_code == UNEXPECTED
    why = "captui had to stop because of an unexpected error; the details are in captui.log."
    assert app.last_words == f"{why} Something goes on."
    assert "kaboom" in caplog.text
    printed = capsys.readouterr()
    assert "kaboom" not in printed.out + printed.err
    assert "s3cret" not in printed.out + printed.err + caplog.text


def test_only_the_trading_screen_leaves_orders_behind() -> None:
    assert CaptuiApp.LEFT_BEHIND == "Open orders stay on the exchange."
    assert not SetupApp.LEFT_BEHIND


def test_without_a_log_file_no_path_is_told() -> None:
    assert EndsQuietly(log_path=None).something_wrong.endswith("; the log has the details.")
