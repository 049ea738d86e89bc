"""Tell kinds of config files apart and check them."""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from orcplant.config.case_spec import load_case
from orcplant.config.plant_spec import load_plant
from orcplant.config.site import load_site
from orcplant.config.toml import read_toml
from orcplant.config.water_spec import load_water
from orcplant.errors import ConfigError
from orcplant.resources import configs_dir

Kind: TypeAlias = Literal["case", "plant", "site", "water", "scenario"]

_BY_NAME: Final[dict[str, Kind]] = {"plant.toml": "plant", "site.toml": "site"}
_BY_TABLE: Final[dict[str, Kind]] = {"cycle": "case", "species": "water", "device": "site"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at; ``is_known`` is False where this version has no check for its kind."""

    path: Path
    kind: Kind
    is_known: bool


def find(name: str) -> Path:
    """File or folder by path, or the shipped plant of that name.

    Raises
    ------
    ConfigError
        If there is neither; near names are suggested.
    """
    path = Path(name)
    shipped = configs_dir()
    try:
        if path.exists():
            return path
        if path.parent == Path() and (shipped / name).is_dir():
            return shipped / name
    except (OSError, ValueError) as exc:  # a name too long, or with a null character
        raise ConfigError(f"{name!r}: not a file name") from exc
    names = [folder.name for folder in shipped.iterdir() if folder.is_dir()]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ConfigError(f"{name}: no such file, folder or shipped plant{hint}")


def files_of(path: Path) -> list[Path]:
    """Name the file itself, or the TOML files right in a folder.

    Raises
    ------
    ConfigError
        If a folder holds none.
    """
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.toml"))
    if not files:
        raise ConfigError(f"{path}: no TOML file in this folder")
    return files


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
