"""design.json and sizing.json: a plant as it was sized, read for operation.

Both are what `orcplant size` wrote. A design.json beside its plant.toml is only good for that very
file; a sizing.json carries the text of its plant.toml along.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose, isfinite
from pathlib import Path
from typing import Any, Final, TypeVar

from orcplant.config.check import find
from orcplant.config.hardware import read_hardware
from orcplant.config.plant_spec import Plant, load_plant, plant_of
from orcplant.config.section import shown
from orcplant.config.toml import one_line, read_text
from orcplant.errors import ConfigError
from orcplant.plant.outages import UnitGroup
from orcplant.thermo.hardware import Hardware
from orcplant.units import KILO

DESIGN: Final = "design.json"
_PLANT: Final = "plant.toml"
_SAME_RATING: Final = 1e-6  # [-]
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class DesignedUnits:
    """Equal units of a sized plant: number on duty and spare, ``rating`` [W], and one of them as built."""

    name: str
    count: int
    spare: int
    rating: float
    fluid: str
    layout: str
    hardware: Hardware


@dataclass(frozen=True, slots=True)
class Design:
    """A sized plant: the file, its plant.toml, units, and how many wells of each type are used."""

    path: Path
    plant: Plant
    units: tuple[DesignedUnits, ...]
    wells: tuple[int, ...]


def load_design(name: str) -> Design:
    """Read the design of a plant.

    Parameters
    ----------
    name : str
        Folder of a plant, name of a shipped one, or a JSON file that `orcplant size` wrote.

    Raises
    ------
    ConfigError
        If there is no design, it was made for another plant.toml, or cannot be read; the line to type
        where one helps.
    """
    path = find(name)
    if path.suffix.lower() == ".json":
        return _of_file(path)
    folder = path if path.is_dir() else path.parent
    plant = load_plant(path)
    design = folder / DESIGN
    line = f"orcplant size {name} --freeze"
    if not design.exists():
        raise ConfigError(f"{design}: is missing; type: {line}")
    document = _document(design)
    _require_hash(design, document, plant, line)
    return _design(design, document, plant)


def _of_file(path: Path) -> Design:
    document, beside = _document(path), path.parent / _PLANT
    if path.name == DESIGN and beside.exists():
        plant = load_plant(beside)
        _require_hash(path, document, plant, f"orcplant size {path.parent} --freeze")
        return _design(path, document, plant)
    text = _value(document, "plant_toml", str, path)
    return _design(path, document, plant_of(text, path, sha256=_value(document, "plant_sha256", str, path)))


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(read_text(path), parse_constant=_refuse)
    except (ValueError, RecursionError) as exc:
        raise ConfigError(one_line(f"{path}: not JSON: {exc}")) from exc
    if not isinstance(document, dict):
        raise ConfigError(f"{path}: not a JSON object")
    return document


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _require_hash(path: Path, document: Mapping[str, Any], plant: Plant, line: str) -> None:
    made_for = _value(document, "plant_sha256", str, path)
    if made_for != plant.sha256:
        raise ConfigError(
            f"{path}: plant_sha256 = {shown(made_for[:12])} is not that of {plant.path.name},"
            f" {plant.sha256[:12]}: the plant has changed since; type: {line}"
        )


def _design(path: Path, document: Mapping[str, Any], plant: Plant) -> Design:
    units = _value(document, "units", dict, path)
    blocks = _value(units, "blocks", list, path, "units.")
    if not blocks:
        raise ConfigError(f"{path}: units.blocks is empty")
    found = tuple(_units(path, block, f"units.blocks[{k}]") for k, block in enumerate(blocks))
    return Design(path, plant, found, _wells(path, document, plant))


def _units(path: Path, block: Any, where: str) -> DesignedUnits:
    if not isinstance(block, Mapping):
        raise ConfigError(f"{path}: {where} is not a table")
    inside = f"{where}."
    if "hardware" in block and block["hardware"] is None:
        why = block.get("hardware_reason")
        raise ConfigError(one_line(f"{path}: {inside}hardware is null: {why or 'no reason is given'}"))
    count, spare = (_value(block, key, int, path, inside) for key in ("count", "spare"))
    rating_kW = _number(block, "rating_kW", path, inside)
    if count < 1 or spare < 0 or not rating_kW > 0.0:
        raise ConfigError(
            f"{path}: {where}: count = {count} below 1, spare = {spare} below 0 or rating_kW = {rating_kW:g}"
            " not above 0"
        )
    hardware = read_hardware(_value(block, "hardware", dict, path, inside), path, f"{inside}hardware")
    generator_kW = hardware.generator.rating / KILO
    if not isclose(rating_kW, generator_kW, rel_tol=_SAME_RATING):
        raise ConfigError(
            f"{path}: {inside}rating_kW = {rating_kW:g} is not that of the generator in {inside}hardware,"
            f" {generator_kW:g} kW"
        )
    return DesignedUnits(
        name=_value(block, "name", str, path, inside),
        count=count,
        spare=spare,
        rating=rating_kW * KILO,
        fluid=_value(block, "fluid", str, path, inside),
        layout=_value(block, "layout", str, path, inside),
        hardware=hardware,
    )


def _wells(path: Path, document: Mapping[str, Any], plant: Plant) -> tuple[int, ...]:
    types = _value(_value(document, "wells", dict, path), "types", list, path, "wells.")
    counts = []
    for k, entry in enumerate(types):
        if not isinstance(entry, Mapping):
            raise ConfigError(f"{path}: wells.types[{k}] is not a table")
        counts.append(_value(entry, "count", int, path, f"wells.types[{k}]."))
    if len(counts) != len(plant.spec.wells):
        raise ConfigError(f"{path}: wells.types has {len(counts)} entries, {_PLANT} {len(plant.spec.wells)}")
    if min(counts, default=0) < 0 or not sum(counts):
        raise ConfigError(f"{path}: wells.types: counts {counts} are not those of a plant with wells")
    for k, (count, well) in enumerate(zip(counts, plant.spec.wells, strict=True)):
        if count > well.available:
            raise ConfigError(
                f"{path}: wells.types[{k}].count = {count} is above the {well.available} that {_PLANT} has"
            )
    return tuple(counts)


def _value(table: Mapping[str, Any], key: str, kind: type[_Kind], path: Path, inside: str = "") -> _Kind:
    if key not in table:
        raise ConfigError(
            f"{path}: {inside}{key} is missing: not written by `orcplant size` of this version; size it again"
        )
    value = table[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ConfigError(f"{path}: {inside}{key} = {shown(value)} is not {_KINDS[kind]}")
    return value


_KINDS: Final[dict[type, str]] = {str: "text", int: "a whole number", dict: "a table", list: "an array"}


def _number(table: Mapping[str, Any], key: str, path: Path, inside: str) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ConfigError(f"{path}: {inside}{key} = {shown(value)} is not a number")
    return float(value)


def year_groups(design: Design) -> tuple[UnitGroup, ...]:
    """Units of a design as a year of operation takes them."""
    return tuple(UnitGroup(units.name, units.hardware, units.count, units.spare) for units in design.units)
