"""What may fall out of the water on its way from the well to reinjection.

A saturation index is good to 0.1 for the analysis and 0.3 for the data; the mass that may fall out is an
upper bound, reached only if each drop waited for equilibrium.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from orcplant.thermo.media import water_saturation
from orcplant.water.bubble_point import InSitu, bubble_pressure, vapour_pressure
from orcplant.water.minerals import MINERALS
from orcplant.water.phreeqc_engine import Engine
from orcplant.water.silica import saturation_ratio
from orcplant.water.solution import ATMOSPHERE, Speciation
from orcplant.water.species import M_SILICA

DAY: Final = 86400.0  # [s]
# The less stable form of the same solid would be counted twice.
_COUNTED_ELSEWHERE: Final = ("aragonite", "gypsum", "halite")


@dataclass(frozen=True, slots=True)
class PathPoint:
    """A place the water passes: T [K] and p [Pa], NaN where nobody gave a pressure."""

    T: float
    p: float = np.nan
    place: str = ""

    @property
    def p_liquid(self) -> float:
        """The pressure, or one that just keeps the water liquid [Pa]."""
        if np.isfinite(self.p):
            return self.p
        return max(float(water_saturation().pressure(self.T)), ATMOSPHERE)


@dataclass(frozen=True, slots=True)
class PointState:
    """The water at a place.

    ``silica_ratio`` is dissolved over amorphous solubility; ``p_vapour`` the vapour pressure of the water
    alone and ``p_bubble`` that with its gases [Pa]; ``margin`` the pressure above it [Pa], NaN without a
    pressure; ``fallout`` what each fast mineral could drop alone [mol per kg of water].
    """

    point: PathPoint
    state: Speciation = field(hash=False)
    silica_ratio: float
    p_vapour: float
    p_bubble: float
    margin: float
    fallout: Mapping[str, float] = field(hash=False)

    @property
    def is_liquid(self) -> bool:
        """Whether no gas has come out, as far as is known; the indices assume it."""
        return not self.margin < 0.0

    @property
    def is_dry(self) -> bool:
        """Whether all water would be steam: temperature and pressure of the place contradict each other."""
        return self.point.p < self.p_vapour


@dataclass(frozen=True, slots=True)
class Path:
    """The way of the water, in its order, for one reading of the analysis."""

    given: InSitu
    points: tuple[PointState, ...]

    def indices(self, mineral: str) -> list[float]:
        """Saturation indices of a mineral along the path; NaN where it has none."""
        return [one.state.indices.get(mineral, np.nan) for one in self.points]

    @property
    def least_margin(self) -> float:
        """Smallest pressure above the bubble point [Pa]; NaN without pressures."""
        known = [one.margin for one in self.points if np.isfinite(one.margin)]
        return min(known, default=np.nan)

    @property
    def coldest(self) -> PointState:
        """The coldest place."""
        return min(self.points, key=lambda one: one.point.T)


def path(
    engine: Engine,
    given: InSitu,
    points: Sequence[PathPoint],
    *,
    dissolved: float,
    equilibrate: Sequence[str] = (),
) -> Path:
    """Follow a single-phase water along its path; nothing that falls out is followed further.

    Parameters
    ----------
    given : InSitu
        A reading of the analysis.
    points : sequence of PathPoint
    dissolved : float
        Mass of solids per kilogram of water [kg/kg].
    equilibrate : sequence of str
        Minerals held at equilibrium at every place, each time from the sample.

    Raises
    ------
    ChemistryError
        If a speciation finds no answer, or a temperature is beyond the database.
    """
    T, p = [one.T for one in points], [one.p_liquid for one in points]
    found = engine.states(given.recipe, T, p, change=given.change, equilibrate=equilibrate)
    fallout = _fallout(engine, given, T, p, found) if not equilibrate else [{} for _ in points]
    return Path(
        given,
        tuple(
            _point(one, state, given, dissolved, dropped)
            for one, state, dropped in zip(points, found, fallout, strict=True)
        ),
    )


def scale_per_day(moles: float, mineral: str, *, mass_flow: float, dissolved: float) -> float:
    """Mass [kg/d] of a mineral from moles per water [mol/kg] and brine flow [kg/s]; an upper bound."""
    return moles * MINERALS[mineral].molar_mass * mass_flow / (1.0 + dissolved) * DAY


def _point(
    point: PathPoint, state: Speciation, given: InSitu, dissolved: float, fallout: Mapping[str, float]
) -> PointState:
    silica = state.totals.get("Si", np.nan) * M_SILICA / (1.0 + dissolved / given.water)
    p_bubble = bubble_pressure(state, given)
    return PointState(
        point=point,
        state=state,
        silica_ratio=saturation_ratio(silica, point.T, pH=state.pH),
        p_vapour=vapour_pressure(state),
        p_bubble=p_bubble,
        margin=point.p - p_bubble,
        fallout=MappingProxyType(dict(fallout)),
    )


def _fallout(
    engine: Engine, given: InSitu, T: Sequence[float], p: Sequence[float], found: Sequence[Speciation]
) -> list[dict[str, float]]:
    dropped: list[dict[str, float]] = [{} for _ in found]
    for key, mineral in MINERALS.items():
        if mineral.pace != "fast" or key in _COUNTED_ELSEWHERE:
            continue
        over = [k for k, state in enumerate(found) if state.indices.get(key, -np.inf) > 0.0]
        if not over:
            continue
        alone = engine.states(
            given.recipe, [T[k] for k in over], [p[k] for k in over], change=given.change, equilibrate=(key,)
        )
        for k, state in zip(over, alone, strict=True):
            dropped[k][key] = state.precipitated[key] / given.water
    return dropped
