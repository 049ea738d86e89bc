"""Design problems to start from, and a grid that knows nothing of the optimiser."""

from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any, Final

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.design import DesignLimits, DesignProblem, NoDesign, Optimum, Regime
from orcplant.thermo.optimise import optimise
from orcplant.thermo.result import Warn
from orcplant.thermo.spec import (
    AirCooling,
    CoolantPinch,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    NoRecuperator,
    Pressure,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
)
from orcplant.thermo.state import Array
from orcplant.thermo.tables import COARSE, tabulated_fluid
from tests.thermo.support import KELVIN

# A limit that no design reaches.
FREE: Final = DesignLimits(
    p_cond_min=1e3, T_geofluid_out_min=0.0, p_reduced=(0.05, 0.8), superheat=(0.0, 20.0), T_fluid_max=1e3
)


def problem(
    fluid: str = "IsoButane", *, T_brine_degC: float = 160.2, T_air_degC: float = 10.0, **changes: Any
) -> DesignProblem:
    """One unit on a Tianzhen well, free of limits; `changes` are fields of the problem or of its limits."""
    start = DesignProblem(
        fluid=tabulated_fluid(fluid, COARSE),
        regime=Regime.SUBCRITICAL,
        recuperator=NoRecuperator(),
        geofluid=geo.liquid(T=T_brine_degC + KELVIN, p=10.2e5, mass_flow=50.0),
        cooling=AirCooling(T_air_degC + KELVIN, 0.897e5, CoolantPinch(6.0), fan_dp=120.0, eta_fan=0.6),
        pinch_heater=8.0,
        pinch_preheater=5.0,
        subcooling=2.0,
        eta_expander=0.79,
        eta_pump=0.75,
        eta_generator=0.95,
        limits=FREE,
    )
    own = {key: value for key, value in changes.items() if key in DesignProblem.__slots__}
    limits = {key: value for key, value in changes.items() if key not in own}
    return replace(start, limits=replace(start.limits, **limits), **own)


def transcritical(fluid: str = "R134a", **changes: Any) -> DesignProblem:
    """The same unit with its fluid heated above the critical pressure."""
    return problem(fluid, **{"regime": Regime.TRANSCRITICAL, "p_reduced": (1.05, 1.6), **changes})


@cache
def _best(which: DesignProblem) -> Optimum | NoDesign:
    return optimise(which)


def best(which: DesignProblem) -> Optimum:
    """Optimum of a problem that has one; solved once a session."""
    found = _best(which)
    assert isinstance(found, Optimum), found
    return found


def grid_best(which: DesignProblem, shape: tuple[int, int, int] = (32, 6, 14)) -> float:
    """Largest net power [W] over an even grid of pressure, superheat and condensation under all limits.

    What bounds the search is written anew here, from the words of `DesignLimits` alone.
    """
    fluid, limits, cooling = which.fluid, which.limits, which.cooling
    T_in, closure = float(cooling.T_in), cooling.closure
    assert isinstance(closure, CoolantPinch)
    hottest = min(float(which.geofluid.T) - which.pinch_heater, limits.T_fluid_max)
    p = np.linspace(*limits.p_reduced, shape[0]) * fluid.limits.p_crit
    T_cond = T_in + float(closure.dT) + which.subcooling + np.linspace(0.2, 30.0, shape[2])
    if which.regime is Regime.TRANSCRITICAL:
        heat = np.linspace(fluid.limits.T_crit + 1.0, hottest, shape[1])
    else:
        heat = np.linspace(*limits.superheat, shape[1])
    points = np.array(list(product(p, heat, T_cond))).T
    p_cond = np.asarray(fluid.p_bubble(points[2]))
    points = points[:, (p_cond >= limits.p_cond_min) & (points[0] > 1.2 * p_cond)]
    result = solve_cycle(_spec(which, points), report_pinches=False)
    wet = (np.asarray(result.warnings) & int(Warn.WET_EXPANSION)) != 0
    allowed = np.asarray(result.status.ok) & ~wet
    allowed &= np.asarray(result.levels[0].expander_in.T) <= hottest + 1e-6
    net = np.asarray(result.power.net)
    return float(np.max(net[allowed & np.isfinite(net)], initial=-np.inf))


def _spec(which: DesignProblem, points: Array) -> CycleSpec:
    p, heat, T_cond = points
    inlet = Temperature(heat) if which.regime is Regime.TRANSCRITICAL else Superheat(heat)
    return CycleSpec(
        levels=(LevelSpec(which.fluid, Pressure(p), inlet, which.eta_expander),),
        condensation=SaturationTemperature(T_cond),
        pump_inlet=Subcooling(which.subcooling),
        eta_pump=which.eta_pump,
        eta_generator=which.eta_generator,
        recuperator=which.recuperator,
        source=HeaterPinch(
            which.geofluid, which.pinch_heater, which.pinch_preheater, which.limits.T_geofluid_out_min
        ),
        cooling=which.cooling,
    )
