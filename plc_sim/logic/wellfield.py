"""The controller of a well pad: opens, closes, holds flows, trips."""

from enum import IntEnum
from typing import Final

import numpy as np

from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.logic.head import Flags, Head, Result, Setpoint, Traits
from plc_sim.logic.trips import Trips
from plc_sim.process.lookup import between, kept, known
from plc_sim.registers import Values


class WellState(IntEnum):
    """States of a well; codes as in the tag table."""

    NOT_FITTED = 0
    CLOSED = 1
    OPENING = 2
    OPEN = 3
    CLOSING = 4
    TRIPPED = 5


_DELAYS_S: Final = {
    "wellhead_p_high": 2.0,
    "injection_p_high": 5.0,
    "header_p_high": 2.0,
    "bubble_point": 60.0,
}
# Assumed pressures at which a pad trips [bar]; the wellhead's is above shut-in.
_WELLHEAD_BAR: Final = 30.0
_INJECTION_BAR: Final = 25.0
_HEADER_BAR: Final = 25.0
_STOP_BOTH: Final = ("header_p_high", "estop")


class WellLogic:
    """Scan of all pads' controllers.

    Attributes
    ----------
    production, injection : array, shape (pads,)
        Openings wanted. [-]
    injection_limit : array
        Flow each injection well may take. [kg/s]
    """

    def __init__(
        self,
        bank: Bank,
        traits: Traits,
        clock: Clock,
        *,
        rated: Values,
        rated_injection: Values,
        wanted: Values,
    ) -> None:
        self.head = Head(bank, traits, clock)
        self._bank, n = bank, bank.count
        self.trips = Trips(bank.table["TRIPS"].dtype, n, _DELAYS_S)
        self._fitted = (rated > 0.0, rated_injection > 0.0)
        self._open = [fitted.copy() for fitted in self._fitted]
        self.production, self.injection = (fitted.astype(float) for fitted in self._fitted)
        self.injection_limit = np.full(n, np.inf)
        bank["PROD_FLOW_SP"][:] = wanted
        bank["INJ_FLOW_SP"][:] = 1.3 * rated_injection
        self._setpoints = (
            Setpoint(self.head, "PROD_FLOW_SP", wanted),
            Setpoint(self.head, "INJ_FLOW_SP", 1.3 * rated_injection),
        )
        self._most = (rated, 1.3 * rated_injection)

    def scan(self, dt: float) -> None:
        """Scan once: instruments and writes in, openings out."""
        self.head.scan(dt, self._execute)
        self.trips.scan(dt, self._conditions())
        stop_production, stop_injection = self._stopped()
        wanted = [point.follow(0.0, most) for point, most in zip(self._setpoints, self._most, strict=True)]
        self._hold_production(wanted[0], self._open[0] & ~stop_production)
        self.injection_limit = wanted[1]
        self.injection = (self._open[1] & ~stop_injection).astype(float)
        self._show(stop_production, stop_injection)

    def _execute(self, device: int, command: str) -> Result:
        if command == "reset_trip":
            if not self.trips.latched[:, device].any():
                return Result.REFUSED_STATE
            return Result.ACCEPTED if self.trips.reset(device) else Result.REFUSED_PERMISSIVE
        verb, _, well = command.partition("_")
        which = 0 if well == "production" else 1
        if not self._fitted[which][device] or self._open[which][device] == (verb == "open"):
            return Result.REFUSED_STATE
        if verb == "open" and self._stopped()[which][device]:
            return Result.REFUSED_PERMISSIVE
        self._open[which][device] = verb == "open"
        return Result.ACCEPTED

    def _conditions(self) -> list[Flags]:
        bank = self._bank
        return [
            bank["PROD_P"] > _WELLHEAD_BAR,
            bank["INJ_P"] > _INJECTION_BAR,
            bank["HEADER_P"] > _HEADER_BAR,
            (bank["BUBBLE_MARGIN"] < 0.0) & (bank["PROD_FLOW"] > 1.0),
            bank["ESTOP"] != 0.0,
        ]

    def _stopped(self) -> tuple[Flags, Flags]:
        latched = dict(zip(self.trips.names, self.trips.latched, strict=True))
        both = np.logical_or.reduce([latched[name] for name in _STOP_BOTH])
        return (
            np.asarray(both | latched["wellhead_p_high"] | latched["bubble_point"]),
            np.asarray(both | latched["injection_p_high"]),
        )

    def _hold_production(self, wanted: Values, open_: Flags) -> None:
        position = self._bank["PROD_VALVE_POS"] / 100.0
        flow = known(self._bank["PROD_FLOW"])
        error = (wanted - flow) / np.maximum(self._most[0], 1e-9)
        trimmed = between(position + 0.5 * error, 0.0, 1.0)
        self.production = kept(np.where(open_ & (wanted > 0.0), trimmed, 0.0), self.production)

    def _show(self, stop_production: Flags, stop_injection: Flags) -> None:
        bank = self._bank
        for tag, which, stop, valve in (
            ("PROD_STATE", 0, stop_production, "PROD_VALVE_POS"),
            ("INJ_STATE", 1, stop_injection, "INJ_VALVE_POS"),
        ):
            shut = bank[valve] < 0.5
            opening = np.where(shut, WellState.OPENING, WellState.OPEN)
            closing = np.where(shut, WellState.CLOSED, WellState.CLOSING)
            state = np.where(stop, WellState.TRIPPED, np.where(self._open[which], opening, closing))
            bank[tag][:] = np.where(self._fitted[which], state, WellState.NOT_FITTED)
        bank["FIRST_OUT"][:] = self.trips.first_out
        bank["TRIPS"][:] = self.trips.word()
