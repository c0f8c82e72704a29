"""One quiet exchange per test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.exchanges import Trader, running


@pytest.fixture
def trader() -> Iterator[Trader]:
    """The user of a quiet exchange, in the revision of 2023."""
    with running() as made:
        yield made


@pytest.fixture(scope="module")
def calm() -> Iterator[Trader]:
    """One quiet exchange for all tests of a module that leave no trace in it."""
    with running() as made:
        yield made


@pytest.fixture
def atlas() -> Iterator[Trader]:
    """The user of a quiet exchange, in the newer revision."""
    with running(revision="atlas") as made:
        yield made
