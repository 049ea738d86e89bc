"""Tell kinds of config files apart and check them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from orcplant.config.case_spec import load_case
from orcplant.config.finding import files_of, find
from orcplant.config.plant_spec import load_plant
from orcplant.config.site import load_site
from orcplant.config.toml import read_toml
from orcplant.config.water_spec import load_water

__all__ = ["Checked", "Kind", "check_file", "files_of", "find"]

Kind: TypeAlias = Literal["case", "plant", "site", "water", "scenario"]

_BY_NAME: Final[dict[str, Kind]] = {"plant.toml": "plant", "site.toml": "site"}
_BY_TABLE: Final[dict[str, Kind]] = {"cycle": "case", "species": "water", "device": "site"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at; ``is_known`` is False where this version has no check for its kind."""

    path: Path
    kind: Kind
    is_known: bool


def check_file(path: Path) -> Checked:
    """Check one config file.

    Raises
    ------
    ConfigError
        On the first thing that is wrong.
    """
    kind = _kind(path)
    if kind == "case":
        load_case(path)
    elif kind == "plant":
        load_plant(path)
    elif kind == "site":
        load_site(path)
    elif kind == "water":
        load_water(path)
    return Checked(path, kind, is_known=kind != "scenario")


def _kind(path: Path) -> Kind:
    document = read_toml(path)
    if path.name in _BY_NAME:
        return _BY_NAME[path.name]
    # A file without any known table is taken for a case, so that the error says what is missing.
    return next((kind for table, kind in _BY_TABLE.items() if table in document), "case")
