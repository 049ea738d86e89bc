"""States of a fluid, and what the cycle asks of a fluid: no property library in here."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Numeric: TypeAlias = float | Array


@dataclass(frozen=True, slots=True)
class State:
    """A thermodynamic state, or an array of them.

    ``T`` [K], ``p`` [Pa], ``h`` [J/kg], ``s`` [J/(kg K)], ``rho`` [kg/m3]; ``quality`` is the vapour
    mass fraction [-], NaN outside the dome. h and s count from CoolProp's default reference state.
    """

    T: Numeric
    p: Numeric
    h: Numeric
    s: Numeric
    rho: Numeric
    quality: Numeric


_STATE_FIELDS = ("T", "p", "h", "s", "rho", "quality")


def choose(mask: bool | NDArray[np.bool_], state: State, otherwise: State) -> State:
    """Take `state` where the mask holds, `otherwise` elsewhere."""
    return State(
        *(np.where(mask, getattr(state, name), getattr(otherwise, name))[()] for name in _STATE_FIELDS)
    )


def widen(state: State) -> State:
    """State with a trailing axis, to meet an array of stations."""
    return State(*(np.asarray(getattr(state, name), dtype=float)[..., None] for name in _STATE_FIELDS))


def no_state(shape_like: Numeric) -> State:
    """Give a state that does not exist, of the shape of `shape_like`: all NaN."""
    nan = np.nan + 0.0 * shape_like
    return State(nan, nan, nan, nan, nan, nan)


@dataclass(frozen=True, slots=True)
class FluidLimits:
    """Range of an equation of state: temperatures [K] and pressures [Pa]."""

    T_min: float
    T_max: float
    p_max: float
    T_crit: float
    p_crit: float


class FluidModel(Protocol):
    """What the cycle asks of a working fluid; `Fluid` is exact, `tables.TabulatedFluid` fast.

    Methods take floats or arrays; see `Fluid` for what each returns.
    """

    @property
    def name(self) -> str:
        """CoolProp name."""
        ...

    @property
    def limits(self) -> FluidLimits:
        """Range of the equation of state."""
        ...

    @property
    def is_mixture(self) -> bool:
        """Whether bubble and dew temperature differ."""
        ...

    @property
    def flashes_temperature_faster(self) -> bool:
        """Whether `state_pT` costs less than `temperature`."""
        ...

    def saturated(self, p: Numeric, quality: Numeric) -> State:
        """State inside the dome."""
        ...

    def bubble(self, p: Numeric) -> State:
        """Saturated liquid."""
        ...

    def dew(self, p: Numeric) -> State:
        """Saturated vapour."""
        ...

    def p_bubble(self, T: Numeric) -> Numeric:
        """Pressure of the bubble point."""
        ...

    def p_dew(self, T: Numeric) -> Numeric:
        """Pressure of the dew point."""
        ...

    def state_pT(self, p: Numeric, T: Numeric) -> State:
        """Single-phase state."""
        ...

    def state_ph(self, p: Numeric, h: Numeric) -> State:
        """State at given enthalpy."""
        ...

    def state_ps(self, p: Numeric, s: Numeric) -> State:
        """State at given entropy."""
        ...

    def enthalpy_ps(self, p: Numeric, s: Numeric) -> Numeric:
        """Enthalpy at given entropy."""
        ...

    def enthalpy_pT(self, p: Numeric, T: Numeric) -> Numeric:
        """Enthalpy of a single phase."""
        ...

    def temperature(self, p: Numeric, h: Numeric) -> Numeric:
        """Temperature at given enthalpy."""
        ...
