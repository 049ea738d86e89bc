"""Gas break-out: the water expands, part becomes steam, and CO2 leaves with it.

PHREEQC's gas phase at a fixed pressure near the vapour pressure is degenerate (two databases strip 9 and 66
% of the CO2 from one state). So the steam fraction comes from the enthalpy of water, at constant enthalpy,
and the CO2 balance is closed by a root: what the steam carries at the CO2 pressure of the liquid is what
the liquid lost. Where temperature and pressure of a place are both known, the steam is as much as brings
them together, within what an expansion can give. Heat of gases leaving is neglected (20 kJ per mol of CO2:
0.1 K for 1 g/kg).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Literal

import numpy as np
from scipy.optimize import brentq

from orcplant.thermo.media import liquid_water, water_saturation
from orcplant.water.bubble_point import InSitu, bubble_pressure
from orcplant.water.henry import henry_constant
from orcplant.water.phreeqc_engine import Engine
from orcplant.water.solution import Change, Speciation, moles_of_water

_H2S_ROUNDS: Final = 6
_LEAST_LEFT: Final = 1e-3  # of the CO2 and of the H2S: all of it is known to 1e-5 only
_MOST_LEFT: Final = 1.0 - 1e-6
_CLOSE: Final = 1e-4  # relative, of what stays
_H2S_CLOSE: Final = 1e-3  # relative
_LEAST_STEAM: Final = 1e-7  # [kg/kg], carries nothing
MOST_STEAM: Final = 0.3  # [kg/kg], own choice, where nothing else bounds it
_STEAM_CLOSE: Final = 1e-3  # relative


@dataclass(frozen=True, slots=True)
class Flashed:
    """Liquid and steam at T [K], after an expansion or where gas has come out.

    ``p`` is the pressure with all gases [Pa], ``steam_fraction`` the mass share of steam [-], ``CO2_lost``
    and ``H2S_lost`` what went with it [mol per kg of water before], ``liquid`` the water that stays, and
    ``calcite`` what could fall out of it [mol per kg of water before].
    """

    T: float
    p: float
    steam_fraction: float
    CO2_lost: float
    H2S_lost: float
    liquid: Speciation = field(hash=False)
    calcite: float = np.nan


def steam_fraction(T: float, p: float, *, T_to: float) -> float:
    """Mass share of steam [-] when liquid water of T [K] and p [Pa] expands adiabatically to T_to [K].

    Zero when it stays liquid. `PropertyError` outside the range of water.
    """
    saturation = water_saturation()
    h_liquid, h_steam = (float(saturation.enthalpy(T_to, quality)) for quality in (0.0, 1.0))
    return max((float(liquid_water().enthalpy(T, p)) - h_liquid) / (h_steam - h_liquid), 0.0)


def flash(engine: Engine, given: InSitu, T: float, p: float, *, T_to: float) -> Flashed:
    """Adiabatic flash of liquid water of T [K] and p [Pa] to T_to [K].

    Raises
    ------
    ChemistryError
        If a speciation on the way finds no answer.
    PropertyError
        If T or p is outside the range of liquid water.
    """
    x = steam_fraction(T, p, T_to=T_to)
    return _Boiling(engine, given, T_to).with_calcite(x)


def boiled(engine: Engine, given: InSitu, T: float, p: float, *, most_steam: float = MOST_STEAM) -> Flashed:
    """Water at T [K] and p [Pa] between vapour pressure and bubble point: as much gas has come out as p asks.

    Temperature and pressure fix the gas where both are known, whether the water has expanded or given heat
    to an exchanger. Near the vapour pressure they do not fix the steam, so this is bounded.

    Parameters
    ----------
    most_steam : float
        Mass share of steam that cannot be exceeded [-]: that of an adiabatic expansion, where its beginning
        is known. The answer's pressure is then above p.

    Raises
    ------
    ChemistryError
        If a speciation on the way finds no answer.
    """
    boiling = _Boiling(engine, given, T)

    def excess(logarithm: float) -> float:
        return float(np.log(boiling.pressure(float(np.exp(logarithm))) / p))

    low, high = float(np.log(_LEAST_STEAM)), float(np.log(most_steam))
    if excess(high) >= 0.0:
        return boiling.with_calcite(most_steam)
    if excess(low) <= 0.0:
        return boiling.with_calcite(_LEAST_STEAM)
    return boiling.with_calcite(float(np.exp(brentq(excess, low, high, xtol=_STEAM_CLOSE))))


class _Boiling:
    """A water at one temperature, with more or less of it as steam."""

    def __init__(self, engine: Engine, given: InSitu, T: float) -> None:
        self._engine, self._given, self._T = engine, given, T
        self._p_steam = float(water_saturation().pressure(T))
        totals = engine.states(given.recipe, [T], [self._p_steam], change=given.change)[0].totals
        # All there is [mol per kg of sampled water]: no more can leave.
        self._most = totals.get("C", 0.0) * given.water, totals.get("S_sulfide", 0.0) * given.water

    def pressure(self, x: float) -> float:
        """Pressure [Pa] of steam and gases when a share `x` is steam."""
        return self._settled(x)[0].p

    def with_calcite(self, x: float) -> Flashed:
        """Liquid and steam when a share `x` is steam, with what calcite could fall out."""
        found, CO2, H2S = self._settled(x)
        if "calcite" not in found.liquid.indices:
            return found
        fallen = self._liquid(x, CO2, H2S, ("calcite",)).precipitated["calcite"]
        return replace(found, calcite=fallen / self._given.water)

    def _settled(self, x: float) -> tuple[Flashed, float, float]:
        """Liquid and steam, and CO2 and H2S in the steam [mol per kg of sampled water]."""
        given, T = self._given, self._T
        carried = moles_of_water(x * given.water) / self._p_steam
        CO2, H2S = _lost(partial(self._liquid, x), carried, self._most) if x > 0.0 else (0.0, 0.0)
        state = self._liquid(x, CO2, H2S)
        after = replace(given, N2=_kept(given.N2, "N2", T, x), CH4=_kept(given.CH4, "CH4", T, x))
        lost = CO2 / given.water, H2S / given.water
        return Flashed(T, bubble_pressure(state, after), x, *lost, state), CO2, H2S

    def _liquid(self, x: float, CO2: float, H2S: float, minerals: tuple[str, ...] = ()) -> Speciation:
        change = _less(self._given.change, moles_of_water(x * self._given.water), CO2, H2S)
        p = [self._p_steam]
        return self._engine.states(self._given.recipe, [self._T], p, change=change, equilibrate=minerals)[0]


def _less(change: Change, steam: float, CO2: float, H2S: float) -> Change:
    return Change(water=change.water - steam, CO2=change.CO2 - CO2, H2S=change.H2S - H2S)


def _lost(
    liquid: Callable[[float, float], Speciation], carried: float, most: tuple[float, float]
) -> tuple[float, float]:
    """CO2 and H2S in the steam [mol]; `carried` is moles of steam over its pressure [mol/Pa]."""
    CO2 = H2S = 0.0
    for _ in range(_H2S_ROUNDS):

        def carried_away(moles: float, sulphide: float = H2S) -> float:
            return carried * liquid(moles, sulphide).pressures["CO2"]

        CO2 = _root(carried_away, most[0])
        if most[1] == 0.0:
            break
        # The pressure of H2S goes with what is left, so the balance is solved for the share that stays.
        over = carried * liquid(CO2, H2S).pressures["H2S"] / (most[1] - H2S)
        last, H2S = H2S, most[1] * min(over / (1.0 + over), 1.0 - _LEAST_LEFT)
        if abs(H2S - last) <= _H2S_CLOSE * most[1]:
            break
    return CO2, H2S


def _root(carried_away: Callable[[float], float], most: float) -> float:
    """Moles that leave, of `most`: as many as the steam carries away over what then stays.

    Over the logarithm of what stays, the logarithm of both is nearly a straight line.
    """
    if most == 0.0:
        return 0.0

    def excess(logarithm: float) -> float:
        moles = most - float(np.exp(logarithm))
        return float(np.log(moles / carried_away(moles)))

    # PHREEQC has no pH for a carbonate water without any carbonate.
    low, high = np.log(most * _LEAST_LEFT), np.log(most * _MOST_LEFT)
    if excess(low) <= 0.0:
        return most * (1.0 - _LEAST_LEFT)
    if excess(high) >= 0.0:
        return 0.0
    return most - float(np.exp(brentq(excess, low, high, xtol=_CLOSE)))


def _kept(molality: float, gas: Literal["N2", "CH4"], T: float, x: float) -> float:
    """Inert gas left in the liquid [mol/kg]: Henry's law between both phases."""
    if molality == 0.0 or x == 0.0:
        return molality
    p_steam = float(water_saturation().pressure(T))
    # A mole in each kilogram of liquid presses kH M_w, and the steam carries 1 / (M_w p_steam) for each
    # pascal.
    ratio = henry_constant(gas, T) / p_steam
    return molality / ((1.0 - x) + x * ratio)
