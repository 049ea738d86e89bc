"""fluids.csv: the working fluids, with what the environment, safety and chemistry say of each."""

import csv
from functools import lru_cache
from math import inf, nan
from pathlib import Path
from typing import Final

from orcplant.errors import ConfigError
from orcplant.plant.spec import WorkingFluid
from orcplant.resources import configs_dir
from orcplant.units import kelvin

FILE: Final = "fluids.csv"


@lru_cache(maxsize=4)
def working_fluids(folder: Path | None = None) -> dict[str, WorkingFluid]:
    """All fluids of the table, by name in lower case.

    A value the table does not know is NaN; an unknown stability limit is no limit.

    Raises
    ------
    ConfigError
        If the table cannot be read.
    """
    path = (folder or configs_dir()) / FILE
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return {row["name"].lower(): _fluid(row) for row in rows}
    except (OSError, KeyError, ValueError) as exc:
        raise ConfigError(f"{path}: cannot be used: {exc}") from exc


def _fluid(row: dict[str, str]) -> WorkingFluid:
    return WorkingFluid(
        name=row["name"],
        label_en=row["label_en"],
        label_zh=row["label_zh"],
        T_max=kelvin(float(row["T_max_C"])) if row["T_max_C"] else inf,
        GWP=float(row["GWP_100"]) if row["GWP_100"] else nan,
        ODP=float(row["ODP"]) if row["ODP"] else nan,
        safety_class=row["safety_class"],
        phase_out=row["phase_out"],
    )
