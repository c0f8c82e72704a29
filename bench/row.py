"""One line of the table."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` and `yardstick` are in `unit`. A goal is for the ratio of the two, or for ours alone; a row without one only tells."""

    what: str
    unit: str
    ours: float
    yardstick_is: str = ""
    yardstick: float | None = None
    goal_ratio: float | None = None
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.yardstick if self.yardstick else None

    @property
    def is_met(self) -> bool | None:
        """None where there is no goal."""
        if self.goal_ratio is not None:
            return self.ratio is not None and self.ratio <= self.goal_ratio
        return None if self.goal is None else self.ours <= self.goal

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "is_met": self.is_met}

    def cells(self) -> tuple[str, ...]:
        goal = (
            ""
            if self.is_met is None
            else f"≤ {self.goal_ratio:g}×"
            if self.goal_ratio is not None
            else f"≤ {self.goal:g}"
        )
        return (
            self.what,
            self.unit,
            shown(self.ours),
            shown(self.yardstick),
            self.yardstick_is,
            "" if self.ratio is None else f"{self.ratio:.2f}",
            goal,
            {None: "", True: "met", False: "missed"}[self.is_met],
        )


HEADS = ("what", "unit", "captui", "yardstick", "which is", "ratio", "goal", "")


def shown(number: float | None) -> str:
    """Three digits that count."""
    if number is None:
        return ""
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"
