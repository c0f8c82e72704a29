"""The event that a thread can wait for beside a descriptor."""

from __future__ import annotations

import select
import threading

from captui.terminal.waking import WakingEvent


def is_readable(event: WakingEvent) -> bool:
    return bool(select.select([event], [], [], 0)[0])


def test_readable_for_as_long_as_it_is_set() -> None:
    event = WakingEvent()
    assert not is_readable(event)
    event.set()
    event.set()
    assert is_readable(event)
    assert event.is_set()
    event.clear()
    assert not is_readable(event)
    event.close()


def test_a_thread_that_waits_for_ever_is_woken() -> None:
    event = WakingEvent()
    thread = threading.Thread(target=lambda: select.select([event], [], []))
    thread.start()
    event.set()
    thread.join(10)
    assert not thread.is_alive()
    event.close()


def test_closed_it_is_an_event_like_any_other() -> None:
    event = WakingEvent()
    event.close()
    event.close()
    event.set()
    assert event.is_set()
    event.clear()
    assert not event.is_set()
