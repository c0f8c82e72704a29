"""What happens beside a request or frame: the key, the clock, a market, all websockets."""

from __future__ import annotations

from captui.simulator.auth import Authenticator
from captui.simulator.fault_plan import BESIDE, Fault, PlannedFault
from captui.simulator.faults import Faults
from captui.simulator.stream import Hub
from captui.simulator.world import World


class FaultEffects:
    def __init__(self, world: World, hub: Hub, faults: Faults, authenticator: Authenticator) -> None:
        self._world = world
        self._hub = hub
        self._faults = faults
        self._authenticator = authenticator

    def bring_about(self, fault: PlannedFault) -> bool:
        """False for a fault that does not happen beside a request or frame."""
        match fault.do:
            case Fault.DROP:
                self._hub.drop_all("planned")
            case Fault.FREEZE:
                self._hub.freeze(for_ms=fault.ms)
            case Fault.CLOCK:
                self._faults.clock_skew_ms = fault.ms
            case Fault.REVOKE_KEY | Fault.RESTORE_KEY:
                self._authenticator.revoked = fault.do is Fault.REVOKE_KEY
            case Fault.DISABLE_MARKET:
                self._world.venue.engine.disabled.add(fault.market)
            case Fault.ENABLE_MARKET:
                self._world.venue.engine.disabled.discard(fault.market)
        return fault.do in BESIDE
