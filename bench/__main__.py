"""Runs the benches, one module each, and prints their rows. A bench has `rows(*, small)`; `small` only shows that it works."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterable, Sequence

import bench
from bench.row import HEADS, Row

_USAGE = "python -m bench [--json] [--small] [ONLY=name …]"


def found() -> dict[str, Callable[..., Iterable[Row]]]:
    """By name, in alphabetical order."""
    names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    modules = {name: importlib.import_module(f"bench.{name}") for name in names if not name.startswith("_")}
    return {name: module.rows for name, module in modules.items() if hasattr(module, "rows")}


def main(arguments: Sequence[str]) -> int:
    """1 where a bench fails, 2 for wrong usage. A goal that is missed is no failure: the table says so."""
    benches = found()
    only = [argument.removeprefix("ONLY=") for argument in arguments if argument.startswith("ONLY=")]
    unknown = [a for a in arguments if a not in ("--json", "--small") and not a.startswith("ONLY=")]
    unknown += [name for name in only if name not in benches]
    if unknown:
        sys.stderr.write(
            f"{_USAGE}\nThere is no bench and no option {', '.join(unknown)}. Benches: {', '.join(benches)}.\n"
        )
        return 2
    rows: list[Row] = []
    failed = False
    for name in only or benches:
        sys.stderr.write(f"bench: {name}\n")
        try:
            rows += benches[name](small="--small" in arguments)
        except Exception as error:  # noqa: BLE001 - the other benches are still worth having
            failed = True
            sys.stderr.write(f"bench: {name} failed: {type(error).__name__}: {error}\n")
    print(json.dumps([row.as_json() for row in rows], indent=1) if "--json" in arguments else table(rows))
    return int(failed)


def table(rows: Iterable[Row]) -> str:
    lines = [HEADS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = {2, 3, 5}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
