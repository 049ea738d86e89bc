"""Everything that is said of one water on one path: readings, limits, scale, corrosion, bands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from orcplant.errors import ChemistryError, PropertyError
from orcplant.thermo.state import Array
from orcplant.water import uncertainty
from orcplant.water.analysis import WaterAnalysis
from orcplant.water.applicable import Answer
from orcplant.water.bubble_point import analysed, bubble_pressure, in_situ, states
from orcplant.water.checks import Finding, charge_error, findings
from orcplant.water.databases import LLNL
from orcplant.water.flash import MOST_STEAM, Flashed, boiled, flash, steam_fraction
from orcplant.water.geothermometers import Geothermometers, geothermometers
from orcplant.water.inhibitor import DOSE, Dosing, dosing, needed
from orcplant.water.materials import Choice, choices
from orcplant.water.phreeqc_engine import available, engine
from orcplant.water.scaling import Path, PathPoint, path
from orcplant.water.silica import coldest_safe, fournier, gunnarsson_arnorsson, saturation_ratio
from orcplant.water.surfaces import Corrosion, corrosion, exposure, larson_skold_of
from orcplant.water.uncertainty import T_SIGMA

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

    ``T_flash`` [K] are ends of adiabatic expansions from the first place.
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

    ``flashes`` are the expansions that were asked for, ``boiled`` what is left of the water at places of the
    judged reading where gas has come out, by their number. ``T_silica`` and ``T_silica_flashed`` [K] are
    the coldest safe temperatures, the latter after the most steam of both. ``missing`` says what could not
    be had: a reason for each.
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
    boiled: Mapping[int, Flashed] = field(default_factory=dict, hash=False)
    corrosion: tuple[Corrosion, ...] = ()
    bands: Bands | None = None
    dosing: Dosing | None = None
    missing: tuple[str, ...] = ()

    @property
    def judged(self) -> Path | None:
        """The reading to judge by."""
        return self.paths[-1] if self.paths else None

    def calcite_in_place(self) -> list[float]:
        """Calcite index at every place of the judged reading, of what is left where gas is out.

        NaN where no water is left to have one.
        """
        if self.judged is None:
            return []
        left = {k: one.liquid.indices.get("calcite", np.nan) for k, one in self.boiled.items()}
        liquid = self.judged.indices("calcite")
        return [
            np.nan if one.is_dry else left.get(k, index)
            for k, (one, index) in enumerate(zip(self.judged.points, liquid, strict=True))
        ]


_BreakOut: TypeAlias = tuple[tuple[Flashed, ...], Mapping[int, Flashed], Dosing | None]
_NOTHING: Final[_BreakOut] = ((), MappingProxyType({}), None)


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
    flashes, left, dose = _NOTHING
    if judged is not None:
        try:
            flashes, left, dose = _break_out(question, judged)
        except PropertyError as exc:  # gas under more pressure than water is known at
            missing = (*missing, f"Gas break-out is not known: {exc}")
    steam = max((one.steam_fraction for one in (*flashes, *left.values())), default=0.0)
    bands = None
    if judged is not None and question.samples:
        try:
            bands = _bands(question, judged, progress)
        except ChemistryError as exc:  # the answer stands without its band
            missing = (*missing, f"There is no band: {exc}")
    return WaterStudy(
        question=question,
        findings=findings(water, today),
        charge_error=charge_error(water),
        silica=tuple(_silica(water, one) for one in question.points),
        T_silica=coldest_safe(water.silica, target=operation.silica_ratio),
        T_silica_flashed=coldest_safe(water.silica, target=operation.silica_ratio, steam_fraction=steam),
        thermometers=geothermometers(water),
        larson_skold=larson_skold_of(water, judged),
        materials=choices(exposure(water, question.points, judged, oxygen=operation.oxygen)),
        paths=paths,
        flashes=flashes,
        boiled=left,
        corrosion=_corrosion(question, judged),
        bands=bands,
        dosing=dose,
        missing=missing,
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


def _break_out(question: Question, judged: Path) -> _BreakOut:
    """Expansions that were asked for, what is left where gas has come out, and the inhibitor."""
    T, p = _before_boiling(question, judged)
    flashes = tuple(flash(engine(LLNL), judged.given, T, p, T_to=end) for end in question.T_flash)
    return flashes, MappingProxyType(dict(_boiled(judged, T, p))), _dosing(question, judged, T, p)


def _boiled(judged: Path, T: float, p: float) -> Iterator[tuple[int, Flashed]]:
    """What is left at places below the bubble point, of liquid water that came from T [K] and p [Pa]."""
    for k, one in enumerate(judged.points):
        if not one.margin < 0.0 or one.is_dry:
            continue
        at = one.point
        # Heat is only taken away, so no more becomes steam than by expanding.
        most = steam_fraction(T, p, T_to=at.T - T_SIGMA) if at.T < T else MOST_STEAM
        yield k, boiled(engine(LLNL), judged.given, at.T, at.p, most_steam=most)


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


def _corrosion(question: Question, judged: Path | None) -> tuple[Corrosion, ...]:
    shear = question.operation.shear
    return tuple(corrosion(question.water, one, shear=shear) for one in judged.points) if judged else ()


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


def _dosing(question: Question, judged: Path, T: float, p: float) -> Dosing | None:
    """Dosing point, where calcite is to be expected on the way or after gas has left.

    Gas breaks out of the water that rises, T [K] and p [Pa], which is hotter than what has boiled at the
    first place.
    """
    flow, head = question.operation.mass_flow, judged.points[0]
    if not np.isfinite(flow):
        return None
    worst = np.nanmax([*judged.indices("calcite"), -np.inf])
    if not needed(float(worst), judged.least_margin):
        return None
    return dosing(
        p_bubble=head.p_bubble if T == head.point.T else p,
        p_wellhead=head.point.p_liquid,
        T=T,
        mass_flow=flow,
        dose=question.operation.dose,
        hours=question.operation.hours,
    )
