"""Random specs over the admissible range of fluids, pressures, superheats, brines and layouts."""

from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import evaporation_pressure
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import water_saturation
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import (
    AirCooling,
    CoolantPinch,
    Cooling,
    CycleSpec,
    HeaterPinch,
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
    WaterCooling,
)

NAMES: Final = (
    *("Isopentane", "n-Pentane", "n-Butane", "IsoButane", "Propane", "Cyclopentane"),
    *("R245fa", "R1233zd(E)", "R134a", "R1234ze(E)"),
)
FLUIDS: Final = tuple(Fluid(name) for name in NAMES)
LAYOUTS: Final = ("subcritical", "near-critical", "transcritical", "dual")


def floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


@st.composite
def specs(draw: st.DrawFn, layouts: tuple[str, ...] = LAYOUTS) -> CycleSpec:
    """A spec that passes every check made without a balance; the pinches may still fail."""
    fluid, layout = draw(st.sampled_from(FLUIDS)), draw(st.sampled_from(layouts))
    T_coolant = draw(floats(275.0, 305.0))
    T_cond = T_coolant + draw(floats(8.0, 20.0))
    level = _level(draw, fluid, layout, T_cond)
    T_turbine = _turbine_inlet(level)
    T_brine = min(T_turbine + draw(floats(6.0, 60.0)), 560.0)
    levels: tuple[LevelSpec, ...] = (level,)
    if layout == "dual":
        T_high = float(fluid.dew(evaporation_pressure(level)).T)
        T_low = T_cond + draw(floats(0.2, 0.7)) * (T_high - T_cond)
        low = replace(
            level, evaporation=SaturationTemperature(T_low), turbine_inlet=Superheat(draw(floats(0, 10)))
        )
        levels = (level, low)
    headroom = T_brine - T_turbine
    pinches = [min(draw(floats(0.6, 12.0)), headroom - 0.1) for _ in range(2)]
    return CycleSpec(
        levels=levels,
        condensation=SaturationTemperature(T_cond),
        pump_inlet=Subcooling(draw(st.sampled_from((0.0, 3.0)))),
        eta_pump=draw(floats(0.5, 0.85)),
        eta_generator=draw(floats(0.9, 1.0)),
        recuperator=NoRecuperator() if layout == "dual" else _recuperator(draw),
        source=HeaterPinch(_brine(draw, T_brine), *pinches),
        cooling=_cooling(draw, T_coolant),
    )


def _level(draw: st.DrawFn, fluid: Fluid, layout: str, T_cond: float) -> LevelSpec:
    limits = fluid.limits
    lowest = 1.3 * float(fluid.p_bubble(T_cond)) / limits.p_crit
    low, high = {
        "subcritical": (max(lowest, 0.03), 0.9),
        "dual": (max(2.0 * lowest, 0.1), 0.85),
        "near-critical": (0.9, 1.1),
        "transcritical": (1.1, 1.4),
    }[layout]
    reduced = draw(floats(min(low, high), high))
    inlet: Superheat | Temperature = Superheat(draw(st.one_of(st.just(0.0), floats(0.0, 30.0))))
    if reduced >= 1.0:
        inlet = Temperature(min(limits.T_crit + draw(floats(5.0, 40.0)), limits.T_max - 1.0))
    return LevelSpec(fluid, Pressure(reduced * limits.p_crit), inlet, draw(floats(0.6, 0.9)))


def _turbine_inlet(level: LevelSpec) -> float:
    match level.turbine_inlet, level.evaporation:
        case Temperature(T), _:
            return float(T)
        case Superheat(dT), Pressure(p):
            return float(level.fluid.dew(p).T + dT)
    raise AssertionError(level)


def _brine(draw: st.DrawFn, T: float) -> Geofluid:
    kind = draw(st.sampled_from(("liquid", "bubble point", "two-phase")))
    if kind == "liquid":
        p = float(water_saturation().pressure(T)) + draw(floats(1e4, 2e6))
        return geo.liquid(T=T, p=p, mass_flow=50.0)
    quality = 0.0 if kind == "bubble point" else draw(floats(0.0, 1.0))
    return geo.two_phase(T=T, quality=quality, mass_flow=50.0)


def _recuperator(draw: st.DrawFn) -> Recuperator:
    options: tuple[st.SearchStrategy[Any], ...] = (
        st.just(NoRecuperator()),
        st.builds(RecuperatorPinch, floats(1.0, 15.0)),
        st.builds(RecuperatorEffectiveness, floats(0.1, 0.95)),
    )
    return draw(st.one_of(*options))  # type: ignore[no-any-return]


def _cooling(draw: st.DrawFn, T: float) -> Cooling:
    closure = CoolantPinch(draw(floats(1.0, 6.0)))
    if draw(st.booleans()):
        return AirCooling(T, draw(floats(0.8e5, 1.02e5)), closure, fan_dp=120.0, eta_fan=0.6)
    return WaterCooling(T, 2e5, closure, pump_dp=0.5e5, eta_pump=0.75)
