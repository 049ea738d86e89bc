"""The geofluid: pure liquid water, or saturated water and steam at one pressure.

Both phases flow, condense and cool together at constant pressure, so temperature is a function of
enthalpy with one kink, at the bubble point. Salt and gas are not modelled: 1 % of NaCl lowers the
heat capacity of water by about 1 %.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from orcplant.thermo.media import boiling_temperature, liquid_water, water_saturation
from orcplant.thermo.state import Array, Numeric


@dataclass(frozen=True, slots=True)
class Geofluid:
    """Inlet of the geofluid.

    ``T`` [K], ``p`` [Pa, absolute], vapour ``quality`` [-] (NaN: liquid) and ``mass_flow`` [kg/s] of
    liquid and steam together. Make it with `liquid` or `two_phase`.
    """

    T: Numeric
    p: Numeric
    quality: Numeric
    mass_flow: Numeric


def liquid(*, T: Numeric, p: Numeric, mass_flow: Numeric) -> Geofluid:
    """Liquid at T [K] and p [Pa], above saturation pressure."""
    return Geofluid(T=T, p=p, quality=np.nan, mass_flow=mass_flow)


def two_phase(*, T: Numeric, quality: Numeric, mass_flow: Numeric) -> Geofluid:
    """Saturated water and steam at T [K]; quality [-] 0 is the bubble point."""
    return Geofluid(T=T, p=water_saturation().pressure(T), quality=quality, mass_flow=mass_flow)


def at_enthalpy(h: Numeric, p: Numeric, mass_flow: Numeric) -> Geofluid:
    """Geofluid of enthalpy h [J/kg] at p [Pa]: liquid below its bubble point, two-phase from there on."""
    T_bubble, h_bubble = _bubble_point(p)
    h_dew = water_saturation().enthalpy(T_bubble, 1.0)
    boils = np.asarray(h) >= h_bubble
    T_liquid = liquid_water().temperature(np.where(boils, h_bubble, h), p)
    return Geofluid(
        T=np.where(boils, T_bubble, T_liquid)[()],
        p=p,
        quality=np.where(boils, (h - h_bubble) / (h_dew - h_bubble), np.nan)[()],
        mass_flow=mass_flow,
    )


def inlet_enthalpy(geofluid: Geofluid) -> Numeric:
    """Specific enthalpy [J/kg] at the inlet."""
    return enthalpy_and_entropy(geofluid)[0]


def enthalpy_and_entropy(geofluid: Geofluid) -> tuple[Numeric, Numeric]:
    """Specific enthalpy [J/kg] and entropy [J/(kg K)] at the inlet."""
    T, p, quality = geofluid.T, geofluid.p, geofluid.quality
    saturation, water = water_saturation(), liquid_water()
    is_liquid = np.isnan(quality)
    if np.all(is_liquid):
        return water.enthalpy(T, p), water.entropy(T, p)
    x = np.where(is_liquid, 0.0, quality)
    h, s = saturation.enthalpy(T, x), saturation.entropy(T, x)
    if np.any(is_liquid):
        h = np.where(is_liquid, water.enthalpy(T, p), h)
        s = np.where(is_liquid, water.entropy(T, p), s)
    return h, s


def enthalpy_needed(geofluid: Geofluid, T: Numeric) -> Array:
    """Lowest enthalpy [J/kg] at which the geofluid is still at T [K] or warmer.

    Above the inlet temperature no enthalpy is enough: NaN.
    """
    T = np.asarray(T, dtype=float)
    reachable = T <= geofluid.T
    return np.where(reachable, liquid_water().enthalpy(np.minimum(T, geofluid.T), geofluid.p), np.nan)


def temperature_at(geofluid: Geofluid, h: Numeric) -> Array:
    """Temperature [K] of the geofluid cooled to enthalpy h [J/kg], at the inlet's pressure.

    NaN below the freezing point.
    """
    h = np.asarray(h, dtype=float)
    T_bubble, h_bubble = _bubble_point(geofluid.p)
    boiling = h >= h_bubble
    T = liquid_water().temperature(np.where(boiling, h_bubble, h), geofluid.p)
    return np.where(boiling, T_bubble, T)


def entropy_at(geofluid: Geofluid, h: Numeric) -> Numeric:
    """Specific entropy [J/(kg K)] of the geofluid cooled to enthalpy h [J/kg]."""
    T_bubble, h_bubble = _bubble_point(geofluid.p)
    T = np.minimum(temperature_at(geofluid, h), T_bubble)
    boiling_rise = np.maximum(np.asarray(h) - h_bubble, 0.0) / T_bubble
    return liquid_water().entropy(T, geofluid.p) + boiling_rise


def _bubble_point(p: Numeric) -> tuple[Numeric, Numeric]:
    """Temperature [K] and enthalpy [J/kg] at which steam has gone."""
    if np.size(p) == 1:  # the usual single pressure, remembered
        return _remembered_bubble_point(np.asarray(p).item())
    T = boiling_temperature(p)
    return T, water_saturation().enthalpy(T, 0.0)


@lru_cache(maxsize=1024)
def _remembered_bubble_point(p: float) -> tuple[float, float]:
    T = float(boiling_temperature(p))
    return T, float(water_saturation().enthalpy(T, 0.0))
