"""The trade screen on sample views, to be looked at: `python -m tests.ui.preview [live|stale|…] [theme]`."""

from __future__ import annotations

import sys

from captui.app import CaptuiApp
from captui.config import Config
from tests import samples
from tests.ui.fake_session import FakeSession


def main(state: str = "live", theme: str = "captui-dark") -> None:
    session = FakeSession(samples.views(state))
    for notice in samples.notices():
        session.tell(notice.text, at_ms=notice.at_ms, severity=notice.severity)
    CaptuiApp(session, config=Config(theme=theme), now_ms=lambda: samples.NOW_MS, tz=samples.TZ).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
