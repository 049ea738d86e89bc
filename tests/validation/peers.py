"""Other programs' answers to the same question: states, flows and duties to about 1e-4.

A printed number carries half a unit of its last digit; that is allowed on top of the tolerance.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.optimize import brentq

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import liquid_water
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    CoolantOutlet,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    SaturationTemperature,
    Subcooling,
    Superheat,
    WaterCooling,
)
from orcplant.thermo.state import Numeric, State
from tests.validation.check import KELVIN, Check, half_digit, read_csv

RELATIVE: Final = 1e-4
T_ABSOLUTE: Final = 0.01  # [K]

_COOLING_WATER: Final = (20.0 + KELVIN, 28.0 + KELVIN, 2e5)  # inlet, outlet [K], pressure [Pa]


def peer_checks() -> list[Check]:
    """All comparisons with other programs."""
    return [*tespy("Isopentane"), *tespy("R245fa"), *gengeo(), *khb()]


def tespy_spec(fluid: str, *, T_cond: float = 35.0 + KELVIN) -> CycleSpec:
    """Brine 50 kg/s at 150 C and 10 bar, evaporation at 100 C, pinch 5 K at the bubble point."""
    T_in, T_out, p = _COOLING_WATER
    return CycleSpec(
        levels=(LevelSpec(Fluid(fluid), SaturationTemperature(100.0 + KELVIN), Superheat(0.0), 0.80),),
        condensation=SaturationTemperature(T_cond),
        pump_inlet=Subcooling(0.0),
        eta_pump=0.75,
        eta_generator=1.0,
        recuperator=NoRecuperator(),
        source=HeaterPinch(_tespy_brine(), evaporator=5.0, preheater=5.0),
        cooling=WaterCooling(T_in, p, CoolantOutlet(T_out), pump_dp=0.0, eta_pump=0.75),
    )


def tespy(fluid: str) -> Iterator[Check]:
    """TESPy 0.11.3 with CoolProp 8.0.0."""
    result = solve_cycle(tespy_spec(fluid))
    computed = {**_states(result), **_totals(result)}
    if fluid == "Isopentane":
        computed |= _condenser_pinch(fluid)
    for record in read_csv("tespy_states.csv"):
        if record["fluid"] == fluid:
            key = (record["place"], record["quantity"])
            yield _check(f"TESPy {fluid}", " ".join(key), record["unit"], record["value"], computed[key])


def gengeo() -> Iterator[Check]:
    """Compare with genGEO, per kg of brine; its brine has a constant heat capacity.

    Flows scale with the brine's heat above the pinch, so per-kg results of the cycle are compared at
    genGEO's heat in the boiler, and the brine's outlet by its constant heat capacity.
    """
    p_brine = geo.two_phase(T=150.0 + KELVIN, quality=0.0, mass_flow=1.0).p + 1e5
    level = LevelSpec(Fluid("R245fa"), SaturationTemperature(100.0 + KELVIN), Superheat(0.0), 0.80)
    spec = CycleSpec(
        levels=(level,),
        condensation=SaturationTemperature(22.0 + KELVIN),
        pump_inlet=Subcooling(0.0),
        eta_pump=0.90,
        eta_generator=1.0,
        recuperator=NoRecuperator(),
        source=HeaterPinch(geo.liquid(T=150.0 + KELVIN, p=p_brine, mass_flow=1.0), 5.0, 5.0),
        cooling=NoCooling(),
    )
    published = {record["quantity"]: record for record in read_csv("gengeo_r245fa.csv")}
    computed = _gengeo_quantities(solve_cycle(spec), float(published["q_boiler"]["value"]))
    for name, value in computed.items():
        yield _check("genGEO R245fa", name, published[name]["unit"], published[name]["value"], value)


def khb() -> Iterator[Check]:
    """Compare with geothermal-orc (khb), its pinch put exactly on the bubble point."""
    spec = replace(
        tespy_spec("IsoButane"),
        levels=(LevelSpec(Fluid("IsoButane"), SaturationTemperature(120.0 + KELVIN), Superheat(0.0), 0.80),),
        condensation=SaturationTemperature(30.0 + KELVIN),
        source=HeaterPinch(replace(_tespy_brine(), mass_flow=100.0), 5.0, 5.0),
        cooling=NoCooling(),
    )
    result = solve_cycle(spec)
    mass_flow = result.levels[0].mass_flow
    computed = {
        "mass_flow": mass_flow,
        "net_power": result.power.net / 1e3,
        "T_brine_out": result.T_geofluid_out - KELVIN,
        "eta_thermal": 100.0 * result.eta_thermal,
        "w_net": result.power.net / mass_flow / 1e3,
    }
    for record in read_csv("khb_isobutane.csv"):
        name = record["quantity"]
        yield _check("khb isobutane", name, record["unit"], record["value"], computed[name])


def whole_log_mean(warm: Numeric, cold: Numeric) -> Numeric:
    """Log-mean of the differences at the two ends [K]; TESPy and genGEO take it over a whole exchanger."""
    return (warm - cold) / np.log(warm / cold)


def _tespy_brine() -> Geofluid:
    return geo.liquid(T=150.0 + KELVIN, p=10e5, mass_flow=50.0)


def _states(result: CycleResult) -> dict[tuple[str, str], Numeric]:
    level = result.levels[0]
    found: dict[tuple[str, str], Numeric] = {}
    for place in ("expander_in", "expander_out", "pump_in", "pump_out", "bubble"):
        state: State = getattr(level, place)
        found |= _state(place, state.T, state.p, state.h, state.s)
    brine = _tespy_brine()
    h_pinch = level.heater.h_out + level.mass_flow * (level.bubble.h - level.pump_out.h) / brine.mass_flow
    for place, h in (("in", geo.inlet_enthalpy(brine)), ("pinch", h_pinch), ("out", level.heater.h_out)):
        T = geo.temperature_at(brine, h)
        found |= _state(f"brine_{place}", T, brine.p, h, geo.entropy_at(brine, h))
    T_in, _, p = _COOLING_WATER
    water = liquid_water()
    for place, T_water in (("in", T_in), ("out", float(result.condensers[0].T_out))):
        h, s = water.enthalpy(T_water, p), water.entropy(T_water, p)
        found |= _state(f"cooling_water_{place}", T_water, p, h, s)
    return found


def _state(place: str, T: Numeric, p: Numeric, h: Numeric, s: Numeric) -> dict[tuple[str, str], Numeric]:
    return {
        (place, "T"): float(T) - KELVIN,
        (place, "p"): float(p) / 1e5,
        (place, "h"): float(h) / 1e3,
        (place, "s"): float(s) / 1e3,
    }


def _totals(result: CycleResult) -> dict[tuple[str, str], Numeric]:
    level, condenser, power = result.levels[0], result.condensers[0], result.power
    T_brine_in, T_brine_out = 150.0 + KELVIN, level.heater.T_out
    evaporator = level.mass_flow * (level.expander_in.h - level.bubble.h)
    T_in, T_out, _ = _COOLING_WATER
    bubble = T_brine_in - level.dew.T, level.heater.pinch_evaporator
    # TESPy counts its condenser's warm end from the saturation temperature.
    ends = level.pump_in.T - T_out, level.pump_in.T - T_in
    return {
        ("working fluid", "mass_flow"): level.mass_flow,
        ("cooling_water", "mass_flow"): result.coolant_flow,
        ("power", "net"): power.net / 1e3,
        ("power", "expander"): power.expander / 1e3,
        ("power", "pump"): power.pump / 1e3,
        ("duty", "evaporator"): evaporator / 1e3,
        ("duty", "preheater"): (level.heater.duty - evaporator) / 1e3,
        ("duty", "condenser"): condenser.duty / 1e3,
        ("UA", "evaporator"): evaporator / whole_log_mean(*bubble) / 1e3,
        ("UA", "condenser"): condenser.duty / whole_log_mean(*ends) / 1e3,
        ("brine_out", "T"): T_brine_out - KELVIN,
    }


def _condenser_pinch(fluid: str) -> dict[tuple[str, str], Numeric]:
    """Condensing temperature that leaves 5 K inside the condenser."""

    def slack(T_cond: float) -> float:
        return float(solve_cycle(tespy_spec(fluid, T_cond=T_cond)).condensers[0].pinch) - 5.0

    T_cond = float(brentq(slack, 29.0 + KELVIN, 36.0 + KELVIN, xtol=1e-9))
    result = solve_cycle(tespy_spec(fluid, T_cond=T_cond))
    place = "condenser pinch 5 K"
    return {
        (place, "net"): result.power.net / 1e3,
        (place, "p_cond"): result.levels[0].pump_in.p / 1e5,
        (place, "T_cond"): T_cond - KELVIN,
        (place, "T_brine_out"): float(result.T_geofluid_out) - KELVIN,
    }


def _gengeo_quantities(result: CycleResult, q_boiler: float) -> dict[str, Numeric]:
    level = result.levels[0]
    flow = q_boiler / (level.expander_in.h - level.bubble.h)  # per kg of genGEO's brine
    q_preheater = flow * (level.bubble.h - level.pump_out.h)
    heat_capacity = q_boiler / 45.0  # from 150 C to the pinch at 105 C
    T_out = 150.0 + KELVIN - (q_boiler + q_preheater) / heat_capacity
    fluid = result.spec.levels[0].fluid
    dew = fluid.dew(level.expander_out.p)
    return {
        "p_evaporation": level.pump_out.p / 1e5,
        "w_turbine": flow * (level.expander_in.h - level.expander_out.h),
        "w_pump": flow * (level.pump_out.h - level.pump_in.h),
        "q_preheater": q_preheater,
        "q_desuperheater": flow * (level.expander_out.h - dew.h),
        "q_condenser": flow * (dew.h - level.pump_in.h),
        "desuperheat_range": level.expander_out.T - dew.T,
        "T_brine_out": T_out - KELVIN,
        "LMTD_boiler": whole_log_mean(150.0 + KELVIN - level.dew.T, level.heater.pinch_evaporator),
        "LMTD_preheater": whole_log_mean(5.0, T_out - level.pump_out.T),
    }


def _check(case_id: str, quantity: str, unit: str, text: str, computed: Numeric) -> Check:
    published, rounding = float(text), half_digit(text)
    if unit == "C":
        return Check(case_id, quantity, unit, published, float(computed), T_ABSOLUTE, absolute=True)
    allowed = 100.0 * (RELATIVE + rounding / abs(published))
    return Check(case_id, quantity, unit, published, float(computed), allowed)
