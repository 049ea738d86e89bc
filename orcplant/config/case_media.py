"""[geofluid] and [cooling] -> heat source and cooling in SI, held to the range of water and air."""

from pathlib import Path
from typing import Final

from orcplant.config.case import AIR_P_DEFAULT_BAR, WATER_P_DEFAULT_BAR, CaseKeys, CoolingKeys, GeofluidKeys
from orcplant.config.place import Place
from orcplant.config.section import required
from orcplant.thermo.geofluid import Geofluid, liquid, two_phase
from orcplant.thermo.media import (
    AIR_P_RANGE,
    AIR_T_RANGE,
    T_FREEZE,
    WATER_P_MAX,
    WATER_T_MAX,
    water_saturation,
)
from orcplant.thermo.spec import (
    AirCooling,
    CoolantClosure,
    CoolantFlow,
    CoolantOutlet,
    CoolantPinch,
    Cooling,
    FlowGiven,
    GeofluidOutlet,
    HeaterPinch,
    HeatSource,
    NoCooling,
    WaterCooling,
)
from orcplant.units import bar, degC, kelvin, pascal

_WATER_T_RANGE: Final = (T_FREEZE, WATER_T_MAX)  # [K]


def source_spec(case: CaseKeys, path: Path) -> HeatSource:
    """Heat source: what fixes the working fluid's flow."""
    keys = case.geofluid
    if keys is None:
        return FlowGiven(required(case.cycle.mass_flow_kg_s))
    geofluid = _geofluid(Place(path, "geofluid", keys), keys)
    if keys.T_out_C is not None:
        return GeofluidOutlet(geofluid, kelvin(keys.T_out_C))
    pinch = required(keys.pinch_K)
    preheater = pinch if keys.preheater_pinch_K is None else keys.preheater_pinch_K
    return HeaterPinch(geofluid, evaporator=pinch, preheater=preheater)


def _geofluid(place: Place, keys: GeofluidKeys) -> Geofluid:
    T_in = kelvin(keys.T_in_C)
    if keys.p_bar is None:
        return two_phase(T=T_in, quality=required(keys.steam_quality), mass_flow=keys.mass_flow_kg_s)
    _require_liquid(place, keys.p_bar, keys.T_in_C, hint="; for a two-phase geofluid give steam_quality")
    return liquid(T=T_in, p=pascal(keys.p_bar), mass_flow=keys.mass_flow_kg_s)


def _require_liquid(place: Place, p_bar: float, T_in_degC: float, hint: str = "") -> None:
    p_saturation = float(water_saturation().pressure(kelvin(T_in_degC)))
    if pascal(p_bar) <= p_saturation:
        raise place.error(
            "p_bar",
            f"not above {bar(p_saturation):.4g} bar (absolute), where water boils at"
            f" T_in_C = {T_in_degC}{hint}",
        )


def cooling_spec(case: CaseKeys, path: Path) -> Cooling:
    """Cooling of the condenser, or none."""
    keys = case.cooling
    if keys is None:
        return NoCooling()
    place = Place(path, "cooling", keys)
    return _air(place, keys) if keys.type == "air" else _water(place, keys)


def _air(place: Place, keys: CoolingKeys) -> AirCooling:
    p = pascal(AIR_P_DEFAULT_BAR if keys.p_bar is None else keys.p_bar)
    _require_temperatures(place, keys, AIR_T_RANGE, "air")
    low, high = AIR_P_RANGE
    if not low <= p <= high:
        raise place.error("p_bar", f"outside {bar(low):g} to {bar(high):g} bar, the range of air")
    return AirCooling(
        T_in=kelvin(keys.T_in_C),
        p=p,
        closure=_closure(keys),
        fan_dp=required(keys.fan_dp_Pa),
        eta_fan=required(keys.eta_fan),
    )


def _water(place: Place, keys: CoolingKeys) -> WaterCooling:
    p_bar = WATER_P_DEFAULT_BAR if keys.p_bar is None else keys.p_bar
    _require_temperatures(place, keys, _WATER_T_RANGE, "water")
    if pascal(p_bar) > WATER_P_MAX:
        raise place.error("p_bar", f"above {bar(WATER_P_MAX):g} bar, the range of water")
    if keys.p_bar is not None:
        _require_liquid(place, p_bar, keys.T_in_C)
    T_boiling = float(water_saturation().temperature(pascal(p_bar)))
    for key in ("T_in_C", "T_out_C"):
        value = getattr(keys, key)
        if value is not None and kelvin(value) >= T_boiling:
            raise place.error(key, f"not below {degC(T_boiling):.2f} C, where water boils at p_bar = {p_bar}")
    return WaterCooling(
        T_in=kelvin(keys.T_in_C),
        p=pascal(p_bar),
        closure=_closure(keys),
        pump_dp=pascal(keys.pump_dp_bar),
        eta_pump=keys.eta_cooling_pump,
    )


def _require_temperatures(place: Place, keys: CoolingKeys, limits: tuple[float, float], medium: str) -> None:
    for key in ("T_in_C", "T_out_C"):
        value = getattr(keys, key)
        if value is not None and not limits[0] <= kelvin(value) <= limits[1]:
            low, high = degC(limits[0]), degC(limits[1])
            raise place.error(key, f"outside {low:.2f} to {high:.2f} C, the range of {medium}")


def _closure(keys: CoolingKeys) -> CoolantClosure:
    if keys.T_out_C is not None:
        return CoolantOutlet(kelvin(keys.T_out_C))
    if keys.mass_flow_kg_s is not None:
        return CoolantFlow(keys.mass_flow_kg_s)
    return CoolantPinch(required(keys.pinch_K))
