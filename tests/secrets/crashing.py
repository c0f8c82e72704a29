"""`python -m tests.secrets.crashing WHERE ARGUMENTS…`: captui with a mistake put into it, in a frame that holds the secrets in plain text.

- `stream`: where the stream signs its second upgrade, on the session's thread.
- `session`: the same, and then in the session as a whole, which ends by it.
- `ui`: when the terminal changes its size, in the app itself, which ends by it.
- `form`: when a form with a pin is handed in.
- `abort`: the interpreter's own end, with the fault handler on, when the terminal changes its size.
- `nowhere`: none.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from textual.events import Resize

from captui.app import CaptuiApp
from captui.cli.main import main
from captui.exchange.stream import Stream
from captui.screens.form import Form
from captui.session.runtime import Runtime
from captui.setup.app import SetupApp


def when_signing_again(then: Callable[[], object]) -> None:
    signed = Stream._auth
    calls: list[int] = []

    def fail(self: Stream) -> dict[str, str] | None:
        headers = signed(self)
        calls.append(1)
        if len(calls) == 2:
            then()
            raise RuntimeError("a mistake in the stream")
        return headers

    Stream._auth = fail  # type: ignore[method-assign]


def in_the_session() -> None:
    held = Runtime.run
    due = asyncio.Event()
    when_signing_again(due.set)

    async def fail(self: Runtime) -> None:
        running = asyncio.create_task(held(self), name="runtime")
        await due.wait()
        running.cancel()
        assert self._credentials is not None
        key = self._credentials.api_key.reveal()
        raise RuntimeError(f"a mistake in the session, with {len(key)} characters in its hands")

    Runtime.run = fail  # type: ignore[method-assign]


def when_resized(end: Callable[[], object]) -> None:
    trading, setting_up = CaptuiApp.on_resize, SetupApp.on_resize

    def fail(event: Resize) -> None:
        key, secret = os.environ.get("CAPTUI_API_KEY", ""), os.environ.get("CAPTUI_API_SECRET", "")
        if event.size.width < 110:
            end()
            raise RuntimeError(f"a mistake in the screen, with {len(key + secret)} characters in its hands")

    def trade(self: CaptuiApp, event: Resize) -> None:
        fail(event)
        trading(self, event)

    def set_up(self: SetupApp, event: Resize) -> None:
        typed = [field.secret().reveal() for field in (self._state.draft.api_key, self._state.draft.api_secret)]
        fail(event)
        setting_up(self)
        del typed

    CaptuiApp.on_resize = trade  # type: ignore[method-assign]
    SetupApp.on_resize = set_up  # type: ignore[assignment, method-assign]


def in_a_form() -> None:
    def fail(self: Form, filled: object) -> NoReturn:
        values = self._values()
        raise RuntimeError(f"a mistake in the form, after {len(values)} fields")

    Form._leave = fail  # type: ignore[method-assign]


def abort() -> None:
    # Textual puts something of its own in place of sys.stderr.
    faulthandler.enable(file=sys.__stderr__ or 2, all_threads=True)
    os.abort()


MISTAKES: dict[str, Callable[[], None]] = {
    "stream": lambda: when_signing_again(lambda: None),
    "session": in_the_session,
    "ui": lambda: when_resized(lambda: None),
    "form": in_a_form,
    "abort": lambda: when_resized(abort),
    "nowhere": lambda: None,
}

if __name__ == "__main__":
    MISTAKES[sys.argv.pop(1)]()
    main()
