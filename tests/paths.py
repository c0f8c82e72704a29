"""Where tests find what is not in this repository."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
"""Beside the checkout: the API document and recordings of real markets, which are not copied into the project."""

API_DOCUMENT = SHARED / "seed" / "cape-crypto-api.md"
MARKET_DATA = SHARED / "market-data"
GOLDEN = ROOT / "tests" / "golden"


def needed(path: Path) -> Path:
    """`path`, or the running test is skipped with a plain sentence."""
    if not path.exists():
        # Also while tests are collected, where the document gives a test its cases.
        reason = f"{path.parent.name}/{path.name} is not beside this checkout (looked in {SHARED})"
        pytest.skip(reason, allow_module_level=True)
    return path
