"""Hardware of a unit to and from JSON: every key carries its unit, and no bit is lost on the way.

Pressures and powers stay in Pa and W, because a conversion by a factor would round; temperatures are
written in C, with as many digits as give back the same kelvins.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import inf, isnan, nan, nextafter
from pathlib import Path
from typing import Any, Final

from orcplant.config.hardware_keys import HardwareKeys
from orcplant.config.section import Section, validated
from orcplant.errors import ConfigError, PropertyError
from orcplant.thermo.hardware import (
    CondenserHardware,
    CoolantKind,
    CoolerHardware,
    DesignPoint,
    ExpanderHardware,
    GeneratorHardware,
    Hardware,
    HeaterHardware,
    Level,
    OperatingLimits,
    PumpHardware,
    Zone,
)
from orcplant.thermo.properties import Fluid
from orcplant.units import degC, kelvin

# Unit at the end of a key, by record and field; others have none.
_UNITS: Final[dict[type, dict[str, str]]] = {
    Zone: {"U": "W_m2K", "area": "m2"},
    HeaterHardware: {"geofluid_flow": "kg_s"},
    CondenserHardware: {"coolant_flow": "kg_s"},
    ExpanderHardware: {
        "mass_flow": "kg_s",
        "p_in": "Pa",
        "rho_in": "kg_m3",
        "p_out": "Pa",
        "dh_isentropic": "J_kg",
        "volume_flow": "m3_s",
    },
    PumpHardware: {"volume_flow": "m3_s", "rise": "Pa"},
    GeneratorHardware: {"rating": "W", "shaft_power": "W", "loss": "W"},
    CoolerHardware: {"power": "W", "density": "kg_m3"},
    OperatingLimits: {"p_cond_min": "Pa", "p_cond_max": "Pa", "p_evap_max": "Pa", "T_return_min": "C"},
    Level: {"superheat": "K"},
    DesignPoint: {
        "T": "C",
        "p": "Pa",
        "mass_flow": "kg_s",
        "T_coolant": "C",
        "p_coolant": "Pa",
        "T_evap": "C",
        "T_cond": "C",
        "net": "W",
    },
    Hardware: {"subcooling": "K"},
}
# Records inside records, by the name of their field.
_RECORDS: Final[dict[str, type]] = {
    "preheat": Zone,
    "evaporate": Zone,
    "superheat": Zone,
    "desuperheat": Zone,
    "condense": Zone,
    "subcool": Zone,
    "recuperator": Zone,
    "heater": HeaterHardware,
    "condenser": CondenserHardware,
    "expander": ExpanderHardware,
    "pump": PumpHardware,
    "generator": GeneratorHardware,
    "cooler": CoolerHardware,
    "limits": OperatingLimits,
    "design": DesignPoint,
    "levels": Level,
}


def hardware_document(hardware: Hardware) -> dict[str, Any]:
    """Hardware ready for `json.dumps`."""
    return _document(hardware)


def read_hardware(document: Any, path: Path, where: str) -> Hardware:
    """Hardware of a document made by `hardware_document`.

    Parameters
    ----------
    document : object
        What stands in the file at the key ``where``.
    path : Path
        The file, for errors.

    Raises
    ------
    ConfigError
        On the first thing that is wrong: file, key, value, limit.
    """
    # The name of the place takes the part of a file: both stand before the first colon of an error.
    place = Path(f"{path}: {where}")
    if not isinstance(document, Mapping):
        raise ConfigError(f"{place} is not a table")
    hardware = _record(Hardware, validated(HardwareKeys, dict(document), place))
    assert isinstance(hardware, Hardware)  # noqa: S101 - made above
    _require_sense(hardware, place)
    return hardware


def _document(record: Any) -> dict[str, Any]:
    units = _UNITS[type(record)]
    return {
        _key(field.name, units): _written(getattr(record, field.name), units.get(field.name, ""))
        for field in fields(record)
    }


def _key(name: str, units: Mapping[str, str]) -> str:
    return f"{name}_{units[name]}" if name in units else name


def _written(value: Any, unit: str) -> Any:
    if is_dataclass(value):
        return _document(value)
    if isinstance(value, tuple):
        return [_written(part, unit) for part in value]
    if isinstance(value, float):
        return None if isnan(value) else _celsius(value) if unit == "C" else float(value)
    return value if value is None else str(value)


def _celsius(T: float) -> float:
    """Temperature in C that gives back exactly T [K]: doubles lie closer there, so there is one."""
    written = float(degC(T))
    while kelvin(written) != T:
        written = nextafter(written, inf if kelvin(written) < T else -inf)
    return written


def _record(kind: type, keys: Section) -> Any:
    units = _UNITS[kind]
    return kind(
        *(
            _read(field.name, getattr(keys, _key(field.name, units)), units.get(field.name, ""))
            for field in fields(kind)
        )
    )


def _read(name: str, value: Any, unit: str) -> Any:
    if isinstance(value, Section):
        return _record(_RECORDS[name], value)
    if isinstance(value, list):
        return tuple(_read(name, part, unit) for part in value)
    if name == "kind":
        return CoolantKind(value)
    if name == "quality" and value is None:
        return nan
    if isinstance(value, int | float):
        return kelvin(float(value)) if unit == "C" else float(value)
    return value


def _require_sense(hardware: Hardware, place: Path) -> None:
    """Refuse what no single key can show."""
    expander, limits, level = hardware.level.expander, hardware.limits, hardware.level
    rising = (
        ("levels.0.expander.p_out_Pa", expander.p_out, "levels.0.expander.p_in_Pa", expander.p_in),
        ("limits.p_cond_min_Pa", limits.p_cond_min, "limits.p_cond_max_Pa", limits.p_cond_max),
        ("limits.p_cond_max_Pa", limits.p_cond_max, "limits.p_evap_max_Pa", limits.p_evap_max),
        ("design.T_cond_C", degC(hardware.design.T_cond), "design.T_evap_C", degC(hardware.design.T_evap)),
        (
            "generator.loss_W",
            hardware.generator.loss,
            "generator.shaft_power_W",
            hardware.generator.shaft_power,
        ),
    )
    for low_key, low, high_key, high in rising:
        if not low < high:
            raise ConfigError(f"{place}: {low_key} = {low:g} is not below {high_key} = {high:g}")
    slowest, fastest = expander.speed_range
    if slowest > fastest:
        raise ConfigError(f"{place}: levels.0.expander.speed_range: {slowest:g} is above {fastest:g}")
    if not (level.heater.area > 0.0 and hardware.condenser.area > 0.0):
        raise ConfigError(f"{place}: heater or condenser has no area_m2")
    try:
        fluid = Fluid(level.fluid)
    except PropertyError as exc:
        raise ConfigError(f"{place}: levels.0.fluid = {level.fluid!r}: {exc}") from exc
    if limits.p_evap_max >= fluid.limits.p_crit:
        raise ConfigError(
            f"{place}: limits.p_evap_max_Pa = {limits.p_evap_max:g} is not below the critical pressure of"
            f" {level.fluid}, {fluid.limits.p_crit:g}"
        )
