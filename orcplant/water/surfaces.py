"""What the water does to surfaces on its way: rates of carbon steel, indices of the trade, materials.

Alkalinity of a water whose carbon alone was analysed is that of the carbon at the sample's pH.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orcplant.water.analysis import WaterAnalysis
from orcplant.water.applicable import Answer
from orcplant.water.corrosion import de_waard_milliams, de_waard_milliams_scaled
from orcplant.water.indices import CoolingWater, as_carbonate, langelier, larson_skold, puckorius, ryznar
from orcplant.water.materials import Exposure
from orcplant.water.norsok import norsok_m506
from orcplant.water.scaling import Path, PathPoint, PointState
from orcplant.water.species import SPECIES


@dataclass(frozen=True, slots=True)
class Corrosion:
    """Rates of carbon steel at a place [mm/a], and indices of the trade there."""

    point: PathPoint
    bare: Answer
    scaled: Answer
    norsok: Answer
    langelier: Answer
    ryznar: Answer
    puckorius: Answer


def corrosion(water: WaterAnalysis, one: PointState, *, shear: float) -> Corrosion:
    """Rates and indices at a place; `shear` at the wall [Pa], NaN where unknown."""
    T, state = one.point.T, one.state
    p_CO2 = state.pressures["CO2"]
    cooling = CoolingWater(
        T=T,
        pH=state.pH,
        solids=water.dissolved * 1e6,
        calcium=as_carbonate(2.0 * water.components.get("Ca", 0.0)),
        alkalinity=as_carbonate(water.alkalinity),
    )
    p_H2S = state.pressures["H2S"]
    return Corrosion(
        point=one.point,
        bare=de_waard_milliams(T=T, p_CO2=p_CO2, pH=state.pH),
        scaled=de_waard_milliams_scaled(T=T, p_CO2=p_CO2, pH=state.pH),
        norsok=norsok_m506(T=T, p_CO2=p_CO2, pH=state.pH, shear=shear, p=one.point.p_liquid, p_H2S=p_H2S),
        langelier=langelier(cooling),
        ryznar=ryznar(cooling),
        puckorius=puckorius(cooling),
    )


def exposure(
    water: WaterAnalysis, points: Sequence[PathPoint], judged: Path | None, *, oxygen: float
) -> Exposure:
    """The worst that a surface of the plant sees on the path; `oxygen` [kg/kg], NaN where unknown."""
    states = [one.state for one in judged.points] if judged else []
    return Exposure(
        T=max(one.T for one in points),
        chloride=_content(water, judged, "Cl", "Cl"),
        pH=min((state.pH for state in states), default=water.sample.pH),
        H2S=_content(water, judged, "S_sulfide", "H2S"),
        p_H2S=max((state.pressures["H2S"] for state in states), default=0.0),
        oxygen=oxygen,
    )


def larson_skold_of(water: WaterAnalysis, judged: Path | None) -> Answer:
    """Larson and Skold's index of an analysis; what closes the charge balance is read from the speciation."""
    return larson_skold(
        chloride=_molality(water, judged, "Cl"),
        sulphate=2.0 * _molality(water, judged, "S_sulfate"),
        alkalinity=water.alkalinity,
    )


def _molality(water: WaterAnalysis, judged: Path | None, component: str) -> float:
    """As analysed, or in place where that is more [mol/kg]; NaN where neither knows it.

    In place counts what measured gas gave back and what closes the charge balance.
    """
    states = [one.state for one in judged.points] if judged else []
    known = [state.totals[component] for state in states if component in state.totals]
    if component in water.components:
        known.append(water.components[component])
    return max(known, default=np.nan)


def _content(water: WaterAnalysis, judged: Path | None, component: str, species: str) -> float:
    """Content in place [kg/kg of solution], counted as `species`; NaN where nobody knows it."""
    return _molality(water, judged, component) * SPECIES[species].molar_mass / (1.0 + water.dissolved)
