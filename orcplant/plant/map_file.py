"""Maps of units on disk: a numpy archive that knows which hardware it belongs to."""

from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np

from orcplant.errors import InputError
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.unit_map import Axes, MapError, UnitMap, fingerprint
from orcplant.thermo.unit_map.branches import Tensor


def save_map(unit_map: UnitMap, path: Path) -> None:
    """Write a map; a file of that name is replaced whole or not at all."""
    axes = unit_map.branches.axes
    arrays: dict[str, Any] = {f"axis_{field.name}": getattr(axes, field.name) for field in fields(Axes)}
    arrays |= {f"knots_{k}": knots for k, knots in enumerate(unit_map.branches.knots)}
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez_compressed(
            file,
            fingerprint=np.array(unit_map.fingerprint),
            error=np.array(astuple(unit_map.error)),
            coefficients=unit_map.branches.coefficients,
            **arrays,
        )
    unfinished.replace(path)


def load_map(hardware: Hardware, path: Path) -> UnitMap:
    """Read the map of a unit.

    Raises
    ------
    InputError
        If the file is no map, or one of other hardware.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
        belongs = str(stored["fingerprint"])
        axes = Axes(*(stored[f"axis_{field.name}"] for field in fields(Axes)))
        knots = tuple(stored[f"knots_{k}"] for k in range(stored["coefficients"].ndim - 1))
        gross, T_out, T_cond = (tuple(float(v) for v in pair) for pair in stored["error"])
    except (OSError, ValueError, KeyError) as exc:
        raise InputError(f"{path}: not the map of a unit ({exc})") from exc
    if belongs != fingerprint(hardware):
        raise InputError(
            f"{path}: map of other hardware ({belongs[:12]} instead of {fingerprint(hardware)[:12]})"
        )
    error = MapError((gross[0], gross[1]), (T_out[0], T_out[1]), (T_cond[0], T_cond[1]))
    return UnitMap(hardware, belongs, Tensor(axes, knots, stored["coefficients"]), error)
