"""CASE.toml -> CycleSpec: from the keys of a case to SI, refusing what properties alone can show.

Nothing here solves a balance: dew and bubble points, critical points, the order of pressures and
the range of the equations of state. Keys are looked at in the order of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orcplant.config.case import CaseKeys, CycleKeys, LowLevel
from orcplant.config.case_media import cooling_spec, source_spec
from orcplant.config.place import Place
from orcplant.config.section import required, validated
from orcplant.config.toml import read_toml
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import (
    CycleSpec,
    LevelSpec,
    NoRecuperator,
    Pressure,
    Recuperator,
    RecuperatorEffectiveness,
    RecuperatorPinch,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
)
from orcplant.units import bar, degC, kelvin, pascal

_SAME = 1e-4  # [K], a temperature typed as the saturation temperature is meant as saturated


@dataclass(frozen=True, slots=True)
class Case:
    """A case file that was read.

    ``inputs`` is what its author wrote, ``keys`` the same with defaults, ``spec`` what it means in SI.
    """

    path: Path
    inputs: Mapping[str, object]
    keys: CaseKeys
    spec: CycleSpec

    @property
    def name(self) -> str:
        """Name of the file without folder and ending."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class _Level:
    """A pressure level between file and spec."""

    place: Place
    keys: CycleKeys | LowLevel
    fluid: Fluid
    p_evap: float  # [Pa]
    p_cond: float  # [Pa]


def load_case(path: Path) -> Case:
    """Read a case file.

    Raises
    ------
    ConfigError
        On the first thing that is wrong, in one line: file, key, value, limit.
    """
    inputs = read_toml(path)
    keys = validated(CaseKeys, inputs, path)
    return Case(path=path, inputs=inputs, keys=keys, spec=_spec(keys, path))


def _spec(case: CaseKeys, path: Path) -> CycleSpec:
    cycle = case.cycle
    place = Place(path, "cycle", cycle)
    levels = [_level(place, cycle, path, cycle, _fluid(place, cycle.fluid))]
    if cycle.low is not None:
        low_place = Place(path, "cycle.low", cycle.low)
        fluid = levels[0].fluid if cycle.low.fluid is None else _fluid(low_place, cycle.low.fluid)
        levels.append(_level(low_place, cycle.low, path, cycle, fluid))
        _require_lower(*levels)
    return CycleSpec(
        levels=tuple(_level_spec(level) for level in levels),
        condensation=_given_condensation(cycle),
        pump_inlet=_pump_inlet(levels, place, cycle),
        eta_pump=cycle.eta_pump,
        eta_generator=cycle.eta_generator,
        recuperator=_recuperator(cycle),
        source=source_spec(case, path),
        cooling=cooling_spec(case, path),
    )


def _fluid(place: Place, name: str) -> Fluid:
    with place.properties_of("fluid"):
        return Fluid(name)


def _level(place: Place, keys: CycleKeys | LowLevel, path: Path, cycle: CycleKeys, fluid: Fluid) -> _Level:
    p_evap = _evaporation_pressure(place, keys, fluid)
    p_cond = _condensation_pressure(Place(path, "cycle", cycle), cycle, fluid)
    if p_evap <= p_cond:
        key = "T_evap_C" if keys.T_evap_C is not None else "p_evap_bar"
        raise place.error(
            key,
            f"is too low: evaporation at {bar(p_evap):.4g} bar must be above condensation"
            f" at {bar(p_cond):.4g} bar",
        )
    return _Level(place, keys, fluid, p_evap, p_cond)


def _evaporation_pressure(place: Place, keys: CycleKeys | LowLevel, fluid: Fluid) -> float:
    limits = fluid.limits
    if keys.T_evap_C is not None:
        if kelvin(keys.T_evap_C) >= limits.T_crit:
            raise place.error(
                "T_evap_C",
                f"not below the critical temperature {degC(limits.T_crit):.2f} C of {fluid.name};"
                " give p_evap_bar and T_turbine_in_C",
            )
        with place.properties_of("T_evap_C"):
            return float(fluid.p_dew(kelvin(keys.T_evap_C)))
    p = pascal(required(keys.p_evap_bar))
    _require_p_max(place, "p_evap_bar", p, fluid)
    if p >= limits.p_crit and fluid.is_mixture:
        raise place.error(
            "p_evap_bar",
            f"not below the critical pressure {bar(limits.p_crit):.4g} bar of {fluid.name}:"
            " mixtures have no reliable states above it",
        )
    if p >= limits.p_crit and keys.T_turbine_in_C is None:
        raise place.error(
            "p_evap_bar",
            f"not below the critical pressure {bar(limits.p_crit):.4g} bar of {fluid.name};"
            " a transcritical cycle needs T_turbine_in_C",
        )
    if p < limits.p_crit:
        with place.properties_of("p_evap_bar"):
            fluid.dew(p), fluid.bubble(p)
    return p


def _condensation_pressure(place: Place, keys: CycleKeys, fluid: Fluid) -> float:
    limits = fluid.limits
    if keys.T_cond_C is not None:
        if kelvin(keys.T_cond_C) >= limits.T_crit:
            critical = f"{degC(limits.T_crit):.2f} C of {fluid.name}"
            raise place.error("T_cond_C", f"not below the critical temperature {critical}")
        with place.properties_of("T_cond_C"):
            return float(fluid.p_bubble(kelvin(keys.T_cond_C)))
    p = pascal(required(keys.p_cond_bar))
    if p >= limits.p_crit:
        critical = f"{bar(limits.p_crit):.4g} bar of {fluid.name}"
        raise place.error("p_cond_bar", f"not below the critical pressure {critical}")
    with place.properties_of("p_cond_bar"):
        fluid.bubble(p)
    return p


def _require_p_max(place: Place, key: str, p: float, fluid: Fluid) -> None:
    if p > fluid.limits.p_max:
        raise place.error(
            key, f"above {bar(fluid.limits.p_max):.4g} bar, the range of {fluid.name}'s equation of state"
        )


def _require_lower(high: _Level, low: _Level) -> None:
    # Pressures of different fluids say nothing about each other; there the geofluid decides.
    if low.fluid == high.fluid and low.p_evap >= high.p_evap:
        key = "T_evap_C" if low.keys.T_evap_C is not None else "p_evap_bar"
        raise low.place.error(
            key,
            f"is too high: {bar(low.p_evap):.4g} bar must be below the {bar(high.p_evap):.4g} bar"
            " of the first level",
        )


def _level_spec(level: _Level) -> LevelSpec:
    keys = level.keys
    evaporation: SaturationTemperature | Pressure = Pressure(level.p_evap)
    if keys.T_evap_C is not None:
        evaporation = SaturationTemperature(kelvin(keys.T_evap_C))
    return LevelSpec(
        fluid=level.fluid,
        evaporation=evaporation,
        turbine_inlet=_turbine_inlet(level),
        eta_expander=keys.eta_expander,
    )


def _turbine_inlet(level: _Level) -> Superheat | Temperature:
    keys, fluid, place = level.keys, level.fluid, level.place
    transcritical = level.p_evap >= fluid.limits.p_crit
    lowest = fluid.limits.T_crit if transcritical else float(fluid.dew(level.p_evap).T)
    key = "superheat_K" if keys.T_turbine_in_C is None else "T_turbine_in_C"
    T = lowest + keys.superheat_K if keys.T_turbine_in_C is None else kelvin(keys.T_turbine_in_C)
    if T < lowest - _SAME:
        which = "critical temperature" if transcritical else f"dew point at {bar(level.p_evap):.4g} bar,"
        raise place.error(key, f"below the {which} {degC(lowest):.2f} C of {fluid.name}")
    if T > fluid.limits.T_max:
        raise place.error(
            key,
            f"puts the turbine inlet at {degC(T):.2f} C, above {degC(fluid.limits.T_max):.2f} C,"
            f" the range of {fluid.name}'s equation of state",
        )
    return Superheat(keys.superheat_K) if keys.T_turbine_in_C is None else Temperature(T)


def _given_condensation(cycle: CycleKeys) -> SaturationTemperature | Pressure:
    if cycle.T_cond_C is not None:
        return SaturationTemperature(kelvin(cycle.T_cond_C))
    return Pressure(pascal(required(cycle.p_cond_bar)))


def _pump_inlet(levels: list[_Level], place: Place, cycle: CycleKeys) -> Subcooling | Temperature:
    key = "subcooling_K" if cycle.T_pump_in_C is None else "T_pump_in_C"
    for level in levels:
        fluid, T_bubble = level.fluid, float(level.fluid.bubble(level.p_cond).T)
        T = T_bubble - cycle.subcooling_K if cycle.T_pump_in_C is None else kelvin(cycle.T_pump_in_C)
        if T > T_bubble + _SAME:
            raise place.error(
                key,
                f"above the bubble point {degC(T_bubble):.2f} C of {fluid.name}"
                f" at {bar(level.p_cond):.4g} bar",
            )
        if T < fluid.limits.T_min:
            raise place.error(
                key,
                f"puts the pump inlet at {degC(T):.2f} C, below {degC(fluid.limits.T_min):.2f} C,"
                f" the range of {fluid.name}'s equation of state",
            )
    if cycle.T_pump_in_C is None:
        return Subcooling(cycle.subcooling_K)
    return Temperature(kelvin(cycle.T_pump_in_C))


def _recuperator(cycle: CycleKeys) -> Recuperator:
    if cycle.recuperator_pinch_K is not None:
        return RecuperatorPinch(cycle.recuperator_pinch_K)
    if cycle.recuperator_effectiveness is not None:
        return RecuperatorEffectiveness(cycle.recuperator_effectiveness)
    return NoRecuperator()
