"""The same design points as a TESPy network: preheater, evaporator, turbine, water condenser, pump.

Source of the wiring: TESPy documentation, tutorial on organic Rankine cycles; pinch as the
evaporator's lower terminal temperature difference at a preheater outlet of quality 0.
"""

import logging
from dataclasses import dataclass
from typing import Any

from tespy.components import Condenser, CycleCloser, HeatExchanger, Pump, Sink, Source, Turbine  # type: ignore[import-untyped]
from tespy.connections import Connection  # type: ignore[import-untyped]
from tespy.networks import Network  # type: ignore[import-untyped]

from benchmarks.points import ETA_EXPANDER, ETA_PUMP, M_BRINE, P_BRINE, P_WATER, PINCH, Answer, Point

# Importing TESPy routes warnings into logging; its own records go to "root" and "TESPyLogger".
logging.captureWarnings(False)
logging.disable(logging.CRITICAL)


class NotConvergedError(Exception):
    """TESPy ended without a solution."""


@dataclass(frozen=True, slots=True)
class TespyOrc:
    """A network and those of its parts that answers are read from."""

    network: Any
    connections: dict[str, Any]
    turbine: Any
    pump: Any

    def solve(self) -> None:
        """Solve at design.

        Raises
        ------
        NotConvergedError
            If the solver gives up or reports a status other than 0 or 1.
        """
        try:
            self.network.solve("design")
        except Exception as exc:  # TESPy raises what CoolProp and numpy raise
            raise NotConvergedError(repr(exc)) from exc
        if self.network.status not in (0, 1):
            raise NotConvergedError(f"status {self.network.status}")

    @property
    def answer(self) -> Answer:
        """Read the solved network."""
        turbine, pump = -self.turbine.P.val_SI, self.pump.P.val_SI
        flow = {label: connection.m.val_SI for label, connection in self.connections.items()}
        return Answer(
            net_power=turbine - pump,
            expander_power=turbine,
            pump_power=pump,
            working_fluid_flow=flow["turbine_in"],
            T_brine_out_C=self.connections["brine_out"].T.val_SI - 273.15,
            water_flow=flow["water_in"],
        )


def build(point: Point) -> TespyOrc:
    """Network with the specification of a point."""
    network = Network(iterinfo=False)
    network.units.set_defaults(temperature="degC", pressure="Pa", pressure_difference="Pa")
    turbine, pump, condenser = Turbine("turbine"), Pump("pump"), Condenser("condenser")
    preheater, evaporator = HeatExchanger("preheater"), HeatExchanger("evaporator")
    close, brine, water = CycleCloser("close"), Source("brine"), Source("water")
    wiring = {
        "turbine_in": (close, "out1", turbine, "in1"),
        "turbine_out": (turbine, "out1", condenser, "in1"),
        "pump_in": (condenser, "out1", pump, "in1"),
        "pump_out": (pump, "out1", preheater, "in2"),
        "bubble": (preheater, "out2", evaporator, "in2"),
        "dew": (evaporator, "out2", close, "in1"),
        "brine_in": (brine, "out1", evaporator, "in1"),
        "brine_pinch": (evaporator, "out1", preheater, "in1"),
        "brine_out": (preheater, "out1", Sink("reinjection"), "in1"),
        "water_in": (water, "out1", condenser, "in2"),
        "water_out": (condenser, "out2", Sink("river"), "in1"),
    }
    connections = {label: Connection(*ends, label=label) for label, ends in wiring.items()}
    network.add_conns(*connections.values())
    turbine.set_attr(eta_s=ETA_EXPANDER)
    pump.set_attr(eta_s=ETA_PUMP)
    preheater.set_attr(dp1=0, dp2=0)
    evaporator.set_attr(dp1=0, dp2=0, ttd_l=PINCH)
    T_water_out = point.T_water_C + point.water_rise_K
    condenser.set_attr(dp1=0, dp2=0, ttd_u=point.T_cond_C - T_water_out)
    connections["turbine_in"].set_attr(fluid={point.fluid: 1}, T=point.T_evap_C, x=1)
    connections["bubble"].set_attr(x=0)
    connections["brine_in"].set_attr(fluid={"water": 1}, T=point.T_brine_C, p=P_BRINE, m=M_BRINE)
    connections["water_in"].set_attr(fluid={"water": 1}, T=point.T_water_C, p=P_WATER)
    connections["water_out"].set_attr(T=T_water_out)
    return TespyOrc(network, connections, turbine, pump)
