"""Everything that is said of one water on one path: readings, limits, scale, corrosion, bands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from orcplant.errors import ChemistryError
from orcplant.thermo.state import Array
from orcplant.water import uncertainty
from orcplant.water.analysis import WaterAnalysis
from orcplant.water.applicable import Answer
from orcplant.water.bubble_point import analysed, bubble_pressure, in_situ, states
from orcplant.water.checks import Finding, charge_error, findings
from orcplant.water.corrosion import de_waard_milliams, de_waard_milliams_scaled
from orcplant.water.databases import LLNL
from orcplant.water.flash import Flashed, flash
from orcplant.water.geothermometers import Geothermometers, geothermometers
from orcplant.water.indices import CoolingWater, as_carbonate, langelier, larson_skold, puckorius, ryznar
from orcplant.water.inhibitor import DOSE, Dosing, dosing, needed
from orcplant.water.materials import Choice, Exposure, choices
from orcplant.water.norsok import norsok_m506
from orcplant.water.phreeqc_engine import available, engine
from orcplant.water.scaling import Path, PathPoint, PointState, path
from orcplant.water.silica import coldest_safe, fournier, gunnarsson_arnorsson, saturation_ratio
from orcplant.water.species import ALKALINITY, SPECIES

MISSING: Final = "phreeqc"


@dataclass(frozen=True, slots=True)
class Operation:
    """What the plant does with the water.

    ``mass_flow`` of brine [kg/s] and ``shear`` at the wall [Pa] are NaN where unknown, ``oxygen`` [kg/kg]
    too; ``silica_ratio`` is the largest allowed saturation ratio, ``dose`` of inhibitor [kg/kg], ``hours``
    of operation in a year.
    """

    mass_flow: float = np.nan
    shear: float = np.nan
    oxygen: float = np.nan
    silica_ratio: float = 1.0
    dose: float = DOSE
    hours: float = 8000.0


@dataclass(frozen=True, slots=True)
class Question:
    """A water, its way, and what is asked of it.

    ``T_flash`` [K] are ends of adiabatic expansions; places below the bubble point are added to them.
    """

    water: WaterAnalysis
    points: tuple[PathPoint, ...]
    operation: Operation = Operation()
    T_flash: tuple[float, ...] = ()
    samples: int = 0


@dataclass(frozen=True, slots=True)
class SilicaPoint:
    """Silica at a place: saturation ratio, and two solubilities of amorphous silica [kg/kg]."""

    point: PathPoint
    ratio: float
    fournier: float
    gunnarsson: float


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


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands of the reading that is judged: analysis alone, and widened by the data."""

    band: uncertainty.Band
    databases: Mapping[str, Mapping[str, list[float]]] = field(hash=False)

    def of(self, mineral: str) -> Array:
        """Band of a mineral from analysis and data, shape (points, 3)."""
        spread = {key: dict(rows) for key, rows in self.databases.items()}
        return uncertainty.combined(self.band.of(mineral), uncertainty.half_spread(spread, mineral))


@dataclass(frozen=True, slots=True)
class WaterStudy:
    """The answer. ``paths`` is empty without phreeqc, the reading to judge by last.

    ``T_silica`` and ``T_silica_flashed`` [K] are the coldest safe temperatures, the latter after the most
    steam of ``flashes``. ``missing`` says what could not be had: a reason for each.
    """

    question: Question
    findings: tuple[Finding, ...]
    charge_error: float
    silica: tuple[SilicaPoint, ...]
    T_silica: float
    T_silica_flashed: float
    thermometers: Geothermometers
    larson_skold: Answer
    materials: tuple[Choice, ...]
    paths: tuple[Path, ...] = ()
    flashes: tuple[Flashed, ...] = ()
    corrosion: tuple[Corrosion, ...] = ()
    bands: Bands | None = None
    dosing: Dosing | None = None
    missing: tuple[str, ...] = ()

    @property
    def judged(self) -> Path | None:
        """The reading to judge by."""
        return self.paths[-1] if self.paths else None

    def calcite_in_place(self) -> list[float]:
        """Calcite index at every place of the judged reading, of flashed water where gas is out."""
        if self.judged is None:
            return []
        flashed = {one.T: one.liquid.indices.get("calcite", np.nan) for one in self.flashes}
        liquid = self.judged.indices("calcite")
        return [
            index if one.is_liquid else flashed.get(one.point.T, index)
            for one, index in zip(self.judged.points, liquid, strict=True)
        ]


def study(
    question: Question, *, today: date, progress: uncertainty.Progress = uncertainty.quiet
) -> WaterStudy:
    """Answer a question; without phreeqc what closed formulas know. `progress` is told of every sample.

    Raises
    ------
    ChemistryError
        If a speciation finds no answer.
    PropertyError
        If a temperature is outside the range of water.
    """
    water, operation = question.water, question.operation
    paths, missing = _paths(question)
    judged = paths[-1] if paths else None
    flashes = _flashes(question, judged)
    steam = max((one.steam_fraction for one in flashes), default=0.0)
    return WaterStudy(
        question=question,
        findings=findings(water, today),
        charge_error=charge_error(water),
        silica=tuple(_silica(water, one) for one in question.points),
        T_silica=coldest_safe(water.silica, target=operation.silica_ratio),
        T_silica_flashed=coldest_safe(water.silica, target=operation.silica_ratio, steam_fraction=steam),
        thermometers=geothermometers(water),
        larson_skold=_larson_skold(water),
        materials=choices(exposure(question, judged)),
        paths=paths,
        flashes=flashes,
        corrosion=tuple(_corrosion(question, one) for one in judged.points) if judged else (),
        bands=_bands(question, judged, progress) if judged and question.samples else None,
        dosing=_dosing(question, judged),
        missing=missing,
    )


def exposure(question: Question, judged: Path | None) -> Exposure:
    """The worst that a surface of the plant sees on the path."""
    water = question.water
    content = {
        name: water.components.get(name, 0.0) * SPECIES[species].molar_mass / (1.0 + water.dissolved)
        for name, species in (("Cl", "Cl"), ("S_sulfide", "H2S"))
    }
    states = [one.state for one in judged.points] if judged else []
    return Exposure(
        T=max(one.T for one in question.points),
        chloride=content["Cl"],
        pH=min((state.pH for state in states), default=water.sample.pH),
        H2S=content["S_sulfide"] if "S_sulfide" in water.components else np.nan,
        p_H2S=max((state.pressures["H2S"] for state in states), default=0.0),
        oxygen=question.operation.oxygen,
    )


def _paths(question: Question) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    if not available():
        return (), (MISSING,)
    solver, water = engine(LLNL), question.water
    missing: tuple[str, ...] = ()
    try:
        readings = in_situ(water, solver)
    except ChemistryError as exc:
        # What the restoring wants may be missing while the sample itself has a speciation.
        readings, missing = (analysed(water),), (str(exc),)
    return tuple(
        path(solver, given, question.points, dissolved=water.dissolved, equilibrate=water.equilibrate)
        for given in readings
    ), missing


def _flashes(question: Question, judged: Path | None) -> tuple[Flashed, ...]:
    """Expansions that were asked for, and those of places where gas has come out already."""
    if judged is None:
        return ()
    boiling = [one.point.T for one in judged.points if one.margin < 0.0]
    T, p = _before_boiling(question, judged)
    ends = sorted({*question.T_flash, *(end for end in boiling if end < T)}, reverse=True)
    return tuple(flash(engine(LLNL), judged.given, T, p, T_to=end) for end in ends)


def _before_boiling(question: Question, judged: Path) -> tuple[float, float]:
    """T [K] and p [Pa] from which the water expands: the first place, or the reservoir below it."""
    first, T = judged.points[0], question.water.T_reservoir
    if not first.margin < 0.0 or not first.point.T < T:
        return first.point.T, max(first.point.p_liquid, first.p_bubble)
    (state,) = states(engine(LLNL), judged.given, [T], [PathPoint(T).p_liquid])
    return T, bubble_pressure(state, judged.given)


def _silica(water: WaterAnalysis, point: PathPoint) -> SilicaPoint:
    silica = water.silica
    return SilicaPoint(
        point,
        ratio=saturation_ratio(silica, point.T),
        fournier=float(fournier(point.T)),
        gunnarsson=float(gunnarsson_arnorsson(point.T)),
    )


def _larson_skold(water: WaterAnalysis) -> Answer:
    amounts = water.components
    return larson_skold(
        chloride=amounts.get("Cl", 0.0),
        sulphate=2.0 * amounts.get("S_sulfate", 0.0),
        alkalinity=amounts.get(ALKALINITY, amounts.get("C", 0.0)),
    )


def _corrosion(question: Question, one: PointState) -> Corrosion:
    T, state, water = one.point.T, one.state, question.water
    p_CO2 = state.pressures["CO2"]
    cooling = CoolingWater(
        T=T,
        pH=state.pH,
        solids=water.dissolved * 1e6,
        calcium=as_carbonate(2.0 * water.components.get("Ca", 0.0)),
        alkalinity=as_carbonate(water.components.get(ALKALINITY, water.components.get("C", 0.0))),
    )
    return Corrosion(
        point=one.point,
        bare=de_waard_milliams(T=T, p_CO2=p_CO2, pH=state.pH),
        scaled=de_waard_milliams_scaled(T=T, p_CO2=p_CO2, pH=state.pH),
        norsok=norsok_m506(
            T=T,
            p_CO2=p_CO2,
            pH=state.pH,
            shear=question.operation.shear,
            p=one.point.p_liquid,
            p_H2S=state.pressures["H2S"],
        ),
        langelier=langelier(cooling),
        ryznar=ryznar(cooling),
        puckorius=puckorius(cooling),
    )


def _bands(question: Question, judged: Path, progress: uncertainty.Progress) -> Bands:
    water, points = question.water, question.points
    band = uncertainty.monte_carlo(
        water,
        points,
        reading=judged.given.reading,
        samples=question.samples,
        chemistry=engine(LLNL),
        progress=progress,
    )
    return Bands(band, uncertainty.spread(water, points, given=judged.given))


def _dosing(question: Question, judged: Path | None) -> Dosing | None:
    """Dosing point, where calcite is to be expected on the way or after gas has left."""
    flow = question.operation.mass_flow
    if judged is None or not np.isfinite(flow):
        return None
    head = judged.points[0]
    worst = np.nanmax([*judged.indices("calcite"), -np.inf])
    if not needed(float(worst), judged.least_margin):
        return None
    return dosing(
        p_bubble=head.p_bubble,
        p_wellhead=head.point.p_liquid,
        T=head.point.T,
        mass_flow=flow,
        dose=question.operation.dose,
        hours=question.operation.hours,
    )
