"""What the controller of an ORC unit knows: its states, its machine, its settings."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from orcplant.units import KILO, bar
from plc_sim.process.orc import OrcUnits
from plc_sim.registers import Values


class State(IntEnum):
    """States of a unit; codes as in the tag table."""

    STOPPED = 0
    READY = 1
    PREHEATING = 2
    ROLLING = 3
    SYNCHRONISING = 4
    RUNNING = 5
    UNLOADING = 6
    COOLING_DOWN = 7
    TRIPPED = 8


# Plain numbers for the scan: looking a member up in an enum costs more than comparing an array.
STOPPED: Final = int(State.STOPPED)
READY: Final = int(State.READY)
PREHEATING: Final = int(State.PREHEATING)
ROLLING: Final = int(State.ROLLING)
SYNCHRONISING: Final = int(State.SYNCHRONISING)
RUNNING: Final = int(State.RUNNING)
UNLOADING: Final = int(State.UNLOADING)
COOLING_DOWN: Final = int(State.COOLING_DOWN)
TRIPPED: Final = int(State.TRIPPED)


@dataclass(frozen=True, slots=True)
class Machine:
    """What a controller knows of its unit, each of shape (units,), in the tags' units.

    Rating and net power at design [kW]; brine flow at design, and through the open valve [kg/s];
    evaporating pressure at design and its highest, floor and ceiling of the condensing pressure [bar];
    design superheat [K].
    """

    rating: Values
    net: Values
    flow: Values
    flow_open: Values
    p_evap: Values
    p_evap_max: Values
    p_cond_min: Values
    p_cond_max: Values
    superheat: Values
    fan_speed_min: Values


def machine_of(units: OrcUnits) -> Machine:
    """What the controllers know of the units they stand at."""
    return Machine(
        rating=units.rating / KILO,
        net=units.net_design / KILO,
        flow=units.flow_design,
        flow_open=units.flow_design * units.assumed.valve_margin,
        p_evap=bar(units.p_evap_design),
        p_evap_max=bar(units.p_evap_max),
        p_cond_min=bar(units.p_cond_min),
        p_cond_max=bar(units.p_cond_max),
        superheat=units.superheat_design,
        fan_speed_min=units.fan_speed_min,
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Assumed settings of the controllers, plant time.

    ``vibration`` trips at the end of zone C of ISO 10816-1, class III [mm/s]. ``preheat_flow``,
    ``roll_flow`` of brine over design; ``roll_pressure`` over design evaporating pressure from which the
    turbine rolls; ``roll_rate`` of speed over design [1/s]. Gain and reset time of the power controller
    [-, s]; ``min_load`` of net power at design.
    """

    vibration: float = 11.2
    preheat_flow: float = 0.10
    roll_flow: float = 0.22
    roll_pressure: float = 0.45
    roll_rate: float = 1.0 / 90.0
    gain: float = 0.25
    reset_s: float = 60.0
    min_load: float = 0.2
    opening_rate: float = 1.0 / 60.0
    least_flow: float = 0.12
