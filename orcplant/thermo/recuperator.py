"""Internal heat exchange: expander exhaust preheats the liquid from the pump.

Both sides carry the same flow, so the pinch is an explicit bound on the duty per kg at every
station of the hot side. The hot side may begin to condense and the cold side to boil.
"""

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.exchanger import Isobar, Profile, column, isobar, minimum
from orcplant.thermo.spec import NoRecuperator, Recuperator, RecuperatorEffectiveness, RecuperatorPinch
from orcplant.thermo.state import Array, FluidModel, Numeric, State, choose, widen
from orcplant.thermo.status import Mask


@dataclass(frozen=True, slots=True)
class Saturation:
    """Bubble and dew point at one pressure; NaN at supercritical pressure."""

    bubble: State
    dew: State


@dataclass(frozen=True, slots=True)
class Recuperation:
    """Duty per kg [J/kg], both outlets, and the smallest difference [K] (NaN without duty)."""

    duty: Numeric
    cold_out: State
    hot_out: State
    pinch: Numeric


def recuperate(
    fluid: FluidModel,
    recuperator: Recuperator,
    *,
    hot_in: State,
    cold_in: State,
    low: Saturation,
    high: Saturation,
    report_pinch: bool = True,
) -> Recuperation:
    """Exchange heat between expander exhaust and pump outlet.

    Parameters
    ----------
    low, high : Saturation
        Phase boundaries at the pressures of the hot and the cold side.
    report_pinch : bool
        Whether to look for the smallest difference (NaN otherwise).

    Notes
    -----
    Where the exhaust is not warmer than the liquid by the pinch, the duty is 0.
    """
    match recuperator:
        case NoRecuperator():
            nan = np.nan + 0.0 * hot_in.h
            return Recuperation(0.0 * hot_in.h, cold_in, hot_in, nan)
        case RecuperatorPinch():
            duty = _duty(fluid, recuperator.dT, hot_in, cold_in, low, high)
        case RecuperatorEffectiveness():
            duty = recuperator.value * _duty(fluid, 0.0, hot_in, cold_in, low, high)
        case _:
            assert_never(recuperator)
    cold_out = fluid.state_ph(cold_in.p, cold_in.h + duty)
    hot_out = fluid.state_ph(hot_in.p, hot_in.h - duty)
    pinch: Numeric = np.full(np.shape(duty), np.nan)[()]
    if report_pinch:
        path = isobar(fluid, hot_in.p, cold=hot_out, hot=hot_in, bubble=low.bubble, dew=low.dew)
        pinch = np.where(duty > 0.0, _pinch(fluid, path, cold_in), np.nan)[()]
    return Recuperation(duty, cold_out, hot_out, pinch)


def recuperator_profile(
    fluid: FluidModel,
    recuperation: Recuperation,
    *,
    hot_in: State,
    cold_in: State,
    low: Saturation,
    mass_flow: Numeric,
) -> Profile:
    """Temperatures of both sides along the duty."""
    hot_out = recuperation.hot_out
    path = isobar(fluid, hot_in.p, cold=hot_out, hot=hot_in, bubble=low.bubble, dew=low.dew)
    rise = path.h - path.h[..., :1]
    p_cold, h_cold = np.broadcast_arrays(column(cold_in.p), column(cold_in.h) + rise)
    T_cold = np.asarray(fluid.temperature(p_cold, h_cold))
    return Profile(duty=column(mass_flow) * rise, T_hot=path.T, T_cold=T_cold)


def _pinch(fluid: FluidModel, path: Isobar, cold_in: State) -> Numeric:
    def difference(h: Array, T: Array, liquid: Mask) -> Array:
        p_cold, h_cold = np.broadcast_arrays(column(cold_in.p), column(cold_in.h) + h - path.h[..., :1])
        return np.subtract(T, fluid.temperature(p_cold, h_cold))

    return minimum(path, difference)


def _duty(
    fluid: FluidModel, pinch: Numeric, hot_in: State, cold_in: State, low: Saturation, high: Saturation
) -> Numeric:
    """Largest duty per kg [J/kg] that keeps the pinch."""
    T_floor = np.minimum(cold_in.T + pinch, hot_in.T)  # no useful difference: the path has no length
    floor = _coldest(fluid, T_floor, hot_in, low)
    path = isobar(fluid, hot_in.p, cold=floor, hot=hot_in, bubble=low.bubble, dew=low.dew)

    def bound(h: Array, T: Array, liquid: Mask) -> Array:
        reach = _warmest(fluid, T - column(pinch), cold_in, high)
        return reach - column(cold_in.h) + column(hot_in.h) - h

    # Where the cold side boils no station is tighter: vapour cools faster than liquid warms.
    duty = np.minimum(minimum(path, bound), hot_in.h - floor.h)
    return np.maximum(duty, 0.0)


# A pressure-temperature flash refuses states this close to saturation.
_AT_SATURATION = 1e-4  # [K]


def _coldest(fluid: FluidModel, T: Numeric, hot_in: State, low: Saturation) -> State:
    """State of lowest enthalpy on the hot side that is at T [K] or warmer, not beyond its inlet."""
    saturated, T_flash = _beside_saturation(T, low)
    # At saturation p and T do not tell.
    state = low.bubble if np.all(saturated) else fluid.state_pT(hot_in.p, T_flash)
    return choose(np.asarray(T) < hot_in.T, choose(saturated, low.bubble, state), hot_in)


def _warmest(fluid: FluidModel, T: Array, cold_in: State, high: Saturation) -> Array:
    """Highest enthalpy [J/kg] on the cold side that is at T [K] or colder."""
    wide = Saturation(widen(high.bubble), widen(high.dew))
    saturated, T_flash = _beside_saturation(T, wide)
    if np.all(saturated):
        return np.broadcast_to(wide.dew.h, T.shape)
    return np.where(saturated, wide.dew.h, fluid.enthalpy_pT(column(cold_in.p), T_flash))


def _beside_saturation(T: Numeric, saturation: Saturation) -> tuple[NDArray[np.bool_], Numeric]:
    """Where T [K] is that of saturation, and temperatures to flash: there a little way off, for nothing."""
    T = np.asarray(T, dtype=float)
    saturated = (T > saturation.bubble.T - _AT_SATURATION) & (T < saturation.dew.T + _AT_SATURATION)
    return saturated, np.where(saturated, saturation.dew.T + 1.0, T)[()]
