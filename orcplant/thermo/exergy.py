"""Exergy: what the geofluid gives up, and where it goes.

Source: Bejan, Tsatsaronis, Moran, *Thermal Design and Optimization*, 1996, chapter 3 (physical
exergy, destruction per component); DiPippo, *Second law assessment of binary plants generating
power from low-temperature geothermal fluids*, Geothermics 33 (2004) 565-586 (utilisation).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cooling import Condenser, coolant
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import T_FREEZE, boiling_temperature, liquid_water
from orcplant.thermo.result import CycleResult, Level
from orcplant.thermo.spec import FlowGiven, NoCooling
from orcplant.thermo.state import Numeric, State

P_DEAD: Final = 1.01325e5  # [Pa], standard atmosphere
T_DEAD_DEFAULT: Final = 283.15  # [K], dead state without a coolant


@dataclass(frozen=True, slots=True)
class ExergyBalance:
    """Exergy of one unit against liquid water at ``T_dead`` [K] and 1.01325 bar.

    ``brought`` by the geofluid and ``given`` up by it [W]; ``efficiency`` = net power / given,
    ``utilisation`` = net power / brought [-]. ``destruction`` names every component (and the coolant
    carried away) with its loss [W]; with the net power they sum to ``given``.
    """

    T_dead: Numeric
    brought: Numeric
    given: Numeric
    efficiency: Numeric
    utilisation: Numeric
    destruction: tuple[tuple[str, Numeric], ...]


def dead_temperature(result: CycleResult) -> Numeric:
    """Temperature of the dead state [K]: the coolant's inlet, 10 C without one, never below freezing."""
    cooling = result.spec.cooling
    if isinstance(cooling, NoCooling):
        return T_DEAD_DEFAULT
    return np.maximum(cooling.T_in, T_FREEZE)[()]


def exergy_balance(result: CycleResult) -> ExergyBalance:
    """Exergy balance of a solved cycle.

    Raises
    ------
    ValueError
        If the cycle has no geofluid: there is no exergy to account for.
    """
    source = result.spec.source
    if isinstance(source, FlowGiven):
        raise ValueError("a cycle without geofluid has no exergy balance")
    T_dead = dead_temperature(result)
    geofluid = source.geofluid
    h_in, s_in = geo.enthalpy_and_entropy(geofluid)
    h_out = result.levels[-1].heater.h_out
    h_dead, s_dead = _dead_water(T_dead)
    brought = geofluid.mass_flow * (h_in - h_dead - T_dead * (s_in - s_dead))
    given = geofluid.mass_flow * _drop(geofluid, h_in, h_out, T_dead)
    return ExergyBalance(
        T_dead=T_dead,
        brought=brought,
        given=given,
        efficiency=result.power.net / given,
        utilisation=result.power.net / brought,
        destruction=tuple(_destruction(result, geofluid, T_dead)),
    )


def _dead_water(T_dead: Numeric) -> tuple[Numeric, Numeric]:
    """Give h and s of liquid water in the dead state; NaN where it would boil."""
    liquid = np.less(T_dead, boiling_temperature(P_DEAD))
    T, water = np.where(liquid, T_dead, T_FREEZE), liquid_water()
    h, s = (np.where(liquid, value(T, P_DEAD), np.nan)[()] for value in (water.enthalpy, water.entropy))
    return h, s


def _destruction(result: CycleResult, geofluid: Geofluid, T_dead: Numeric) -> Iterator[tuple[str, Numeric]]:
    h_geofluid = geo.inlet_enthalpy(geofluid)
    for prefix, level in zip(("", "low_"), result.levels, strict=False):
        h_next = level.heater.h_out
        given = geofluid.mass_flow * _drop(geofluid, h_geofluid, h_next, T_dead)
        taken = level.mass_flow * _rise(level.recuperation.cold_out, level.expander_in, T_dead)
        yield f"{prefix}heater", given - taken
        yield from ((f"{prefix}{name}", power) for name, power in _level(result, level, T_dead))
        h_geofluid = h_next
    if len(result.condensers) < len(result.levels):
        yield "mixing", _mixing(result, T_dead)
    for prefix, condenser in zip(("", "low_"), result.condensers, strict=False):
        yield from ((f"{prefix}{name}", power) for name, power in _condenser(result, condenser, T_dead))
    yield "generator", result.power.expander - result.power.generator
    if not isinstance(result.spec.cooling, NoCooling):
        yield "fan_and_cooling_pump", result.power.fan + result.power.cooling_pump


def _level(result: CycleResult, level: Level, T_dead: Numeric) -> Iterator[tuple[str, Numeric]]:
    """Entropy made in the machines and the recuperator of one level, times the dead temperature."""
    lost = level.mass_flow * T_dead
    hot_out, cold_out = level.recuperation.hot_out, level.recuperation.cold_out
    yield "expander", lost * (level.expander_out.s - level.expander_in.s)
    yield "pump", lost * (level.pump_out.s - level.pump_in.s)
    if np.any(np.greater(level.recuperation.duty, 0.0)):
        yield "recuperator", lost * (hot_out.s - level.expander_out.s + cold_out.s - level.pump_out.s)


def _mixing(result: CycleResult, T_dead: Numeric) -> Numeric:
    mixed = result.condensers[0]
    s_in = sum((level.mass_flow * level.recuperation.hot_out.s for level in result.levels), start=0.0)
    return T_dead * (mixed.mass_flow * mixed.vapour.s - s_in)


def _condenser(result: CycleResult, condenser: Condenser, T_dead: Numeric) -> Iterator[tuple[str, Numeric]]:
    given = condenser.mass_flow * _rise(condenser.liquid, condenser.vapour, T_dead)
    cooling = result.spec.cooling
    if isinstance(cooling, NoCooling):
        yield "condenser", given
        return
    s_rise = coolant(cooling).entropy(condenser.T_out, cooling.p) - coolant(cooling).entropy(
        cooling.T_in, cooling.p
    )
    taken = condenser.duty - T_dead * condenser.coolant_flow * s_rise
    yield "condenser", given - taken
    yield "coolant_discharge", taken


def _rise(start: State, end: State, T_dead: Numeric) -> Numeric:
    """Rise of specific flow exergy [J/kg]."""
    return end.h - start.h - T_dead * (end.s - start.s)


def _drop(geofluid: Geofluid, h_in: Numeric, h_out: Numeric, T_dead: Numeric) -> Numeric:
    """Exergy the geofluid gives up between two enthalpies [J/kg]."""
    return h_in - h_out - T_dead * (geo.entropy_at(geofluid, h_in) - geo.entropy_at(geofluid, h_out))
