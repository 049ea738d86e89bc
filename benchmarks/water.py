"""The water: one path, one band, one flash, each beside PHREEQC run plainly on the same solution."""

from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Gate, median_time, timed
from orcplant.config.water_spec import load_water
from orcplant.resources import configs_dir
from orcplant.units import kelvin
from orcplant.water.bubble_point import analysed, restored
from orcplant.water.databases import LLNL
from orcplant.water.flash import flash
from orcplant.water.minerals import STANDARD
from orcplant.water.phreeqc_engine import Engine, engine
from orcplant.water.scaling import PathPoint, path
from orcplant.water.uncertainty import monte_carlo

WATER: Final[Path] = configs_dir() / "waters" / "tianzhen_surrogate.toml"
PATH_TIME: Final = 50.0  # [ms], 12 places and 12 minerals
BAND_TIME: Final = 3.0  # [s], 800 samples
FLASH_TIME: Final = 10.0  # [ms]
_PLACES: Final = tuple(PathPoint(kelvin(160.0 - 10.0 * k), 12e5) for k in range(12))
_SAMPLES: Final = 800


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure loading, a path, a flash, restoring, and bands."""
    water = load_water(WATER).analysis
    solver, given = engine(LLNL), analysed(water)
    T, p = [one.T for one in _PLACES], [one.p for one in _PLACES]
    whole = restored(solver, given, water.T_reservoir)
    found = {
        "load_s": median_time(lambda: Engine(LLNL), repeats=3),
        # The same solution and temperatures with nothing of ours but the reading of the table.
        "plain_s": median_time(lambda: solver.states(given.recipe, T, p), repeats=7, loops=5),
        "path_s": median_time(
            lambda: path(solver, given, _PLACES, dissolved=water.dissolved), repeats=7, loops=5
        ),
        "flash_s": median_time(
            lambda: flash(solver, whole, kelvin(160.2), 11.2e5, T_to=kelvin(155.0)), repeats=7, loops=5
        ),
        "restore_s": median_time(lambda: restored(solver, given, water.T_reservoir), repeats=5),
        "band_s": timed(lambda: monte_carlo(water, _PLACES[:1], samples=_SAMPLES)),
        "band_restored_s": timed(
            lambda: monte_carlo(water, _PLACES[:1], reading="restored", samples=_SAMPLES)
        ),
        "minerals": len(STANDARD),
        "samples": _SAMPLES,
    }
    return {"water": found}, [
        Gate("water: path of 12 places", 1e3 * found["path_s"], PATH_TIME, "ms"),
        Gate("water: adiabatic flash", 1e3 * found["flash_s"], FLASH_TIME, "ms"),
        Gate("water: band of 800 samples", found["band_s"], BAND_TIME, "s"),
    ]
