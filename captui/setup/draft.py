"""What has been chosen so far, and which step comes before and after which. Going back loses nothing."""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.secret import Credentials
from captui.setup.ports import Choice, Circumstances, Fact, Place, Way
from captui.setup.typed import Typed


class Step(StrEnum):
    WELCOME = "welcome"
    KEY = "key"
    TEST = "test"
    KEEP = "keep"
    STORE = "store"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the test of a key has said so far."""

    facts: tuple[Fact, ...] = ()
    asking: bool = True
    refusal: str = ""
    """Why it failed; empty while it runs and where it went well."""


@dataclass(frozen=True, slots=True)
class Draft:
    way: Way = Way.DEMO
    api_key: Typed = field(default_factory=Typed)
    api_secret: Typed = field(default_factory=Typed)
    tested: Credentials | None = field(default=None, repr=False)
    """The pair that `findings` is about."""
    findings: Findings = field(default_factory=Findings)
    read_only: bool = False
    place: Place = Place.FILE
    trouble: str = ""
    """Why the key could not be kept where it was to be; empty: nothing was tried yet."""

    @classmethod
    def of(cls, circumstances: Circumstances) -> Draft:
        """What the cursor stands on at first: nothing that costs, and the safest place that there is."""
        return cls(
            read_only=circumstances.read_only or circumstances.always_read_only,
            place=Place.FILE if circumstances.keyring_refusal else Place.KEYRING,
        )

    def pair(self) -> Credentials:
        """Raises CredentialsError where a field has a complaint."""
        return Credentials(api_key=self.api_key.secret(), api_secret=self.api_secret.secret())

    def choice(self) -> Choice:
        if self.way is not Way.KEY:
            return Choice(self.way)
        return Choice(self.way, self.pair(), self.read_only, self.place)

    @property
    def mode(self) -> str:
        """The mode that the trade screen will show."""
        if self.way is Way.DEMO:
            return "DEMO"
        if self.way is Way.LOOK:
            return "LOOK"
        return "READ-ONLY" if self.read_only else "LIVE"

    def steps(self) -> tuple[Step, ...]:
        """The steps of this way, in their order."""
        if self.way is not Way.KEY:
            return (Step.WELCOME, Step.LAST)
        store = (Step.STORE,) if self.place is Place.STORE else ()
        return (Step.WELCOME, Step.KEY, Step.TEST, Step.KEEP, *store, Step.LAST)

    def after(self, step: Step) -> Step | None:
        """None after the last one."""
        steps = self.steps()
        i = steps.index(step) + 1
        return steps[i] if i < len(steps) else None

    def before(self, step: Step) -> Step | None:
        """None before the first one."""
        steps = self.steps()
        i = steps.index(step)
        return steps[i - 1] if i else None


def toggled(draft: Draft, circumstances: Circumstances) -> Draft:
    """Read-only or not; where the command line says read-only, it stays so."""
    return draft if circumstances.always_read_only else replace(draft, read_only=not draft.read_only)
