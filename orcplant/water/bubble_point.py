"""The water as it is in the ground, and the pressure at which gas leaves it.

A sample has lost gas on its way to the bottle; its pH is too high and its calcite index at depth an
artefact. Three readings are told apart: ``analysed`` takes the sample at its word, ``gas_analysis`` gives
back the gas and steam that were measured, ``restored`` gives back as much CO2 as brings calcite to
equilibrium at the temperature of the reservoir. Without a gas analysis the truth lies between the first and
the last, and both are shown.

CO2 is found by bisection on what is added: PHREEQC's own search for calcite and CO2 at once has two roots
and takes the wrong one (it strips CO2 to pH 9).

Gas is ideal: at 10 bar and 160 C the fugacity of CO2 is 2 % below its pressure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np
from scipy.optimize import brentq

from orcplant.errors import ChemistryError
from orcplant.thermo.media import water_saturation
from orcplant.units import degC
from orcplant.water.analysis import WaterAnalysis
from orcplant.water.henry import partial_pressure
from orcplant.water.phreeqc_engine import Engine
from orcplant.water.solution import Change, Recipe, Speciation, moles_of_water
from orcplant.water.species import M_WATER

Reading: TypeAlias = Literal["analysed", "gas_analysis", "restored"]

_FIRST: Final = 1e-4  # [mol/kg] of CO2, where the bracket begins
_DECADE: Final = float(np.log(10.0))
_STEP: Final = 0.02  # of the logarithm of CO2, the least
_BEYOND: Final = 1.2  # of the way to where the zero should be
_LEAST: Final = 1e-9  # [mol/kg], moves no index
_MOST: Final = 5.0  # [mol/kg], more than any geothermal water carries
_CLOSE: Final = 1e-4  # [-], of the saturation index: far below what any analysis supports


@dataclass(frozen=True, slots=True)
class InSitu:
    """A reading of the water: the sample, what is given back to it, and the gases that do not react.

    ``N2`` and ``CH4`` are moles per kilogram of all water [mol/kg].
    """

    reading: Reading
    recipe: Recipe = field(hash=False)
    change: Change = Change()
    N2: float = 0.0
    CH4: float = 0.0

    @property
    def water(self) -> float:
        """Kilograms of water that were a kilogram in the bottle [kg]."""
        return 1.0 + self.change.water * M_WATER

    def with_CO2(self, moles: float) -> "InSitu":
        """The same with `moles` more CO2 [mol per kg of sampled water]."""
        return replace(self, change=replace(self.change, CO2=self.change.CO2 + moles))


def recipe_of(water: WaterAnalysis) -> Recipe:
    """The sample of an analysis, for PHREEQC."""
    sample = water.sample
    return Recipe(water.components, pH=sample.pH, T=sample.T, p=sample.p, adjusted=water.adjusted)


def analysed(water: WaterAnalysis) -> InSitu:
    """The sample taken at its word."""
    return InSitu("analysed", recipe_of(water))


def with_measured_gas(water: WaterAnalysis) -> InSitu:
    """The sampled liquid with the steam and the gas that belong to it.

    Raises
    ------
    ValueError
        If there is no gas analysis.
    """
    if water.gas is None:
        raise ValueError("this water has no gas analysis")
    gas, whole = water.gas, with_steam(water)
    change = replace(whole.change, CO2=gas.CO2, H2S=gas.H2S)
    return InSitu("gas_analysis", whole.recipe, change, N2=gas.N2 / whole.water, CH4=gas.CH4 / whole.water)


def with_steam(water: WaterAnalysis) -> InSitu:
    """The sampled liquid with the steam that was separated from it, condensed; no gas."""
    x = water.sample.steam_fraction
    steam = x / (1.0 - x) * (1.0 + water.dissolved)  # [kg per kg of water in the liquid]
    return replace(analysed(water), change=Change(water=moles_of_water(steam)))


def restored(
    engine: Engine, given: InSitu, T: float, *, mineral: str = "calcite", guess: float = _FIRST
) -> InSitu:
    """The reading with as much CO2 as brings `mineral` to equilibrium at T [K].

    A water that is undersaturated already is left as it is. `guess` is where the search begins [mol/kg].

    Raises
    ------
    ChemistryError
        If the index cannot be had (no calcium, no carbonate) or no amount of CO2 is enough.
    """

    @cache  # the search asks for the ends of its bracket twice
    def index(logarithm: float) -> float:
        change = given.with_CO2(float(np.exp(logarithm))).change
        state = engine.states(given.recipe, [T], _boiling(T), change=change)[0]
        if mineral not in state.indices:
            raise ChemistryError(f"CO2 cannot be restored: the analysis has no saturation index of {mineral}")
        return state.indices[mineral]

    if index(-np.inf) <= _CLOSE:
        return replace(given, reading="restored")
    low, high = _bracket(index, float(np.log(guess)))
    if index(high) > 0.0:
        raise ChemistryError(
            f"CO2 cannot be restored: {mineral} is still oversaturated at {degC(T):.1f} C"
            f" with {_MOST:g} mol/kg of CO2"
        )
    found = float(np.exp(brentq(index, low, high, xtol=_CLOSE)))
    return replace(given.with_CO2(found), reading="restored")


def _bracket(index: Callable[[float], float], guess: float) -> tuple[float, float]:
    """Logarithms of CO2 around the zero of a falling index; the higher is the most there can be if none is.

    The index falls by nearly one a decade, which says how far the zero is from anywhere.
    """
    least, most = float(np.log(_LEAST)), float(np.log(_MOST))
    here, step = min(max(guess, least), most), _STEP
    while True:
        step = max(_BEYOND * abs(index(here)) * _DECADE, step)
        if index(here) > 0.0:
            there = min(here + step, most)
            if index(there) <= 0.0 or there == most:
                return here, there
        else:
            there = max(here - step, least)
            if index(there) > 0.0 or there == least:
                return there, here
        here, step = there, 2.0 * step


def in_situ(water: WaterAnalysis, engine: Engine) -> tuple[InSitu, ...]:
    """All readings that the analysis allows, the one to judge by last.

    With a gas analysis that is the measured gas; without one, as analysed and (where the temperature of the
    reservoir is known) restored.
    """
    readings = [analysed(water)]
    if water.gas is not None:
        readings.append(with_measured_gas(water))
    elif np.isfinite(water.T_reservoir) and water.components.get("Ca", 0.0) > 0.0 and water.carbonate_known:
        readings.append(restored(engine, with_steam(water), water.T_reservoir))
    return tuple(readings)


def states(engine: Engine, given: InSitu, T: Sequence[float], p: Sequence[float]) -> list[Speciation]:
    """States of the single-phase water at temperatures [K] and pressures [Pa]."""
    return engine.states(given.recipe, T, p, change=given.change)


def bubble_pressure(state: Speciation, given: InSitu) -> float:
    """Pressure [Pa] at which the first bubble forms at the temperature of the state.

    Vapour pressure times the activity of water, and the pressures of CO2, H2S, N2 and CH4.
    """
    inert = partial_pressure("N2", given.N2, state.T) + partial_pressure("CH4", given.CH4, state.T)
    return vapour_pressure(state) + sum(state.pressures.values()) + inert


def vapour_pressure(state: Speciation) -> float:
    """Pressure [Pa] of the steam over the water: that of pure water times the activity of water."""
    return state.water_activity * float(water_saturation().pressure(state.T))


def _boiling(T: float) -> float:
    """Pressure [Pa] that keeps pure water liquid at T [K]; solids do not feel it."""
    return max(float(water_saturation().pressure(T)), 101325.0)
