"""From the options of the command line to a question about a water."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from orcplant.config.water_spec import Water
from orcplant.errors import ConfigError, InputError
from orcplant.resources import configs_dir
from orcplant.units import degC, kelvin, pascal
from orcplant.water.scaling import PathPoint
from orcplant.water.study import Question

T_RANGE = (0.01, 300.0)  # [C], of liquid water and of the databases
P_RANGE = (1e-2, 200.0)  # [bar]
_SUFFIX = ".toml"


def find_water(name: str) -> Path:
    """File by path, or the shipped water of that name.

    Raises
    ------
    ConfigError
        If there is neither; near names are suggested.
    """
    path, shipped = Path(name), configs_dir() / "waters"
    try:
        # A folder of that name, as the last --out may have left, hides no shipped water.
        if path.is_file() or path.parent != Path() or path.suffix == _SUFFIX:
            return path  # one that is missing is told of by whoever reads it
        if (shipped / f"{name}{_SUFFIX}").is_file():
            return shipped / f"{name}{_SUFFIX}"
    except (OSError, ValueError) as exc:  # a name too long, or with a null character
        raise ConfigError(f"{name!r}: not a file name") from exc
    near = difflib.get_close_matches(name, [one.stem for one in shipped.glob(f"*{_SUFFIX}")], n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ConfigError(f"{name}: no such file or shipped water{hint}")


def question(
    water: Water,
    *,
    T_degC: str | None = None,
    p_bar: str | None = None,
    flash_degC: str | None = None,
    samples: int = 0,
) -> Question:
    """Question to a water along the temperatures of the command line, or along the path of its file.

    Parameters
    ----------
    T_degC, p_bar, flash_degC : str, optional
        Numbers with commas between them; one pressure stands for all temperatures.

    Raises
    ------
    InputError
        If a list cannot be read, is out of range, or does not fit the other.
    """
    T = _numbers("--T-C", T_degC, T_RANGE)
    p = _numbers("--p-bar", p_bar, P_RANGE)
    points = _points(water, T, p)
    return Question(
        water=water.analysis,
        points=points,
        operation=water.operation,
        T_flash=_flashes(flash_degC, points[0]),
        samples=samples,
    )


def _flashes(flash_degC: str | None, first: PathPoint) -> tuple[float, ...]:
    """Ends of the expansions [K], each colder than the place they begin at."""
    ends = _numbers("--flash-T-C", flash_degC, T_RANGE)
    for end in ends:
        if not kelvin(end) < first.T:
            raise InputError(
                f"--flash-T-C: {end:g} is not below {degC(first.T):g}, where the water flashes from"
            )
    return tuple(kelvin(end) for end in ends)


def _points(water: Water, T: Sequence[float], p: Sequence[float]) -> tuple[PathPoint, ...]:
    if not T and not water.points:
        raise InputError(f"{water.path}: no temperatures: give --T-C 160,140,... or [[path]] in the file")
    n = len(T) or len(water.points)
    if len(p) not in (0, 1, n):
        raise InputError(f"--p-bar has {len(p)} numbers, needs 1 or {n}, one for each temperature")
    pressures = [pascal(value) for value in (list(p) * n if len(p) == 1 else p)]
    if not T:
        given = [one.p for one in water.points]
        return tuple(
            PathPoint(one.T, q, one.place) for one, q in zip(water.points, pressures or given, strict=True)
        )
    return tuple(PathPoint(kelvin(t), q) for t, q in zip(T, pressures or [np.nan] * n, strict=True))


def _numbers(option: str, text: str | None, limits: tuple[float, float]) -> list[float]:
    if text is None:
        return []
    found = []
    for part in text.split(","):
        try:
            value = float(part)
        except ValueError as exc:
            raise InputError(f"{option}: {part.strip()!r} is not a number") from exc
        if not limits[0] <= value <= limits[1]:
            raise InputError(f"{option}: {part.strip()} is outside {limits[0]:g} to {limits[1]:g}")
        found.append(value)
    return found
