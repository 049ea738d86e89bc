"""What a plant must hold to because of its water: the coldest reinjection, and the pressure of its gas."""

from dataclasses import dataclass

import numpy as np

from orcplant.thermo.media import water_saturation
from orcplant.water.analysis import WaterAnalysis
from orcplant.water.bubble_point import bubble_pressure, in_situ, states
from orcplant.water.phreeqc_engine import Engine, available, engine
from orcplant.water.scaling import PathPoint
from orcplant.water.silica import coldest_safe


@dataclass(frozen=True, slots=True)
class PlantLimits:
    """Limits of a plant from its water.

    ``T_reinjection`` is the coldest safe temperature [K], NaN without a silica value. ``p_gas`` is what gas
    adds to the vapour pressure at the wellhead [Pa]: as analysed, and by the reading to judge by; both NaN
    without phreeqc. ``invented`` says that the water is.
    """

    T_reinjection: float
    p_gas: tuple[float, float]
    invented: bool


def plant_limits(
    water: WaterAnalysis,
    T: float,
    *,
    silica_ratio: float = 1.0,
    steam_fraction: float = 0.0,
    chemistry: Engine | None = None,
) -> PlantLimits:
    """Limits of a plant whose brine arrives at T [K].

    Parameters
    ----------
    silica_ratio : float
        Largest dissolved over amorphous solubility at reinjection [-].
    steam_fraction : float
        Mass share of steam that leaves the brine for good before reinjection [-].

    Raises
    ------
    ChemistryError
        If a speciation finds no answer.
    """
    return PlantLimits(
        T_reinjection=coldest_safe(water.silica, target=silica_ratio, steam_fraction=steam_fraction),
        p_gas=_gas_pressures(water, T, chemistry),
        invented=water.invented,
    )


def _gas_pressures(water: WaterAnalysis, T: float, chemistry: Engine | None) -> tuple[float, float]:
    if not available():
        return np.nan, np.nan
    solver, p = chemistry or engine(), PathPoint(T).p_liquid
    p_steam = float(water_saturation().pressure(T))
    found = []
    for given in in_situ(water, solver):
        (state,) = states(solver, given, [T], [p])
        # Salt lowers the vapour pressure; without gas the difference would be slightly negative.
        found.append(max(bubble_pressure(state, given) - p_steam, 0.0))
    return found[0], found[-1]
