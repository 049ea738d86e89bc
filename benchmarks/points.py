"""Design points that both programs are asked for."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    CoolantOutlet,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    NoRecuperator,
    SaturationTemperature,
    Subcooling,
    Superheat,
    WaterCooling,
)

KELVIN: Final = 273.15
M_BRINE, P_BRINE, P_WATER = 50.0, 10e5, 2e5  # [kg/s], [Pa], [Pa]
PINCH, ETA_EXPANDER, ETA_PUMP = 5.0, 0.80, 0.75
GRID_FLUIDS: Final = ("Isopentane", "R245fa", "R1233zd(E)", "n-Butane", "IsoButane")


@dataclass(frozen=True, slots=True)
class Point:
    """A saturated ORC on brine of 10 bar, its condenser on water; temperatures in C."""

    fluid: str
    T_evap_C: float
    T_brine_C: float
    T_cond_C: float
    T_water_C: float
    water_rise_K: float

    @property
    def name(self) -> str:
        """Text by which a failed point is named."""
        return (
            f"{self.fluid}: evaporation {self.T_evap_C:.1f}, brine {self.T_brine_C:.1f}, condensation"
            f" {self.T_cond_C:.1f}, water {self.T_water_C:.1f} C"
        )

    @property
    def spec(self) -> CycleSpec:
        """The point as asked of orcplant."""
        level = LevelSpec(
            Fluid(self.fluid), SaturationTemperature(self.T_evap_C + KELVIN), Superheat(0.0), ETA_EXPANDER
        )
        brine = geo.liquid(T=self.T_brine_C + KELVIN, p=P_BRINE, mass_flow=M_BRINE)
        T_water = self.T_water_C + KELVIN
        return CycleSpec(
            levels=(level,),
            condensation=SaturationTemperature(self.T_cond_C + KELVIN),
            pump_inlet=Subcooling(0.0),
            eta_pump=ETA_PUMP,
            eta_generator=1.0,
            recuperator=NoRecuperator(),
            source=HeaterPinch(brine, PINCH, PINCH),
            cooling=WaterCooling(T_water, P_WATER, CoolantOutlet(T_water + self.water_rise_K), 0.0, 0.75),
        )


DESIGN_POINT: Final = Point("Isopentane", 100.0, 150.0, 35.0, 20.0, 8.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is compared: powers [W], flows [kg/s], brine outlet [C]."""

    net_power: float
    expander_power: float
    pump_power: float
    working_fluid_flow: float
    T_brine_out_C: float
    water_flow: float

    def difference(self, other: "Answer", T_brine_C: float) -> dict[str, float]:
        """Relative differences [-]; that of the outlet temperature is of the brine's cooling."""
        names = ("net_power", "expander_power", "pump_power", "working_fluid_flow", "water_flow")
        found = {name: abs(getattr(self, name) / getattr(other, name) - 1.0) for name in names}
        cooling = T_brine_C - other.T_brine_out_C
        found["T_brine_out"] = abs(self.T_brine_out_C - other.T_brine_out_C) / cooling
        return found


def solve(point: Point) -> Answer:
    """Answer of orcplant.

    Raises
    ------
    ValueError
        If the point has no answer, or its pinch is not at the bubble point: TESPy looks nowhere else.
    """
    result = solve_cycle(point.spec)
    if not result.status.ok:
        raise ValueError(f"{point.name}: reason {int(result.status.reason)}")
    heater = result.levels[0].heater
    if abs(float(heater.pinch_evaporator) - PINCH) > 1e-6 or heater.pinch_preheater < PINCH - 1e-6:
        raise ValueError(f"{point.name}: pinch not at the bubble point")
    return _answer(result)


def grid() -> list[Point]:
    """Ten points of each of five fluids, drawn once and for all."""
    rng = np.random.default_rng(2026)
    points = []
    for fluid in GRID_FLUIDS:
        hottest = min(118.0, Fluid(fluid).limits.T_crit - KELVIN - 25.0)
        for T_evap in np.linspace(75.0, hottest, 10):
            water = rng.uniform(6.0, 24.0)
            points.append(
                Point(
                    fluid=fluid,
                    T_evap_C=float(T_evap),
                    T_brine_C=float(T_evap + rng.uniform(25.0, 55.0)),
                    T_cond_C=float(water + rng.uniform(10.0, 18.0)),
                    T_water_C=float(water),
                    water_rise_K=float(rng.uniform(4.0, 7.0)),
                )
            )
    return points


def _answer(result: CycleResult) -> Answer:
    return Answer(
        net_power=float(result.power.net),
        expander_power=float(result.power.expander),
        pump_power=float(result.power.pump),
        working_fluid_flow=float(result.levels[0].mass_flow),
        T_brine_out_C=float(result.T_geofluid_out) - KELVIN,
        water_flow=float(result.coolant_flow),
    )
