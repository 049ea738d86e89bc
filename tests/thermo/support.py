"""Specs to start from, and brute force to check answers with.

Brute force asks CoolProp directly, station by station, and shares nothing with the code under test
but the media, which have tests of their own.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import CoolProp
import numpy as np
from CoolProp.CoolProp import AbstractState
from numpy.typing import NDArray

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cooling import coolant
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    AirCooling,
    CoolantPinch,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    SaturationTemperature,
    Subcooling,
    Superheat,
)
from orcplant.thermo.state import Array, FluidModel, Numeric

KELVIN: Final = 273.15
ATMOSPHERE: Final = 1.01325e5  # [Pa]


def simple_level(
    fluid: str | FluidModel = "Isopentane", T_evap: Numeric = 373.15, superheat: Numeric = 0.0
) -> LevelSpec:
    """Saturated or superheated level, expander 0.80."""
    model = Fluid(fluid) if isinstance(fluid, str) else fluid
    return LevelSpec(model, SaturationTemperature(T_evap), Superheat(superheat), 0.80)


def simple_spec(level: LevelSpec | None = None) -> CycleSpec:
    """Air-cooled ORC on 50 kg/s of brine at 150 C and 10 bar, pinch 5 K everywhere, condensing at 35 C."""
    return CycleSpec(
        levels=(level or simple_level(),),
        condensation=SaturationTemperature(35.0 + KELVIN),
        pump_inlet=Subcooling(0.0),
        eta_pump=0.75,
        eta_generator=0.95,
        recuperator=NoRecuperator(),
        source=HeaterPinch(geo.liquid(T=150.0 + KELVIN, p=10e5, mass_flow=50.0), 5.0, 5.0),
        cooling=AirCooling(20.0 + KELVIN, ATMOSPHERE, CoolantPinch(5.0), fan_dp=120.0, eta_fan=0.6),
    )


def dual_spec(*, low: LevelSpec | None = None, T_high: Numeric = 393.15) -> CycleSpec:
    """Two levels on the same brine, the second at 75 C."""
    high = simple_level(T_evap=T_high)
    return replace(simple_spec(), levels=(high, low or simple_level(T_evap=348.15)))


@dataclass(frozen=True, slots=True)
class Differences:
    """Temperature differences along an exchanger [K], from the cold end, and where the fluid is liquid."""

    dT: Array
    is_liquid: NDArray[np.bool_]


def temperatures(fluid: FluidModel, p: float, h: Array) -> Array:
    """Temperatures [K] straight from CoolProp; NaN where its search gives up, near the critical pressure."""
    state = AbstractState("HEOS", fluid.name)
    T = np.full(h.shape, np.nan)
    for k, enthalpy in enumerate(h):
        with suppress(ValueError):
            state.update(CoolProp.HmassP_INPUTS, float(enthalpy), float(p))
            T[k] = state.T()
    return T


def heater_differences(result: CycleResult, n: int = 5000, *, of_level: int = 0) -> Differences:
    """Geofluid minus working fluid at n stations of one level's heater, phase boundaries added."""
    level, spec, source = result.levels[of_level], result.spec.levels[of_level], result.spec.source
    assert isinstance(source, HeaterPinch)
    h_in = result.levels[of_level - 1].heater.h_out if of_level else geo.inlet_enthalpy(source.geofluid)
    h = _stations(
        level.recuperation.cold_out.h, level.expander_in.h, (level.bubble.h - 1e-3, level.bubble.h), n
    )
    per_brine = level.mass_flow / source.geofluid.mass_flow
    h_brine = h_in - per_brine * (level.expander_in.h - h)
    T_brine = geo.temperature_at(source.geofluid, h_brine)
    return Differences(
        T_brine - temperatures(spec.fluid, float(level.pump_out.p), h), np.asarray(h < level.bubble.h)
    )


def condenser_differences(result: CycleResult, n: int = 5000) -> Array:
    """Working fluid minus coolant [K] at n stations of a single condenser, phase boundaries added."""
    level, condenser, cooling = result.levels[0], result.condensers[0], result.spec.cooling
    assert not isinstance(cooling, NoCooling)
    fluid, p = result.spec.levels[0].fluid, level.pump_in.p
    boundaries = fluid.bubble(p).h, fluid.dew(p).h
    h = _stations(level.pump_in.h, level.recuperation.hot_out.h, boundaries, n)
    medium = coolant(cooling)
    h_in = medium.enthalpy(cooling.T_in, cooling.p)
    T_coolant = medium.temperature(
        h_in + level.mass_flow / condenser.coolant_flow * (h - h[0]), np.full(h.shape, cooling.p)
    )
    return np.subtract(temperatures(fluid, float(p), h), T_coolant)


def recuperator_differences(result: CycleResult, n: int = 5000) -> Array:
    """Hot minus cold side [K] at n stations of the recuperator, phase boundaries of both sides added."""
    level, fluid = result.levels[0], result.spec.levels[0].fluid
    recuperation, low = level.recuperation, fluid.dew(level.pump_in.p)
    kinks = level.bubble.h - level.pump_out.h, level.dew.h - level.pump_out.h, low.h - recuperation.hot_out.h
    duty = _stations(0.0, recuperation.duty, kinks, n)
    hot = temperatures(fluid, float(level.pump_in.p), recuperation.hot_out.h + duty)
    cold = temperatures(fluid, float(level.pump_out.p), level.pump_out.h + duty)
    return hot - cold


def _stations(start: Numeric, end: Numeric, kinks: tuple[Numeric, ...], n: int) -> Array:
    inside = [float(kink) for kink in kinks if start < kink < end]  # NaN is not inside
    return np.sort(np.concatenate([np.linspace(float(start), float(end), n), inside]))
