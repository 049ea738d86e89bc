"""How much of an index is known: the analysis, the data, the lost gas.

The analysis is drawn at random (every value with its own uncertainty, pH and temperature too), the data are
read from three databases, and the lost gas lies between the sample taken at its word and calcite in
equilibrium at depth. The gas dominates: 1.4 units of calcite against 0.04 and 0.05.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np

from orcplant.errors import ChemistryError
from orcplant.thermo.state import Array
from orcplant.water.analysis import Amount, WaterAnalysis
from orcplant.water.bubble_point import InSitu, Reading, analysed, restored, with_measured_gas, with_steam
from orcplant.water.databases import SPREAD, Database
from orcplant.water.minerals import STANDARD
from orcplant.water.phreeqc_engine import Engine, engine
from orcplant.water.scaling import PathPoint

Progress: TypeAlias = Callable[[str], None]

QUANTILES: Final = (0.05, 0.5, 0.95)
T_SIGMA: Final = 1.0  # [K], assumed of every temperature on the path
RESERVOIR_SIGMA: Final = 10.0  # [K], assumed of the reservoir, which decides how much CO2 is given back
_LEAST: Final = 1e-4  # [mol/kg] of CO2
_FAILED_MOST: Final = 0.1  # of the samples, beyond which the band says too little


def quiet(what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Band:
    """Bands of saturation indices along a path.

    ``quantiles`` has the shape (minerals, points, 3): 5, 50 and 95 % of the samples; NaN for a mineral the
    water has no index of. ``failed`` samples had no speciation.
    """

    minerals: tuple[str, ...]
    quantiles: Array = field(hash=False)
    samples: int
    failed: int

    def of(self, mineral: str) -> Array:
        """Band of one mineral, shape (points, 3)."""
        found: Array = self.quantiles[self.minerals.index(mineral)]
        return found


def monte_carlo(
    water: WaterAnalysis,
    points: Sequence[PathPoint],
    *,
    reading: Reading = "analysed",
    samples: int = 400,
    seed: int = 1,
    minerals: Sequence[str] = STANDARD,
    chemistry: Engine | None = None,
    progress: Progress = quiet,
) -> Band:
    """Band of the indices from the uncertainty of the analysis; `progress` is told of every sample.

    Raises
    ------
    ChemistryError
        If more than a tenth of the samples have no speciation.
    """
    solver = chemistry or engine()
    usual = _read(solver, water, reading).change.CO2
    rng = np.random.default_rng(seed)
    found = np.full((samples, len(minerals), len(points)), np.nan)
    failed = 0
    for k in range(samples):
        progress("analyses")
        drawn, shift = draw(water, rng), float(rng.normal(0.0, T_SIGMA))
        try:
            given = _read(solver, drawn, reading, usual)
            T = [solver.within(one.T + shift) for one in points]
            p = [one.p_liquid for one in points]
            states = solver.states(given.recipe, T, p, change=given.change, equilibrate=water.equilibrate)
        except ChemistryError:
            failed += 1
            continue
        found[k] = [[state.indices.get(key, np.nan) for state in states] for key in minerals]
    if failed > _FAILED_MOST * samples:
        raise ChemistryError(f"{failed} of {samples} samples of the analysis have no speciation")
    return Band(tuple(minerals), _quantiles(found), samples, failed)


def draw(water: WaterAnalysis, rng: np.random.Generator) -> WaterAnalysis:
    """One analysis that the laboratory could as well have found."""
    sample = water.sample
    pH = float(np.clip(rng.normal(sample.pH, sample.pH_sigma), 0.0, 14.0))
    amounts = tuple(replace(one, molality=_drawn(one, rng)) for one in water.amounts)
    reservoir = water.T_reservoir + float(rng.normal(0.0, RESERVOIR_SIGMA))
    return replace(water, sample=replace(sample, pH=pH), amounts=amounts, T_reservoir=reservoir)


def spread(
    water: WaterAnalysis,
    points: Sequence[PathPoint],
    *,
    given: InSitu,
    databases: Sequence[Database] = SPREAD,
) -> dict[str, dict[str, list[float]]]:
    """Indices of one reading along the path by database and mineral; a database that cannot is left out.

    The same CO2 is given back in every database: what differs is the data alone.
    """
    found: dict[str, dict[str, list[float]]] = {}
    for database in databases:
        try:
            solver = engine(database)
            T, p = [one.T for one in points], [one.p_liquid for one in points]
            states = solver.states(given.recipe, T, p, change=given.change, equilibrate=water.equilibrate)
        except ChemistryError:
            continue
        found[database.key] = {
            key: [state.indices.get(key, np.nan) for state in states] for key in database.minerals
        }
    return found


def half_spread(found: dict[str, dict[str, list[float]]], mineral: str) -> Array:
    """Half the distance between the databases along the path; zero where fewer than two know the mineral."""
    n = max((len(row) for indices in found.values() for row in indices.values()), default=0)
    table = np.array([indices.get(mineral, [np.nan] * n) for indices in found.values()])
    known = np.isfinite(table)
    high = np.max(table, axis=0, where=known, initial=-np.inf)
    low = np.min(table, axis=0, where=known, initial=np.inf)
    return np.where(np.count_nonzero(known, axis=0) > 1, 0.5 * (high - low), 0.0)


def combined(band: Array, half: Array) -> Array:
    """Band of the analysis widened by the data: both distances from the median added in squares."""
    middle = band[:, 1]
    low = middle - np.hypot(middle - band[:, 0], half)
    high = middle + np.hypot(band[:, 2] - middle, half)
    return np.stack([low, middle, high], axis=1)


def _read(solver: Engine, water: WaterAnalysis, reading: Reading, usual: float = 0.0) -> InSitu:
    if reading == "gas_analysis":
        return with_measured_gas(water)
    if reading == "analysed":
        return analysed(water)
    # Beginning where the median ends saves half the speciations.
    return restored(solver, with_steam(water), solver.within(water.T_reservoir), guess=max(usual, _LEAST))


def _drawn(amount: Amount, rng: np.random.Generator) -> float:
    if not amount.detected:
        return float(rng.uniform(0.0, amount.limit))
    return max(float(rng.normal(amount.molality, amount.sigma * amount.molality)), 0.0)


def _quantiles(found: Array) -> Array:
    with np.errstate(invalid="ignore"):
        known = np.any(np.isfinite(found), axis=0)
        filled = np.where(known, found, 0.0)
        result = np.nanquantile(filled, QUANTILES, axis=0)
    return np.asarray(np.where(known[..., None], np.moveaxis(result, 0, -1), np.nan))
